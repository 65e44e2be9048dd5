/** Log probabilities: seeded and plausible, one entry for each token, joining to the text they belong to. */

import type { AssistantMessage, Logprobs, TokenLogprob } from '../core/openai-types.js'
import type { Chance } from '../core/random.js'
import type { TokenText } from './token-text.js'

export function logprobsOf(message: AssistantMessage, top: number, chance: Chance, tokens: TokenText): Logprobs {
  const entries = (text: string | null | undefined) =>
    text == null ? null : tokens.pieces(text).map(({ text }) => entry(text, top, chance))
  return { content: entries(message.content), refusal: entries(message.refusal) }
}

const common = [
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

function entry(token: string, top: number, chance: Chance): TokenLogprob {
  // Most tokens are near certain; now and then one was a surprise.
  const logprob = single(-(chance.next() ** 6) * 2.5 - chance.next() * 1e-5)
  const top_logprobs = []
  if (top > 0) {
    const others = new Set<string>()
    for (let tries = 0; others.size < top - 1 && tries < 200; tries++) {
      const other = tries < 60 ? chance.pick(common) : ` ${chance.base62(3).toLowerCase()}`
      if (other !== token) others.add(other)
    }
    top_logprobs.push({ token, logprob, bytes: bytesOf(token) })
    let mass = logprob
    let rest = Math.log(Math.max(1e-7, 1 - Math.exp(logprob)))
    for (const other of others) {
      rest -= 0.2 + chance.next() * 1.5
      mass = Math.min(mass, rest)
      top_logprobs.push({ token: other, logprob: single(mass), bytes: bytesOf(other) })
      mass -= 1e-4
    }
  }
  return { token, logprob, bytes: bytesOf(token), top_logprobs }
}

const bytesOf = (token: string) => [...Buffer.from(token)]

// The service computes in 32 bits; the rounding keeps its number of digits.
const single = (value: number) => Number(Math.fround(value).toPrecision(8))
