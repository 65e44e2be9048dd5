/** Finds the values of a template's names in a text. */

/**
 * Each value is as short as possible.
 *
 * @param parts the texts of a template and the names between them, in turns; a text is first and last
 * @returns undefined for a text that does not fit
 */
export function matchParts(parts: readonly string[], text: string): [name: string, value: string][] | undefined {
  const [start = '', ...rest] = parts
  if (!text.startsWith(start)) return undefined
  const found: [string, string][] = []
  let at = start.length
  for (let part = 0; part < rest.length; part += 2) {
    const next = rest[part + 1]!
    const isLast = part + 2 >= rest.length
    const end = isLast ? text.length - next.length : text.indexOf(next, at)
    if (end < at || !text.startsWith(next, end)) return undefined
    found.push([rest[part]!, text.slice(at, end)])
    at = end + next.length
  }
  return at === text.length ? found : undefined
}
