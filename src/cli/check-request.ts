/** Reports how the service responds to a request body, why, and where in the file, for `standin check FILE`. */
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { createTokenizer } from '../completion/tokenizer.js'
import { ApiError, type ErrorCatalog } from '../core/api-error.js'
import { ConfigError } from '../core/config-error.js'
import { toPointer } from '../core/json-pointer.js'
import { createModels } from '../core/model.js'
import type { Options } from '../core/options.js'
import { parseSource, type Source } from '../core/source-file.js'
import { describeError, findErrorEvidence, findErrorTemplate } from '../fixtures/error-catalog.js'
import { loadConfig } from '../server/load-config.js'
import { createChatValidator } from '../server/request-validator.js'

interface CheckReport {
  report: string
  /** How many of the bodies the service rejects. */
  rejected: number
}

/** @param paths files with one request body each; `-` is standard input. Throws a ConfigError for an unreadable file. */
export async function checkRequests(paths: readonly string[], options: Options): Promise<CheckReport> {
  const { errorCatalog, modelTable, spec, requestChecks } = await loadConfig(options)
  const modelRules = { models: createModels(modelTable, options.asOf), unknownModels: options.unknownModels }
  const tokenizer = createTokenizer()
  await Promise.all([tokenizer.load('o200k_base'), tokenizer.load('cl100k_base')])
  const validate = createChatValidator(spec, requestChecks, modelRules, tokenizer)
  const reports: string[] = []
  let rejected = 0
  for (const path of paths) {
    const name = path === '-' ? 'standard input' : path
    const body = await readBody(path)
    const source = await parseRequest(name, body)
    const apiError = source instanceof ConfigError ? new ApiError('body_not_json') : validate(source.data, body)
    if (apiError) rejected++
    reports.push(
      apiError
        ? formatErrorReport(name, body, apiError, source, errorCatalog)
        : `${name}: the service would accept this request\n`
    )
  }
  return { report: reports.join('\n'), rejected }
}

async function readBody(path: string): Promise<string> {
  if (path === '-') return text(process.stdin)
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError([`${path}: can't be read (${error.code}), expected a file with a request body as JSON`])
  })
}

/** Parses a body, or returns the location and the message of its syntax error. */
async function parseRequest(name: string, body: string): Promise<Source | ConfigError> {
  try {
    JSON.parse(body)
    return await parseSource(name, body)
  } catch (error) {
    const { message } = error as Error
    const offset = findSyntaxErrorOffset(message, body)
    const before = body.slice(0, offset).split('\n')
    return new ConfigError([`${name}:${before.length}:${before.at(-1)!.length + 1}`, message])
  }
}

/** Finds a syntax error in JSON. Messages of V8 contain its position or the text around it. */
function findSyntaxErrorOffset(message: string, body: string): number {
  const position = /position (\d+)/.exec(message)?.[1]
  if (position) return Number(position)
  const [, token = '', dots, around = ''] =
    /token '?(.)'?, (\.\.\.)?"([\s\S]*)"(?:\.\.\.)?,? is not valid/.exec(message) ?? []
  const start = body.indexOf(around)
  if (!around || start < 0) return body.length
  return dots ? start + 10 : Math.max(0, body.indexOf(token))
}

function formatErrorReport(
  name: string,
  body: string,
  apiError: ApiError,
  source: Source | ConfigError,
  errorCatalog: ErrorCatalog
): string {
  const { status } = findErrorTemplate(errorCatalog, apiError)
  const { message, type, param, code } = describeError(errorCatalog, apiError).error
  const { reason, errorName } = apiError
  const { evidence = 'inferred', seen } = findErrorEvidence(errorCatalog, apiError)
  const [location, syntaxError] =
    source instanceof ConfigError ? source.problems : [findErrorLocation(source, apiError, param), undefined]
  const lines = [
    `${name}: the service would reject this request with ${status}`,
    `  ${message}`,
    `  type ${type} · param ${param} · code ${code}`,
    `  error ${errorName} · ${reason ? `${reason.kind}: ${reason.detail}` : 'before the body is validated'} · ${evidence}${seen ? ` ${seen}` : ''}`,
    ...(syntaxError ? [`  ${syntaxError}`] : []),
    ...formatExcerpt(body, location!)
  ]
  return `${lines.join('\n')}\n`
}

/** Locates an API error in a body: the value of its `param`, or else the value that broke the schema. */
function findErrorLocation(source: Source, { reason, errorName, params }: ApiError, param: string | null): string {
  const path = String(param ?? params.p ?? '')
    .split(/\.|\[(\d+)\]/)
    .filter(step => step !== undefined && step !== '')
  // For an unknown parameter, the location is that of its key.
  if (errorsOfKeys.has(errorName) && path.length) return source.locate(toPointer(path.slice(0, -1)), path.at(-1))
  if (path.length) return source.locate(toPointer(path))
  return source.locate(reason?.pointer ?? '')
}

const errorsOfKeys: ReadonlySet<string> = new Set(['unknown_parameter', 'unrecognized_arguments'])

/** Formats the line of a location, with a mark under the column. */
function formatExcerpt(body: string, location: string): string[] {
  const [, line = '1', column = '1'] = /:(\d+):(\d+)$/.exec(location) ?? []
  const text = body.split('\n')[Number(line) - 1] ?? ''
  const at = Number(column) - 1
  // A long line is cut to 60 characters on each side.
  const start = Math.max(0, at - 60)
  const excerpt = text.slice(start, at + 60)
  const margin = ' '.repeat(line.length)
  return [`  ${location}`, `  ${line} | ${excerpt}`, `  ${margin} | ${' '.repeat(at - start)}^`]
}
