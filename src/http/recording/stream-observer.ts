/** Observes a forwarded stream: records the times of its chunks, and whether the stream is complete. */

import { isObject } from '../../core/json-pointer.js'
import type { Chunk } from '../../core/openai-types.js'
import { tryParseJson } from '../../core/try-parse-json.js'
import { isContentChunk } from '../../stream/timeline.js'

export interface StreamObserver {
  /** Reads complete lines. Returns the problem of an invalid line. */
  addLines(lines: string, atMs: number): string | undefined
  /** Whether the stream contained `[DONE]`. */
  readonly hasDoneEvent: boolean
  /** Whether the stream is complete or ended with an error event. */
  readonly isFinished: boolean
  /** Whether all choices are complete and no error came. */
  readonly isComplete: boolean
  /** The time of each chunk with content, in milliseconds after the request. */
  readonly chunkMs: number[]
}

export function createStreamObserver(): StreamObserver {
  const chunkMs: number[] = []
  const choices = new Map<unknown, boolean>()
  let hasDoneEvent = false
  let hasErrorEvent = false
  // Some services end without [DONE]. Their choices are complete when they have a finish reason.
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
