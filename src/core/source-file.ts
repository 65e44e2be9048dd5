/** Reads YAML and JSON files so that messages can show the `file:line:column` of any value. */
import { readFileSync } from 'node:fs'
import type { Document } from 'yaml'
import { ConfigError } from './config-error.js'
import { findNearest } from './edit-distance.js'
import { readDisk } from './file-reader.js'
import { followPath, fromPointer } from './json-pointer.js'
import { once } from './once.js'
import type { SchemaError } from './schema.js'

/** Parsed data with the locations of its values. */
export interface Source {
  path: string
  data: unknown
  /** Returns `file:line:column` of the value at a JSON pointer, or of its key `key`. */
  locate(pointer: string, key?: string): string
  /** Whether the build has validated the data. */
  isChecked?: boolean
}

/** Reads a YAML or JSON file. @throws ConfigError when it cannot be read or parsed */
export async function readSource(path: string, readFile = readDisk): Promise<Source> {
  return parseSource(path, await readSourceText(path, readFile))
}

/** Whether it pays to parse a text without the locations of its values. */
export const isLargeText = (text: string) => text.length >= 100_000

/**
 * Reads a YAML or JSON file that may be large, such as the document of a service. A parser without locations takes a fifth of the time
 * and half of the memory; the locations are found when a problem needs them.
 *
 * @throws ConfigError when it cannot be read or parsed
 */
export async function readLargeSource(path: string, readFile = readDisk): Promise<Source> {
  const text = await readSourceText(path, readFile)
  if (!isLargeText(text)) return parseSource(path, text)
  const [yaml, { load }] = await Promise.all([import('yaml'), import('js-yaml')])
  const locatable = once(() => parseWith(yaml, path, text))
  try {
    const data = /^\s*\{/.test(text) ? JSON.parse(text) : load(text, { maxAliases: 0 })
    return { path, data, locate: (pointer, key) => locatable().locate(pointer, key) }
  } catch {
    // The parser with locations knows where the syntax is wrong, and bounds what aliases repeat.
    return locatable()
  }
}

/** @throws ConfigError when the file cannot be read */
export async function readSourceText(path: string, readFile: typeof readDisk): Promise<string> {
  try {
    // Synchronous reading is ten times as fast for ten thousand files.
    return await readFile(path, () => readFileSync(path, 'utf8'))
  } catch (error) {
    throw new ConfigError([
      `${path}: can't be read (${(error as NodeJS.ErrnoException).code}), expected a YAML or JSON file`
    ])
  }
}

/** Parses YAML or JSON. @throws ConfigError with the location of a syntax error */
export async function parseSource(path: string, text: string): Promise<Source> {
  return parseWith(await import('yaml'), path, text)
}

function parseWith(
  { LineCounter, isMap, isScalar, parseDocument, visit }: typeof import('yaml'),
  path: string,
  text: string
): Source {
  const counter = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: counter,
    strict: true,
    uniqueKeys: true,
    prettyErrors: false,
    logLevel: 'silent'
  })
  const formatLocation = (offset: number) => {
    const { line, col } = counter.linePos(offset)
    return `${path}:${line}:${col}`
  }
  // Only the first syntax error is reported, for later ones are often consequences of it.
  const [syntaxError] = document.errors
  if (syntaxError)
    throw new ConfigError([
      `${formatLocation(syntaxError.pos[0])}: ${syntaxError.message}${adviseOnSyntax(syntaxError.code, lineAt(text, syntaxError.pos[0]))}, expected valid YAML or JSON`
    ])
  return {
    path,
    data: toData(document, message => {
      const unresolved = /Unresolved alias .*: (.*)$/.exec(message)?.[1]
      let offset = 0
      visit(document, {
        Alias: (_, { source, range }) => {
          if (source === unresolved) offset ||= range?.[0] ?? 0
        }
      })
      return formatLocation(offset)
    }),
    locate(pointer, key) {
      const keys = fromPointer(pointer)
      // A missing value has the location of its nearest existing parent.
      for (;;) {
        const node = keys.length ? document.getIn(keys, true) : document.contents
        const range = (node as { range?: [number, number, number] } | undefined)?.range
        if (node && range) {
          const pair =
            key === undefined || !isMap(node)
              ? undefined
              : node.items.find(item => isScalar(item.key) && String(item.key.value) === key)
          return formatLocation((pair?.key as { range?: [number] } | undefined)?.range?.[0] ?? range[0])
        }
        if (!keys.pop()) return `${path}:1:1`
      }
    }
  }
}

/** Mistakes in YAML: the code of the error, the line of it, and what to write instead. The first row counts. */
const syntaxAdvice: readonly [code: RegExp, line: RegExp, advice: string][] = [
  [/^BAD_DQ_ESCAPE$/, /./, 'write \\\\ in double quotation marks, or use single ones'],
  [/./, /[:[,{-]\s*\{\{/, 'write a text that begins with {{ in quotation marks'],
  [/./, /[:[,-]\s*[@`%*&!|>]/, 'write a text that begins with a special character in quotation marks'],
  [/^TAB_AS_INDENT$/, /./, 'indent with spaces'],
  [/^BLOCK_AS_IMPLICIT_KEY$/, /./, 'write a text that contains ": " in quotation marks'],
  [/^UNEXPECTED_TOKEN$/, /["'].*["']/, 'write the whole text in quotation marks, and escape those within']
]

function adviseOnSyntax(errorCode: string, line: string): string {
  const found = syntaxAdvice.find(([code, pattern]) => code.test(errorCode) && pattern.test(line))
  return found ? `; ${found[2]}` : ''
}

const lineAt = (text: string, offset: number) =>
  text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n', 1)[0] ?? ''

// Resolving aliases fails for a file that multiplies them to exhaust memory.
function toData(document: Document.Parsed, locate: (message: string) => string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    const { message } = error as Error
    const advice = /alias .*: /.test(message) ? '; write a text that begins with * in quotation marks' : ''
    throw new ConfigError([`${locate(message)}: ${message}${advice}`])
  }
}

/** Wraps data without a file, such as a request body. Its locations are JSON paths. */
export function inlineSource(path: string, data: unknown): Source {
  return {
    path,
    data,
    locate: (pointer, key) => `${path}: ${[...fromPointer(pointer), ...(key ? [key] : [])].join('.') || 'body'}`
  }
}

/**
 * Formats a schema error as a line with its location, the problem and the expected value.
 *
 * @param synonyms known keys by names that people write in their place
 */
export function formatSchemaError(
  source: Pick<Source, 'data' | 'locate'>,
  error: SchemaError,
  synonyms: Readonly<Record<string, string>> = {}
): string {
  const { keyword, instancePath, params } = error
  const extra = params.additionalProperty ?? params.unevaluatedProperty
  const location = source.locate(instancePath, typeof extra === 'string' ? extra : undefined)
  const name = instancePath.split('/').at(-1) || 'the file'
  if (typeof extra === 'string') return `${location}: unknown key "${extra}"${suggestKeys(error, extra, synonyms)}`
  if (keyword === 'required') return `${location}: ${name} lacks "${params.missingProperty}", which is required`
  if (keyword === 'enum')
    return `${location}: ${name} expected one of ${(params.allowedValues as unknown[]).join(', ')}`
  if (keyword === 'type') return `${location}: ${name} ${explainType(source.data, error)}`
  return `${location}: ${name} ${error.message.replace(/^must /, 'expected to ')}`
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  null: 'null'
}

function explainType(data: unknown, { instancePath, params }: SchemaError): string {
  const value = followPath(data, fromPointer(instancePath))
  const types = [params.type].flat().map(String)
  const expected = types.map(type => typeNames[type] ?? type).join(' or ')
  const isPlain = typeof value === 'number' || typeof value === 'boolean'
  if (isPlain && types.includes('string')) return `is ${value}, expected a text in quotation marks: "${value}"`
  if (value === null) return `is empty, expected ${expected}`
  return `is ${Array.isArray(value) ? 'a list' : typeNames[typeof value]}, expected ${expected}`
}

function suggestKeys(
  { parentSchema }: SchemaError,
  unknown: string,
  synonyms: Readonly<Record<string, string>>
): string {
  const allowedKeys = Object.keys(parentSchema?.properties ?? {}).filter(key => key !== '$schema')
  const synonym = Object.hasOwn(synonyms, unknown) ? synonyms[unknown]! : ''
  const closest = allowedKeys.includes(synonym) ? synonym : findNearest(unknown, allowedKeys)
  return `${closest ? `, did you mean "${closest}"?` : ''}${allowedKeys.length ? ` Expected one of ${allowedKeys.join(', ')}` : ''}`
}

/** Formats data as readable YAML. @param inlineKeys keys whose lists and maps are written in one line */
export async function formatYaml(data: unknown, inlineKeys: readonly string[] = []): Promise<string> {
  const { Document, isCollection, isScalar, visit } = await import('yaml')
  const document = new Document(data, { aliasDuplicateObjects: false })
  visit(document, {
    Pair(_key, { key, value }) {
      if (isScalar(key) && inlineKeys.includes(String(key.value)) && isCollection(value)) value.flow = true
    }
  })
  return document.toString({ lineWidth: 0 })
}
