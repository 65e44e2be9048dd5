/** Compiles JSONPaths (RFC 9535) whose regular expressions take linear time, and bounds the work of each query. */
import { FunctionExpressionType, JSONPathEnvironment, type JSONPathQuery, type JSONValue, jsonpath } from 'json-p3'
import { ConfigError } from './config-error.js'
import type { Path } from './json-pointer.js'
import { compileLinearRegex, type LinearRegex } from './linear-regex.js'

/** A compiled JSONPath. Both functions throw `QueryTooLarge` when a query reads more values than its limit. */
export interface JsonPath {
  /** Whether the path finds anything in a value. */
  finds(value: unknown): boolean
  /** Returns the location of each value that the path finds. */
  locate(value: unknown): Path[]
}

/** A query would take too much work. Its message completes the sentence "The path …". */
export class QueryTooLarge extends Error {}

const maxPathLength = 1000
const maxNesting = 10
const maxDescents = 3
/** A query of 100,000 reads takes about a tenth of a second. A long path does more with each value that it reads. */
const defaultMaxReads = 100_000
const cheapPathLength = 100

/**
 * @param maxReads the number of values that a query may read
 * @throws ConfigError when the text is not a JSONPath, or is too long or too deep
 */
export function compileJsonPath(path: string, maxReads = defaultMaxReads): JsonPath {
  const shown = JSON.stringify(path.length > 100 ? `${path.slice(0, 100)}…` : path)
  const depthProblem = findDepthProblem(path)
  if (depthProblem) throw new ConfigError([`the JSONPath ${shown} ${depthProblem}`])
  const meter = new WorkMeter(Math.ceil(maxReads / Math.max(1, path.length / cheapPathLength)))
  const query = compile(path, shown, meter)
  return {
    finds: value => run(() => query.match(meter.start(value)) !== undefined),
    locate: value => run(() => query.query(meter.start(value)).locations())
  }
}

/** Checks the text before it is parsed, because the parser calls itself for each level. */
function findDepthProblem(path: string): string | undefined {
  if (path.length > maxPathLength) return `has ${path.length} characters, expected at most ${maxPathLength}`
  const syntax = path.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, '')
  let depth = 0
  for (const char of syntax) {
    if (char === '[' || char === '(') depth++
    else if (char === ']' || char === ')') depth--
    if (depth > maxNesting) return `is too deep, expected at most ${maxNesting} brackets within each other`
  }
  const descents = syntax.split('..').length - 1
  if (descents > maxDescents) return `has ".." ${descents} times, expected at most ${maxDescents} times`
  return undefined
}

function compile(path: string, shown: string, meter: WorkMeter): JSONPathQuery {
  try {
    return new LinearEnvironment(meter).compile(path)
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(error.problems.map(each => `${shown}: ${each}`))
    throw new ConfigError([
      `${shown} is not a JSONPath: ${(error as Error).message}, expected a path of RFC 9535, such as "$.messages[?@.role == 'tool']"`
    ])
  }
}

type CheckArguments = JSONPathEnvironment['checkWellTypedness']

/** Compiles the patterns of `match` and `search` with the path, so that a query compiles none. */
class LinearEnvironment extends JSONPathEnvironment {
  readonly #regexes = new Map<string, LinearRegex>()

  constructor(readonly meter: WorkMeter) {
    // Requests have at most 512 levels.
    super({ maxRecursionDepth: 600 })
  }

  protected override setupFilterFunctions(): void {
    super.setupFilterFunctions()
    for (const name of ['match', 'search'])
      this.functionRegister.set(name, {
        argTypes: [FunctionExpressionType.ValueType, FunctionExpressionType.ValueType],
        returnType: FunctionExpressionType.LogicalType,
        call: (text, pattern) => {
          if (typeof text !== 'string') return false
          this.meter.spend(text.length >> 6)
          return this.#regexes.get(`${name} ${String(pattern)}`)?.test(text) === true
        }
      })
  }

  override checkWellTypedness(...[token, args]: Parameters<CheckArguments>): ReturnType<CheckArguments> {
    const checked = super.checkWellTypedness(token, args)
    const name = token.value
    if (name !== 'match' && name !== 'search') return checked
    const [, pattern] = checked
    if (!(pattern instanceof jsonpath.expressions.StringLiteral))
      throw new ConfigError([`the second argument of ${name}() is not a text, expected a pattern in quotation marks`])
    const text = toJavaScript(pattern.value)
    const regex = compileLinearRegex(name === 'match' ? `^(?:${text})$` : text, '', `${name}(…, '${pattern.value}')`)
    this.#regexes.set(`${name} ${pattern.value}`, regex)
    return checked
  }
}

/** In the regular expressions of JSONPath (RFC 9485), a dot also matches no carriage return. */
const toJavaScript = (pattern: string): string =>
  pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\./gs, part => (part === '.' ? '[^\\n\\r]' : part))

/** The library throws when a list is too long, or a value too deep, for the stack. */
function run<T>(query: () => T): T {
  try {
    return query()
  } catch (error) {
    if (error instanceof QueryTooLarge) throw error
    throw new QueryTooLarge('is too deep for this value')
  }
}

/** Counts the work of a query. Reading a deep value costs more, because its location is long; so does a long text. */
class WorkMeter {
  #left = 0
  readonly #handlers: ProxyHandler<object>[] = []
  constructor(readonly limit: number) {}

  /** Starts a query: wraps a value so that everything that reads it counts, also comparisons. */
  start(value: unknown): JSONValue {
    this.#left = this.limit
    return this.#wrap(value, 0) as JSONValue
  }

  spend(cost: number): void {
    this.#left -= cost
    if (this.#left < 0) throw new QueryTooLarge(`reads more than ${this.limit} values`)
  }

  #wrap(value: unknown, depth: number): unknown {
    if (typeof value === 'string') this.spend(value.length >> 10)
    if (typeof value !== 'object' || value === null) return value
    this.#handlers[depth] ??= this.#createHandler(depth)
    return new Proxy(value, this.#handlers[depth])
  }

  #createHandler(depth: number): ProxyHandler<object> {
    const cost = 1 + (depth >> 3)
    return {
      get: (target, key) => {
        this.spend(cost)
        return this.#wrap(Reflect.get(target, key), depth + 1)
      }
    }
  }
}
