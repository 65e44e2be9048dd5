/** Explains a request for an operation of the service that the server does not serve. */
import { abbreviate } from '../core/abbreviate.js'
import { ApiError } from '../core/api-error.js'

/** The resources of the service, by the first part of their path. */
const serviceResources = new Set(
  `answers assistants audio batches chat chatkit classifications completions containers content_provenance_checks conversations
  edits embeddings engines evals files fine-tunes fine_tuning images models moderations organization projects realtime responses
  search skills threads uploads vector_stores videos`.split(/\s+/)
)

/** The same operation of two resources, such as two assistants, is one dead end. */
export interface DeadEndInfo {
  path: string
  apiError: ApiError
}

/**
 * Returns undefined for a path that the service does not have either.
 *
 * @param served the operations that the server has, such as `POST /v1/chat/completions`
 */
export function explainDeadEnd(method: string, url: string, served: readonly string[]): DeadEndInfo | undefined {
  const path = url.split('?', 1)[0]!.replace(/\/+$/, '')
  const doubled = /^((?:\/[^/]+)*?\/v1)\/v1(?=\/|$)/.exec(path)
  if (doubled) {
    const single = abbreviate(`${doubled[1]}${path.slice(doubled[0].length)}`, 200)
    return {
      path: abbreviate(path, 200),
      apiError: new ApiError('doubled_base_path', { path: abbreviate(path, 200), single })
    }
  }
  const [resource = '', ...rest] = path.replace(/^\/(?:v1\/)?/, '').split('/')
  if (!serviceResources.has(resource)) return undefined
  const isServed = served.some(each => withoutBase(each.split(' ')[1]!) === [resource, ...rest].join('/'))
  // A wrong method of a served path is a mistake of the client, which the service answers too.
  if (isServed) return undefined
  const shown = abbreviate(path, 200)
  return {
    path: `/${path.startsWith('/v1/') ? 'v1/' : ''}${[resource, ...rest.map(maskId)].join('/')}`.slice(0, 200),
    apiError: new ApiError('operation_not_served', { operation: `${method} ${shown}`, served: served.join(', ') })
  }
}

const withoutBase = (path: string) => path.replace(/^\/(?:v1\/)?/, '')

/** Parts with digits are ids. */
const maskId = (part: string) => (/\d/.test(part) ? '{id}' : part)
