/** Prepares texts of strangers for a terminal: without control characters, and with a known width. */

/**
 * Replaces every character that could control a terminal, or that it would not show: escape sequences, line breaks,
 * changes of the direction, and halves of characters.
 */
export const toVisible = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text)
    ? text
    : text.replace(/\p{C}|[\u2028\u2029]/gu, each => `\\u{${each.codePointAt(0)!.toString(16)}}`)

/** The number of cells of a text on a terminal. @param text without control characters */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const each of text) width += cellsOf(each)
  return width
}

/** Cuts a text to a number of cells. The last of them then shows that something is missing. */
export function cutToWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const each of text) {
    used += cellsOf(each)
    if (used > width - 1) break
    kept += each
  }
  return width > 0 ? `${kept}…` : ''
}

/** Brings a text to a number of cells: cut, or filled with spaces. */
export function fitToWidth(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = cutToWidth(text, width)
  const spaces = ' '.repeat(Math.max(0, width - displayWidth(cut)))
  return align === 'left' ? cut + spaces : spaces + cut
}

// The scripts of East Asia and emoji take two cells.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/u

const cellsOf = (character: string) => (/\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1)
