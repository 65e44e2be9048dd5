/** A script is a stream as data: each frame with the moment it is due, in milliseconds from the start. */

import { floatsOf, layOut } from '../layout.js'
import type { Chunk } from '../wire.js'
import type { Schedule } from './timing.js'

export interface Frame {
  at: number
  text: string
}

export interface Script {
  frames: Frame[]
  /** Each frame is a write of its own. */
  apart?: boolean
}

/** Writes chunks as server-sent events and says when each is due; the last frame is `[DONE]`. */
export function scriptOf(chunks: readonly Chunk[], schedule: Schedule): Script {
  const frames: Frame[] = []
  const all = chunks.reduce((count, chunk) => count + Number(saysSomething(chunk)), 0)
  let tokens = 0
  for (const chunk of chunks) {
    // What opens a stream comes with the first token, and what closes it with the last or at its end.
    const says = saysSomething(chunk)
    if (says) tokens++
    const last = schedule.at(Math.max(0, tokens - 1), all)
    const at = tokens === all && !says ? (schedule.end ?? last) : last
    frames.push({ at, text: frameOf(chunk) })
  }
  frames.push({ at: frames.at(-1)?.at ?? 0, text: lastFrame })
  return { frames }
}

/** One server-sent event. */
export const frameOf = (chunk: Chunk) => `data: ${layOut(chunk, 0, floatsOf(chunk))}\n\n`

export const lastFrame = 'data: [DONE]\n\n'

/** Whether a chunk is heard or read, and takes its time as a token does. */
export function saysSomething({ choices }: Chunk): boolean {
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
