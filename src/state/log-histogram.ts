/** Counts durations in buckets of nearly equal ratio, so that a quantile is at most 7 % or a microsecond off. */

/** Buckets in which a duration doubles. */
const steps = 8
/** A millisecond has 1024 units: nearly a microsecond each, and a power of two. */
const unitsPerMs = 1024
const mostUnits = 2 ** 31 - 1

/** Durations by size: one bucket for each of the first units, then eight buckets up to twice the duration. */
export type LogHistogram = Uint32Array

export const createLogHistogram = (): LogHistogram => new Uint32Array(29 * steps)

// Runs a few times in each request, so it uses whole numbers and no logarithm.
export function recordDuration(histogram: LogHistogram, ms: number): void {
  const units = Math.min(mostUnits, Math.max(0, ms * unitsPerMs)) | 0
  const octave = 31 - Math.clz32(units)
  const bucket = units < steps ? units : (octave - 2) * steps + ((units >> (octave - 3)) & (steps - 1))
  histogram[bucket]!++
}

export function addHistogram(sum: LogHistogram, each: LogHistogram): void {
  for (let bucket = 0; bucket < each.length; bucket++) sum[bucket]! += each[bucket]!
}

/** Returns the duration below which a share of the durations lies, in milliseconds; undefined without durations. */
export function findQuantile(histogram: LogHistogram, share: number): number | undefined {
  const count = histogram.reduce((sum, each) => sum + each, 0)
  if (!count) return undefined
  let below = 0
  let bucket = 0
  while (below + histogram[bucket]! < share * count) below += histogram[bucket++]!
  return middleOf(bucket)
}

function middleOf(bucket: number): number {
  if (bucket < steps) return bucket / unitsPerMs
  const width = 2 ** (Math.floor(bucket / steps) - 1)
  return ((steps + (bucket % steps) + 0.5) * width) / unitsPerMs
}
