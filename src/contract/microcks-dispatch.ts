/** Parses the `x-microcks-operation` of operations. Dispatchers with scripts are rejected. */
import { ConfigError } from '../core/config-error.js'
import { isObject } from '../core/json-pointer.js'
import { compileLinearRegex } from '../core/linear-regex.js'
import { tryParseJson } from '../core/try-parse-json.js'

export type Dispatch =
  /** The default example. */
  | { kind: 'default' }
  | { kind: 'json'; exp: string; operator: string; cases: Record<string, string>; patterns?: CasePattern[] }
  | { kind: 'header'; names: string[] }
  | { kind: 'fallback'; inner?: Dispatch; fallback: string }

/** A case of the operator `regexp`. */
interface CasePattern {
  test(text: string): boolean
  /** The name of the example. */
  name: string
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
  const caseNames = Object.fromEntries(Object.entries(cases).map(([key, name]) => [key, String(name)]))
  const dispatch: Dispatch = { kind: 'json', exp: rules.exp, operator, cases: caseNames }
  if (operator !== 'regexp') return { dispatch, warnings: [] }
  const patterns = compilePatterns(caseNames)
  return typeof patterns === 'string' ? invalid(patterns) : { dispatch: { ...dispatch, patterns }, warnings: [] }
}

/** Returns the problem of a case that is no regular expression. */
function compilePatterns({ default: _, ...cases }: Record<string, string>): CasePattern[] | string {
  try {
    return Object.entries(cases).map(([key, name]) => {
      const regex = compileLinearRegex(`^(?:${key})$`, '', key)
      return { test: text => regex.test(text), name }
    })
  } catch (error) {
    if (error instanceof ConfigError) return `a case of dispatcherRules: ${error.message}`
    throw error
  }
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

const dispatchOperators = new Set(['equals', 'range', 'size', 'regexp', 'presence'])
