/** The table of what errors ask of texts: case, form, start, end, and what a text contains. */
import { addChars, onlyChars, removeChars } from './character-classes.js'
import {
  addSpace,
  type Correction,
  capitalise,
  slug,
  splitCases,
  splitEnd,
  tidy,
  titleCase,
  toDate,
  toEmail,
  toUrl
} from './text-changes.js'

/** What an error asks of a text. */
interface TextCorrection {
  asks: RegExp
  correct?: Correction
  /** Corrects a text where the error forbids what the words say. */
  avoid?: Correction
}

/** Signs that errors name by words. */
const signs: Readonly<Record<string, string>> = {
  period: '.',
  'full stop': '.',
  dot: '.',
  'question mark': '?',
  'exclamation mark': '!',
  'exclamation point': '!',
  slash: '/',
  hash: '#',
  hashtag: '#',
  'plus sign': '+'
}
const part = `(?:the )?(?:prefix |suffix |word |phrase |letters? |characters? )?(?:an? )?(?:(["'\`“])([^"'\`”\\n]{1,80})["'\`”]|(${Object.keys(signs).join('|')})|(\\S{1,40}[:/#@_-]|[+#@/]\\S{0,20}))(?=$|[\\s,)])`
const readPart = (match: RegExpExecArray): string => match[2] ?? signs[match[3]?.toLowerCase() ?? ''] ?? match[4]!

/** The quoted words of an error. */
const quotesIn = (text: string): string[] =>
  [...text.matchAll(/(["'`“])([^"'`”\n]{1,80})["'`”]/g)].map(match => match[2]!)

const isWord = (text: string): boolean => /^[\p{L}\p{N}]/u.test(text)

const holds = 'contains?|includes?|have|has|with|missing|lacks?|mentions?|having|without'

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** The rows in their order. The first that changes the text counts. */
export const textCorrections: readonly TextCorrection[] = [
  {
    asks: /\b(?:leading|trailing|surrounding)\b[^.]{0,30}\b(?:spaces?|white-?space)\b|\b(?:trimmed|stripped)\b/i,
    correct: text => text.trim(),
    avoid: text => text.trim()
  },
  { asks: /\b(?:snake[_ -]?case)\b/i, correct: text => slug(text, '_'), avoid: text => slug(text, ' ') },
  { asks: /\b(?:kebab[_ -]?case|slug)\b/i, correct: text => slug(text, '-') },
  {
    asks: /\bcamel\s?case\b/i,
    correct: text =>
      splitCases(text)
        .map((word, at) => (at ? capitalise(word) : word))
        .join('')
  },
  { asks: /\bpascal\s?case\b/i, correct: text => splitCases(text).map(capitalise).join('') },
  {
    asks: /\btitle[- ]?case\b|\b(?:each|every|all) words?\b[^.]{0,40}\b(?:capital|upper)|\bcapitali[sz]e (?:each|every|all)\b/i,
    correct: titleCase
  },
  {
    asks: /\b(?:starts?|begins?|starting|beginning)\s(?:with\s)?(?:an?\s)?(?:upper-?\s?case|capital)|\bcapitali[sz]ed\b|\bfirst (?:letter|character)\b[^.]{0,30}\b(?:capital|upper)/i,
    correct: capitalise,
    avoid: text => text.charAt(0).toLowerCase() + text.slice(1)
  },
  {
    asks: new RegExp(`\\b(?:starts?|begins?|starting|beginning|prefixed)\\s(?:with\\s)?${part}`, 'i'),
    correct: (text, match) => (text.startsWith(readPart(match)) ? undefined : withStart(text, readPart(match))),
    avoid: (text, match) => (text.startsWith(readPart(match)) ? text.slice(readPart(match).length).trim() : undefined)
  },
  {
    asks: new RegExp(`\\b(?:ends?|ending|finish|suffixed)\\s(?:with|in)\\s${part}`, 'i'),
    correct: (text, match) => (text.endsWith(readPart(match)) ? undefined : withEnd(text, readPart(match))),
    avoid: (text, match) => (text.endsWith(readPart(match)) ? text.slice(0, -readPart(match).length).trim() : undefined)
  },
  {
    asks: /\bonly\b.{0,20}\b(?:letters|alphabetic|digits|numbers|numeric|alphanumeric)\b.*|\b(?:numeric|digits|(?<!capital |case )letters) only\b|\ball digits\b|\balphanumeric\b.*|\balphabetic\b/is,
    correct: onlyChars
  },
  {
    asks: /\b(?:first and (?:a )?last|full) name\b|\b(?:surname|last name)\b/i,
    correct: (text, match, find) => (/\S\s\S/.test(text) ? undefined : addSpace(text, match, find))
  },
  {
    asks: new RegExp(
      `\\b(?:${holds})\\s(?:at least (?:one|1) |any |one |some |both |the |all )?(?:an? )?(?:valid )?[^.]{0,40}\\b(?:upper-?\\s?case|capital|lower-?\\s?case|digits?|numbers?|numerals?|special|symbols?|punctuation|spaces?|white-?space|hyphens?|dash(?:es)?|underscores?|commas?|at[- ]sign)\\b(?! form)[^.]{0,120}|\\b(?:${holds})\\s(?:an? )?["'\`]?@`,
      'i'
    ),
    correct: (text, match, find) => (/\bletters? in\b/i.test(match[0]) ? undefined : addChars(text, match, find))
  },
  {
    asks: /^.*\b(?:digits?|numbers|numerals|special characters?|symbols|punctuation|spaces?|white-?space|hyphens|dashes|underscores|commas)\b.*/is,
    avoid: removeChars
  },
  {
    asks: /\b(?:upper-?\s?cased?|all[- ]caps|in caps|capitals|capital letters|block letters)\b/i,
    correct: text => text.toUpperCase(),
    avoid: (text, [words]) => (/caps/i.test(words) ? titleCase(text) : text.toLowerCase())
  },
  { asks: /\b(?:lower-?\s?cased?|small letters)\b/i, correct: text => text.toLowerCase(), avoid: titleCase },
  { asks: /\be-?mail\b/i, correct: toEmail, avoid: toEmail },
  { asks: /\b(?:url|uri|link)\b/i, correct: toUrl },
  {
    asks: /\bYYYY\W?MM\W?DD\b|\b(?:DD|MM)\W(?:DD|MM)\W(?:YYYY)\b|\bISO(?:[- ]?8601)?\b|\bvalid date\b/i,
    correct: toDate
  },
  {
    asks: /\bphone\b/i,
    correct: (text, _, find) => (/(?:\d\D{0,2}){7}/.test(text) ? undefined : (find('phone') ?? '+1 555 010 0199'))
  },
  {
    asks: /\buuid\b/i,
    correct: (text, _, find) => (uuid.test(text) ? undefined : (find('uuid') ?? '3f2b8c1e-5d47-4a9b-8e60-7c1d2f9a4b53'))
  },
  {
    asks: new RegExp(`\\b(?:${holds}|use|avoid|remove)\\w*\\b(.{0,200})`, 'i'),
    correct: (text, [, words]) => {
      const missing = quotesIn(words!).filter(each => !text.includes(each))
      return missing.length
        ? missing.reduce((all, each) => (isWord(each) ? withEnd(all, ` ${each}`) : all + each), text)
        : undefined
    },
    avoid: (text, [, words]) => {
      const found = quotesIn(words!).filter(each => text.toLowerCase().includes(each.toLowerCase()))
      return found.length
        ? tidy(
            found.reduce(
              (all, each) => all.replaceAll(new RegExp(each.replace(/[^\p{L}\p{N}\s]/gu, '\\$&'), 'gi'), ''),
              text
            )
          )
        : undefined
    }
  }
]

/** A text with a start, which replaces a start of the same kind: `http://` by `https://`. */
function withStart(text: string, start: string): string {
  const rest = start.endsWith('://') ? text.replace(/^[a-z]+:\/\//i, '') : text
  return start + (isWord(start.at(-1)!) && isWord(rest) && /\s/.test(rest) ? ` ${rest}` : rest)
}

/** A text with an end; a sign at the end replaces another. */
function withEnd(text: string, end: string): string {
  if (/^[.!?]$/.test(end)) return splitEnd(text).body + end
  const { body, end: sign } = splitEnd(text)
  return end.startsWith(' ') ? `${body}${end}${sign}` : text + end
}
