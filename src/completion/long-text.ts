/** Bounds the work to tokenize long text: splits long runs of one kind, cuts slices, and estimates the count of the rest. */

const maxRunBytes = 2048

/**
 * Splits runs of one kind of character that are longer than 2048 bytes, because merging a run takes quadratic time.
 * A change of kind ends a run in both encodings too, so text without long runs stays in one part.
 */
export function splitLongRuns(text: string): string[] {
  if (text.length <= maxRunBytes / 2 || !/[\p{L}\p{M}]{1025,}|[^\s\p{L}\p{M}\p{N}]{1025,}|\s{1025,}/u.test(text))
    return [text]
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
  if (/[\p{L}\p{M}]/u.test(character)) return 'letter'
  if (/\s/.test(character)) return 'space'
  return /\p{N}/u.test(character) ? 'digit' : 'mark'
}

const sliceChars = 4096
const boundaryChars = 512

/**
 * Cuts a long text into slices. A cut is before a space between two letters, where all encodings cut too, or else after
 * some more characters.
 */
export function* sliceText(text: string): Generator<string> {
  let start = 0
  while (text.length - start > 2 * sliceChars) {
    const end = findCut(text, start + sliceChars)
    yield text.slice(start, end)
    start = end
  }
  yield text.slice(start)
}

function findCut(text: string, from: number): number {
  for (let at = from; at < from + boundaryChars; at++)
    if (text.charCodeAt(at) === 32 && isAsciiLetter(text.charCodeAt(at - 1)) && isAsciiLetter(text.charCodeAt(at + 1)))
      return at
  // A pair of surrogates stays together.
  return (text.charCodeAt(from) & 0xfc00) === 0xdc00 ? from + 1 : from
}

const isAsciiLetter = (code: number) => (code | 32) >= 97 && (code | 32) <= 122

/**
 * The units of work to find the tokens of a slice. Words of the vocabulary are one look-up; other text takes many merges,
 * and has more tokens than words.
 */
export function tokenUnits(tokens: number, slice: string): number {
  return Math.ceil(tokens * (tokens > 0.45 * Buffer.byteLength(slice) ? 8 : 0.5))
}

const maxCountUnits = 20_000
const noSlices: readonly string[] = []

/**
 * Creates a counter that bounds the work for all texts that it counts. The first texts are counted exactly: about
 * 128 KiB of common words, or 2,500 tokens of text without words. The rest is estimated from their share of tokens. The same
 * texts always have the same counts.
 *
 * @param count counts the tokens of a slice
 */
export function createBoundedCounter(count: (slice: string) => number): (text: string) => number {
  let unitsLeft = maxCountUnits
  let tokens = 0
  let chars = 0
  return text => {
    let total = 0
    let counted = 0
    // A request may have many thousands of texts, so the rest of them costs little.
    for (const slice of unitsLeft > 0 ? sliceText(text) : noSlices) {
      if (unitsLeft <= 0) break
      const sliceTokens = count(slice)
      unitsLeft -= 1 + tokenUnits(sliceTokens, slice)
      total += sliceTokens
      counted += slice.length
    }
    tokens += total
    chars += counted
    return counted === text.length ? total : total + Math.ceil(((text.length - counted) * tokens) / Math.max(1, chars))
  }
}
