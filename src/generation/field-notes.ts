/** Reads what instructions say about the value of a field: a note, a type of Python, or the type in a list of fields. */
import { isJsonObject } from '../core/json-pointer.js'
import type { Json, JsonObject } from '../core/openai-types.js'
import { findObjects } from './lenient-object.js'
import { readTypeWords } from './type-words.js'

/** The schema of a field, from its note, the type beside it, or the list of fields. */
export const readFieldType = (name: string, type: string | undefined, system: string): JsonObject | undefined =>
  readNote(name, system) ?? readPythonType(type) ?? readPythonType(findDeclaredType(name, system))

const maxNoteChars = 20_000

/** Reads the note behind a placeholder such as `{name}`, which may stand in a JSON string. */
function readNote(name: string, system: string): JsonObject | undefined {
  const mark = `{${name}}        # note: the value you produce `
  const at = system.indexOf(mark)
  if (at < 0) return undefined
  const note = (readString(system, at - 1) ?? system.slice(at).split('\n', 1)[0]!).slice(mark.length)
  const options = /\bone of: (.+)$/.exec(note)
  if (options) return { type: 'string', enum: options[1]!.split('; ').slice(0, 200) }
  if (/JSON schema/i.test(note)) {
    const value = findObjects(note)[0]?.value
    return isJsonObject(value) ? value : undefined
  }
  return /\bTrue or False\b/.test(note)
    ? { type: 'boolean' }
    : readTypeWords(note.replace(/^must be (?:a single )?/, ''))
}

/** Reads the JSON string that begins at a place. */
function readString(text: string, at: number): string | undefined {
  const string = /^"(?:[^"\\\n]|\\.)*"/.exec(text[at] === '"' ? text.slice(at, at + maxNoteChars) : '')?.[0]
  try {
    return string === undefined ? undefined : (JSON.parse(string) as string)
  } catch {
    return undefined
  }
}

/** The type of a field in a list such as "1. `pages` (dict[str, int]): the pages". */
function findDeclaredType(name: string, system: string): string | undefined {
  const at = system.indexOf(`. \`${name}\` (`)
  if (at < 0 || !/\d/.test(system[at - 1] ?? '')) return undefined
  return /^\(([^\n]{1,300}?)\):/.exec(system.slice(at + name.length + 5, at + name.length + 310))?.[1]
}

function readPythonType(type: string | undefined): JsonObject | undefined {
  if (type === undefined) return undefined
  const literal = /^Literal\[(.*)\]$/.exec(type)
  if (!literal) return readTypeWords(type)
  return { type: 'string', enum: literal[1]!.split(/,\s*/).map(part => part.replace(/^["']|["']$/g, '')) }
}

/** Moves the definitions of the fields to the schema that they are in, where `#` leads. */
export function liftDefinitions(schema: JsonObject): JsonObject {
  const definitions: Record<string, Json> = {}
  const properties = Object.entries(schema.properties as Record<string, JsonObject>).map(
    ([name, field]): [string, JsonObject] => {
      const { $defs, ...rest } = field
      if (typeof $defs !== 'object' || $defs === null) return [name, field]
      const lift = (value: Json) =>
        JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', `"#/$defs/${name}.`)) as Json
      for (const [key, definition] of Object.entries($defs)) definitions[`${name}.${key}`] = lift(definition)
      return [name, lift(rest) as JsonObject]
    }
  )
  return Object.keys(definitions).length === 0
    ? schema
    : { ...schema, properties: Object.fromEntries(properties), $defs: definitions }
}
