/** Joins parts of a timeline and texts to a new timeline, without a copy of the texts. */
import type { LazyTimeline } from './timeline.js'

/** Events of a timeline, or a text that is sent once or several times. */
export type Run =
  | { from: number; to: number; shiftMs?: number }
  | { text: string; at: number; count?: number; gapMs?: number }

const countEvents = (run: Run) => ('text' in run ? (run.count ?? 1) : Math.max(0, run.to - run.from))

/** @param timeline the timeline whose events the runs name */
export function joinRuns(timeline: LazyTimeline, runs: readonly Run[]): LazyTimeline {
  const dueTimes = new Float64Array(runs.reduce((total, run) => total + countEvents(run), 0))
  let next = 0
  for (const run of runs)
    for (let index = 0; index < countEvents(run); index++)
      dueTimes[next++] =
        'text' in run ? run.at + index * (run.gapMs ?? 0) : timeline.dueTimes[run.from + index]! + (run.shiftMs ?? 0)
  return {
    dueTimes,
    text(from, to) {
      let text = ''
      let start = 0
      for (const run of runs) {
        const count = countEvents(run)
        const [first, end] = [Math.max(0, from - start), Math.min(count, to - start)]
        if (first < end)
          text += 'text' in run ? run.text.repeat(end - first) : timeline.text(run.from + first, run.from + end)
        start += count
      }
      return text
    }
  }
}
