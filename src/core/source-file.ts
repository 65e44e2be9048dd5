/** Reads YAML and JSON files so that messages can show the `file:line:column` of any value. */
import { readFileSync } from 'node:fs'
import type { Document } from 'yaml'
import { ConfigError } from './config-error.js'
import { findNearest } from './edit-distance.js'
import { readDisk } from './file-reader.js'
import { fromPointer } from './json-pointer.js'
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
  let text: string
  try {
    // Synchronous reading is ten times as fast for ten thousand files.
    text = await readFile(path, () => readFileSync(path, 'utf8'))
  } catch (error) {
    throw new ConfigError([
      `${path}: can't be read (${(error as NodeJS.ErrnoException).code}), expected a YAML or JSON file`
    ])
  }
  return parseSource(path, text)
}

/** Parses YAML or JSON. @throws ConfigError with the location of a syntax error */
export async function parseSource(path: string, text: string): Promise<Source> {
  const { LineCounter, isMap, isScalar, parseDocument } = await import('yaml')
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, strict: true, uniqueKeys: true, prettyErrors: false })
  const formatLocation = (offset: number) => {
    const { line, col } = counter.linePos(offset)
    return `${path}:${line}:${col}`
  }
  // Only the first syntax error is reported, for later ones are often consequences of it.
  const [syntaxError] = document.errors
  if (syntaxError)
    throw new ConfigError([
      `${formatLocation(syntaxError.pos[0])}: ${syntaxError.message}, expected valid YAML or JSON`
    ])
  return {
    path,
    data: toData(document, formatLocation(0)),
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

// Resolving aliases fails for a file that multiplies them to exhaust memory.
function toData(document: Document.Parsed, location: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw new ConfigError([`${location}: ${(error as Error).message}`])
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

/** Formats a schema error as a line with its location, the problem and the expected value. */
export function formatSchemaError(source: Source, error: SchemaError): string {
  const { keyword, instancePath, params } = error
  const extra = params.additionalProperty ?? params.unevaluatedProperty
  const location = source.locate(instancePath, typeof extra === 'string' ? extra : undefined)
  const name = instancePath.split('/').at(-1) || 'the file'
  if (typeof extra === 'string') return `${location}: unknown key "${extra}"${suggestKeys(error, extra)}`
  if (keyword === 'required') return `${location}: ${name} lacks "${params.missingProperty}", which is required`
  if (keyword === 'enum')
    return `${location}: ${name} expected one of ${(params.allowedValues as unknown[]).join(', ')}`
  if (keyword === 'type') return `${location}: ${name} expected ${[params.type].flat().join(' or ')}`
  return `${location}: ${name} ${error.message.replace(/^must /, 'expected to ')}`
}

function suggestKeys({ parentSchema }: SchemaError, unknown: string): string {
  const allowedKeys = Object.keys(parentSchema?.properties ?? {}).filter(key => key !== '$schema')
  const closest = findNearest(unknown, allowedKeys)
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
