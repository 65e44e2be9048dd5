/** Builds the choices of legacy completions, and cuts them into the events of a stream. Pure. */
import type { Choice } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import type { EncodingTokenizer } from './encoding-tokenizer.js'

/** The log probabilities of a text, token by token. */
interface LegacyLogprobs {
  tokens: string[]
  token_logprobs: (number | null)[]
  top_logprobs: (Record<string, number> | null)[] | null
  text_offset: number[]
}

export interface LegacyChoice {
  text: string
  index: number
  logprobs: LegacyLogprobs | null
  finish_reason: string | null
}

export interface LegacyInput {
  prompt: string
  index: number
  /** Whether the text begins with the prompt. */
  echo: boolean
  /** The number of alternatives for each token; undefined without log probabilities. */
  alternatives: number | undefined
  tokens: EncodingTokenizer
  random: Random
}

/** Converts a choice of a chat completion. */
export function toLegacyChoice({ message, finish_reason, logprobs }: Choice, input: LegacyInput): LegacyChoice {
  const { prompt, index, echo, alternatives } = input
  return {
    text: (echo ? prompt : '') + (message.content ?? ''),
    index,
    logprobs:
      alternatives === undefined
        ? null
        : toLegacyLogprobs(
            [...(echo ? echoEntries(input) : []), ...(logprobs?.content ?? [])],
            echo ? 0 : prompt.length,
            alternatives
          ),
    finish_reason
  }
}

interface Entry {
  token: string
  logprob: number | null
  top_logprobs?: readonly { token: string; logprob: number }[]
}

/** The first token has no probability, because nothing comes before it. */
const echoEntries = ({ prompt, tokens, random }: LegacyInput): Entry[] =>
  tokens.pieces(prompt).map(({ text }, at) => ({ token: text, logprob: at ? -8 * random.next() ** 3 : null }))

function toLegacyLogprobs(entries: readonly Entry[], start: number, alternatives: number): LegacyLogprobs {
  let offset = start
  return {
    tokens: entries.map(({ token }) => token),
    token_logprobs: entries.map(({ logprob }) => logprob),
    top_logprobs: alternatives ? entries.map(listAlternatives) : null,
    text_offset: entries.map(({ token }) => {
      const at = offset
      offset += token.length
      return at
    })
  }
}

function listAlternatives({ token, logprob, top_logprobs = [] }: Entry): Record<string, number> | null {
  if (logprob === null) return null
  return { ...Object.fromEntries(top_logprobs.map(each => [each.token, each.logprob])), [token]: logprob }
}

/** The choices of one event of a stream. */
export type LegacyEvent = LegacyChoice[]

/**
 * Cuts choices into events, a token each, in turns. A choice that ends by its limit has its reason in its last token. The
 * others have theirs in one event at the end.
 */
export function splitLegacyChoices(choices: readonly LegacyChoice[], tokens: EncodingTokenizer): LegacyEvent[] {
  const pieces = choices.map(choice => cutChoice(choice, tokens))
  const longest = Math.max(0, ...pieces.map(({ length }) => length))
  const events: LegacyEvent[] = []
  for (let at = 0; at < longest; at++)
    for (const list of pieces) {
      const piece = list[at]
      if (piece) events.push([piece])
    }
  const ends = choices.filter((_, index) => !pieces[index]!.at(-1)?.finish_reason)
  if (ends.length)
    events.push(ends.map(({ index, finish_reason }) => ({ text: '', index, logprobs: null, finish_reason })))
  return events
}

function cutChoice({ text, index, logprobs, finish_reason }: LegacyChoice, tokens: EncodingTokenizer): LegacyChoice[] {
  const texts = logprobs ? logprobs.tokens : tokens.pieces(text).map(piece => piece.text)
  return texts.map((each, at) => ({
    text: each,
    index,
    logprobs: logprobs && {
      tokens: [each],
      token_logprobs: [logprobs.token_logprobs[at] ?? null],
      top_logprobs: logprobs.top_logprobs && [logprobs.top_logprobs[at] ?? null],
      text_offset: [logprobs.text_offset[at] ?? 0]
    },
    finish_reason: at === texts.length - 1 && finish_reason === 'length' ? finish_reason : null
  }))
}
