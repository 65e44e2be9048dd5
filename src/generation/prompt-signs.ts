/**
 * Cheap tests of what a text may have. The first use of a long pattern costs milliseconds, so such a pattern runs only on texts that
 * may match it.
 */

/** Whether a text has one of some English words in lower case. */
export const mentionsAny = (text: string, words: ReadonlySet<string>): boolean =>
  text
    .toLowerCase()
    .split(/[^a-z]+/)
    .some(word => words.has(word))

/** Whether a text has a word for the person who writes. */
export const mentionsSelf = (text: string): boolean => mentionsAny(text, selfWords)
const selfWords: ReadonlySet<string> = new Set(['i', 'my'])

/** Whether a text has a letter or digit of any script. */
export const hasLetterOrDigit = (text: string): boolean => /[a-zA-Z\d]/.test(text) || /[\p{L}\p{N}]/u.test(text)

const isAscii = (text: string) => !/[^\0-\x7f]/.test(text)

/** Finds the words of a text with their apostrophes, underscores and hyphens. */
export const matchWords = (text: string): IterableIterator<RegExpExecArray> =>
  text.matchAll(isAscii(text) ? /[a-z\d][a-z\d'_-]*/gi : /[\p{L}\p{N}][\p{L}\p{N}'’_-]*/gu)
