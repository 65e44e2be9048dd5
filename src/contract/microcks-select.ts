/** Selects the example for a request by the dispatcher of its operation, as Microcks does. */
import { followPath, fromPointer } from '../core/json-pointer.js'
import type { Dispatch } from './microcks-dispatch.js'

/** The parts of a request that a dispatcher uses. */
export interface DispatchRequest {
  body?: unknown
  headers?: Record<string, string | string[] | undefined>
}

/** Returns the name of the example, null for the default example, or undefined when no rule matches the request. */
export function selectExampleName(
  dispatch: Dispatch | undefined,
  request: DispatchRequest,
  hasExample: (name: string) => boolean
): string | null | undefined {
  if (!dispatch) return undefined
  switch (dispatch.kind) {
    case 'default':
      return null
    case 'header':
      return dispatch.names.map(name => [request.headers?.[name]].flat()[0]).find(value => value && hasExample(value))
    case 'json':
      return selectCase(dispatch, request.body)
    case 'fallback': {
      const name = selectExampleName(dispatch.inner, request, hasExample)
      return name && hasExample(name) ? name : dispatch.fallback
    }
  }
}

function selectCase(
  { exp, operator, cases, patterns }: Dispatch & { kind: 'json' },
  body: unknown
): string | undefined {
  const value = followPath(body, fromPointer(exp))
  const defaultCase = Object.hasOwn(cases, 'default') ? cases.default : undefined
  if (operator === 'presence') return cases[value === undefined ? 'missing' : 'found'] ?? defaultCase
  const text = value === null || typeof value === 'object' || value === undefined ? '' : String(value)
  if (operator === 'equals') return Object.hasOwn(cases, text) ? cases[text] : defaultCase
  const keys = Object.keys(cases).filter(key => key !== 'default')
  if (patterns) return patterns.find(({ test }) => test(text))?.name ?? defaultCase
  const size = operator === 'size' ? (Array.isArray(value) ? value.length : Number.NaN) : Number(text || Number.NaN)
  const key = keys.find(key => isWithin(key, size))
  return key === undefined ? defaultCase : cases[key]
}

/** Checks a range of Microcks: `[10;20[` includes 10 and excludes 20. */
function isWithin(range: string, value: number): boolean {
  const [, open, low, high, close] = /^\s*([[\]])\s*([^;]+?)\s*;\s*([^;]+?)\s*([[\]])\s*$/.exec(range) ?? []
  const [from, to] = [Number(low), Number(high)]
  return (open === '[' ? value >= from : value > from) && (close === ']' ? value <= to : value < to)
}
