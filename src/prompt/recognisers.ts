/** A table of recognisers, each for one kind of value in a prompt; for values of words, see `phrase-recognisers.ts`. */
import { dateNotations, isMonthDay, partialDate, readTime, timePattern } from './dates.js'
import { type Recogniser, readDimension, readNumber, readQuote, readQuotedWords, readUrl } from './match.js'
import { phraseRecognisers, sentenceRecognisers } from './phrase-recognisers.js'
import { stopWords } from './word-lists.js'

const term =
  '[-(]{0,4}(?:\\d{1,12}(?:\\.\\d{1,12})?[a-z]?|[a-z]|(?:sin|cos|tan|log|ln|exp|sqrt|abs)\\([\\w.]{1,20}\\)|pi)(?![a-zA-Z])(?:\\^\\d{1,3})?\\){0,4}'

/** Whether digits are a range, such as `18-35` or `1990-1999`, and no code. */
const isRange = (text: string) => {
  const [, low, high] = /^(\d{1,2}|(?:19|20)\d\d)-(\d{1,3}|(?:19|20)\d\d)$/.exec(text) ?? []
  return low !== undefined && !/^0\d/.test(low) && Number(low) < Number(high)
}

/** What stands before a code of digits. */
const codeLabel =
  /#|\b(?:order|ticket|number|no|code|id|booking|reference|ref|invoice|case|room|part|sku|account)\W{0,2}$/i

/** Earlier rows take their text from later rows. */
export const recognisers: readonly Recogniser[] = [
  ...sentenceRecognisers,
  {
    // A text that has all of several words: `the words "sun", "sea" and "sand"`.
    kind: 'quoted',
    shares: true,
    needs: /\bwords\b/,
    pattern:
      /\bwords:?\s{1,60}(?=((?:(?:`[^`\n]{1,40}`|"[^"\n]{1,40}"),?\s{1,60}(?:and\s)?){1,9}(?:`[^`\n]{1,40}`|"[^"\n]{1,40}")))/g,
    read: readQuotedWords
  },
  { kind: 'quoted', needs: /```/, pattern: /```[\w-]{0,20}\n([^`]{1,4000}?)\n?```/g, read: readQuote },
  {
    kind: 'quoted',
    needs: /["“”„«「]/,
    pattern: /"([^"\n]{1,500})"|[“„]([^“”„\n]{1,500})[“”]|«\s?([^«»\n]{1,500}?)\s?»|「([^「」\n]{1,500})」/g,
    read: readQuote
  },
  {
    kind: 'quoted',
    needs: /[`'‘]/,
    pattern:
      /`([^`\n]{1,500})`|(?<![\p{L}\p{N}])'(?=\S)([^'\n]{1,300}?(?:(?<=\p{L})'\p{L}[^'\n]{0,300}?){0,3})'(?![\p{L}\p{N}])|‘([^‘\n]{1,300}?)’(?![\p{L}\p{N}])/gu,
    read: readQuote
  },
  {
    kind: 'url',
    needs: /:\/\/|www\./i,
    pattern: /\b(?:(?:https?|ftp|wss?):\/\/|www\.)[^\s<>"'`“”«»]{1,1000}/gi,
    read: readUrl
  },
  {
    kind: 'email',
    needs: /@/,
    pattern: /[\w.!#$%&*+/=?^{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?\.[a-z]{2,20}\b/gi,
    read: ([text]) => (text.includes('..') ? undefined : { text: text.replace(/^[^\w]+/, '') })
  },
  { kind: 'uuid', needs: /-/, pattern: /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi },
  {
    kind: 'code',
    needs: /[0-9a-f]{2}[:-]|#/i,
    pattern: /\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b|#(?:[0-9a-f]{6}|(?=\d{0,2}[a-f])[0-9a-f]{3})\b/gi
  },
  {
    kind: 'address',
    needs: /\d/,
    pattern:
      /\b\d{1,5}[A-Za-z]?\s(?:\p{Lu}[\p{L}.'-]{0,30}\s){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Way|Square|Court|Place)\b/gu
  },
  {
    kind: 'dateTime',
    needs: /\d:\d/,
    pattern: /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?/g
  },
  ...dateNotations.map(
    ({ pattern, read }): Recogniser => ({
      kind: 'date',
      needs: /\d{4}/,
      pattern,
      read: match => {
        const value = read(match.slice(1))
        return value === undefined ? undefined : { text: match[0], value }
      }
    })
  ),
  { kind: 'day', needs: /\d/, pattern: partialDate, read: ([text]) => (isMonthDay(text) ? { text } : undefined) },
  {
    kind: 'time',
    needs: /\d/,
    pattern: timePattern,
    read: match => {
      const value = readTime(match.slice(1))
      return value === undefined ? undefined : { text: match[0].trim(), value }
    }
  },
  {
    kind: 'url',
    needs: /\w\.[a-z]/i,
    pattern:
      /(?<![\w@./\\-])(?:[a-z0-9][a-z0-9-]{0,60}\.){1,4}(?:com|org|net|io|dev|ai|co|edu|gov|info|app|de|fr|uk|eu)(?:\/[^\s<>"'`“”]{0,300})?(?![\w@-]|\.\w)/gi,
    read: ([text]) => ({ text: text.replace(/[.,;:!?)]+$/, ''), isVague: true })
  },
  { kind: 'file', needs: /\*/, pattern: /(?<![\w*])(?:[\w.-]{1,60}\/){0,10}\*{1,2}[./][\w./*{}-]{1,80}/g },
  {
    kind: 'file',
    needs: /\w\.[A-Za-z]/,
    pattern:
      /(?<![\w.@/\\:+-])(?:(?:~|\.{1,2}|[A-Z]:)?[/\\])?(?:[\w.@+-]{1,100}[/\\]){0,20}[\w@+-][\w.@+-]{0,120}\.(?!\d+\b)[A-Za-z][A-Za-z0-9]{0,7}(?![\w@])/g,
    // Two sentences without a space between them, `married.Otto`, are no file.
    read: ([text]) =>
      /^(?:e\.g|i\.e|a\.m|p\.m|u\.s|etc)$/i.test(text) || /^[a-z]+\.[A-Z][a-z]{2,}$/.test(text) ? undefined : { text }
  },
  {
    kind: 'file',
    needs: /[/\\]/,
    pattern: /(?<![\w.:/\\<])(?:(?:~|\.{1,2}|[A-Z]:)[/\\]|\/(?=[\w.]))(?:[\w.@+-]{1,100}[/\\]?){1,20}/g,
    read: ([text]) => ({ text: text.length > 1 ? text.replace(/[.,;:]$/, '') : text })
  },
  {
    kind: 'file',
    needs: /\//,
    pattern: /(?<![\w.:/\\@+-])[A-Za-z_][\w.-]{1,60}(?:\/[\w.-]{1,60}){1,10}\/?(?![\w/])/g,
    read: ([text]) =>
      /^(?:and\/or|\w{1,4}\/\w{1,4})$/i.test(text) ? undefined : { text: text.replace(/\.$/, ''), isVague: true }
  },
  {
    kind: 'phone',
    needs: /\d{3}/,
    pattern:
      /(?<![\w-])(?:\+\d[\d\s()-]{6,18}\d|\(\d{3}\)\s?\d{3}-\d{4}|\d{3}-(?:\d{3}-)?\d{4}|0\d{1,4}(?:\s\d{2,4}){2,4}|\d{3}\s\d{3}\s\d{4})(?![\w-])/g
  },
  {
    kind: 'code',
    needs: /\d\.\d/,
    pattern: /(?<![\w.])(?:v\d{1,4}(?:\.\d{1,6}){1,3}|\d{1,4}(?:\.\d{1,6}){2}-[a-z]{1,12}(?:\.\d{1,6})?)(?![\w-])/g
  },
  // The post codes of the United Kingdom and of Canada have a space.
  { kind: 'code', needs: /\d [A-Z\d]/, pattern: /\b[A-Z](?:[A-Z]?\d[A-Z\d]?\s\d[A-Z]{2}|\d[A-Z]\s\d[A-Z]\d)\b/g },
  {
    kind: 'code',
    needs: /\d/,
    pattern: /(?<![\w.@/-])(?=[\w-]*[A-Za-z])(?=[\w-]*\d)[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*(?![\w@])/g,
    read: ([text]) =>
      /^\d+(?:[kmgt]?b|km|kg|mg|g|m|cm|mm|l|ml|px|dpi|s|h|min|st|nd|rd|th|k|am|pm|°?[cf]|mph|hz|kw|w|usd|eur|yo|x|d|year-old|[a-z]+-[a-z]+)$/i.test(
        text
      ) ||
      /^\d+-[a-z]+(?:-[a-z]+)*-?$/.test(text) ||
      // `10x20x30` is three numbers.
      /^\d+(?:x\d+)+(?:[cm]?m)?$/.test(text) ||
      // A sentence without a space before it: `30Correctly`.
      /^\d+[A-Z][a-z]{2,}$/.test(text)
        ? undefined
        : { text }
  },
  {
    kind: 'code',
    needs: /\d-\d|\d\.\d+\.\d/,
    pattern: /(?<![\w.-])(?:\d{1,10}(?:-\d{1,10}){1,4}|\d+(?:\.\d+){2,3})(?![\w-])/g,
    read: ({ 0: digits, index }, text) =>
      isRange(digits) && !codeLabel.test(text.slice(Math.max(0, index - 16), index)) ? undefined : { text: digits }
  },
  {
    kind: 'expression',
    shares: true,
    needs: /[\d)]\s?[-+*/^×÷]/,
    pattern: /(?<![\w.-])[\d(][\d\s.()]{0,40}(?:[-+*/^×÷%]{1,2}[\d\s.()]{1,40}){1,20}(?<=[\d)])(?![\w-])/g,
    read: ([text]) => ({ text: text.trim() })
  },
  {
    kind: 'day',
    shares: true,
    needs: /(?:minute|hour|day|week|month|year)s?\b/i,
    pattern:
      /\b(?:in|within)\s(?:\d{1,3}|an?|one|two|three|four|five|six|seven|ten)\s(?:minute|hour|day|week|month|year)s?\b|\b(?:\d{1,3}|an?|two|three|four|five|six|seven|ten)\s(?:minute|hour|day|week|month|year)s?\s(?:ago|from now)\b/gi
  },
  {
    // An equation, or a term with variables or functions: `x^2 - 4 = 0`, `sqrt(16) + 2`.
    kind: 'expression',
    shares: true,
    needs: /[+*/^=]|\s-\s/,
    pattern: new RegExp(`(?<![\\w.])${term}(?:\\s?[-+*/^=×÷]{1,2}\\s?${term}){1,30}(?![\\w-])`, 'g'),
    read: ([text]) =>
      /[a-z]/.test(text) && /[-+*/^]|=.*=/.test(text.replace('=', '')) && !/^[a-z]{2,}$/.test(text)
        ? { text }
        : undefined
  },
  {
    // The numbers of `10x20x30 cm` or `2 x 4 m`.
    kind: 'number',
    needs: /\d\s?[x×]\s?\d/,
    pattern: /(?<![\w.])\d{1,9}(?:\.\d{1,9})?(?=\s?[x×]\s?\d)|(?<=\d\s?[x×]\s?)\d{1,9}(?:\.\d{1,9})?(?![\dA-Z])/g,
    read: readDimension
  },
  {
    // A name in small letters: `jason is 25 years old`.
    kind: 'name',
    needs: /\d{1,3}[ -]years?[ -]old/i,
    pattern: /\b\p{Ll}[\p{L}'-]{1,30}(?= is \d{1,3}[ -]years?[ -]old\b)/giu,
    read: ([text]) => (/^\p{Lu}/u.test(text) || stopWords.has(text) ? undefined : { text, isVague: true })
  },
  {
    kind: 'number',
    needs: /\d/,
    pattern:
      /((?:[-−]\s?)?[€$£¥₹]\s?[-−]?|[-−](?=\d|\.\d)|#)?(?<![\w.])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){1,4},\d{1,2}|(?<!\d,)\d{1,12},\d{1,2}(?=\s?(?:[€$£%°]|(?:euros?|eur|chf|km|kg|cm|m|l|g|kilo|liter|meter|prozent|grad|stunden)\b))|(?<=[€$£]\s?)\d{1,12},\d\d(?![\d,])|\d+(?:\.\d+)?|\.\d+)(?![\d])/gi,
    read: readNumber
  },
  ...phraseRecognisers
]
