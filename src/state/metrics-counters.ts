/** Counts exchanges for the metrics: a few additions per response; all else is computed when the metrics are read. */
import { type KeyMask, replaceKey } from '../core/key-mask.js'
import { shortenName } from '../core/short-name.js'
import type { Exchange } from './exchange.js'

/** Observed values by size. `counts` has one entry for each bound, and a last one for values above all bounds. */
export interface Histogram {
  bounds: readonly number[]
  counts: number[]
  sum: number
}

interface RequestCounter {
  operation: string
  status: number
  fixture: string
  count: number
}

export interface MetricsSnapshot {
  requests: RequestCounter[]
  /** The time of the server itself, in seconds, without delays of a pace or a fault. */
  overhead: Histogram
  firstByte: Histogram
  streamDuration: Histogram
  /** How late the events of streams were written, in seconds. */
  lateness: Histogram
  openStreams: number
  aborted: number
}

export interface MetricsCounters {
  add(exchange: Exchange): void
  addLateness(milliseconds: number): void
  snapshot(openStreams: number): MetricsSnapshot
}

const fastBounds = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
const slowBounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]

// Names come from files and tests. Further names are counted together.
const maxFixtureNames = 200

export function createMetricsCounters(keyMask: KeyMask): MetricsCounters {
  const counters = new Map<string, RequestCounter>()
  const fixtureNames = new Set<string>()
  const overhead = createHistogram(fastBounds)
  const firstByte = createHistogram(slowBounds)
  const streamDuration = createHistogram(slowBounds)
  const lateness = createHistogram(fastBounds)
  let aborted = 0
  let lastCounter: RequestCounter | undefined
  let lastFixture: string | undefined

  function findCounter({ operation = 'none', status, fixture, key }: Exchange): RequestCounter {
    // Load tools repeat requests.
    if (lastCounter && lastCounter.status === status && lastCounter.operation === operation && lastFixture === fixture)
      return lastCounter
    let name = shortenName(fixture && key ? replaceKey(fixture, key, keyMask(key)) : (fixture ?? ''))
    if (fixtureNames.size < maxFixtureNames) fixtureNames.add(name)
    else if (!fixtureNames.has(name)) name = 'others'
    const counterKey = `${operation}\n${status}\n${name}`
    const counter = counters.get(counterKey) ?? { operation, status, fixture: name, count: 0 }
    counters.set(counterKey, counter)
    lastCounter = counter
    lastFixture = fixture
    return counter
  }

  return {
    add(exchange) {
      findCounter(exchange).count++
      const { durationMs, delayMs, streamed, firstByteMs } = exchange
      observe(overhead, Math.max(0, durationMs - delayMs) / 1000)
      observe(firstByte, (firstByteMs || durationMs) / 1000)
      if (streamed) observe(streamDuration, durationMs / 1000)
      if (exchange.aborted) aborted++
    },
    addLateness: milliseconds => observe(lateness, milliseconds / 1000),
    snapshot: openStreams => ({
      requests: [...counters.values()],
      overhead,
      firstByte,
      streamDuration,
      lateness,
      openStreams,
      aborted
    })
  }
}

const createHistogram = (bounds: readonly number[]): Histogram => ({
  bounds,
  counts: new Array<number>(bounds.length + 1).fill(0),
  sum: 0
})

function observe(histogram: Histogram, value: number): void {
  const { bounds, counts } = histogram
  let at = 0
  while (at < bounds.length && value > bounds[at]!) at++
  counts[at]!++
  histogram.sum += value
}

/** Adds up the metrics of several processes. */
export function mergeMetrics(snapshots: readonly MetricsSnapshot[]): MetricsSnapshot {
  const [first, ...rest] = snapshots as [MetricsSnapshot, ...MetricsSnapshot[]]
  return rest.reduce(
    (sum, each) => ({
      requests: [...sum.requests, ...each.requests],
      overhead: mergeHistograms(sum.overhead, each.overhead),
      firstByte: mergeHistograms(sum.firstByte, each.firstByte),
      streamDuration: mergeHistograms(sum.streamDuration, each.streamDuration),
      lateness: mergeHistograms(sum.lateness, each.lateness),
      openStreams: sum.openStreams + each.openStreams,
      aborted: sum.aborted + each.aborted
    }),
    first
  )
}

const mergeHistograms = (a: Histogram, b: Histogram): Histogram => ({
  bounds: a.bounds,
  counts: a.counts.map((count, at) => count + b.counts[at]!),
  sum: a.sum + b.sum
})
