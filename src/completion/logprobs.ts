/** Generates plausible log probabilities: one entry for each token of a message. */

import type { AssistantMessage, Logprobs, TokenLogprob } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import type { TextPiece } from './encoding-tokenizer.js'

/** The log probabilities of one choice. Their entries are generated when they are needed, and are always the same. */
export interface ChoiceLogprobs {
  /** The part of the message whose tokens have entries. */
  part: 'content' | 'refusal'
  pieces: readonly TextPiece[]
  entries(): Iterable<TokenLogprob>
}

/** Plans the log probabilities of a message's text or refusal, with `topCount` alternatives for each token. */
export function planLogprobs(
  { content, refusal }: AssistantMessage,
  topCount: number,
  random: Random,
  cut: (text: string) => readonly TextPiece[]
): ChoiceLogprobs {
  const part = refusal === null ? 'content' : 'refusal'
  const pieces = cut(refusal ?? content ?? '')
  return {
    part,
    pieces,
    *entries() {
      const entryRandom = random.fork('logprobs')
      for (const { text } of pieces) yield generateTokenLogprob(text, topCount, entryRandom)
    }
  }
}

/** Log probabilities without their entries. */
export const emptyLogprobs = ({ part }: ChoiceLogprobs): Logprobs => ({ content: null, refusal: null, [part]: [] })

/** Log probabilities with all entries. */
export const collectLogprobs = ({ part, entries }: ChoiceLogprobs): Logprobs => ({
  content: null,
  refusal: null,
  [part]: [...entries()]
})

const alternativeTokens = [
  ' the',
  ' a',
  ',',
  '.',
  ' and',
  ' of',
  ' to',
  ' in',
  ' is',
  ' that',
  '\n',
  ' I',
  ' it',
  ' for',
  ' with',
  ' on',
  ' as',
  ' at',
  ' this',
  ' be',
  ' an',
  ' by'
]

function generateTokenLogprob(token: string, topCount: number, random: Random): TokenLogprob {
  // Most tokens are almost certain; a few are not.
  const logprob = roundToFloat32(-(random.next() ** 6) * 2.5 - random.next() * 1e-5)
  const top_logprobs = []
  if (topCount > 0) {
    const others = new Set<string>()
    for (let tries = 0; others.size < topCount - 1 && tries < 200; tries++) {
      const other = tries < 60 ? random.pick(alternativeTokens) : ` ${random.base62(3).toLowerCase()}`
      if (other !== token) others.add(other)
    }
    top_logprobs.push({ token, logprob, bytes: tokenBytes(token) })
    let mass = logprob
    let rest = Math.log(Math.max(1e-7, 1 - Math.exp(logprob)))
    for (const other of others) {
      rest -= 0.2 + random.next() * 1.5
      mass = Math.min(mass, rest)
      top_logprobs.push({ token: other, logprob: roundToFloat32(mass), bytes: tokenBytes(other) })
      mass -= 1e-4
    }
  }
  return { token, logprob, bytes: tokenBytes(token), top_logprobs }
}

const tokenBytes = (token: string) => [...Buffer.from(token)]

// The service computes in 32 bits, so its numbers have few digits.
const roundToFloat32 = (value: number) => Number(Math.fround(value).toPrecision(8))
