/** Parses faults: damage to a response that a header, a fixture or `/_mock/faults` requests. */
import { ConfigError } from './config-error.js'
import { findNearest } from './edit-distance.js'
import { findHeaderProblem } from './header-rules.js'

/** A fault; docs/faults.md describes each kind. */
export interface Fault {
  /** What happens to the response. */
  kind: FaultKind
  /** The number or the share of tokens that are sent before the fault. @default not even the head of the response is sent */
  after?: number | `${number}%`
  /** The status or the name of an API error. */
  status?: number | string
  /** Milliseconds: the length of a `delay`, or the gap between the pieces of a `dribble`. */
  ms?: number
  /** The wrong content type, or the difference to the right content length in bytes. */
  value?: string
  /** Whether the connection is reset after the fault. */
  reset?: boolean
  /** The number of requests of a session that get this fault, before the next fault of the list. @default all */
  times?: number
}

/** The members that each kind of fault has, beside `times`. */
const faultFields = {
  status: ['status'],
  delay: ['ms'],
  hang: ['after'],
  close: ['after'],
  reset: ['after'],
  error: ['after', 'reset'],
  'no-done': [],
  'no-finish': [],
  truncate: ['after', 'reset'],
  malformed: ['after'],
  garbage: ['after'],
  duplicate: ['after'],
  reorder: ['after'],
  drop: ['after'],
  split: [],
  merge: [],
  dribble: ['ms'],
  comments: [],
  'content-type': ['value'],
  'content-length': ['value'],
  gzip: [],
  empty: []
} as const satisfies Record<string, readonly (keyof Fault)[]>

/** A kind of fault; docs/faults.md describes each. */
export type FaultKind = keyof typeof faultFields

const faultKindNames = Object.keys(faultFields) as FaultKind[]
const commonKeys: readonly string[] = ['times']

/** Parses faults with commas between them: `reset; after=3, status=429; times=2`. @param location for messages */
export function parseFaultText(text: string, location: string): Fault[] {
  return text.split(',').map(part => {
    const [first = '', ...rest] = part.split(';').map(word => word.trim())
    const [name = '', value] = splitPair(first)
    const fields: Record<string, unknown> = { kind: name }
    if (value !== undefined)
      fields[name === 'status' ? 'status' : name === 'delay' || name === 'dribble' ? 'ms' : 'value'] = value
    for (const word of rest) {
      const [key = '', setting] = splitPair(word)
      fields[key] = setting ?? true
    }
    return buildFault(fields, location)
  })
}

const splitPair = (text: string) => text.split(/=(.*)/s).map(word => word.trim()) as [string, string | undefined]

const shorthandKey = /^(reset|close|hang|error|truncate)AfterTokens$/

/** Parses the faults of a fixture or of `/_mock/faults`: a string, an object, or a list of them. */
export function parseFaults(data: unknown, location: string): Fault[] {
  if (Array.isArray(data)) return data.flatMap((each, at) => parseFaults(each, `${location}[${at}]`))
  if (typeof data === 'string') return parseFaultText(data, location)
  if (typeof data !== 'object' || data === null)
    throw new ConfigError([`${location}: expected a fault, such as "reset; after=3" or { kind: reset, after: 3 }`])
  const fields: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(data)) {
    const shorthand = shorthandKey.exec(key)
    if (shorthand) Object.assign(fields, { kind: shorthand[1], after: value })
    else fields[key] = value
  }
  return [buildFault(fields, location)]
}

function buildFault(fields: Record<string, unknown>, location: string): Fault {
  const kind = faultKindNames.find(known => known === fields.kind)
  if (!kind) {
    const closest = findNearest(String(fields.kind ?? ''), faultKindNames)
    const hint = closest ? `did you mean "${closest}"? ` : ''
    throw new ConfigError([
      `${location}: unknown fault "${fields.kind ?? ''}", ${hint}expected one of ${faultKindNames.join(', ')}`
    ])
  }
  const allowedKeys = [...faultFields[kind], ...commonKeys]
  const fault: Fault = { kind }
  for (const [key, value] of Object.entries(fields)) {
    if (key === 'kind') continue
    if (!allowedKeys.includes(key))
      throw new ConfigError([`${location}: ${kind} has no "${key}", expected ${allowedKeys.join(', ')}`])
    Object.assign(fault, { [key]: parseFaultValue(key, value, `${location}: ${kind}`) })
  }
  if (kind === 'status' && fault.status === undefined)
    throw new ConfigError([`${location}: status lacks its status, expected status=429 or the name of an API error`])
  if ((kind === 'delay' || kind === 'dribble') && fault.ms === undefined)
    throw new ConfigError([`${location}: ${kind} lacks its milliseconds, expected ${kind}=200`])
  const headerProblem = kind === 'content-type' && fault.value && findHeaderProblem(kind, fault.value)
  if (headerProblem) throw new ConfigError([`${location}: ${headerProblem}`])
  return fault
}

function parseFaultValue(key: string, value: unknown, location: string): unknown {
  const number = typeof value === 'boolean' || value === '' ? Number.NaN : Number(value)
  const valueError = (expected: string) =>
    new ConfigError([`${location}: ${key} is ${JSON.stringify(value)}, expected ${expected}`])
  if (key === 'times') {
    if (!Number.isInteger(number) || number < 1) throw valueError('a whole number above 0')
    return number
  }
  if (key === 'ms') {
    if (!(number >= 0 && number <= 600_000)) throw valueError('milliseconds from 0 to 600000')
    return number
  }
  if (key === 'after') {
    if (typeof value === 'string' && /^(100|\d{1,2}(\.\d+)?)%$/.test(value)) return value
    if (!Number.isInteger(number) || number < 0) throw valueError('a number of tokens, or a share such as 50%')
    return number
  }
  if (key === 'status') return Number.isInteger(number) ? number : String(value)
  if (key === 'reset') {
    if (![true, false, 'true', 'false'].includes(value as never)) throw valueError('true or false')
    return String(value) === 'true'
  }
  return String(value)
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
  return [kind, ...Object.entries(rest).map(([key, value]) => `${key}=${value}`)].join('; ')
}
