/** Says in numbers and words whether Standin was fast enough for the load of the last minute. */
import { type LoadSnapshot, loadWindowSeconds, mergeLoads } from './load-meter.js'
import { findQuantile, type LogHistogram } from './log-histogram.js'

/** What the words depend on beside the load. */
export interface LoadSettings {
  /** How many processes this machine can run side by side. */
  cores: number
  streamWrites: 'several' | 'one'
  /** Whether each request makes a line of the log. */
  logsRequests: boolean
}

interface Quantiles {
  p50: number
  p99: number
}

/** The body of `/_mock/load`. The quantiles are absent where nothing was measured. */
export interface LoadReport {
  seconds: number
  activeSeconds: number
  requests: number
  requestsPerSecond: number
  streamWrites: number
  eventLoopUtilization: number
  processorSeconds: number
  processorWaitShare: number
  saturated: boolean
  ownMs?: Quantiles
  waitMs?: Quantiles
  responseMs?: Quantiles
  latenessMs?: Quantiles
  openConnections: number
  openStreams: number
  workers: number
  cores: number
  summary: string
}

/** Below this share, requests seldom wait for each other. */
const calmShare = 0.5
/** Above this share of the time, it matters that other programs had the core. */
const sharedCoreShare = 0.1
/** A wait that a person sees in the result of a load test. */
const longWaitMs = 2

/** @param loads the load of each process */
export function reportLoad(loads: readonly LoadSnapshot[], settings: LoadSettings): LoadReport {
  const load = mergeLoads(loads)
  const facts: LoadFacts = {
    seconds: Math.max(1, Math.round(Math.min(loadWindowSeconds, load.windowMs / 1000))),
    activeSeconds: round(load.activeMs / 1000, 1),
    requests: load.requests,
    requestsPerSecond: roundRate(load.activeMs && (load.requests / load.activeMs) * 1000),
    streamWrites: load.streamWrites,
    eventLoopUtilization: round(load.utilization, 3),
    processorSeconds: round(load.processorMs / 1000, 2),
    processorWaitShare: round(load.ms && load.processorWaitMs / load.ms, 3),
    saturated: load.isSaturated,
    ...(load.requests && {
      ownMs: readQuantiles(load.own),
      waitMs: readQuantiles(load.wait),
      responseMs: readQuantiles(load.response)
    }),
    ...(load.streamWrites && { latenessMs: readQuantiles(load.lateness) }),
    openConnections: load.openConnections,
    openStreams: load.openStreams,
    workers: loads.length,
    cores: settings.cores
  }
  return { ...facts, summary: describeLoad(facts, settings, load.plainStreams) }
}

type LoadFacts = Omit<LoadReport, 'summary'>

interface Verdict {
  when(facts: LoadFacts): boolean
  words(facts: LoadFacts, advice: string): string
}

const hasLongWaits = ({ waitMs }: LoadFacts): boolean => (waitMs?.p99 ?? 0) >= longWaitMs

const isCoreShared = ({ processorWaitShare }: LoadFacts): boolean => processorWaitShare >= sharedCoreShare

const describeSharing = ({ processorWaitShare }: LoadFacts): string =>
  `other programs had its core for ${Math.round(processorWaitShare * 100)} % of the time`

/** The first that holds counts. */
const verdicts: readonly Verdict[] = [
  {
    when: ({ saturated }) => saturated,
    words: (_facts, advice) => `Standin is the bottleneck; ${advice}`
  },
  {
    when: ({ eventLoopUtilization }) => eventLoopUtilization >= calmShare,
    words: facts => {
      const own = `${formatMs(facts.responseMs?.p99)} of the 99th percentile are its own`
      return `Standin was not the bottleneck, but ${own}${isCoreShared(facts) ? `; ${describeSharing(facts)}` : ''}`
    }
  },
  {
    when: facts => hasLongWaits(facts) && isCoreShared(facts),
    words: facts =>
      `Standin had time left, but ${describeSharing(facts)}; requests waited for it: up to ${formatMs(facts.waitMs?.p99)} for 99 %`
  },
  {
    when: hasLongWaits,
    words: ({ waitMs }) =>
      `Standin had time left, but requests came at once and waited for each other: up to ${formatMs(waitMs?.p99)} for 99 %`
  },
  { when: () => true, words: () => 'what you measured was not Standin' }
]

export function describeLoad(facts: LoadFacts, settings: LoadSettings, plainStreams: number): string {
  const { seconds, activeSeconds, requests, requestsPerSecond, streamWrites, eventLoopUtilization } = facts
  const begin = `In the last ${seconds} s: `
  if (!requests && !streamWrites) return `${begin}no requests, so there is nothing to say yet; send some load first`
  const rate = requests
    ? `${formatCount(requestsPerSecond)} requests/s`
    : `${formatCount(streamWrites)} events of streams`
  // A second in which the load began or ended is a second of load too.
  const during = activeSeconds < seconds - 2 ? ` during ${formatCount(activeSeconds)} s of load` : ''
  const busy = `event loop ${Math.round(eventLoopUtilization * 100)} % busy`
  const verdict = verdicts.find(({ when }) => when(facts))!
  return `${begin}${rate}${during}, ${busy}: ${verdict.words(facts, advise(facts, settings, plainStreams))}`
}

/** What makes a busy server faster. */
function advise(facts: LoadFacts, { streamWrites, logsRequests }: LoadSettings, plainStreams: number): string {
  const { workers, cores, requests } = facts
  const flags = [
    ...(workers < cores ? [`--workers ${cores}`] : []),
    ...(logsRequests ? ['--log-level warn'] : []),
    ...(streamWrites === 'several' && plainStreams * 2 > requests ? ['--stream-writes one'] : [])
  ]
  const machine = workers > 1 ? 'use more cores, or a second machine' : 'use a faster core, or a second machine'
  const parts = [
    ...(isCoreShared(facts) ? [`${describeSharing(facts)}, so run the load tool on other cores`] : []),
    ...(flags.length ? [`use ${flags.join(' and ')}`] : []),
    ...(workers >= cores && !isCoreShared(facts) ? [machine] : [])
  ]
  return parts.join('; ')
}

function readQuantiles(histogram: LogHistogram): Quantiles {
  const read = (share: number) => round(findQuantile(histogram, share) ?? 0, 3)
  return { p50: read(0.5), p99: read(0.99) }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

const roundRate = (rate: number): number => round(rate, rate < 10 ? 1 : 0)

const formatCount = (count: number): string =>
  count.toLocaleString('en-US', { maximumFractionDigits: count < 10 ? 1 : 0 })

const formatMs = (ms = 0): string => `${ms < 10 ? round(ms, 1) : Math.round(ms)} ms`
