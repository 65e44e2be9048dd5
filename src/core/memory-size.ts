/** Estimates the memory of values, so that limits in bytes hold. The estimates are upper bounds for strings. */

/** V8 keeps a text with one or two bytes a character. To find out which would cost more than it tells. */
export const charBytes = 2

/** The approximate size of an object or of an entry of a map, without its values. */
export const objectBytes = 100

const propertyBytes = 16

/** Estimates the memory of JSON-like data. Functions and class instances count as small objects. */
export function estimateBytes(value: unknown): number {
  if (typeof value === 'string') return propertyBytes + charBytes * value.length
  if (typeof value !== 'object' || value === null) return propertyBytes
  let bytes = objectBytes
  if (Array.isArray(value)) for (const item of value) bytes += estimateBytes(item)
  else
    for (const [key, item] of Object.entries(value))
      bytes += propertyBytes + charBytes * key.length + estimateBytes(item)
  return bytes
}

/** Formats a size for messages: `64 MiB`. */
export function formatBytes(bytes: number): string {
  const mebibytes = bytes / (1024 * 1024)
  return mebibytes >= 1 ? `${Math.round(mebibytes * 10) / 10} MiB` : `${Math.round(bytes / 1024)} KiB`
}
