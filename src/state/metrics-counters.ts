/** Counts exchanges in plain numbers, so that an answer costs a few additions; what is read out is made of them later. */
import type { Exchange } from './exchange.js'

/** Observations by size: how many are at most each bound, beyond the last one, and their sum. */
export interface Spread {
  bounds: readonly number[]
  counts: number[]
  sum: number
}

export interface CountsRead {
  requests: { operation: string; status: number; fixture: string; count: number }[]
  /** In seconds: what the server itself took, without the time that a pace or a fault asked for. */
  overhead: Spread
  firstByte: Spread
  streamDuration: Spread
  /** How late frames were written, in seconds. */
  lateness: Spread
  openStreams: number
  aborted: number
}

export interface Counts {
  add(exchange: Exchange): void
  late(milliseconds: number): void
  read(openStreams: number): CountsRead
}

const fast = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]
const slow = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]

// Names come from files and from tests; beyond this many they are counted together.
const mostFixtures = 200

export function createCounts(): Counts {
  const cells = new Map<string, CountsRead['requests'][number]>()
  const fixtures = new Set<string>()
  const overhead = spread(fast)
  const firstByte = spread(slow)
  const streamDuration = spread(slow)
  const lateness = spread(fast)
  let aborted = 0
  let last: CountsRead['requests'][number] | undefined
  let lastFixture: string | undefined

  function cellOf({ operation = 'none', status, fixture }: Exchange): CountsRead['requests'][number] {
    // Load tools ask the same again and again.
    if (last && last.status === status && last.operation === operation && lastFixture === fixture) return last
    let name = fixture ?? ''
    if (fixtures.size < mostFixtures) fixtures.add(name)
    else if (!fixtures.has(name)) name = 'others'
    const key = `${operation}\n${status}\n${name}`
    const cell = cells.get(key) ?? { operation, status, fixture: name, count: 0 }
    cells.set(key, cell)
    last = cell
    lastFixture = fixture
    return cell
  }

  return {
    add(exchange) {
      cellOf(exchange).count++
      const { durationMs, delayMs, streamed, firstByteMs } = exchange
      observe(overhead, Math.max(0, durationMs - delayMs) / 1000)
      observe(firstByte, (firstByteMs || durationMs) / 1000)
      if (streamed) observe(streamDuration, durationMs / 1000)
      if (exchange.aborted) aborted++
    },
    late: milliseconds => observe(lateness, milliseconds / 1000),
    read: openStreams => ({
      requests: [...cells.values()],
      overhead,
      firstByte,
      streamDuration,
      lateness,
      openStreams,
      aborted
    })
  }
}

const spread = (bounds: readonly number[]): Spread => ({
  bounds,
  counts: new Array<number>(bounds.length + 1).fill(0),
  sum: 0
})

function observe(to: Spread, value: number): void {
  const { bounds, counts } = to
  let at = 0
  while (at < bounds.length && value > bounds[at]!) at++
  counts[at]!++
  to.sum += value
}

/** What several processes counted, as one. */
export function joined(all: readonly CountsRead[]): CountsRead {
  const [first, ...rest] = all as [CountsRead, ...CountsRead[]]
  return rest.reduce(
    (sum, each) => ({
      requests: [...sum.requests, ...each.requests],
      overhead: added(sum.overhead, each.overhead),
      firstByte: added(sum.firstByte, each.firstByte),
      streamDuration: added(sum.streamDuration, each.streamDuration),
      lateness: added(sum.lateness, each.lateness),
      openStreams: sum.openStreams + each.openStreams,
      aborted: sum.aborted + each.aborted
    }),
    first
  )
}

const added = (a: Spread, b: Spread): Spread => ({
  bounds: a.bounds,
  counts: a.counts.map((count, at) => count + b.counts[at]!),
  sum: a.sum + b.sum
})
