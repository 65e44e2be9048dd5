/** A script is a stream as data: each frame with the moment it is due, in milliseconds from the start. */

import { floatsOf, layOut } from '../core/json-format.js'
import { isObject } from '../core/json-pointer.js'
import type { Chunk } from '../core/openai-types.js'
import { jsonIn } from '../core/try-parse-json.js'
import type { Schedule } from './pacing.js'

export interface Frame {
  at: number
  text: string
}

export interface Script {
  frames: Frame[]
  /** Each frame is a write of its own. */
  apart?: boolean
}

/** A script whose frames are put together when they are due: cheap to keep open by the thousand. */
export interface LateScript {
  /** When each frame is due; none before the one that it follows. */
  readonly dues: ArrayLike<number>
  /** The frames from one up to another, as one text. */
  text(from: number, to: number): string
  /** Each frame is a write of its own. */
  readonly apart?: boolean
}

export function late({ frames, apart = false }: Script): LateScript {
  return {
    dues: frames.map(({ at }) => at),
    apart,
    text(from, to) {
      let text = ''
      for (let at = from; at < to; at++) text += frames[at]!.text
      return text
    }
  }
}

/** Writes chunks as server-sent events and says when each is due; the last frame is `[DONE]`. */
export function scriptOf(chunks: readonly Chunk[], schedule: Schedule): Script {
  const dues = duesOf(tokensOf(chunks), schedule)
  return { frames: [...chunks.map(frameOf), lastFrame].map((text, index) => ({ at: dues[index]!, text })) }
}

/** A stream that is already written: what says something in it takes its time as a token does. */
export function scriptOfText(text: string, schedule: Schedule): Script {
  const texts = text.split(/(?<=\n\r?\n)/)
  const { all, each } = tokensOf(texts.map(chunkIn))
  const dues = duesOf({ all, each: each.slice(0, texts.length) }, schedule)
  return { frames: texts.map((text, index) => ({ at: dues[index]!, text })) }
}

/** What stands in an event; one that is no chunk says nothing. */
function chunkIn(event: string): Pick<Chunk, 'choices'> {
  const chunk = jsonIn(/^data: ?(.*)$/m.exec(event)?.[1] ?? '')
  return isObject(chunk) && Array.isArray(chunk.choices) ? { choices: chunk.choices } : silent
}

const silent: Pick<Chunk, 'choices'> = { choices: [] }

/** The token with which each frame of a stream comes; what closes the stream comes at its end, after all tokens. */
export interface FrameTokens {
  all: number
  each: number[]
}

/** What opens a stream comes with the first token. */
export function tokensOf(chunks: readonly Pick<Chunk, 'choices'>[]): FrameTokens {
  const saying = chunks.map(saysSomething)
  const all = saying.filter(Boolean).length
  let tokens = 0
  const each = saying.map(says => {
    if (says) tokens++
    return tokens === all && !says ? all : Math.max(0, tokens - 1)
  })
  return { all, each: [...each, each.at(-1) ?? 0] }
}

export function duesOf({ all, each }: FrameTokens, schedule: Schedule): Float64Array {
  const end = () => schedule.end ?? schedule.at(Math.max(0, all - 1), all)
  return Float64Array.from(each, token => (token === all ? end() : schedule.at(token, all)))
}

/** One server-sent event. */
export const frameOf = (chunk: Chunk) => `data: ${layOut(chunk, 0, floatsOf(chunk))}\n\n`

export const lastFrame = 'data: [DONE]\n\n'

/** Whether a chunk is heard or read, and takes its time as a token does. */
export function saysSomething({ choices }: Pick<Chunk, 'choices'>): boolean {
  const delta = choices[0]?.delta
  if (!delta) return false
  const call = delta.tool_calls?.[0]
  return Boolean(
    delta.content ||
      delta.refusal ||
      call?.function?.arguments ||
      call?.custom?.input ||
      delta.function_call?.arguments ||
      delta.audio?.transcript
  )
}

/** How long a JSON answer takes: as long as its stream would. */
export function durationOf(tokens: number, schedule: Schedule): number {
  return schedule.end ?? schedule.at(Math.max(0, tokens - 1))
}
