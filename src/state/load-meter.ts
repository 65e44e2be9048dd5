/** Measures the load of the last minute, second by second: requests, event loop, processor, and times of responses. */
import { readFileSync } from 'node:fs'
import type { Exchange } from './exchange.js'
import { addHistogram, createLogHistogram, type LogHistogram, recordDuration } from './log-histogram.js'

/** What a process did in a stretch of time. */
interface LoadSpan {
  /** The times of the first and the last work, by the clock; 0 without work. */
  firstAt: number
  lastAt: number
  ms: number
  /** How long the event loop had work, whether it had a core for it or not. */
  busyMs: number
  /** The time on cores. */
  processorMs: number
  /** How long the event loop had work, but other programs had the core. */
  processorWaitMs: number
  requests: number
  /** The writes of streams with a timing. */
  streamWrites: number
  /** The streams without a timing. */
  plainStreams: number
  /** The time of the server itself for each response. */
  own: LogHistogram
  /** The estimated wait of each request before it was read. */
  wait: LogHistogram
  /** Both together. */
  response: LogHistogram
  /** How late the events of streams were written. */
  lateness: LogHistogram
}

/** The load of one process in the last minute. The sums are those of the seconds with work. */
export interface LoadSnapshot extends LoadSpan {
  /** The length of the last minute; less if the process is younger. */
  windowMs: number
  /** From the first to the last work of each stretch of seconds with work. */
  activeMs: number
  /** The share of each second with work in which the event loop was busy; a second with more work weighs more. */
  utilization: number
  /** Whether the event loop had no time left. */
  isSaturated: boolean
  openConnections: number
  openStreams: number
}

/** What a process has used so far, in milliseconds. */
interface LoadTotals {
  at: number
  busyMs: number
  processorMs: number
  processorWaitMs: number
}

const readTotals = (): LoadTotals => {
  const { user, system } = process.cpuUsage()
  const processorMs = (user + system) / 1000
  const { active } = performance.eventLoopUtilization()
  const scheduled = readScheduled()
  return {
    at: performance.now(),
    // A loop that is ready but has no core counts as idle until it gets the core.
    busyMs: Math.max(active, scheduled ? scheduled.ranMs + scheduled.waitMs : 0),
    processorMs,
    processorWaitMs: scheduled?.waitMs ?? Math.max(0, active - processorMs)
  }
}

/** Returns how long the main thread ran on a core, and how long it waited for a core. Only Linux tells it. */
function readScheduled(): { ranMs: number; waitMs: number } | undefined {
  try {
    const [ran, waited] = readFileSync('/proc/self/schedstat', 'latin1').split(' ')
    return { ranMs: Number(ran) / 1e6, waitMs: Number(waited) / 1e6 }
  } catch {
    return undefined
  }
}

export const loadWindowSeconds = 60
/** The utilization above which an event loop has no time left. */
const saturatedUtilization = 0.9
/** A start, or a single large request, keeps the loop busy for less time. */
const saturatedMs = 1000

export interface LoadMeter {
  add(exchange: Exchange): void
  addStreamWrite(latenessMs: number): void
  addConnections(count: number): void
  /** Begins a new second. A timer calls it. */
  tick(): void
  /** @param windowSeconds how many of the last seconds count, at most 60 */
  snapshot(openStreams: number, windowSeconds?: number): LoadSnapshot
  close(): void
}

export function createLoadMeter(read: () => LoadTotals = readTotals): LoadMeter {
  // The last second is in progress.
  const seconds: LoadSpan[] = [createSpan()]
  let current = seconds[0]!
  let start = read()
  let openConnections = 0
  const measure = () => {
    const now = read()
    current.ms = now.at - start.at
    for (const name of ['busyMs', 'processorWaitMs'] as const)
      current[name] = Math.min(current.ms, Math.max(0, now[name] - start[name]))
    current.processorMs = now.processorMs - start.processorMs
    return now
  }
  const tick = () => {
    start = measure()
    current = seconds.length <= loadWindowSeconds ? createSpan() : clearSpan(seconds.shift()!)
    seconds.push(current)
  }
  const timer = setInterval(tick, 1000).unref()
  return {
    add({ startedAt, durationMs, delayMs, waitMs, aborted, streamed }) {
      current.requests++
      current.lastAt = startedAt + durationMs
      current.firstAt ||= current.lastAt
      if (streamed && delayMs === 0) current.plainStreams++
      // The client ended such a response, or a fault that waits for it.
      if (aborted) return
      const ownMs = Math.max(0, durationMs - delayMs)
      recordDuration(current.own, ownMs)
      recordDuration(current.wait, waitMs)
      recordDuration(current.response, ownMs + waitMs)
    },
    addStreamWrite(latenessMs) {
      current.streamWrites++
      current.lastAt = performance.now()
      current.firstAt ||= current.lastAt
      recordDuration(current.lateness, latenessMs)
    },
    addConnections(count) {
      openConnections += count
    },
    tick,
    snapshot(openStreams, windowSeconds = loadWindowSeconds) {
      measure()
      return { ...sumSpans(seconds.slice(-windowSeconds - 1)), openConnections, openStreams }
    },
    close: () => clearInterval(timer)
  }
}

const createSpan = (): LoadSpan => ({
  firstAt: 0,
  lastAt: 0,
  ms: 0,
  busyMs: 0,
  processorMs: 0,
  processorWaitMs: 0,
  requests: 0,
  streamWrites: 0,
  plainStreams: 0,
  own: createLogHistogram(),
  wait: createLogHistogram(),
  response: createLogHistogram(),
  lateness: createLogHistogram()
})

const histogramNames = ['own', 'wait', 'response', 'lateness'] as const
const sumNames = ['ms', 'busyMs', 'processorMs', 'processorWaitMs', 'requests', 'streamWrites', 'plainStreams'] as const

function clearSpan(span: LoadSpan): LoadSpan {
  for (const name of histogramNames) span[name].fill(0)
  for (const name of sumNames) span[name] = 0
  span.firstAt = 0
  span.lastAt = 0
  return span
}

/** Adds a span to a sum. */
export function addSpan(sum: LoadSpan, span: LoadSpan): void {
  for (const name of histogramNames) addHistogram(sum[name], span[name])
  for (const name of sumNames) sum[name] += span[name]
}

function sumSpans(seconds: readonly LoadSpan[]): Omit<LoadSnapshot, 'openConnections' | 'openStreams'> {
  const sum = createSpan()
  let weightedBusy = 0
  let weights = 0
  let windowMs = 0
  let activeMs = 0
  let stretchStart = 0
  for (const [at, second] of seconds.entries()) {
    windowMs += second.ms
    const weight = second.requests + second.streamWrites
    if (!weight) continue
    addSpan(sum, second)
    weights += weight
    weightedBusy += second.ms && weight * (second.busyMs / second.ms)
    stretchStart ||= second.firstAt
    if (seconds[at + 1]?.firstAt) continue
    // A single request has no rate.
    activeMs += Math.max(second.lastAt - stretchStart, Math.min(1000, second.ms))
    stretchStart = 0
  }
  const utilization = weights && weightedBusy / weights
  return {
    ...sum,
    windowMs: Math.min(windowMs, Math.max(1, seconds.length - 1) * 1000),
    activeMs,
    utilization,
    isSaturated: utilization >= saturatedUtilization && sum.busyMs >= saturatedMs
  }
}

/** Adds up the loads of several processes. The busiest process counts for the event loop. */
export function mergeLoads(loads: readonly LoadSnapshot[]): LoadSnapshot {
  const sum = createSpan()
  for (const load of loads) addSpan(sum, load)
  const most = (read: (load: LoadSnapshot) => number) => Math.max(...loads.map(read))
  const total = (read: (load: LoadSnapshot) => number) => loads.reduce((all, load) => all + read(load), 0)
  return {
    ...sum,
    windowMs: most(({ windowMs }) => windowMs),
    activeMs: most(({ activeMs }) => activeMs),
    utilization: most(({ utilization }) => utilization),
    isSaturated: loads.some(load => load.isSaturated),
    openConnections: total(load => load.openConnections),
    openStreams: total(load => load.openStreams)
  }
}
