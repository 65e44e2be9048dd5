/** Listens to a stream that is passed on: which of its pieces came when, and whether it was whole. Knows no clock. */

import { isObject } from '../../core/json-pointer.js'
import type { Chunk } from '../../core/openai-types.js'
import { jsonIn } from '../../core/try-parse-json.js'
import { saysSomething } from '../../stream/timeline.js'

export interface Heard {
  /** Takes whole lines. Answers what is wrong with them, if something is. */
  take(lines: string, atMs: number): string | undefined
  /** `[DONE]` was said. */
  readonly isDone: boolean
  /** Nothing is missing, or an error told why. */
  readonly isOver: boolean
  /** It is a whole answer. */
  readonly isWhole: boolean
  /** When each piece that says something came. */
  readonly chunkMs: number[]
}

export function createHeard(): Heard {
  const chunkMs: number[] = []
  const choices = new Map<unknown, boolean>()
  let isDone = false
  let isBroken = false
  // Some services end without [DONE]; a choice of theirs has ended when it says why.
  const isWhole = () => choices.size > 0 && !isBroken && (isDone || [...choices.values()].every(Boolean))
  const take = (data: string, atMs: number): string | undefined => {
    if (data === '[DONE]') {
      isDone = true
      return undefined
    }
    const chunk = jsonIn(data)
    if (!isObject(chunk)) return `sent ${JSON.stringify(data.slice(0, 40))} in its stream, expected JSON`
    if (isObject(chunk.error)) isBroken = true
    if (!Array.isArray(chunk.choices)) return undefined
    for (const choice of chunk.choices.filter(isObject))
      choices.set(choice.index, Boolean(choice.finish_reason) || choices.get(choice.index) === true)
    if (saysSomething(chunk as unknown as Chunk)) chunkMs.push(Math.round(atMs * 10) / 10)
    return undefined
  }
  return {
    take(lines, atMs) {
      for (const line of lines.split(/\r?\n/)) {
        const problem = line.startsWith('data:') ? take(line.slice(5).trim(), atMs) : undefined
        if (problem) return problem
      }
      return undefined
    },
    get isDone() {
      return isDone
    },
    get isOver() {
      return isBroken || isWhole()
    },
    get isWhole() {
      return isWhole()
    },
    chunkMs
  }
}
