/** Bearer checks as the service makes them: a missing or malformed key, a wrong one, one that stands for a refusal. */
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../core/api-error.js'
import type { Key } from '../core/api-key.js'
import type { Rooms } from './context.js'

/** What each of the service's servers says when there is no key at all. */
const missing: Record<string, string> = {
  listModels: 'models_missing_api_key',
  retrieveModel: 'models_missing_api_key',
  deleteModel: 'models_missing_api_key',
  listChatCompletions: 'stored_missing_api_key',
  getChatCompletion: 'stored_missing_api_key',
  updateChatCompletion: 'stored_missing_api_key',
  deleteChatCompletion: 'stored_missing_api_key',
  getChatCompletionMessages: 'stored_missing_api_key'
}

export function createAuth({ keys }: Rooms): (request: FastifyRequest) => Refusal | undefined {
  // As many as there are keys that stand for a refusal.
  const refused = new Map<string, { known: Key; refusal: Refusal }>()
  return request => {
    const key = keyOf(request.raw.headers.authorization)
    const { exchange } = request
    exchange.key = key
    exchange.session = String(request.raw.headers['x-mock-session'] ?? key ?? '')
    if (!key) return new Refusal(missing[exchange.operation ?? ''] ?? 'missing_api_key')
    const known = keys.of(key)
    if (!known) return new Refusal('invalid_api_key', { masked: maskAsService(key) })
    exchange.account = known
    if (known.refusal) {
      const before = refused.get(key)
      if (before?.known === known) return before.refusal
      const refusal = new Refusal(known.refusal, { masked: maskAsService(key) })
      refused.set(key, { known, refusal })
      return refusal
    }
    const { 'openai-organization': organization, 'openai-project': project } = request.raw.headers
    if (organization !== undefined && known.organization !== undefined && organization !== known.organization)
      return new Refusal('mismatched_organization')
    if (project !== undefined && known.project !== undefined && project !== known.project)
      return new Refusal('mismatched_project')
    return undefined
  }
}

/** The key of a Bearer header, or of a Basic one with a blank user name, which the service also takes. */
function keyOf(header: string | undefined): string | undefined {
  // Nearly every key comes so; the rest of this is for the others.
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

/** Up to 12 characters stand as they are; of longer keys the first 8 and the last 4. Recorded on seven keys. */
export function maskAsService(key: string): string {
  return key.length <= 12 ? key : `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`
}
