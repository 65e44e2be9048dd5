/** The journal is the bounded list of exchanges. It keeps references while requests run and decodes them when it is read. */
import { type Exchange, type ExchangeRecord, type Explain, recordOf } from './exchange.js'

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
