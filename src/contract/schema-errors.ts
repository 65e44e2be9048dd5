/** From a validator's complaint to the service's refusal: which name, and the facts that its words need. */

import { type Because, type Facts, Refusal } from '../core/api-error.js'
import { fromPointer } from '../core/json-pointer.js'
import type { Complaint } from '../core/schema.js'
import { andList, nounOf, orList, shorten, wanted } from './error-phrases.js'

/** A complaint with everything that its words can depend on. */
interface Place {
  keyword: string
  params: Record<string, unknown>
  /** As the service writes it: `messages[0].content[1].type`. */
  p: string
  /** The same with the numbers left out: `messages[].content[].type`. */
  kind: string
  value: unknown
  /** The complaint before it, where a keyword reports what another found. */
  note?: Complaint
  /** The schema's property for the field in question. */
  property: Property
}

interface Property {
  type?: string | string[]
  enum?: unknown[]
}

/** Words the first of a validator's complaints about a body. */
export function refusalOf(
  body: unknown,
  complaints: readonly Complaint[],
  properties: Record<string, unknown>
): Refusal {
  const complaint = decisive(complaints)
  const steps = fromPointer(complaint.instancePath)
  const { p, kind, value } = locate(body, steps)
  const place: Place = {
    keyword: complaint.keyword,
    params: complaint.params,
    p,
    kind,
    value,
    note: complaints.at(-2),
    property: Object.hasOwn(properties, steps[0] ?? '') ? ((properties[steps[0] ?? ''] ?? {}) as Property) : {}
  }
  const row = rows.find(({ keyword, when }) => keyword.includes(place.keyword) && (when?.(place) ?? true))
  const because: Because = {
    kind: 'schema',
    what: `${complaint.keyword} at ${complaint.schemaPath}`,
    pointer: complaint.instancePath
  }
  return row
    ? new Refusal(row.refusal, row.facts(place), undefined, because)
    : new Refusal('invalid_parameter', { p: place.p }, undefined, because)
}

/** The top-level field that complaints are about; empty when they are about the body itself. */
export function fieldOf(complaints: readonly Complaint[]): string {
  return fromPointer(decisive(complaints).instancePath)[0] ?? ''
}

/** The member that a body has and may not have, when that is what complaints are about. */
export function offendingKey(complaints: readonly Complaint[]): string | undefined {
  const { instancePath, params } = decisive(complaints)
  const key = params.additionalProperty ?? params.unevaluatedProperty
  return instancePath === '' && typeof key === 'string' ? key : undefined
}

export const keywordOf = (complaints: readonly Complaint[]): string => decisive(complaints).keyword

/**
 * Where a union has no discriminator, every branch complains. A branch of another JSON type was not meant, and the one that
 * got deepest into the value was.
 */
function decisive(complaints: readonly Complaint[]): Complaint {
  const last = complaints.at(-1) as Complaint
  if (!unions.has(last.keyword)) return last
  let best: Complaint | undefined
  const types: unknown[] = []
  for (const note of complaints) {
    if (unions.has(note.keyword)) continue
    if (note.keyword === 'type' && note.instancePath === last.instancePath) types.push(note.params.type)
    else if (!best || depth(note) > depth(best)) best = note
  }
  return best ?? { ...last, keyword: 'type', params: { type: types.flat() } }
}

const unions = new Set(['oneOf', 'anyOf', 'if'])
const depth = ({ instancePath }: Complaint) => instancePath.split('/').length

function locate(body: unknown, steps: readonly string[]): { p: string; kind: string; value: unknown } {
  let value = body
  let p = ''
  let kind = ''
  for (const step of steps) {
    if (Array.isArray(value)) {
      p += `[${step}]`
      kind += '[]'
    } else {
      p = member(p, step)
      kind = member(kind, step)
    }
    value = (value as Record<string, unknown> | undefined)?.[step]
  }
  return { p, kind, value }
}

const member = (path: string, key: unknown) => (path ? `${path}.${key}` : String(key))

/** How the service lists the texts that a place takes, where that is not the schema's order or not in the schema at all. */
const texts: Record<string, readonly string[]> = {
  'messages[].role': ['system', 'assistant', 'user', 'function', 'tool', 'developer'],
  'messages[].content[].type': ['text', 'image_url', 'input_audio', 'refusal', 'audio', 'file'],
  'messages[].tool_calls[].type': ['function', 'custom'],
  'tools[].type': ['function', 'custom'],
  'tool_choice.type': ['function', 'custom', 'allowed_tools'],
  'response_format.type': ['json_object', 'json_schema', 'text']
}

/** What the service says it expected, where that is not the noun of a type. */
const wants: Record<string, string> = {
  messages: 'an array of objects',
  'messages[].content': 'one of a string or array of objects',
  'messages[].tool_calls': 'an array of objects',
  functions: 'an array of function definitions',
  tools: 'an array of objects',
  tool_choice: "one of one of 'none', 'auto', or 'required' or object",
  function_call: "one of one of 'none' or 'auto' or object",
  metadata: 'a metadata object',
  modalities: 'an array of strings',
  'prediction.content': 'one of a string or array of objects',
  stop: 'one of a string or array of strings'
}

const isText = (value: unknown): value is string => typeof value === 'string'

function want({ kind, params, property }: Place): string {
  const fixed = wants[kind]
  if (fixed) return fixed
  const choices = texts[kind] ?? (kind.includes('.') || kind.includes('[') ? undefined : property.enum?.filter(isText))
  return choices?.length ? `one of ${orList(choices)}` : wanted([params.type].flat().map(String))
}

const wrongType = (place: Place): Facts => ({ p: place.p, want: want(place), got: nounOf(place.value) })

function wrongText({ p, kind, value, params }: Place): Facts {
  const allowed = texts[kind] ?? [params.allowedValues ?? params.allowedValue].flat().filter(isText)
  return { p, value: shorten(String(value)), values: andList(allowed) }
}

// A discriminator complains about the object; its refusal is about the member that tells the branches apart.
function tagOf(place: Place): Place {
  const tag = String(place.params.tag)
  const value = (place.value as Record<string, unknown> | undefined)?.[tag]
  return {
    ...place,
    p: member(place.p, tag),
    kind: member(place.kind, tag),
    value,
    property: {},
    params: { type: 'string' }
  }
}

const isDecimal = ({ property }: Place) => [property.type].flat().includes('number')
const length = (value: unknown) =>
  isText(value) ? [...value].length : Array.isArray(value) ? value.length : Object.keys(value ?? {}).length
const limited = ({ p, params, value }: Place): Facts => ({ p, limit: Number(params.limit), length: length(value) })
const ranged = ({ p, params, value }: Place): Facts => ({ p, limit: Number(params.limit), value: String(value) })

interface Row {
  keyword: readonly string[]
  when?(place: Place): boolean
  refusal: string
  facts(place: Place): Facts
}

const least = ['minimum', 'exclusiveMinimum']
const most = ['maximum', 'exclusiveMaximum']

// The first row that fits words the complaint.
const rows: readonly Row[] = [
  {
    // Whatever its type is, a choice without a function is told so first.
    keyword: ['required', 'discriminator'],
    when: ({ kind, params, value }) =>
      kind === 'tool_choice' &&
      (params.missingProperty === 'type' || params.error === 'mapping' || params.error === 'tag') &&
      (value as { function?: unknown }).function === undefined,
    refusal: 'missing_required_parameter',
    facts: () => ({ p: 'tool_choice.function' })
  },
  {
    keyword: ['required'],
    refusal: 'missing_required_parameter',
    facts: ({ p, params }) => ({ p: member(p, params.missingProperty) })
  },
  {
    keyword: ['additionalProperties', 'unevaluatedProperties'],
    refusal: 'unknown_parameter',
    facts: ({ p, params }) => ({ p: member(p, params.additionalProperty ?? params.unevaluatedProperty) })
  },
  {
    keyword: ['discriminator'],
    when: place => tagOf(place).value === undefined,
    refusal: 'missing_required_parameter',
    facts: place => ({ p: tagOf(place).p })
  },
  {
    keyword: ['discriminator'],
    when: place => !isText(tagOf(place).value),
    refusal: 'invalid_type',
    facts: place => wrongType(tagOf(place))
  },
  { keyword: ['discriminator'], refusal: 'invalid_value', facts: place => wrongText(tagOf(place)) },
  { keyword: ['type'], refusal: 'invalid_type', facts: wrongType },
  {
    keyword: ['enum'],
    when: ({ kind, value }) => kind === 'prompt_cache_retention' && isText(value),
    refusal: 'invalid_prompt_cache_retention',
    facts: () => ({})
  },
  { keyword: ['enum', 'const'], when: ({ value }) => !isText(value), refusal: 'invalid_type', facts: wrongType },
  { keyword: ['enum', 'const'], refusal: 'invalid_value', facts: wrongText },
  { keyword: ['minItems'], when: ({ value }) => length(value) === 0, refusal: 'empty_array', facts: limited },
  { keyword: ['minItems'], refusal: 'array_below_min_length', facts: limited },
  { keyword: ['maxItems'], refusal: 'array_above_max_length', facts: limited },
  { keyword: ['minLength'], when: ({ value }) => value === '', refusal: 'empty_string', facts: limited },
  { keyword: ['minLength'], refusal: 'string_below_min_length', facts: limited },
  { keyword: ['maxLength'], refusal: 'string_above_max_length', facts: limited },
  {
    keyword: ['pattern'],
    refusal: 'string_does_not_match_pattern',
    facts: ({ p, params }) => ({ p, pattern: String(params.pattern) })
  },
  {
    keyword: ['propertyNames'],
    when: ({ note }) => note?.keyword === 'maxLength',
    refusal: 'property_name_above_max_length',
    facts: ({ p, params, note }) => {
      const key = String(params.propertyName)
      return { p, key, name: shorten(key), limit: Number(note?.params.limit), length: length(key) }
    }
  },
  { keyword: ['maxProperties'], refusal: 'object_above_max_properties', facts: limited },
  { keyword: least, when: isDecimal, refusal: 'decimal_below_min_value', facts: ranged },
  { keyword: most, when: isDecimal, refusal: 'decimal_above_max_value', facts: ranged },
  { keyword: least, refusal: 'integer_below_min_value', facts: ranged },
  { keyword: most, refusal: 'integer_above_max_value', facts: ranged },
  {
    keyword: ['format'],
    when: ({ params }) => params.format === 'uri',
    refusal: 'invalid_url',
    facts: ({ p }) => ({ p })
  }
]

/** The names of all refusals that a complaint can become. */
export const complaintRefusals: readonly string[] = [
  ...new Set(rows.map(({ refusal }) => refusal)),
  'invalid_parameter'
]
