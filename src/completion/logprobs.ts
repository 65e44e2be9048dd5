/** Generates plausible log probabilities: one entry for each token of a message. */

import type { AssistantMessage, Logprobs, TokenLogprob } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import type { EncodingTokenizer } from './encoding-tokenizer.js'

/** Generates the log probabilities of a message's text and refusal, with `topCount` alternatives for each token. */
export function generateLogprobs(
  message: AssistantMessage,
  topCount: number,
  random: Random,
  tokens: EncodingTokenizer
): Logprobs {
  const generateEntries = (text: string | null | undefined) =>
    text == null ? null : tokens.pieces(text).map(({ text }) => generateTokenLogprob(text, topCount, random))
  return { content: generateEntries(message.content), refusal: generateEntries(message.refusal) }
}

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
