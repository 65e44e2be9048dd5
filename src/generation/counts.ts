/** Reads counts in digits and in words. */
const numberWords =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' '
  )
const otherCounts: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  single: 1,
  couple: 2,
  dozen: 12,
  thirty: 30,
  forty: 40,
  fifty: 50,
  hundred: 100
}

/** The source of a regular expression that matches a count. */
export const countSource = `\\d{1,6}|${[...numberWords.slice(1), 'single', 'a dozen', 'thirty', 'forty', 'fifty', 'a hundred', 'a couple of', 'an?'].join('|')}`

/** Reads a text that `countSource` matches. */
export function readCount(text: string): number {
  const word = text
    .toLowerCase()
    .replace(/^an? (?=.)/, '')
    .replace(/ of$/, '')
  const listed = numberWords.indexOf(word)
  return listed >= 0 ? listed : (otherCounts[word] ?? Number(word))
}
