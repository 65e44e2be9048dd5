/** Bounds the time to tokenize long text: splits long runs of one kind, and estimates the count of huge text. */

const maxRunBytes = 2048
const longRunPattern = /[\p{L}\p{M}]{1025,}|[^\s\p{L}\p{M}\p{N}]{1025,}|\s{1025,}/u

/**
 * Splits runs of one kind of character that are longer than 2048 bytes, because merging a run takes quadratic time.
 * A change of kind ends a run in both encodings too, so text without long runs stays in one part.
 */
export function splitLongRuns(text: string): string[] {
  if (text.length <= maxRunBytes / 2 || !longRunPattern.test(text)) return [text]
  const parts: string[] = []
  let start = 0
  let runBytes = 0
  let kind: CharKind = 'space'
  for (let at = 0; at < text.length; ) {
    const point = text.codePointAt(at) ?? 0
    const pointKind = charKind(point)
    if (pointKind !== kind) {
      kind = pointKind
      runBytes = 0
    } else if (kind !== 'digit' && runBytes >= maxRunBytes) {
      parts.push(text.slice(start, at))
      start = at
      runBytes = 0
    }
    runBytes += point < 0x80 ? 1 : point < 0x10000 ? 2 : 4
    at += point > 0xffff ? 2 : 1
  }
  parts.push(text.slice(start))
  return parts
}

type CharKind = 'space' | 'digit' | 'letter' | 'mark'

function charKind(point: number): CharKind {
  if (point < 0x80) {
    if ((point | 32) >= 97 && (point | 32) <= 122) return 'letter'
    if (point === 32 || (point >= 9 && point <= 13)) return 'space'
    return point >= 48 && point <= 57 ? 'digit' : 'mark'
  }
  const character = String.fromCodePoint(point)
  if (letterPattern.test(character)) return 'letter'
  if (/\s/.test(character)) return 'space'
  return /\p{N}/u.test(character) ? 'digit' : 'mark'
}

const letterPattern = /[\p{L}\p{M}]/u

const maxCountedBytes = 131_072
const sampleCount = 12
const sampleLength = 1024

/**
 * Counts the tokens of a text. Encoding a megabyte would block the server, so text above 128 KiB is estimated
 * from 12 samples at even distances. The same text always has the same estimate.
 */
export function countOrEstimate(text: string, count: (text: string) => number): number {
  if (text.length <= maxCountedBytes && Buffer.byteLength(text) <= maxCountedBytes) return count(text)
  let tokens = 0
  let chars = 0
  for (let each = 0; each < sampleCount; each++) {
    const start = Math.floor((each * (text.length - sampleLength)) / (sampleCount - 1))
    const sample = text.slice(start, start + sampleLength)
    tokens += count(sample)
    chars += sample.length
  }
  return Math.round((tokens / chars) * text.length)
}
