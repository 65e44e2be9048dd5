/** Keeps the newest exchanges, bounded in bytes, and decodes them when they are read. */
import { fixedLimits } from '../core/fixed-limits.js'
import type { KeyMask } from '../core/key-mask.js'
import type { Exchange } from './exchange.js'
import {
  type ExchangeRecord,
  type ExplainUnmatched,
  type FindEvidence,
  maskSession,
  toExchangeRecord
} from './exchange-record.js'
import { ExchangeRing } from './exchange-ring.js'
import { type ExchangeSummary, toExchangeSummary } from './exchange-summary.js'
import { createExchangeFilter, type RequestFilter, selectPage } from './journal-query.js'

export interface Journal {
  add(exchange: Exchange): void
  /** Returns the exchanges that fit a filter, oldest first. */
  list(filter?: RequestFilter): ExchangeRecord[]
  /**
   * Returns a part of the exchanges that fit a filter, so that no call takes long. The exchange with the id `after` is
   * the first of the parts, because journals of other processes do not know it.
   *
   * @param cursor the end of the part before
   */
  listPart(filter: RequestFilter, cursor?: JournalCursor): JournalPart
  /** Does the same as `listPart`, but each exchange is one line of a list. */
  listSummaries(filter: RequestFilter, cursor?: JournalCursor): JournalPart<ExchangeSummary>
  /** Returns the exchange with an id and its record. The exchange must not be kept. */
  find(id: string): { exchange: Exchange; record: ExchangeRecord } | undefined
  /** Returns all exchanges, oldest first. They must not be kept. */
  exchanges(): readonly Exchange[]
  /** Removes the exchanges of one session, or of all. Returns their number. */
  clear(session?: string): number
  /** Returns the number of exchanges of each session, by its masked name. */
  countBySession(): Map<string, number>
  /** Drops fixtures that were removed from the near misses, so that their memory is freed. */
  forgetFixtures(removed: ReadonlySet<unknown>): void
}

/** Where a part of a list ends. */
export interface JournalCursor {
  /** The number of the next exchange. */
  number: number
  /** How many records may follow. */
  left: number
}

export interface JournalPart<T = ExchangeRecord> {
  records: T[]
  /** Absent in the last part. */
  next?: JournalCursor
}

/** @param maxBytes the oldest exchanges are removed when the journal exceeds this size; 0 turns it off */
export function createJournal(
  maxBytes: number,
  explainUnmatched: ExplainUnmatched,
  findEvidence: FindEvidence,
  keyMask: KeyMask
): Journal {
  const ring = new ExchangeRing(maxBytes)
  const toRecord = (exchange: Exchange) => toExchangeRecord(exchange, explainUnmatched, findEvidence, keyMask)
  // A line of a list explains nothing, which would take the most work.
  const toSummary = (exchange: Exchange) =>
    toExchangeSummary(toExchangeRecord(exchange, explainNothing, findNothing, keyMask))
  const listPart = (filter: RequestFilter, cursor?: JournalCursor) =>
    readPart({ ring, convert: toRecord, workOf: workOfRecord }, filter, cursor)
  return {
    add(exchange) {
      if (maxBytes > 0) ring.add(exchange)
    },
    list(filter = {}) {
      let part = listPart(filter)
      const records = [...part.records]
      while (part.next) {
        part = listPart(filter, part.next)
        for (const record of part.records) records.push(record)
      }
      return selectPage(records, filter)
    },
    listPart,
    listSummaries: (filter, cursor) => readPart({ ring, convert: toSummary, workOf: () => 0 }, filter, cursor),
    find(id) {
      const exchange = ring.find(each => each.id === id)?.exchange
      return exchange && { exchange, record: toRecord(exchange) }
    },
    exchanges: () => ring.list(),
    clear: session => ring.remove(session),
    countBySession() {
      const counts = new Map<string, number>()
      for (const exchange of ring.list()) {
        const session = maskSession(exchange, keyMask)
        counts.set(session, (counts.get(session) ?? 0) + 1)
      }
      return counts
    },
    forgetFixtures: removed => ring.forgetFixtures(removed)
  }
}

const explainNothing: ExplainUnmatched = () => []
const findNothing: FindEvidence = () => ({})

interface Reading<T> {
  ring: ExchangeRing
  convert(exchange: Exchange): T
  /** The work of `convert` beside the decoding, in bytes that could be decoded meanwhile. */
  workOf(exchange: Exchange): number
}

function readPart<T>(
  { ring, convert, workOf }: Reading<T>,
  filter: RequestFilter,
  cursor = findStart(ring, filter)
): JournalPart<T> {
  const { matches, readsBody } = createExchangeFilter(filter)
  const records: T[] = []
  let { left } = cursor
  let decodedBytes = 0
  for (let index = ring.indexOf(cursor.number); index < ring.size && left > 0; index++) {
    const { exchange, weight, number } = ring.slotAt(index)
    if (decodedBytes > fixedLimits.journalPage) return { records, next: { number, left } }
    const isIncluded = matches(exchange)
    if (isIncluded || readsBody) decodedBytes += weight + workOf(exchange)
    if (!isIncluded) continue
    records.push(convert(exchange))
    left--
  }
  return { records }
}

/** The work for one near miss, in bytes that could be decoded meanwhile. */
const explanationBytes = 200
const workOfRecord = ({ triedFixtures }: Exchange) => explanationBytes * (triedFixtures?.fixtures.length ?? 0)

function findStart(ring: ExchangeRing, filter: RequestFilter): JournalCursor {
  const { after, limit = Number.POSITIVE_INFINITY, newest } = filter
  if (newest !== undefined) {
    // Without a condition, all that come before the newest are left out.
    const isOnly = Object.entries(filter).every(([name, value]) => name === 'newest' || value === undefined)
    const first = isOnly ? Math.max(0, ring.size - newest) : 0
    return { number: first < ring.size ? ring.slotAt(first).number : 0, left: Number.POSITIVE_INFINITY }
  }
  if (after === undefined) return { number: 0, left: limit }
  const found = ring.find(({ id }) => id === after)
  // Another process may have the exchange. Then all of these may come after it.
  return found ? { number: found.number, left: limit + 1 } : { number: 0, left: Number.POSITIVE_INFINITY }
}
