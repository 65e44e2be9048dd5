/** Measures how similar two words are, and finds the most similar word. */

/** Counts the letters to add, drop, change or swap. The result is above `limit`, but not exact, when there are more. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : change
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change, swap)
    }
    before = row
    row = next
  }
  return row[b.length] ?? limit + 1
}

/** Finds the word of a list that differs from `word` by a few typing errors. */
export function findNearest(word: string, list: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3))
  let best: string | undefined
  let smallest = limit + 1
  for (const candidate of list) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), limit)
    if (distance < smallest) [best, smallest] = [candidate, distance]
  }
  return best
}
