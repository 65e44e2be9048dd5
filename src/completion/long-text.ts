/** Bounds the work to tokenize long text: cuts slices, and estimates the count of the rest. */

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
 * and has more tokens than words. Long runs of one character take as many merges, and have few tokens.
 */
export function tokenUnits(tokens: number, slice: string): number {
  const bytes = Buffer.byteLength(slice)
  if (tokens < bytes / runBytesPerToken) return Math.ceil(bytes * unitsPerRunByte)
  return Math.ceil(tokens * (tokens > 0.45 * bytes ? 8 : 0.5))
}

const runBytesPerToken = 8
const unitsPerRunByte = 0.4

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
