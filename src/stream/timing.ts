/** What a given pace comes to, in milliseconds. */
import type { TimingInput } from '../timing.js'

export interface Timing {
  firstTokenMs: number
  interTokenMs: number
}

export const unpaced: Timing = Object.freeze({ firstTokenMs: 0, interTokenMs: 0 })

export function timingOf(input: TimingInput | undefined): Timing {
  if (!input) return unpaced
  const { firstTokenMs = 0, tokensPerSecond } = input
  return { firstTokenMs, interTokenMs: input.interTokenMs ?? (tokensPerSecond ? 1000 / tokensPerSecond : 0) }
}
