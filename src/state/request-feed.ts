/** Hands finished exchanges to the readers of `/_mock/requests/stream`, bounded in memory and in records a second. */
import { ApiError } from '../core/api-error.js'
import { fixedLimits } from '../core/fixed-limits.js'
import type { Exchange } from './exchange.js'
import type { ExchangeRecord } from './exchange-record.js'
import { weighExchange, weighHeaders } from './exchange-ring.js'
import { createExchangeFilter, type RequestFilter } from './journal-query.js'

export interface RequestFeed {
  /** Whether the feed has readers. Without a reader, exchanges cost nothing. */
  readonly hasReaders: boolean
  add(exchange: Exchange): void
  /**
   * Returns what came since the last call of a reader. The first call opens the reader. Throws an ApiError when there
   * are too many readers.
   *
   * @param isReady whether the reader can take records; otherwise they wait
   */
  take(reader: string, filter: RequestFilter, isReady: boolean): FeedPart
  /** Closes a reader. */
  leave(reader: string): void
}

/** What a reader gets at once. */
export interface FeedPart {
  records: ExchangeRecord[]
  /** The number of exchanges that the reader does not get, because there were too many. */
  dropped: number
}

export const feedLimits = {
  /** How many readers there may be. */
  readers: 8,
  /** How many records a reader gets in a second of a long series. */
  recordsPerSecond: 200,
  /** How many records a reader gets at once after a pause. */
  burst: 500
} as const

/** A reader in a process that died never leaves. */
const absentMs = 30_000

interface Reader {
  matches(exchange: Exchange): boolean
  matchesHead(exchange: Exchange): boolean
  waiting: { exchange: Exchange; weight: number }[]
  waitingBytes: number
  /** How many exchanges may come now. */
  allowance: number
  allowedAt: number
  takenAt: number
  dropped: number
}

/** @param now a clock in milliseconds */
export function createRequestFeed(
  toRecord: (exchange: Exchange) => ExchangeRecord,
  now: () => number = () => performance.now()
): RequestFeed {
  const readers = new Map<string, Reader>()
  const dropAbsent = (at: number) => {
    for (const [name, { takenAt }] of readers) if (at - takenAt > absentMs) readers.delete(name)
  }
  return {
    get hasReaders() {
      return readers.size > 0
    },
    add(exchange) {
      const at = now()
      dropAbsent(at)
      for (const reader of readers.values()) if (reader.matchesHead(exchange)) enqueue(reader, exchange, at)
    },
    take(name, filter, isReady) {
      const at = now()
      dropAbsent(at)
      let reader = readers.get(name)
      if (!reader) {
        if (readers.size >= feedLimits.readers)
          throw new ApiError('request_stream_limit', { limit: feedLimits.readers })
        reader = openReader(filter, at)
        readers.set(name, reader)
      }
      reader.takenAt = at
      return isReady ? takePart(reader, toRecord) : { records: [], dropped: 0 }
    },
    leave(name) {
      readers.delete(name)
    }
  }
}

function openReader(filter: RequestFilter, at: number): Reader {
  const { matches, matchesHead } = createExchangeFilter(filter)
  const { burst } = feedLimits
  return {
    matches,
    matchesHead,
    waiting: [],
    waitingBytes: 0,
    allowance: burst,
    allowedAt: at,
    takenAt: at,
    dropped: 0
  }
}

/** Lets an exchange wait for its reader. Runs for each request, so it builds no record. */
function enqueue(reader: Reader, exchange: Exchange, at: number): void {
  const { burst, recordsPerSecond } = feedLimits
  reader.allowance = Math.min(burst, reader.allowance + ((at - reader.allowedAt) * recordsPerSecond) / 1000)
  reader.allowedAt = at
  if (reader.allowance < 1) {
    reader.dropped++
    return
  }
  reader.allowance--
  const weight = weighHeaders(exchange.rawHeaders) + weighExchange(exchange)
  reader.waiting.push({ exchange, weight })
  reader.waitingBytes += weight
  // The newest requests are of more use than the oldest.
  while (reader.waitingBytes > fixedLimits.requestStreamQueue || reader.waiting.length > burst) {
    reader.waitingBytes -= reader.waiting.shift()!.weight
    reader.dropped++
  }
}

/** Takes no more exchanges than can be decoded at once; the others wait for the next call. */
function takePart(reader: Reader, toRecord: (exchange: Exchange) => ExchangeRecord): FeedPart {
  const records: ExchangeRecord[] = []
  let decodedBytes = 0
  let count = 0
  for (const { exchange, weight } of reader.waiting) {
    if (decodedBytes > fixedLimits.journalPage) break
    count++
    decodedBytes += weight
    if (reader.matches(exchange)) records.push(toRecord(exchange))
  }
  for (const { weight } of reader.waiting.splice(0, count)) reader.waitingBytes -= weight
  const { dropped } = reader
  reader.dropped = 0
  return { records, dropped }
}
