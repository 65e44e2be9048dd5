/** Applies the faults that change a response as a whole: its encoding, its headers or its length. */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Fault } from '../../core/fault.js'
import type { FaultProblem } from '../../stream/apply-fault.js'
import type { SoundResponse } from './sound-response.js'

export interface DamagedBody {
  body: Buffer
  /** The text of the body, for the journal. */
  text: string
  headers: Readonly<Record<string, string>>
  /** Whether the body has the length of its header. */
  isComplete: boolean
  /** When the body is sent: when the last event of the sound response is due. */
  dueAt: number
}

/** Returns undefined for a fault of another kind. */
export async function damageBody(
  { timeline, text, isBytes }: SoundResponse,
  { kind, value }: Fault
): Promise<DamagedBody | FaultProblem | undefined> {
  if (kind !== 'gzip' && kind !== 'empty' && kind !== 'content-length') return undefined
  const { dueTimes } = timeline
  const soundText = text ?? timeline.text(0, dueTimes.length)
  const base = { text: soundText, isComplete: true, dueAt: dueTimes[dueTimes.length - 1] ?? 0 }
  if (kind === 'empty')
    return soundText
      ? { ...base, body: Buffer.alloc(0), text: '', headers: { 'content-length': '0' } }
      : { problem: 'the response has no body' }
  const soundBytes = Buffer.from(soundText, isBytes ? 'latin1' : 'utf8')
  if (kind === 'gzip') {
    const body = await promisify<Buffer, Buffer>(gzip)(soundBytes)
    return { ...base, body, headers: { 'content-encoding': 'gzip', 'content-length': String(body.length) } }
  }
  const headers = { 'content-length': String(Math.max(0, soundBytes.length + Number(value ?? 10))) }
  return { ...base, body: soundBytes, headers, isComplete: false }
}
