/** How a person gives the pace of an answer. */
import { Mistake } from './refusal.js'

export interface TimingInput {
  /** Milliseconds from the request to the first token. */
  firstTokenMs?: number
  /** Milliseconds from one token to the next. */
  interTokenMs?: number
  /** Another way to give `interTokenMs`. */
  tokensPerSecond?: number
}

const names = ['firstTokenMs', 'interTokenMs', 'tokensPerSecond'] as const

/** Reads `firstTokenMs=200, interTokenMs=20`, as the option and the request header give it. `place` says where it stands. */
export function readTiming(text: string, place: string): TimingInput {
  const timing: TimingInput = {}
  for (const part of text.split(/[,;]/)) {
    const [name, value] = part.split('=').map(word => word.trim())
    const number = Number(value)
    const known = names.find(known => known === name)
    if (!known) throw new Mistake([`${place}: unknown timing "${part.trim()}", expected ${names.join('=…, ')}=…`])
    if (!value || !Number.isFinite(number) || number < 0 || (known === 'tokensPerSecond' && number === 0))
      throw new Mistake([`${place}: ${known} expected a number of at least 0, got "${value ?? ''}"`])
    timing[known] = number
  }
  return timing
}
