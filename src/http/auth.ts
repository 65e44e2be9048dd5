/** Checks the API key of a request as the service does. */
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../core/api-error.js'
import type { ApiKey } from '../core/api-key.js'
import { shortenName } from '../core/short-name.js'
import { createSessionCheck } from './caller-guard.js'
import type { AppContext } from './context.js'
import { setCaller } from './exchange.js'

/** The API errors of a missing key. They differ between the servers of the service. */
const missingKeyErrors: Record<string, string> = {
  listModels: 'models_missing_api_key',
  retrieveModel: 'models_missing_api_key',
  deleteModel: 'models_missing_api_key',
  listChatCompletions: 'stored_missing_api_key',
  getChatCompletion: 'stored_missing_api_key',
  updateChatCompletion: 'stored_missing_api_key',
  deleteChatCompletion: 'stored_missing_api_key',
  getChatCompletionMessages: 'stored_missing_api_key'
}

/** Returns a function that reads the caller of a request, and returns the API error of its key. An open operation accepts all keys. */
export function createAuthenticator({
  keys,
  options
}: AppContext): (request: FastifyRequest, isOpen: boolean) => ApiError | undefined {
  const checkSession = createSessionCheck(options)
  // By the settings of the key, which are freed with the key.
  const keyErrors = new WeakMap<ApiKey, { key: string; apiError: ApiError }>()
  return (request, isOpen) => {
    const { exchange } = request
    const { headers } = request.raw
    const key = (exchange.azure && readAzureKey(headers['api-key'])) ?? parseAuthorization(headers.authorization)
    const namedSession = request.raw.headers['x-mock-session']
    const sessionError = namedSession === undefined || namedSession === key ? undefined : checkSession(request)
    const session = shortenName(String((sessionError ? undefined : namedSession) ?? key ?? ''))
    const account = key ? keys.find(key) : undefined
    setCaller(exchange, key, session, account)
    if (sessionError || isOpen) return sessionError
    if (!key) return new ApiError(missingKeyErrors[exchange.operation ?? ''] ?? 'missing_api_key')
    if (!account) return new ApiError('invalid_api_key', { masked: maskKeyLikeService(key) })
    if (account.refusal) {
      const cached = keyErrors.get(account)
      if (cached?.key === key) return cached.apiError
      const apiError = new ApiError(account.refusal, { masked: maskKeyLikeService(key) })
      keyErrors.set(account, { key, apiError })
      return apiError
    }
    const { 'openai-organization': organization, 'openai-project': project } = request.raw.headers
    if (organization !== undefined && organization !== account.organization) {
      if (account.organization !== undefined) return new ApiError('mismatched_organization')
      if (!mayBeOrganization(String(organization)))
        return new ApiError('no_such_organization', { asked: String(organization) })
    }
    if (project !== undefined && account.project !== undefined && project !== account.project)
      return new ApiError('mismatched_project')
    return undefined
  }
}

/**
 * Whether a text has the form of an organization's id: words with hyphens, as in `org-…` and `user-…`. Clients with a wrong setting
 * send `null` or `Personal`. An absent header and an empty one are the same.
 */
const mayBeOrganization = (header: string) => header === '' || header.includes('-')

/** Returns the key of a Bearer header, or the password of a Basic header, which the service also accepts. */
function parseAuthorization(header: string | undefined): string | undefined {
  // The fast path of nearly every request.
  if (header?.startsWith('Bearer ') && header.charCodeAt(7) > 0x20 && header.charCodeAt(header.length - 1) > 0x20)
    return header.slice(7)
  const [, scheme, credentials] = /^(\w+)\s+(.*\S)\s*$/s.exec(header ?? '') ?? []
  if (!scheme || !credentials) return undefined
  if (/^bearer$/i.test(scheme)) return credentials
  if (/^basic$/i.test(scheme))
    return (
      Buffer.from(credentials, 'base64')
        .toString()
        .replace(/^[^:]*:/, '') || undefined
    )
  return undefined
}

/** An empty header is no key. A repeated header is one text. */
const readAzureKey = (header: string | string[] | undefined): string | undefined =>
  (header === undefined ? '' : String(header).trim()) || undefined

/** Masks a key: up to 12 characters stay, longer keys keep the first 8 and the last 4. Recorded with seven keys. */
export function maskKeyLikeService(key: string): string {
  return key.length <= 12 ? key : `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`
}
