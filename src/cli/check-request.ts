/** `standin check request.json`: what the service would say to a body, why, and where in the file. */
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { promptTokens } from '../completion/prompt-tokens.js'
import { createTokenizer } from '../completion/tokenizer.js'
import { type Because, type Catalog, Mistake, Refusal } from '../core/api-error.js'
import { toPointer } from '../core/json-pointer.js'
import { createModels } from '../core/model.js'
import type { Options } from '../core/options.js'
import { parseSource, type Source } from '../core/source-file.js'
import { errorBody } from '../fixtures/error-catalog.js'
import { readFiles } from '../server/load-config.js'
import { chatValidator } from '../server/request-validator.js'

export interface Explained {
  report: string
  /** How many of the bodies the service would refuse. */
  refused: number
}

/** @param paths files with a request body each; `-` is standard input. Throws a Mistake when one can't be read. */
export async function explain(paths: readonly string[], options: Options): Promise<Explained> {
  const { catalog, models: table, spec, requests } = await readFiles(options)
  const models = createModels(table)
  const tokenizer = createTokenizer()
  await Promise.all([tokenizer.load('o200k_base'), tokenizer.load('cl100k_base')])
  const refuse = chatValidator(spec, requests, {
    models,
    unknownModels: options.unknownModels,
    countTokens: (body, model) => promptTokens(body, model, words => tokenizer.count(words, model.encoding)).total
  })
  const reports: string[] = []
  let refused = 0
  for (const path of paths) {
    const name = path === '-' ? 'standard input' : path
    const body = await readBody(path)
    const source = await parsed(name, body)
    const refusal = source instanceof Mistake ? new Refusal('body_not_json') : refuse(source.data)
    if (refusal) refused++
    reports.push(
      refusal ? refusalReport(name, body, refusal, source, catalog) : `${name}: the service would answer this\n`
    )
  }
  return { report: reports.join('\n'), refused }
}

async function readBody(path: string): Promise<string> {
  if (path === '-') return text(process.stdin)
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Mistake([`${path}: can't be read (${error.code}), expected a file with the JSON of a request's body`])
  })
}

/** The body with its places, or what keeps it from being JSON. */
async function parsed(name: string, body: string): Promise<Source | Mistake> {
  try {
    JSON.parse(body)
    return await parseSource(name, body)
  } catch (error) {
    const { message } = error as Error
    const offset = faultOf(message, body)
    const before = body.slice(0, offset).split('\n')
    return new Mistake([`${name}:${before.length}:${before.at(-1)!.length + 1}`, message])
  }
}

/** Where JSON goes wrong: engines tell the position, or show what is around it. */
function faultOf(message: string, body: string): number {
  const position = /position (\d+)/.exec(message)?.[1]
  if (position) return Number(position)
  const [, token = '', dots, around = ''] =
    /token '?(.)'?, (\.\.\.)?"([\s\S]*)"(?:\.\.\.)?,? is not valid/.exec(message) ?? []
  const start = body.indexOf(around)
  if (!around || start < 0) return body.length
  return dots ? start + 10 : Math.max(0, body.indexOf(token))
}

function refusalReport(
  name: string,
  body: string,
  refusal: Refusal,
  source: Source | Mistake,
  catalog: Catalog
): string {
  const { status, body: answer } = errorBody(catalog, refusal)
  const { message, type, param, code } = JSON.parse(answer).error
  const { because } = refusal
  const evidence = because?.evidence ?? catalog[refusal.refusal]?.evidence ?? 'inferred'
  const [place, fault] =
    source instanceof Mistake ? source.problems : [placeOf(source, because, param, refusal.refusal), undefined]
  const lines = [
    `${name}: the service would refuse this with ${status}`,
    `  ${message}`,
    `  type ${type} · param ${param} · code ${code}`,
    `  refusal ${refusal.refusal} · ${because ? `${because.kind}: ${because.what}` : 'before the body is looked at'} · ${evidence}`,
    ...(fault ? [`  ${fault}`] : []),
    ...pointed(body, place!)
  ]
  return `${lines.join('\n')}\n`
}

/** Where a refusal points: what the schema met, or else the parameter that it names. */
function placeOf(source: Source, because: Because | undefined, param: string | null, refusal: string): string {
  const path = (param ?? '').split(/\.|\[(\d+)\]/).filter(step => step !== undefined && step !== '')
  // What is too much is pointed at by its name, what is missing by the place where it should be.
  if (refusal === 'unknown_parameter' && path.length) return source.place(toPointer(path.slice(0, -1)), path.at(-1))
  if (path.length) return source.place(toPointer(path))
  return source.place(because?.pointer ?? '')
}

/** The line of a place, and a mark under it. */
function pointed(body: string, place: string): string[] {
  const [, line = '1', column = '1'] = /:(\d+):(\d+)$/.exec(place) ?? []
  const text = body.split('\n')[Number(line) - 1] ?? ''
  const at = Number(column) - 1
  // Of a long line only what is near the place is shown.
  const from = Math.max(0, at - 60)
  const shown = text.slice(from, at + 60)
  const margin = ' '.repeat(line.length)
  return [`  ${place}`, `  ${line} | ${shown}`, `  ${margin} | ${' '.repeat(at - from)}^`]
}
