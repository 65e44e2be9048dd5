/** From a script to a worse one: what goes out, how it is cut into writes, and how it ends. Pure. */
import type { Fault } from '../core/fault.js'
import type { Frame, Script } from './timeline.js'

export type Ending = 'end' | 'reset' | 'hang'

export interface Damaged extends Script {
  /** How it ends once all frames are out. */
  ending: Ending
  /** The texts stand for bytes. */
  isBytes?: boolean
}

/** What the error of a broken stream says; the service's own is not known, clients read it as an error without a status. */
const errorFrame = `data: ${JSON.stringify({
  error: {
    message: 'The server had an error while processing your request. Sorry about that!',
    type: 'server_error',
    param: null,
    code: null
  }
})}\n\n`

/** @param fault one that is about what is said; the others leave the script as it is */
export function damage(script: Script, fault: Fault): Damaged {
  const { frames } = script
  const at = indexAfter(frames, fault.after ?? 0)
  const until = (more: Frame[] = [], ending: Ending = 'end'): Damaged => ({
    frames: [...frames.slice(0, at), ...more],
    ending
  })
  const due = frames[Math.min(at, frames.length - 1)]?.at ?? 0
  const here = frames[at]
  const rest = frames.slice(at + 1)
  const put = (...middle: (Frame | undefined)[]): Damaged => ({
    frames: [...frames.slice(0, at), ...middle.filter(frame => frame !== undefined), ...rest],
    ending: 'end'
  })
  switch (fault.kind) {
    case 'hang':
      return until([], 'hang')
    case 'close':
    case 'reset':
      return until([], 'reset')
    case 'error':
      return until([{ at: due, text: errorFrame }], fault.reset ? 'reset' : 'end')
    case 'truncate':
      return until(
        [{ at: due, text: here ? here.text.slice(0, here.text.length >> 1) : '' }],
        fault.reset ? 'reset' : 'end'
      )
    case 'malformed':
      return put({ at: due, text: (here?.text ?? '').replace(/\}(?=\s*$)/, ',') })
    case 'garbage':
      return put({ at: due, text: '<html>502 Bad Gateway</html>\n\n' }, here)
    case 'duplicate':
      return put(here, here)
    case 'drop':
      return put()
    case 'reorder': {
      const next = rest[0]
      const frame =
        here && next
          ? [
              { at: next.at, text: next.text },
              { at: next.at, text: here.text }
            ]
          : [here]
      return {
        frames: [...frames.slice(0, at), ...frame.filter(each => each !== undefined), ...rest.slice(1)],
        ending: 'end'
      }
    }
    case 'no-done':
      return { frames: frames.filter(({ text }) => text !== 'data: [DONE]\n\n'), ending: 'end' }
    case 'no-finish':
      return { frames: frames.filter(({ text }) => !/"finish_reason": ?"/.test(text)), ending: 'end' }
    case 'comments':
      return { frames: frames.map(({ at, text }) => ({ at, text: `: keep-alive\n\n${text}` })), ending: 'end' }
    case 'merge': {
      const last = frames.at(-1)?.at ?? 0
      return { frames: [{ at: last, text: frames.map(({ text }) => text).join('') }], ending: 'end' }
    }
    case 'split':
      return { frames: inPieces(frames, 1, 0), ending: 'end', apart: true, isBytes: true }
    case 'dribble':
      return { frames: inPieces(frames, 8, fault.ms ?? 0), ending: 'end', apart: true, isBytes: true }
    default:
      return { frames, ending: 'end' }
  }
}

/** Pieces of so many bytes; each comes when it is due, and so long after the one before. */
function inPieces(frames: readonly Frame[], size: number, gapMs: number): Frame[] {
  const pieces: Frame[] = []
  let soonest = 0
  for (const { at, text } of frames) {
    const bytes = Buffer.from(text).toString('latin1')
    for (let from = 0; from < bytes.length; from += size) {
      const due = Math.max(at, soonest)
      pieces.push({ at: due, text: bytes.slice(from, from + size) })
      soonest = due + gapMs
    }
  }
  return pieces
}

/** The frame after which so many tokens are out. Each frame that says something is a token; in one text, so many characters are. */
function indexAfter(frames: readonly Frame[], after: NonNullable<Fault['after']>): number {
  const saying = frames.map(({ text }, index) => (says(text) ? index : -1)).filter(index => index >= 0)
  const tokens = typeof after === 'string' ? Math.floor((Number.parseFloat(after) / 100) * saying.length) : after
  if (tokens === 0) return saying[0] ?? 0
  return tokens >= saying.length ? frames.length : saying[tokens - 1]! + 1
}

const says = (text: string) =>
  /"(content|arguments|refusal|input|transcript)":"[^"]/.test(text) || !text.startsWith('data: ')

/** One text as a script of its tokens, so that faults can happen between them; it is due as a whole. */
export function wholeAsScript(text: string, tokens: number, at: number): Script {
  const size = Math.max(1, Math.ceil(text.length / Math.max(1, tokens)))
  const frames: Frame[] = []
  for (let from = 0; from < text.length; from += size) frames.push({ at, text: text.slice(from, from + size) })
  return { frames }
}
