/** A fault is damage to an answer that is asked for: by a header, by a fixture, or for a share of all requests. */
import { ConfigError } from './api-error.js'
import { findNearest } from './source-file.js'

/** What a fault may say of itself. */
export interface Fault {
  kind: FaultKind
  /** How many tokens go out before it happens, or a share of the answer; without it, before the head of the answer. */
  after?: number | `${number}%`
  /** The status of a refusal, or its name. */
  status?: number | string
  /** Milliseconds: of a delay, or between the pieces of a dribble. */
  ms?: number
  /** What is sent in place of the right thing: a content type, a length in bytes. */
  value?: string
  /** Breaks the connection once the damage is done. */
  reset?: boolean
  /** How many requests of a session meet it, before the next fault of the list or none. */
  times?: number
}

/** Every kind, with what it takes and one sentence for the docs. */
export const faultKinds = {
  status: { takes: ['status'], about: 'a refusal in the service’s words, by its status or name' },
  delay: { takes: ['ms'], about: 'the whole answer, its head too, comes so much later' },
  hang: { takes: ['after'], about: 'nothing more comes, and the connection stays open' },
  close: { takes: ['after'], about: 'the connection is closed' },
  reset: { takes: ['after'], about: 'the connection is reset' },
  error: { takes: ['after', 'reset'], about: 'an event with `error` in mid-stream, then the end' },
  'no-done': { takes: [], about: 'the stream ends without `data: [DONE]`' },
  'no-finish': { takes: [], about: 'no chunk has a `finish_reason`' },
  truncate: { takes: ['after', 'reset'], about: 'a frame is cut in its middle, then the end' },
  malformed: { takes: ['after'], about: 'a frame whose JSON does not parse; the rest follows' },
  garbage: { takes: ['after'], about: 'a line that is no event; the rest follows' },
  duplicate: { takes: ['after'], about: 'a frame comes twice' },
  reorder: { takes: ['after'], about: 'a frame comes after the one that follows it' },
  drop: { takes: ['after'], about: 'a frame is left out' },
  split: { takes: [], about: 'every byte is a write of its own, so characters and frames are cut' },
  merge: { takes: [], about: 'all frames come in one write, when the last one is due' },
  dribble: { takes: ['ms'], about: 'a few bytes at a time, so many milliseconds apart' },
  comments: { takes: [], about: 'a keep-alive comment before every frame' },
  'content-type': { takes: ['value'], about: 'another content type' },
  'content-length': { takes: ['value'], about: 'a content length that is not the body’s: so many bytes more or less' },
  gzip: { takes: [], about: 'the body is compressed' },
  empty: { takes: [], about: 'a 200 with no body' }
} as const satisfies Record<string, { takes: readonly (keyof Fault)[]; about: string }>

export type FaultKind = keyof typeof faultKinds

const faultKindNames = Object.keys(faultKinds) as FaultKind[]
const commonKeys: readonly string[] = ['times']

/** Reads `reset; after=3, status=429; times=2`: faults with commas between them. `place` says where it stands. */
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

/** Reads what a fixture or a request to /_mock/faults says: a text, an object, or a list of them. */
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
      `${location}: no fault is called "${fields.kind ?? ''}", ${hint}expected one of ${faultKindNames.join(', ')}`
    ])
  }
  const takes = [...faultKinds[kind].takes, ...commonKeys]
  const fault: Fault = { kind }
  for (const [key, value] of Object.entries(fields)) {
    if (key === 'kind') continue
    if (!takes.includes(key))
      throw new ConfigError([`${location}: ${kind} takes no "${key}", expected ${takes.join(', ')}`])
    Object.assign(fault, { [key]: parseFaultValue(key, value, `${location}: ${kind}`) })
  }
  if (kind === 'status' && fault.status === undefined)
    throw new ConfigError([`${location}: status lacks its status, expected status=429 or the name of a refusal`])
  if ((kind === 'delay' || kind === 'dribble') && fault.ms === undefined)
    throw new ConfigError([`${location}: ${kind} lacks its milliseconds, expected ${kind}=200`])
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

/** The fault that a request meets which so many of its session came before. */
export function findTurnFault(faults: readonly Fault[], turn: number): Fault | undefined {
  let before = 0
  for (const fault of faults) {
    before += fault.times ?? Number.POSITIVE_INFINITY
    if (turn < before) return fault
  }
  return undefined
}

/** A fault as the header would ask for it. */
export function formatFault({ kind, times: _times, ...rest }: Fault): string {
  return [kind, ...Object.entries(rest).map(([key, value]) => `${key}=${value}`)].join('; ')
}
