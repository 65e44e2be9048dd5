/** Adds the classes of characters that errors ask for to texts, and removes those that they forbid. */
import { addSpace, type Correction, tidy, toEmail } from './text-changes.js'

/** Classes of characters that texts must contain, or must not. */
const classes: readonly { name: RegExp; chars: RegExp; add: Correction }[] = [
  {
    name: /\b(?:upper-?\s?case|capital)\b/i,
    chars: /\p{Lu}/gu,
    add: text => (/\p{Ll}/u.test(text) ? text.replace(/\p{Ll}/u, char => char.toUpperCase()) : `${text}A`)
  },
  {
    name: /\blower-?\s?case\b/i,
    chars: /\p{Ll}/gu,
    add: text => (/\p{Lu}/u.test(text) ? text.replace(/\p{Lu}(?=\P{Lu}*$)/u, char => char.toLowerCase()) : `${text}a`)
  },
  { name: /\b(?:digits?|numbers|numerals?|numeric|(?:a|one) number)\b/i, chars: /\d/g, add: text => `${text}1` },
  {
    name: /\b(?:special (?:characters?|symbols?)|symbols?|punctuation)\b/i,
    chars: /[^\p{L}\p{N}\s]/gu,
    add: text => `${text}!`
  },
  { name: /\b(?:spaces?|white-?space)\b/i, chars: /\s/g, add: addSpace },
  { name: /\bhyphens?\b|\bdash(?:es)?\b/i, chars: /[-–—]/g, add: text => `${text}-1` },
  { name: /\bunderscores?\b/i, chars: /_/g, add: text => (text.includes(' ') ? text.replace(/ /g, '_') : `${text}_1`) },
  { name: /\bcommas?\b/i, chars: /,/g, add: text => `${text},` },
  { name: /@|\bat[- ](?:sign|symbol)\b/i, chars: /@/g, add: toEmail }
]

/** Adds a character of each class that an error names. */
export const addChars: Correction = (text, { 0: words }, find) => {
  let changed = text
  for (const { name, chars, add } of classes) {
    const match = name.exec(words)
    if (match && changed.search(chars) < 0) changed = add(changed, match, find) ?? changed
  }
  return changed === text ? undefined : changed
}

/** Removes the characters of the classes that an error names. */
export const removeChars: Correction = (text, { 0: words }) => {
  let changed = text
  for (const { name, chars } of classes)
    if (name.test(words))
      changed = /upper|capital/i.test(words)
        ? changed.toLowerCase()
        : /lower/i.test(words)
          ? changed.toUpperCase()
          : changed.replace(chars, '')
  const tidied = tidy(changed)
  return tidied && tidied !== text ? tidied : undefined
}

/** Keeps only the characters that an error allows: `only lowercase letters, digits and underscores`. */
export const onlyChars: Correction = (text, { 0: words }) => {
  const has = (pattern: RegExp) => pattern.test(words)
  const letters = has(/\b(?:letters|alphabetic|alphanumeric)\b/i) ? '\\p{L}' : ''
  const digits = has(/\b(?:digits|numbers|numeric|alphanumeric)\b/i) ? '\\p{N}' : ''
  const joiner = has(/\bunderscores?\b/i) ? '_' : has(/\b(?:hyphens?|dash(?:es)?)\b/i) ? '-' : ''
  const space =
    has(/\b(?:no|without)\b.{0,20}\bspaces?\b/i) || !(has(/\bspaces?\b/i) || has(/\balphabetic\b/i)) ? '' : '\\s'
  const cased = has(/\blower-?\s?case\b/i) ? text.toLowerCase() : has(/\bupper-?\s?case\b/i) ? text.toUpperCase() : text
  const kept = cased
    .replace(/\s+/g, joiner || ' ')
    .replace(new RegExp(`[^${letters}${digits}${joiner}${space}]`, 'gu'), '')
  return tidy(kept) || undefined
}
