/** Writes vectors as the service does: as numbers of JSON, and as base64 of floats in little-endian order. */
import { formatFloat } from '../core/json-format.js'

/** The base64 of the numbers, each a float of 32 bits in little-endian order. */
export function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(4 * vector.length)
  for (let at = 0; at < vector.length; at++) bytes.writeFloatLE(vector[at]!, 4 * at)
  return bytes.toString('base64')
}

/** Formats each number of a vector as JSON. */
export type NumberFormatter = (vector: Float32Array) => string[]

/**
 * Creates a formatter. It writes a number of 16 bits in full, and a number of 32 bits with the fewest digits that stand for it.
 * There are few numbers of 16 bits, so their texts are kept.
 */
export function createNumberFormatter(bits: 16 | 32): NumberFormatter {
  if (bits === 32) return vector => Array.from(vector, value => formatFloat(shortestFloat(value)))
  const texts = new Map<number, string>()
  const format = (value: number): string => {
    const known = texts.get(value)
    if (known !== undefined) return known
    const text = formatFloat(value)
    if (texts.size < maxHalfFloats) texts.set(value, text)
    return text
  }
  return vector => Array.from(vector, format)
}

const maxHalfFloats = 65_536

/** The number with the fewest digits that is rounded to the same float of 32 bits. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return Number(value.toPrecision(9))
}
