/** Recognises large bodies that come again by their bytes, so that nothing decodes and parses them again. */
import { createCache } from '../core/cache.js'
import { charBytes } from '../core/memory-size.js'
import { createRepeatFilter } from '../core/repeat-filter.js'

/** A body that came at least twice. */
export interface KnownBody {
  readonly bytes: Buffer
  readonly text: string
}

/** To decode and parse a smaller body costs as little as to compare it. */
export const minKnownBytes = 16_384

/** The memory for values that are parsed from a known body, in bytes for each of its bytes. */
export const parsedShare = 4

/** Returns a function that returns the known body with these bytes. */
export function createKnownBodies(maxBytes: number): (bytes: Buffer) => KnownBody | undefined {
  const cache = createCache<KnownBody>(maxBytes)
  const isRepeated = createRepeatFilter()
  return bytes => {
    if (bytes.length < minKnownBytes) return undefined
    const sample = sampleOf(bytes)
    const cached = cache.get(sample)
    if (cached?.bytes.equals(bytes)) return cached
    if (!isRepeated(sample)) return undefined
    const text = bytes.toString()
    const known = { bytes, text }
    cache.set(sample, known, (1 + parsedShare) * bytes.length + charBytes * text.length)
    return known
  }
}

const sampleBytes = 64

/** Bodies with the same sample are compared. */
function sampleOf(bytes: Buffer): string {
  const { length } = bytes
  const samples = [0, length >> 1, length - sampleBytes].map(at => bytes.toString('latin1', at, at + sampleBytes))
  return `${length} ${samples.join('')}`
}
