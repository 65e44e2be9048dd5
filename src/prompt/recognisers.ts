/** A table of recognisers, each for one kind of value in a prompt. */
import { dateNotations, isMonthDay, partialDate, readTime, timePattern } from './dates.js'
import {
  type Recognised,
  readCounted,
  readDimension,
  readNumber,
  readPhrase,
  readPredicate,
  readQuote,
  readQuotedWords,
  readUrl
} from './match.js'
import type { PromptValueKind } from './value.js'
import { stopWords } from './word-lists.js'

/** A row of the table: what matches the pattern is a value of the kind, unless `read` returns undefined. */
interface Recogniser {
  kind: PromptValueKind
  /** A character that each match has. The pattern runs only on texts with such a character. */
  needs: RegExp
  pattern: RegExp
  read?(match: RegExpExecArray, text: string): Recognised | undefined
  /** Whether other values may share the text of the value. */
  shares?: boolean
}

/** Earlier rows take their text from later rows. */
export const recognisers: readonly Recogniser[] = [
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
    pattern: /(?<![\w-])(?:\+\d[\d\s()-]{6,18}\d|\(\d{3}\)\s?\d{3}-\d{4}|\d{3}-\d{3,4}(?:-\d{4})?)(?![\w-])/g
  },
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
    pattern: /(?<![\w.-])(?:\d{1,10}(?:-\d{1,10}){1,4}|\d+(?:\.\d+){2,3})(?![\w-])/g
  },
  {
    kind: 'expression',
    shares: true,
    needs: /[\d)]\s?[-+*/^×÷]/,
    pattern: /(?<![\w.-])[\d(][\d\s.()]{0,40}(?:[-+*/^×÷%]{1,2}[\d\s.()]{1,40}){1,20}(?<=[\d)])(?![\w-])/g,
    read: ([text]) => ({ text: text.trim() })
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
      /((?:[-−]\s?)?[€$£¥₹]\s?[-−]?|[-−](?=\d|\.\d)|#)?(?<![\w.])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?![\d])/g,
    read: readNumber
  },
  {
    kind: 'day',
    needs: /[dt]/i,
    pattern:
      /\b(?:(?:next|this)\s)?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:today|tomorrow|yesterday|tonight)\b/gi
  },
  {
    kind: 'phrase',
    shares: true,
    needs: /[a-z]/,
    pattern:
      /\b(search(?: the web| online)? for|look(?:ing)? (?:up|for)|google|about|called|named|titled|translate|define|explain|find|regarding|say|name is|call me|play|buy|order|add|remind me to|topic(?: of)?|message saying)\s+(?=(\p{L}[^.,;:!?\n"'“”]{1,80}))/giu,
    read: readPhrase
  },
  {
    kind: 'phrase',
    shares: true,
    needs: /\b(?:in|near|at|for|to|from|of|with)\s/,
    pattern: /\b(in|near|at|for|to|from|of|with)\s+(?=(\p{Ll}[\p{L}'-]{1,30}(?:\s\p{Ll}[\p{L}'-]{1,30}){0,2}))/gu,
    read: readPhrase
  },
  {
    // What takes place: `the marketing summit takes place on Monday`.
    kind: 'word',
    shares: true,
    needs: /\b(?:take[sn]? place|held|scheduled|starts|begins)\b/,
    pattern:
      /\b(?:the|an?|our|my)\s+(?=((?:\p{L}[\p{L}-]{1,20}\s){1,4})(?:(?:will )?takes? place|(?:is|will be) (?:held|scheduled)|starts|begins)\b)/giu,
    read: ({ 0: match, 1: text = '', index }) => {
      const start = index + match.length
      return { text: text.trim(), start, end: start + text.trim().length }
    }
  },
  {
    kind: 'word',
    shares: true,
    needs: /\d|two|three|four|five|ten|dozen/i,
    pattern:
      /(?<![\w.])(?:\d{1,6}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|dozen)\s(?:x\s|of\s)?(\p{Ll}[\p{L}'-]{2,30}(?:\s\p{Ll}[\p{L}'-]{2,30})?)/gu,
    read: readCounted
  },
  {
    // What something is: `The vehicle is a bicycle with 2 wheels`.
    kind: 'word',
    shares: true,
    needs: /\b(?:is|was)\s(?:an?|the)\s/,
    pattern:
      /(?<!\b(?:[Ww]hat|[Ww]hich|[Ww]ho|[Ww]here|[Ww]hen|[Hh]ow)\s)\b(?:is|was)\s(?:an?|the)\s(?=(\p{Ll}[\p{L}-]{1,30}(?:\s\p{Ll}[\p{L}-]{1,30}){0,2}))/gu,
    read: readPredicate
  }
]
