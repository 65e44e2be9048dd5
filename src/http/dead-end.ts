/** Explains a request for an operation of the service that the server does not serve. */
import { abbreviate } from '../core/abbreviate.js'
import { ApiError } from '../core/api-error.js'
import { findServicePath } from './service-paths.js'

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
  const servicePath = findServicePath(withoutBase(path))
  // A wrong method of a served path is a mistake of the client, which the service answers too.
  if (servicePath === undefined || served.some(each => isAt(each, servicePath))) return undefined
  return {
    path: `${path.startsWith('/v1/') ? '/v1' : ''}/${servicePath}`,
    apiError: new ApiError('operation_not_served', {
      operation: `${method} ${abbreviate(path, 200)}`,
      served: listServed(served),
      advice: servicePath.startsWith('responses') ? ' Most clients have a setting for chat completions.' : ''
    })
  }
}

/** Clients show the start of a message: it names each resource once, by the operation that most clients want. */
function listServed(operations: readonly string[]): string {
  const byPath = new Map<string, string>()
  for (const operation of operations) {
    const path = operation.split(' ')[1]!
    if (!path.includes('{') && (!byPath.has(path) || operation.startsWith('POST '))) byPath.set(path, operation)
  }
  const names = [...byPath.values()]
  const more = names.length - maxNamed
  return more > 0 ? `${names.slice(0, maxNamed).join(', ')} and ${more} more` : names.join(', ')
}

const maxNamed = 12

const withoutBase = (path: string) => path.replace(/^\/(?:v1\/)?/, '')

const isAt = (operation: string, servicePath: string) =>
  withoutBase(operation.split(' ')[1]!).replace(/\{[^}]+\}/g, '{id}') === servicePath
