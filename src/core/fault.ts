/** Parses faults: damage to a response that a header, a fixture or `/_mock/faults` requests. */
import { ConfigError } from './config-error.js'
import { suggestWords } from './edit-distance.js'
import { type FaultField, type FaultMembers, faultFields } from './fault-fields.js'

/** A fault; docs/faults.md describes each kind. */
export interface Fault extends FaultMembers {
  /** What happens to the response. */
  kind: FaultKind
}

/** A fault as an object of a fixture. */
export interface FaultObject extends Fault {
  /** Short for `then: 'reset'`. */
  reset?: boolean
}

interface KindRow {
  /** The members that the kind has, beside `times`. */
  fields: readonly FaultField[]
  /** The member after the name, as in `delay=200`. */
  value?: FaultField
  /** An example, if the kind needs its value. */
  example?: string
  /** Whether only streams can have this fault. */
  isStreamOnly?: boolean
}

const kindTable = {
  status: { fields: ['status'], value: 'status', example: 'status=429 or the name of an API error' },
  delay: { fields: ['ms', 'after', 'commentMs'], value: 'ms', example: 'delay=200' },
  hang: { fields: ['after', 'commentMs'] },
  close: { fields: ['after'] },
  reset: { fields: ['after'] },
  error: { fields: ['after', 'error', 'then'], value: 'error', isStreamOnly: true },
  'no-done': { fields: [], isStreamOnly: true },
  'no-finish': { fields: [], isStreamOnly: true },
  truncate: { fields: ['after', 'then'] },
  malformed: { fields: ['after'] },
  garbage: { fields: ['after'] },
  duplicate: { fields: ['after'] },
  reorder: { fields: ['after'] },
  drop: { fields: ['after'] },
  split: { fields: [] },
  merge: { fields: [], isStreamOnly: true },
  dribble: { fields: ['ms'], value: 'ms', example: 'dribble=200' },
  comments: { fields: [], isStreamOnly: true },
  'content-type': { fields: ['value'], value: 'value' },
  'content-length': { fields: ['value'], value: 'value' },
  gzip: { fields: [] },
  empty: { fields: [] }
} as const satisfies Record<string, KindRow>

/** A kind of fault; docs/faults.md describes each. */
export type FaultKind = keyof typeof kindTable

const faultKinds: Readonly<Record<FaultKind, KindRow>> = kindTable
const faultKindNames = Object.keys(kindTable) as FaultKind[]

/** Lists the kinds of faults, each with an example of its text. */
export const listFaultKinds = (): { kind: FaultKind; example: string }[] =>
  faultKindNames.map(kind => ({ kind, example: faultKinds[kind].example?.replace(/ or .*/, '') ?? kind }))

/** A member of a fault before it is checked: its name and its value. */
type Member = readonly [name: string, value: unknown]

/** Parses faults with commas between them: `reset; after=3, status=429; times=2`. @param location for messages */
export function parseFaultText(text: string, location: string): Fault[] {
  return text.split(',').map(part => {
    const [first, ...rest] = part.split(';').map(splitMember)
    const [kind = '', value] = first ?? []
    const members: Member[] = [['kind', kind]]
    if (value !== undefined) members.push([findKind(kind)?.value ?? 'value', value])
    return buildFault([...members, ...rest.map(([name, value]): Member => [name, value ?? true])], location)
  })
}

const splitMember = (text: string) => text.split(/=(.*)/s).map(word => word.trim()) as [string, string | undefined]

const shorthandKey = /^(reset|close|hang|error|truncate)AfterTokens$/

/** Parses the faults of a fixture or of `/_mock/faults`: a string, an object, or a list of them. */
export function parseFaults(data: unknown, location: string): Fault[] {
  if (Array.isArray(data) && data.length)
    return data.flatMap((each, index) => parseFaults(each, `${location}[${index}]`))
  if (typeof data === 'string') return parseFaultText(data, location)
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new ConfigError([`${location}: expected a fault, such as "reset; after=3" or { kind: reset, after: 3 }`])
  const members = Object.entries(data).flatMap(([name, value]): Member[] => {
    if (value === undefined) return []
    const [, kind] = shorthandKey.exec(name) ?? []
    return kind
      ? [
          ['kind', kind],
          ['after', value]
        ]
      : [[name, value]]
  })
  return [buildFault(members, location)]
}

const findKind = (name: unknown): KindRow | undefined =>
  Object.hasOwn(faultKinds, String(name)) ? faultKinds[name as FaultKind] : undefined

function buildFault(members: readonly Member[], location: string): Fault {
  const kind = members.find(([name]) => name === 'kind')?.[1] as FaultKind
  const row = findKind(kind)
  if (!row) {
    const written = String(kind ?? '')
    const suggestion = suggestWords(written, faultKindNames, 'one of ')
    throw new ConfigError([`${location}: unknown fault "${written}", ${suggestion}`])
  }
  const allowed: readonly string[] = [...row.fields, 'times']
  const fault: Fault = { kind }
  const seen = new Set<string>()
  for (const [name, value] of members.map(member => replaceShorthand(member, allowed))) {
    if (seen.has(name)) throw new ConfigError([`${location}: ${kind}: "${name}" is there twice, expected it once`])
    seen.add(name)
    if (name === 'kind') continue
    if (!allowed.includes(name))
      throw new ConfigError([`${location}: ${kind} has no "${name}", ${suggestWords(name, allowed)}`])
    const field = faultFields[name as FaultField]
    const parsed = field.parse(value, kind)
    if (parsed === undefined)
      throw new ConfigError([
        `${location}: ${kind}: ${name} is ${JSON.stringify(value)}, expected ${field.expected(kind)}`
      ])
    Object.assign(fault, { [name]: parsed })
  }
  if (row.example && fault[row.value!] === undefined)
    throw new ConfigError([`${location}: ${kind} lacks its ${faultFields[row.value!].noun}, expected ${row.example}`])
  // Comments need a stream that has begun.
  if (fault.commentMs !== undefined) fault.after ??= 0
  return fault
}

/** `error; reset` is short for `error; then=reset`. */
const replaceShorthand = ([name, value]: Member, allowed: readonly string[]): Member =>
  name === 'reset' && allowed.includes('then')
    ? ['then', value === true || value === 'true' ? 'reset' : value === false || value === 'false' ? 'end' : value]
    : [name, value]

/** Returns the part of a fault that only streams can have, in words, or undefined. */
export function findStreamOnlyPart({ kind, after, commentMs, then }: Fault): string | undefined {
  if (faultKinds[kind].isStreamOnly) return kind
  if (commentMs !== undefined) return `commentMs of ${kind}`
  if (then === 'done') return `then=done of ${kind}`
  return kind === 'malformed' && after !== undefined ? `after of ${kind}` : undefined
}

/** Returns the fault for a request. @param turn the number of earlier requests in its session */
export function findTurnFault(faults: readonly Fault[], turn: number): Fault | undefined {
  let before = 0
  for (const fault of faults) {
    before += fault.times ?? Number.POSITIVE_INFINITY
    if (turn < before) return fault
  }
  return undefined
}

/** Formats a fault as in the header `x-mock-fault`. */
export function formatFault({ kind, times: _times, ...rest }: Fault): string {
  const members = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : value}`
  )
  return [kind, ...members].join('; ')
}
