/** The journal is the bounded list of exchanges. It keeps references while requests run and decodes them when it is read. */
import type { Key } from '../key.js'
import type { LateText } from '../layout.js'
import type { Facts, Refusal } from '../refusal.js'
import type { LimitHeaders } from './limits.js'

/** One request and what became of it. Handlers set facts on it; hooks log, count and journal. */
export interface Exchange {
  /** The answer's x-request-id. */
  id: string
  /** When it came in: milliseconds since 1970, and on the monotonic clock. */
  at: number
  startedAt: number
  session: string
  key?: string
  /** What the key stands for. */
  account?: Key
  /** How much of its limits is left. */
  limits?: LimitHeaders
  method: string
  url: string
  /** Names and values in turns, as they came. */
  rawHeaders: readonly string[]
  body?: string
  operation?: string
  status: number
  /** What was sent: the text, or what puts it together again. */
  answer?: string | LateText
  fixture?: string
  /** The damage that was done to the answer. */
  fault?: string
  /** Why the fixture's JSON breaks the schema that the client asked for. */
  mismatch?: string
  refusal?: Refusal
  /** The refusal that was told in a header, and not made. */
  warning?: Refusal
  streamed: boolean
  /** The client left before the answer's end. */
  aborted: boolean
  durationMs: number
  /** How much of that a timing or a fault asked for. */
  delayMs: number
  /** When the first byte of what a stream says was written; 0 when all was written at once. */
  firstByteMs: number
  /** When each event of a stream with a pace was written, in milliseconds from the request. */
  chunkMs?: number[]
  /** What was tried when no fixture matched: enough to say why when somebody asks, and nothing that is held for it alone. */
  tried?: readonly unknown[]
  closed: boolean
}

/** An exchange as it is read: plain JSON, with no secret in it. */
export interface ExchangeRecord {
  id: string
  at: string
  session: string
  operation?: string
  method: string
  url: string
  headers: Record<string, string>
  request: unknown
  status: number
  answer: unknown
  streamed: boolean
  aborted: boolean
  durationMs: number
  /** When each event of a stream with a pace was written, in milliseconds from the request. */
  chunkMs?: number[]
  fixture?: string
  fault?: string
  mismatch?: string
  nearMisses?: string[]
  refusal?: { name: string; facts: Record<string, unknown> }
  warning?: { name: string; facts: Record<string, unknown> }
}

export interface Journal {
  add(exchange: Exchange): void
  /** Those of one session, or all, oldest first. */
  list(session?: string): ExchangeRecord[]
  /** Forgets those of one session, or all; answers how many. */
  clear(session?: string): number
  /** How many exchanges each session has. */
  sessions(): Map<string, number>
  readonly size: number
}

// What an exchange weighs beside its bodies: its facts and the request's headers.
const overhead = 2000

/** Why nothing of what was tried matched a request. */
export type Explain = (tried: readonly unknown[], request: unknown) => string[]

/**
 * A ring of places that are used again and again. An exchange is copied into its place: thousands that stay each for a while
 * would cost the garbage collector more than answering costs the server, while what is copied from dies young.
 *
 * @param maxBytes the oldest exchanges are dropped when what the journal holds exceeds it; 0 keeps none
 */
export function createJournal(maxBytes: number, explain: Explain): Journal {
  let places: Place[] = []
  let first = 0
  let size = 0
  let bytes = 0
  const place = (nth: number) => places[(first + nth) % places.length]!
  const kept = () => Array.from({ length: size }, (_, nth) => place(nth).exchange)
  const drop = () => {
    const oldest = places[first]!
    bytes -= oldest.weight
    oldest.exchange.body = undefined
    oldest.exchange.answer = undefined
    oldest.exchange.chunkMs = undefined
    first = (first + 1) % places.length
    size--
  }
  return {
    add(exchange) {
      if (maxBytes === 0) return
      const times = 8 * (exchange.chunkMs?.length ?? 0)
      const weight = overhead + times + (exchange.body?.length ?? 0) + (exchange.answer?.length ?? 0)
      bytes += weight
      while (bytes > maxBytes && size > 0) drop()
      if (weight > maxBytes) {
        bytes -= weight
        return
      }
      const last = size > 0 ? place(size - 1).exchange : undefined
      if (size === places.length) {
        if (first > 0) places = [...places.slice(first), ...places.slice(0, first)]
        first = 0
        places.push({ exchange: { ...exchange }, weight })
      }
      const next = place(size++)
      next.weight = weight
      copy(exchange, next.exchange, last)
    },
    list: session =>
      kept()
        .filter(exchange => session === undefined || exchange.session === session)
        .map(exchange => recordOf(exchange, explain)),
    clear(session) {
      const before = size
      const staying: Place[] = []
      for (let nth = 0; nth < before; nth++)
        if (session !== undefined && place(nth).exchange.session !== session) staying.push(place(nth))
      places = staying
      first = 0
      size = staying.length
      bytes = staying.reduce((sum, { weight }) => sum + weight, 0)
      return before - size
    },
    sessions() {
      const counts = new Map<string, number>()
      for (const { session } of kept()) counts.set(session, (counts.get(session) ?? 0) + 1)
      return counts
    },
    get size() {
      return size
    }
  }
}

interface Place {
  exchange: Exchange
  weight: number
}

// Load tools send the same over and over, so what equals the last exchange's is kept once.
function copy(from: Exchange, to: Exchange, last: Exchange = from): void {
  to.id = from.id
  to.at = from.at
  to.startedAt = from.startedAt
  to.session = from.session === last.session ? last.session : from.session
  to.key = from.key === last.key ? last.key : from.key
  to.account = from.account
  to.limits = from.limits
  to.method = from.method
  to.url = from.url === last.url ? last.url : from.url
  to.rawHeaders = sameList(from.rawHeaders, last.rawHeaders) ? last.rawHeaders : from.rawHeaders
  to.body = from.body === last.body ? last.body : from.body
  to.operation = from.operation
  to.status = from.status
  to.answer = from.answer
  to.fixture = from.fixture
  to.fault = from.fault
  to.mismatch = from.mismatch
  to.refusal = from.refusal
  to.warning = from.warning
  to.streamed = from.streamed
  to.aborted = from.aborted
  to.durationMs = from.durationMs
  to.delayMs = from.delayMs
  to.firstByteMs = from.firstByteMs
  to.chunkMs = from.chunkMs
  to.tried = from.tried
  to.closed = from.closed
}

function sameList(own: readonly string[], others: readonly string[]): boolean {
  if (own === others) return true
  if (own.length !== others.length) return false
  for (let i = 0; i < own.length; i++) if (own[i] !== others[i]) return false
  return true
}

const secret = /^(authorization|proxy-authorization|cookie|x-api-key|api-key)$/

function recordOf(exchange: Exchange, explain: Explain): ExchangeRecord {
  const { id, operation, method, url, status, streamed, aborted, fixture, fault, mismatch, refusal, warning } = exchange
  const request = decode(exchange.body)
  return {
    id,
    at: new Date(exchange.at).toISOString(),
    session: exchange.session === exchange.key ? maskKey(exchange.session) : exchange.session,
    operation,
    method,
    url,
    headers: headersIn(exchange.rawHeaders),
    request,
    status,
    answer: streamed ? exchange.answer?.toString() : decode(exchange.answer?.toString()),
    streamed,
    aborted,
    durationMs: Math.round(exchange.durationMs * 1000) / 1000,
    chunkMs: exchange.chunkMs,
    fixture,
    fault,
    mismatch,
    nearMisses: exchange.tried && explain(exchange.tried, request),
    refusal: refusal && told(refusal),
    warning: warning && told(warning)
  }
}

const told = ({ refusal, facts }: Refusal) => ({ name: refusal, facts: masked(facts) })

// The service prints short keys whole; the journal does not.
const masked = (facts: Facts): Facts =>
  facts.masked === undefined ? facts : { ...facts, masked: maskKey(String(facts.masked)) }

function headersIn(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase()
    const value = secret.test(name) ? maskKey(raw[i + 1]!) : raw[i + 1]!
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value
  }
  return headers
}

function decode(text: string | undefined): unknown {
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Keeps what tells keys apart and hides the rest: `Bearer sk-…abcd`. */
export function maskKey(value: string): string {
  const [, scheme = '', key = ''] = /^(\w+ )?(.*)$/s.exec(value) ?? []
  return `${scheme}${key.length > 11 ? `${key.slice(0, 3)}…${key.slice(-4)}` : key.length > 3 ? `${key.slice(0, 3)}…` : '…'}`
}
