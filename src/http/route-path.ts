/** Converts the paths of a document to the router's, and tells operations apart that differ by their query only. */
import type { Operation } from '../contract/operations.js'

/** The operations of one route. A path of a document may end with a query: `/responses?beta=true`. */
export interface RouteGroup<T> {
  url: string
  method: string
  /** The operations with the longest query first. */
  choices: { query: [name: string, value: string][]; value: T }[]
}

/** Groups operations by method and path without its query. */
export function groupRoutes(operations: readonly Operation[]): RouteGroup<Operation>[] {
  const groups = new Map<string, RouteGroup<Operation>>()
  for (const operation of operations) {
    for (const path of operation.paths) {
      const [plain = '', query = ''] = path.split('?')
      const [url, method] = [toRoutePath(plain), operation.method.toUpperCase()]
      const group = groups.get(`${method} ${url}`) ?? { url, method, choices: [] }
      groups.set(`${method} ${url}`, group)
      group.choices.push({ query: [...new URLSearchParams(query)], value: operation })
      group.choices.sort((a, b) => b.query.length - a.query.length)
    }
  }
  return [...groups.values()]
}

/** Returns what the query of a URL selects: the first of the choices whose query it has, or else the last. */
export function selectRoute<T>({ choices }: RouteGroup<T>, url: string): T {
  const last = choices.at(-1)!.value
  if (choices.length === 1) return last
  const query = new URLSearchParams(url.split('?')[1] ?? '')
  return choices.find(choice => choice.query.every(([name, value]) => query.get(name) === value))?.value ?? last
}

/**
 * `/a/{b-c}:run` is `/a/:b_c([^/:]+)::run`: the router has `:` for parameters, letters in their names, and the end of a parameter at the
 * next slash, unless it has a pattern.
 */
const toRoutePath = (path: string): string =>
  path.replaceAll(':', '::').replace(/\{([^}]+)\}(?=(.?))/g, (_, name: string, next: string) => {
    const pattern = next === '' || next === '/' ? '' : `([^/${next}]+)`
    return `:${name.replace(/\W/g, '_')}${pattern}`
  })
