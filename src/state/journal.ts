/** The journal is the bounded list of exchanges. It keeps references while requests run and decodes them when it is read. */
import {
  type Exchange,
  type ExchangeRecord,
  type ExplainUnmatched,
  toExchangeRecord,
  type WritableExchange
} from './exchange.js'

export interface Journal {
  add(exchange: Exchange): void
  /** Those of one session, or all, oldest first. */
  list(session?: string): ExchangeRecord[]
  /** Forgets those of one session, or all; answers how many. */
  clear(session?: string): number
  /** How many exchanges each session has. */
  countBySession(): Map<string, number>
  readonly size: number
}

// What an exchange weighs beside its bodies: its facts and the request's headers.
const exchangeOverheadBytes = 2000

/**
 * A ring of places that are used again and again. An exchange is copied into its place: thousands that stay each for a while
 * would cost the garbage collector more than answering costs the server, while what is copied from dies young.
 *
 * @param maxBytes the oldest exchanges are dropped when what the journal holds exceeds it; 0 keeps none
 */
export function createJournal(maxBytes: number, explainUnmatched: ExplainUnmatched): Journal {
  let slots: JournalSlot[] = []
  let first = 0
  let size = 0
  let bytes = 0
  const slotAt = (index: number) => slots[(first + index) % slots.length]!
  const listExchanges = () => Array.from({ length: size }, (_, index) => slotAt(index).exchange)
  const dropOldest = () => {
    const oldest = slots[first]!
    bytes -= oldest.weight
    oldest.exchange.body = undefined
    oldest.exchange.responseBody = undefined
    oldest.exchange.chunkMs = undefined
    oldest.exchange.dueMs = undefined
    first = (first + 1) % slots.length
    size--
  }
  return {
    add(exchange) {
      if (maxBytes === 0) return
      const timesBytes = 8 * ((exchange.chunkMs?.length ?? 0) + (exchange.dueMs?.length ?? 0))
      const weight =
        exchangeOverheadBytes + timesBytes + (exchange.body?.length ?? 0) + (exchange.responseBody?.length ?? 0)
      bytes += weight
      while (bytes > maxBytes && size > 0) dropOldest()
      if (weight > maxBytes) {
        bytes -= weight
        return
      }
      const last = size > 0 ? slotAt(size - 1).exchange : undefined
      if (size === slots.length) {
        if (first > 0) slots = [...slots.slice(first), ...slots.slice(0, first)]
        first = 0
        slots.push({ exchange: { ...exchange }, weight })
      }
      const slot = slotAt(size++)
      slot.weight = weight
      copyExchange(exchange, slot.exchange, last)
    },
    list: session =>
      listExchanges()
        .filter(exchange => session === undefined || exchange.session === session)
        .map(exchange => toExchangeRecord(exchange, explainUnmatched)),
    clear(session) {
      const sizeBefore = size
      const remaining: JournalSlot[] = []
      for (let index = 0; index < sizeBefore; index++)
        if (session !== undefined && slotAt(index).exchange.session !== session) remaining.push(slotAt(index))
      slots = remaining
      first = 0
      size = remaining.length
      bytes = remaining.reduce((sum, { weight }) => sum + weight, 0)
      return sizeBefore - size
    },
    countBySession() {
      const counts = new Map<string, number>()
      for (const { session } of listExchanges()) counts.set(session, (counts.get(session) ?? 0) + 1)
      return counts
    },
    get size() {
      return size
    }
  }
}

interface JournalSlot {
  exchange: WritableExchange
  weight: number
}

// Load tools send the same over and over, so what equals the last exchange's is kept once.
function copyExchange(from: Exchange, to: WritableExchange, last: Exchange = from): void {
  to.id = from.id
  to.at = from.at
  to.startedAt = from.startedAt
  to.session = from.session === last.session ? last.session : from.session
  to.key = from.key === last.key ? last.key : from.key
  to.account = from.account
  to.limits = from.limits
  to.method = from.method
  to.url = from.url === last.url ? last.url : from.url
  to.rawHeaders = isSameList(from.rawHeaders, last.rawHeaders) ? last.rawHeaders : from.rawHeaders
  to.body = from.body === last.body ? last.body : from.body
  to.operation = from.operation
  to.status = from.status
  to.responseBody = from.responseBody
  to.fixture = from.fixture
  to.fault = from.fault
  to.mismatch = from.mismatch
  to.apiError = from.apiError
  to.warning = from.warning
  to.streamed = from.streamed
  to.aborted = from.aborted
  to.durationMs = from.durationMs
  to.delayMs = from.delayMs
  to.firstByteMs = from.firstByteMs
  to.chunkMs = from.chunkMs
  to.dueMs = from.dueMs
  to.triedFixtures = from.triedFixtures
  to.closed = from.closed
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  if (left === right) return true
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false
  return true
}
