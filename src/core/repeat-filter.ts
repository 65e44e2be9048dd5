/** Tells texts that come again from texts that come once, so that a cache keeps only the former. */

const slotCount = 4096
const sampledChars = 32

/**
 * Returns a function that returns true for a text that it got before. It may forget a text, and may take a text for another
 * text, so its answer only decides what is worth keeping.
 */
export function createRepeatFilter(): (text: string) => boolean {
  const seen = new Int32Array(slotCount)
  return text => {
    const mark = markOf(text)
    const slot = mark & (slotCount - 1)
    if (seen[slot] === mark) return true
    seen[slot] = mark
    return false
  }
}

/** A hash of the length, of the last characters, and of characters at equal distances. */
function markOf(text: string): number {
  const { length } = text
  const step = Math.max(1, Math.floor(length / sampledChars))
  let hash = length
  for (let index = length - 1; index >= 0; index -= step) hash = mix(hash, text.charCodeAt(index))
  for (let index = length - 1; index >= Math.max(0, length - sampledChars); index--)
    hash = mix(hash, text.charCodeAt(index))
  return hash ^ (hash >>> 15)
}

const mix = (hash: number, code: number): number => Math.imul(hash ^ code, 0x5bd1e995) ^ (hash >>> 13)
