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

/** Completes a message about an unknown word: with the nearest word of a list, if there is one, and with the list. */
export function suggestWords(word: string, list: readonly string[], lead = ''): string {
  const nearest = findNearest(word, list)
  return `${nearest ? `did you mean "${nearest}"? ` : ''}expected ${lead}${list.join(', ')}`
}

/** Finds the words of a list that are like `word`: a few typing errors away, or with the same parts, as in `rate_limited`. */
export function findSimilar(word: string, list: readonly string[], limit = 3): string[] {
  const nearest = findNearest(word, list)
  const parts = splitName(word)
  const scored = list
    .map(candidate => ({ candidate, score: countSharedParts(parts, splitName(candidate)) }))
    .filter(({ candidate, score }) => score > 0 && candidate !== nearest)
    .sort((a, b) => b.score - a.score || a.candidate.length - b.candidate.length)
  const best = scored[0]?.score
  const related = scored.filter(({ score }) => score === best).map(({ candidate }) => candidate)
  return [...(nearest === undefined ? [] : [nearest]), ...related].slice(0, limit)
}

const splitName = (name: string) =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)

/** Parts are equal if one begins with the other, as `limit` and `limited`. */
const countSharedParts = (parts: readonly string[], others: readonly string[]) =>
  parts.filter(part => others.some(other => isSamePart(part, other))).length

const isSamePart = (a: string, b: string) => Math.min(a.length, b.length) >= 4 && (a.startsWith(b) || b.startsWith(a))
