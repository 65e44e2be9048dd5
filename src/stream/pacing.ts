/** Computes when each token of a response is due, in milliseconds from the request. */

import { type Distribution, maxTimingMs, minTokensPerSecond, type TimingInput } from '../core/pacing-input.js'
import type { Random } from '../core/random.js'

export interface Pacing {
  first: Draw
  gap: Draw
  prefillMsPerToken: number
  loadFactor: number
  jitter: number
  /** The number of tokens of each text. */
  outputTokens?: number | undefined
  /** The times of a recorded response. Nothing is drawn then. */
  recorded?: { chunkMs: readonly number[]; endMs: number }
  /** Everything is due at once. */
  isUnpaced: boolean
}

/** Draws a number of milliseconds. */
type Draw = (random: Random) => number

const noDelay: Draw = () => 0

export const unpaced: Pacing = Object.freeze({
  first: noDelay,
  gap: noDelay,
  prefillMsPerToken: 0,
  loadFactor: 0,
  jitter: 0,
  isUnpaced: true
})

/** @param input a result of `parseTiming` */
export function resolvePacing(input: TimingInput | undefined): Pacing {
  if (!input) return unpaced
  if (input.chunkMs) {
    const { chunkMs, endMs = chunkMs.at(-1)! } = input
    return { ...unpaced, recorded: { chunkMs, endMs }, isUnpaced: endMs === 0 }
  }
  const {
    firstTokenMs = 0,
    interTokenMs = 0,
    tokensPerSecond,
    prefillMsPerToken = 0,
    loadFactor = 0,
    jitter = 0
  } = input
  const rate = tokensPerSecond === undefined ? undefined : createDraw(tokensPerSecond)
  const gap: Draw = rate ? random => 1000 / Math.max(minTokensPerSecond, rate(random)) : createDraw(interTokenMs)
  const isUnpaced = firstTokenMs === 0 && interTokenMs === 0 && !rate && prefillMsPerToken === 0
  return {
    first: limitDraw(createDraw(firstTokenMs)),
    gap: limitDraw(gap),
    prefillMsPerToken,
    loadFactor,
    jitter,
    outputTokens: input.outputTokens,
    isUnpaced
  }
}

/** A distribution may have no largest number. */
const limitDraw =
  (draw: Draw): Draw =>
  random =>
    Math.min(maxTimingMs, draw(random))

function createDraw(distribution: Distribution): Draw {
  if (typeof distribution === 'number') return () => distribution
  if ('length' in distribution) return random => random.pick(distribution)
  if ('min' in distribution) return random => distribution.min + random.next() * (distribution.max - distribution.min)
  // Time does not run backwards, so a negative draw counts as zero.
  if ('mean' in distribution) return random => Math.max(0, distribution.mean + distribution.sd * drawNormal(random))
  if ('median' in distribution) return random => distribution.median * Math.exp(distribution.sigma * drawNormal(random))
  const sigma = Math.log(distribution.p95 / distribution.p50) / z95
  return random => distribution.p50 * Math.exp(sigma * drawNormal(random))
}

// The 95th percentile of the standard normal distribution.
const z95 = 1.6448536269514722

/** Draws from the standard normal distribution, with the Box-Muller transform. */
function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
}

interface ScheduleContext {
  promptTokens: number
  /** They delay the first visible token. */
  reasoningTokens: number
  openStreams: number
}

export interface Schedule {
  /** The due time of a token; the first is number 0. @param total the number of tokens, if known */
  at(token: number, total?: number): number
  /** The end of the response, if it is later than the last token. */
  readonly end?: number
}

export const immediateSchedule: Schedule = { at: () => 0 }

/** The same arguments, with an equal `random`, always give the same schedule. */
export function createSchedule(
  pacing: Pacing,
  random: Random,
  { promptTokens, reasoningTokens, openStreams }: ScheduleContext
): Schedule {
  const { first, gap, prefillMsPerToken, loadFactor, jitter, recorded } = pacing
  if (recorded) return { at: (token, total) => interpolateTime(recorded.chunkMs, token, total), end: recorded.endMs }
  const load = 1 + loadFactor * openStreams
  const next = () => gap(random) * (jitter ? 1 + jitter * (2 * random.next() - 1) : 1) * load
  let start = (first(random) + prefillMsPerToken * promptTokens) * load
  for (let token = 0; token < reasoningTokens; token++) start += next()
  const offsets = [start]
  return {
    at(token) {
      while (offsets.length <= token) offsets.push(offsets.at(-1)! + next())
      return offsets[token]!
    }
  }
}

/** The time of a token between recorded times. A response with another number of tokens takes as long as the recorded response. */
function interpolateTime(times: readonly number[], token: number, total = times.length): number {
  const position = total === times.length || total < 2 ? token : (token * (times.length - 1)) / (total - 1)
  const before = times[Math.min(Math.floor(position), times.length - 1)]!
  const after = times[Math.min(Math.ceil(position), times.length - 1)]!
  return before + (after - before) * (position % 1)
}
