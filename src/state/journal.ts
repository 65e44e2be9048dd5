/** Keeps the newest exchanges, bounded in bytes, and decodes them when they are read. */
import {
  type Exchange,
  type ExchangeRecord,
  type ExplainUnmatched,
  toExchangeRecord,
  type WritableExchange
} from './exchange.js'

export interface Journal {
  add(exchange: Exchange): void
  /** Returns the exchanges of one session, or of all, oldest first. */
  list(session?: string): ExchangeRecord[]
  /** Removes the exchanges of one session, or of all. Returns their number. */
  clear(session?: string): number
  /** Returns the number of exchanges of each session. */
  countBySession(): Map<string, number>
}

// The approximate size of an exchange without its bodies: the object and the request's headers.
const exchangeOverheadBytes = 2000

/** @param maxBytes the oldest exchanges are removed when the journal exceeds this size; 0 turns it off */
export function createJournal(maxBytes: number, explainUnmatched: ExplainUnmatched): Journal {
  const ring = new ExchangeRing(maxBytes)
  return {
    add(exchange) {
      if (maxBytes > 0) ring.add(exchange)
    },
    list: session =>
      ring
        .list()
        .filter(exchange => session === undefined || exchange.session === session)
        .map(exchange => toExchangeRecord(exchange, explainUnmatched)),
    clear: session => ring.remove(session),
    countBySession() {
      const counts = new Map<string, number>()
      for (const { session } of ring.list()) counts.set(session, (counts.get(session) ?? 0) + 1)
      return counts
    }
  }
}

/**
 * A ring of slots that are used again and again. Exchanges are copied into the slots: thousands of objects that live for
 * a while cost the garbage collector more than all other work for a response, and the copied objects die young.
 */
class ExchangeRing {
  #slots: JournalSlot[] = []
  #first = 0
  #size = 0
  #bytes = 0

  constructor(readonly maxBytes: number) {}

  add(exchange: Exchange): void {
    const timesBytes = 8 * ((exchange.chunkMs?.length ?? 0) + (exchange.dueMs?.length ?? 0))
    const weight =
      exchangeOverheadBytes + timesBytes + (exchange.body?.length ?? 0) + (exchange.responseBody?.length ?? 0)
    while (this.#bytes + weight > this.maxBytes && this.#size > 0) this.#dropOldest()
    if (weight > this.maxBytes) return
    this.#bytes += weight
    const last = this.#size > 0 ? this.#slotAt(this.#size - 1).exchange : undefined
    if (this.#size === this.#slots.length) this.#grow({ exchange: { ...exchange }, weight })
    const slot = this.#slotAt(this.#size++)
    slot.weight = weight
    copyExchange(exchange, slot.exchange, last)
  }

  /** The exchanges, oldest first. */
  list(): Exchange[] {
    return Array.from({ length: this.#size }, (_, index) => this.#slotAt(index).exchange)
  }

  /** Removes the exchanges of one session, or all. Returns their number. */
  remove(session: string | undefined): number {
    const sizeBefore = this.#size
    const remaining: JournalSlot[] = []
    for (let index = 0; index < sizeBefore; index++)
      if (session !== undefined && this.#slotAt(index).exchange.session !== session) remaining.push(this.#slotAt(index))
    this.#slots = remaining
    this.#first = 0
    this.#size = remaining.length
    this.#bytes = remaining.reduce((sum, { weight }) => sum + weight, 0)
    return sizeBefore - this.#size
  }

  #slotAt(index: number): JournalSlot {
    return this.#slots[(this.#first + index) % this.#slots.length]!
  }

  #grow(slot: JournalSlot): void {
    if (this.#first > 0) this.#slots = [...this.#slots.slice(this.#first), ...this.#slots.slice(0, this.#first)]
    this.#first = 0
    this.#slots.push(slot)
  }

  #dropOldest(): void {
    const { exchange, weight } = this.#slots[this.#first]!
    this.#bytes -= weight
    exchange.body = undefined
    exchange.responseBody = undefined
    exchange.chunkMs = undefined
    exchange.dueMs = undefined
    this.#first = (this.#first + 1) % this.#slots.length
    this.#size--
  }
}

interface JournalSlot {
  exchange: WritableExchange
  weight: number
}

/** The fields that `copyExchange` copies. A field of `Exchange` that is missing here is a type error; a test compares both. */
export const copiedFields = {
  id: true,
  at: true,
  startedAt: true,
  session: true,
  key: true,
  account: true,
  limits: true,
  method: true,
  url: true,
  rawHeaders: true,
  body: true,
  operation: true,
  status: true,
  responseBody: true,
  fixture: true,
  fault: true,
  mismatch: true,
  apiError: true,
  warning: true,
  streamed: true,
  aborted: true,
  durationMs: true,
  delayMs: true,
  firstByteMs: true,
  chunkMs: true,
  dueMs: true,
  triedFixtures: true,
  budget: true,
  closed: true
} satisfies Record<keyof Exchange, true>

// Load tools repeat requests, so values that equal those of the last exchange are stored once.
export function copyExchange(from: Exchange, to: WritableExchange, last: Exchange = from): void {
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
  to.budget = from.budget
  to.closed = from.closed
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  if (left === right) return true
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false
  return true
}
