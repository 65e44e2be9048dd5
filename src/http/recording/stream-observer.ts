/** Listens to a stream that is passed on: which of its pieces came when, and whether it was whole. Knows no clock. */

import { isObject } from '../../core/json-pointer.js'
import type { Chunk } from '../../core/openai-types.js'
import { tryParseJson } from '../../core/try-parse-json.js'
import { isContentChunk } from '../../stream/timeline.js'

export interface StreamObserver {
  /** Takes whole lines. Answers what is wrong with them, if something is. */
  addLines(lines: string, atMs: number): string | undefined
  /** `[DONE]` was said. */
  readonly hasDoneEvent: boolean
  /** Nothing is missing, or an error told why. */
  readonly isFinished: boolean
  /** It is a whole answer. */
  readonly isComplete: boolean
  /** When each piece that says something came. */
  readonly chunkMs: number[]
}

export function createStreamObserver(): StreamObserver {
  const chunkMs: number[] = []
  const choices = new Map<unknown, boolean>()
  let hasDoneEvent = false
  let hasErrorEvent = false
  // Some services end without [DONE]; a choice of theirs has ended when it says why.
  const isComplete = () => choices.size > 0 && !hasErrorEvent && (hasDoneEvent || [...choices.values()].every(Boolean))
  const observeData = (data: string, atMs: number): string | undefined => {
    if (data === '[DONE]') {
      hasDoneEvent = true
      return undefined
    }
    const chunk = tryParseJson(data)
    if (!isObject(chunk)) return `sent ${JSON.stringify(data.slice(0, 40))} in its stream, expected JSON`
    if (isObject(chunk.error)) hasErrorEvent = true
    if (!Array.isArray(chunk.choices)) return undefined
    for (const choice of chunk.choices.filter(isObject))
      choices.set(choice.index, Boolean(choice.finish_reason) || choices.get(choice.index) === true)
    if (isContentChunk(chunk as unknown as Chunk)) chunkMs.push(Math.round(atMs * 10) / 10)
    return undefined
  }
  return {
    addLines(lines, atMs) {
      for (const line of lines.split(/\r?\n/)) {
        const problem = line.startsWith('data:') ? observeData(line.slice(5).trim(), atMs) : undefined
        if (problem) return problem
      }
      return undefined
    },
    get hasDoneEvent() {
      return hasDoneEvent
    },
    get isFinished() {
      return hasErrorEvent || isComplete()
    },
    get isComplete() {
      return isComplete()
    },
    chunkMs
  }
}
