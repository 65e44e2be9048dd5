/** What a given pace comes to: when each token of an answer is due, in milliseconds from its request. Pure. */

import type { Distribution, TimingInput } from '../core/pacing-input.js'
import type { Chance } from '../core/random.js'

export interface Timing {
  first: Draw
  gap: Draw
  prefillMsPerToken: number
  loadFactor: number
  jitter: number
  /** When each piece came that was recorded; nothing is drawn then. */
  recorded?: { chunkMs: readonly number[]; endMs: number }
  /** Nothing has to wait. */
  isUnpaced: boolean
}

/** Draws a number of milliseconds. */
type Draw = (chance: Chance) => number

const never: Draw = () => 0

export const unpaced: Timing = Object.freeze({
  first: never,
  gap: never,
  prefillMsPerToken: 0,
  loadFactor: 0,
  jitter: 0,
  isUnpaced: true
})

/** @param input one that has been checked */
export function timingOf(input: TimingInput | undefined): Timing {
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
  const rate = tokensPerSecond === undefined ? undefined : drawOf(tokensPerSecond)
  const gap: Draw = rate ? chance => 1000 / Math.max(0.001, rate(chance)) : drawOf(interTokenMs)
  const isUnpaced = firstTokenMs === 0 && interTokenMs === 0 && !rate && prefillMsPerToken === 0
  return { first: drawOf(firstTokenMs), gap, prefillMsPerToken, loadFactor, jitter, isUnpaced }
}

function drawOf(given: Distribution): Draw {
  if (typeof given === 'number') return () => given
  if ('length' in given) return chance => chance.pick(given)
  if ('min' in given) return chance => given.min + chance.next() * (given.max - given.min)
  // Time does not run back, so what a normal distribution has below zero counts as zero.
  if ('mean' in given) return chance => Math.max(0, given.mean + given.sd * normal(chance))
  if ('median' in given) return chance => given.median * Math.exp(given.sigma * normal(chance))
  const sigma = Math.log(given.p95 / given.p50) / z95
  return chance => given.p50 * Math.exp(sigma * normal(chance))
}

// Where the standard normal distribution has 95 % below it.
const z95 = 1.6448536269514722

/** Box and Muller's way from two even draws to one of the standard normal distribution. */
function normal(chance: Chance): number {
  return Math.sqrt(-2 * Math.log(1 - chance.next())) * Math.cos(2 * Math.PI * chance.next())
}

/** What a schedule depends on beside its timing. */
export interface Moment {
  promptTokens: number
  /** Tokens that are thought and not said; they come before the first one that is. */
  silentTokens: number
  openStreams: number
}

export interface Schedule {
  /** When a token is due; the first is number 0. @param of how many there are, where that is known */
  at(token: number, of?: number): number
  /** When the answer is over, where that is later than its last token. */
  readonly end?: number
}

export const atOnce: Schedule = { at: () => 0 }

/** The same chance and moment always give the same schedule. */
export function scheduleOf(
  timing: Timing,
  chance: Chance,
  { promptTokens, silentTokens, openStreams }: Moment
): Schedule {
  const { first, gap, prefillMsPerToken, loadFactor, jitter, recorded } = timing
  if (recorded) return { at: (token, of) => timeIn(recorded.chunkMs, token, of), end: recorded.endMs }
  const load = 1 + loadFactor * openStreams
  const next = () => gap(chance) * (jitter ? 1 + jitter * (2 * chance.next() - 1) : 1) * load
  let start = (first(chance) + prefillMsPerToken * promptTokens) * load
  for (let token = 0; token < silentTokens; token++) start += next()
  const offsets = [start]
  return {
    at(token) {
      while (offsets.length <= token) offsets.push(offsets.at(-1)! + next())
      return offsets[token]!
    }
  }
}

/** The time of a recorded piece. An answer that is cut otherwise than the recorded one takes as long as that did. */
function timeIn(times: readonly number[], token: number, of = times.length): number {
  const place = of === times.length || of < 2 ? token : (token * (times.length - 1)) / (of - 1)
  const before = times[Math.min(Math.floor(place), times.length - 1)]!
  const after = times[Math.min(Math.ceil(place), times.length - 1)]!
  return before + (after - before) * (place % 1)
}
