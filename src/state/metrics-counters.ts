/** Counts exchanges for the metrics: a few additions per response; all else is computed when the metrics are read. */
import { type KeyMask, replaceKey } from '../core/key-mask.js'
import { shortenName } from '../core/short-name.js'
import { createEventLoopTurns, type EventLoopTurns } from './event-loop-turns.js'
import type { Exchange } from './exchange.js'
import { createLoadMeter, type LoadSnapshot, mergeLoads } from './load-meter.js'

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

/** What the process has used since it started. */
interface ProcessUse {
  userSeconds: number
  systemSeconds: number
  /** How long the event loop did not wait for work. */
  busySeconds: number
  residentBytes: number
  heapUsedBytes: number
  heapTotalBytes: number
  /** In Unix seconds. */
  startedAt: number
}

export interface MetricsSnapshot {
  requests: RequestCounter[]
  /** The time of the server itself, in seconds, without delays of a pace or a fault. */
  overhead: Histogram
  /** The delays of a pace or a fault, in seconds, of responses that have such a delay. */
  delay: Histogram
  /** The estimated wait of each request before it was read, in seconds. */
  wait: Histogram
  /** From the first byte of a request to the last byte of its response, with the wait and the delay. */
  duration: Histogram
  firstByte: Histogram
  streamDuration: Histogram
  /** How late the events of streams were written, in seconds. */
  lateness: Histogram
  /** How long each turn of the event loop took. */
  turns: Histogram
  openStreams: number
  aborted: number
  process: ProcessUse
  load: LoadSnapshot
}

export interface MetricsCounters {
  readonly turns: EventLoopTurns
  add(exchange: Exchange): void
  addLateness(milliseconds: number): void
  /** Counts a connection that opened (1) or closed (-1). */
  addConnections(count: 1 | -1): void
  /** @param loadSeconds how many of the last seconds the load is of, at most 60 */
  snapshot(openStreams: number, loadSeconds?: number): MetricsSnapshot
  close(): void
}

const fastBounds = [
  ...[0.00001, 0.000025, 0.00005, 0.000075, 0.0001, 0.00015, 0.00025, 0.0005, 0.001, 0.0025, 0.005],
  ...[0.01, 0.025, 0.05, 0.1, 0.25, 1]
]
/** From 50 µs to two minutes: a request, whether it waits for the server, or has the delay of a model. */
const wideBounds = [
  ...[0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
  ...[1, 2.5, 5, 10, 30, 60, 120]
]
const slowBounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]

// Names come from files and tests. Further names are counted together.
const maxFixtureNames = 200

export function createMetricsCounters(keyMask: KeyMask): MetricsCounters {
  const requests = createRequestCounters(keyMask)
  const overhead = createHistogram(fastBounds)
  const firstByte = createHistogram(slowBounds)
  const streamDuration = createHistogram(slowBounds)
  const lateness = createHistogram(fastBounds)
  const wait = createHistogram(fastBounds)
  const delay = createHistogram(slowBounds)
  const duration = createHistogram(wideBounds)
  const turnLengths = createHistogram(fastBounds)
  const turns = createEventLoopTurns(ms => observe(turnLengths, ms / 1000))
  const load = createLoadMeter()
  let aborted = 0

  return {
    turns,
    add(exchange) {
      requests.find(exchange).count++
      load.add(exchange)
      const { durationMs, delayMs, streamed, firstByteMs, waitMs } = exchange
      observe(overhead, Math.max(0, durationMs - delayMs) / 1000)
      observe(wait, waitMs / 1000)
      observe(duration, (waitMs + durationMs) / 1000)
      if (delayMs) observe(delay, delayMs / 1000)
      observe(firstByte, (firstByteMs || durationMs) / 1000)
      if (streamed) observe(streamDuration, durationMs / 1000)
      if (exchange.aborted) aborted++
    },
    addLateness(milliseconds) {
      observe(lateness, milliseconds / 1000)
      load.addStreamWrite(milliseconds)
    },
    addConnections: load.addConnections,
    snapshot: (openStreams, loadSeconds) => ({
      requests: [...requests.counters.values()],
      overhead,
      delay,
      wait,
      duration,
      firstByte,
      streamDuration,
      lateness,
      turns: turnLengths,
      openStreams,
      aborted,
      process: readProcessUse(),
      load: load.snapshot(openStreams, loadSeconds)
    }),
    close: load.close
  }
}

/** Counts responses by operation, status and fixture. */
function createRequestCounters(keyMask: KeyMask) {
  const counters = new Map<string, RequestCounter>()
  const fixtureNames = new Set<string>()
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

  return { counters, find: findCounter }
}

function readProcessUse(): ProcessUse {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed, heapTotal } = process.memoryUsage()
  return {
    userSeconds: user / 1e6,
    systemSeconds: system / 1e6,
    busySeconds: performance.eventLoopUtilization().active / 1000,
    residentBytes: rss,
    heapUsedBytes: heapUsed,
    heapTotalBytes: heapTotal,
    startedAt: performance.timeOrigin / 1000
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

const histogramNames = [
  'overhead',
  'delay',
  'wait',
  'duration',
  'firstByte',
  'streamDuration',
  'lateness',
  'turns'
] as const

/** Adds up the metrics of several processes. */
export function mergeMetrics(snapshots: readonly MetricsSnapshot[]): MetricsSnapshot {
  const total = (read: (snapshot: MetricsSnapshot) => number) => snapshots.reduce((sum, each) => sum + read(each), 0)
  const histograms = histogramNames.map(name => [name, mergeHistograms(snapshots.map(each => each[name]))] as const)
  return {
    ...(Object.fromEntries(histograms) as Pick<MetricsSnapshot, (typeof histogramNames)[number]>),
    requests: snapshots.flatMap(({ requests }) => requests),
    openStreams: total(({ openStreams }) => openStreams),
    aborted: total(({ aborted }) => aborted),
    process: {
      userSeconds: total(each => each.process.userSeconds),
      systemSeconds: total(each => each.process.systemSeconds),
      busySeconds: total(each => each.process.busySeconds),
      residentBytes: total(each => each.process.residentBytes),
      heapUsedBytes: total(each => each.process.heapUsedBytes),
      heapTotalBytes: total(each => each.process.heapTotalBytes),
      startedAt: Math.min(...snapshots.map(each => each.process.startedAt))
    },
    load: mergeLoads(snapshots.map(({ load }) => load))
  }
}

const mergeHistograms = (histograms: readonly Histogram[]): Histogram => ({
  bounds: histograms[0]!.bounds,
  counts: histograms[0]!.counts.map((_, at) => histograms.reduce((sum, { counts }) => sum + counts[at]!, 0)),
  sum: histograms.reduce((sum, each) => sum + each.sum, 0)
})
