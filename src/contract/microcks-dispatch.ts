/** Selects the example for a request by the `x-microcks-operation` of its operation. Dispatchers with scripts are rejected. */
import { followPath, fromPointer, isObject } from '../core/json-pointer.js'
import { tryParseJson } from '../core/try-parse-json.js'

export type Dispatch =
  /** The default example. */
  | { kind: 'default' }
  | { kind: 'json'; exp: string; operator: string; cases: Record<string, string> }
  | { kind: 'header'; names: string[] }
  | { kind: 'fallback'; inner?: Dispatch; fallback: string }

/** The parts of a request that a dispatcher uses. */
export interface DispatchRequest {
  body?: unknown
  headers?: Record<string, string | string[] | undefined>
}

export interface ParsedDispatch {
  dispatch?: Dispatch
  warnings: string[]
  /** Why the rules are invalid. */
  problem?: string
}

/** Parses `dispatcher` and `dispatcherRules`. */
export function parseDispatch(dispatcher: unknown, rules: unknown): ParsedDispatch {
  if (dispatcher === undefined || dispatcher === '') return { warnings: [] }
  const isJson = typeof rules === 'string' && /^\s*\{/.test(rules)
  const parsedRules = isJson ? tryParseJson(rules) : rules
  if (isJson && parsedRules === undefined) return invalid('dispatcherRules is not JSON')
  switch (dispatcher) {
    case 'FALLBACK':
      return withObjectWarning(parseFallback(parsedRules), rules)
    case 'JSON_BODY':
      return withObjectWarning(parseJsonBody(parsedRules), rules)
    case 'QUERY_HEADER':
      return parseQueryHeader(rules)
    case 'SCRIPT':
    case 'GROOVY':
    case 'JS':
      return invalid(`the dispatcher ${dispatcher} would run code from a document, which Standin does not do`)
    default:
      return invalid(
        `the dispatcher \`${String(dispatcher)}\` is unknown; expected FALLBACK, JSON_BODY or QUERY_HEADER`
      )
  }
}

const invalid = (problem: string): ParsedDispatch => ({ warnings: [], problem })

function parseFallback(rules: unknown): ParsedDispatch {
  if (rules === undefined || rules === '')
    return {
      dispatch: { kind: 'default' },
      warnings: ['FALLBACK without dispatcherRules: the response is always the default example']
    }
  if (!isObject(rules) || typeof rules.fallback !== 'string')
    return invalid('dispatcherRules of FALLBACK need `fallback`, the name of an example')
  const inner = parseDispatch(rules.dispatcher, rules.dispatcherRules)
  if (inner.problem) return inner
  return {
    dispatch: { kind: 'fallback', inner: inner.dispatch, fallback: rules.fallback },
    warnings: inner.warnings
  }
}

function parseJsonBody(rules: unknown): ParsedDispatch {
  const cases = isObject(rules) ? rules.cases : undefined
  if (!isObject(rules) || typeof rules.exp !== 'string' || !isObject(cases))
    return invalid('dispatcherRules of JSON_BODY need `exp`, `operator` and `cases`')
  const operator = String(rules.operator ?? 'equals')
  if (!dispatchOperators.has(operator))
    return invalid(`the operator \`${operator}\` is unknown; expected ${[...dispatchOperators].join(', ')}`)
  const invalidCase = operator === 'regexp' && Object.keys(cases).find(key => key !== 'default' && !isRegExp(key))
  if (invalidCase) return invalid(`the case \`${invalidCase}\` is not a regular expression`)
  const caseNames = Object.fromEntries(Object.entries(cases).map(([key, name]) => [key, String(name)]))
  return { dispatch: { kind: 'json', exp: rules.exp, operator, cases: caseNames }, warnings: [] }
}

function parseQueryHeader(rules: unknown): ParsedDispatch {
  if (typeof rules !== 'string' || rules.trim() === '')
    return invalid('dispatcherRules of QUERY_HEADER need the names of headers, joined by &&')
  const names = rules.split('&&').map(name => name.trim().toLowerCase())
  return { dispatch: { kind: 'header', names }, warnings: [] }
}

/** Warns about valid rules that are an object. */
function withObjectWarning(parsed: ParsedDispatch, rules: unknown): ParsedDispatch {
  if (parsed.problem || !isObject(rules)) return parsed
  const warning = 'dispatcherRules is an object; Microcks itself reads only a string with JSON'
  return { ...parsed, warnings: [warning, ...parsed.warnings] }
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

const dispatchOperators = new Set(['equals', 'range', 'size', 'regexp', 'presence'])

function isRegExp(text: string): boolean {
  try {
    return Boolean(new RegExp(`^(?:${text})$`))
  } catch {
    return false
  }
}

function selectCase({ exp, operator, cases }: Dispatch & { kind: 'json' }, body: unknown): string | undefined {
  const value = followPath(body, fromPointer(exp))
  const defaultCase = Object.hasOwn(cases, 'default') ? cases.default : undefined
  if (operator === 'presence') return cases[value === undefined ? 'missing' : 'found'] ?? defaultCase
  const text = value === null || typeof value === 'object' || value === undefined ? '' : String(value)
  if (operator === 'equals') return Object.hasOwn(cases, text) ? cases[text] : defaultCase
  const keys = Object.keys(cases).filter(key => key !== 'default')
  if (operator === 'regexp') {
    const key = keys.find(key => new RegExp(`^(?:${key})$`).test(text))
    return key === undefined ? defaultCase : cases[key]
  }
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
