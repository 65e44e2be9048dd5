/** Merges the bytes of a piece of text into tokens, always the pair of neighbours whose token has the lowest rank. */
import type { FindRank } from './packed-vocabulary.js'

// Above this size, a heap finds the next merge faster than a look at all parts.
const maxScannedBytes = 96

const notLookedUp = -2

/** Keeps its arrays, so that a piece costs no memory. */
export class ByteMerger {
  bytes: Uint8Array = new Uint8Array(0)
  // By the byte where a part starts: where it ends, where the part before it starts, the rank of this part with the next one.
  #ends = new Int32Array(0)
  #befores = new Int32Array(0)
  #ranks = new Int32Array(0)
  #size = 0
  // The ranks of all pairs of bytes that were looked up: most lookups are for these.
  readonly #pairRanks = new Int32Array(1 << 16).fill(notLookedUp)

  constructor(private readonly find: FindRank) {}

  /** Makes room for a number of bytes. */
  reserve(size: number): void {
    if (size <= this.bytes.length) return
    this.bytes = new Uint8Array(2 * size)
    this.#ends = new Int32Array(2 * size)
    this.#befores = new Int32Array(2 * size)
    this.#ranks = new Int32Array(2 * size)
  }

  /** Merges the first bytes into tokens, and returns their number. */
  merge(size: number): number {
    this.#size = size
    this.#ends[0] = size
    if (this.find(this.bytes, 0, size) >= 0) return 1
    for (let at = 0; at < size; at++) {
      this.#ends[at] = at + 1
      this.#befores[at] = at - 1
    }
    for (let at = 0; at < size - 1; at++) this.#ranks[at] = this.#pairRank(at)
    this.#ranks[size - 1] = -1
    return size > maxScannedBytes ? this.#mergeWithHeap() : this.#mergeByScans()
  }

  /** Adds the number of bytes of each token of the last merge. */
  addLengths(lengths: number[]): void {
    for (let at = 0; at < this.#size; at = this.#ends[at]!) lengths.push(this.#ends[at]! - at)
  }

  #pairRank(at: number): number {
    const pair = (this.bytes[at]! << 8) | this.bytes[at + 1]!
    const known = this.#pairRanks[pair]!
    if (known !== notLookedUp) return known
    const rank = this.find(this.bytes, at, at + 2)
    this.#pairRanks[pair] = rank
    return rank
  }

  #rank(start: number): number {
    const end = this.#ends[start]!
    const rank = end >= this.#size ? -1 : this.find(this.bytes, start, this.#ends[end]!)
    this.#ranks[start] = rank
    return rank
  }

  #mergePart(start: number): void {
    const next = this.#ends[start]!
    const end = this.#ends[next]!
    this.#ranks[next] = -1
    this.#ends[start] = end
    if (end < this.#size) this.#befores[end] = start
  }

  #mergeByScans(): number {
    const ranks = this.#ranks
    const ends = this.#ends
    for (let parts = this.#size; ; parts--) {
      let lowest = -1
      let lowestRank = 0x7fffffff
      for (let at = 0; at < this.#size; at = ends[at]!) {
        const rank = ranks[at]!
        if (rank < 0 || rank >= lowestRank) continue
        lowest = at
        lowestRank = rank
      }
      if (lowest < 0) return parts
      this.#mergePart(lowest)
      this.#rank(lowest)
      if (lowest > 0) this.#rank(this.#befores[lowest]!)
    }
  }

  #mergeWithHeap(): number {
    const heap = new NumberHeap()
    const push = (start: number, rank: number) => {
      if (rank >= 0) heap.push(rank * heapStarts + start)
    }
    for (let at = 0; at < this.#size; at++) push(at, this.#ranks[at]!)
    let parts = this.#size
    for (let next = heap.pop(); next !== undefined; next = heap.pop()) {
      const start = next % heapStarts
      // A part that was merged since then has another rank.
      if (this.#ranks[start] !== Math.floor(next / heapStarts)) continue
      this.#mergePart(start)
      parts--
      push(start, this.#rank(start))
      if (start > 0) push(this.#befores[start]!, this.#rank(this.#befores[start]!))
    }
    return parts
  }
}

// A number in the heap is a rank and a start, so that the lowest rank comes first, and of equal ranks the first part.
const heapStarts = 2 ** 24

/** A binary heap: the lowest number comes first. */
class NumberHeap {
  readonly #numbers: number[] = []

  push(number: number): void {
    const numbers = this.#numbers
    let index = numbers.length
    while (index > 0) {
      const above = (index - 1) >> 1
      if (numbers[above]! <= number) break
      numbers[index] = numbers[above]!
      index = above
    }
    numbers[index] = number
  }

  pop(): number | undefined {
    const numbers = this.#numbers
    const first = numbers[0]
    const last = numbers.pop()
    if (last === undefined || !numbers.length) return first
    let index = 0
    for (let below = 1; below < numbers.length; below = 2 * index + 1) {
      if (below + 1 < numbers.length && numbers[below + 1]! < numbers[below]!) below++
      if (numbers[below]! >= last) break
      numbers[index] = numbers[below]!
      index = below
    }
    numbers[index] = last
    return first
  }
}
