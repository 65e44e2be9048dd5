/** Recognises the values that are plain words: the object of a verb, what is said, searched or counted. */

import type { Recognised, Recogniser } from './match.js'
import { findUnit } from './numbers.js'
import { stopWords } from './word-lists.js'

/** The rows of what is said, asked or searched, which may have values of all kinds in it. */
export const sentenceRecognisers: readonly Recogniser[] = [
  {
    // What is to be said to somebody: `tell Ann that I am late`, `a message saying the train left`.
    kind: 'quoted',
    shares: true,
    needs: /saying|say|that|know/,
    pattern:
      /\b(?:saying(?: that)?|that (?:says|reads)|to say(?: that)?|let\s(?:\p{L}{1,30}\s){1,3}know(?: that)?|(?:tell|inform|text|message|notify|remind|email)\s(?:\p{L}{1,30}\s){1,3}that)\s+(?=(\p{L}[^\n"“”]{1,300}))/giu,
    read: readSentence
  },
  {
    // What is to be said in another language.
    kind: 'quoted',
    shares: true,
    needs: /[Hh]ow .{1,20} (?:say|write)/,
    pattern:
      /\b[Hh]ow (?:do|would|can|to)(?: (?:you|i|we))? (?:say|write)\s+(?=(\p{L}[^\n"“”]{0,100}?)\s(?:in|using)\s\p{Lu})/gu,
    read: readSentence
  },
  {
    kind: 'quoted',
    shares: true,
    needs: /ranslate/,
    pattern:
      /\b[Tt]ranslate\s+(?!(?:the|this|it|that|my|these|from|to|into)\s)(?=(\p{L}[^\n"“”'‘`«:]{0,200}?)\s(?:in)?to\s\p{Lu})/gu,
    read: readSentence
  },
  {
    // A word that is spoken of as a word.
    kind: 'quoted',
    shares: true,
    needs: /word|letter|term|name|spell|define|pronounce|rhyme|nonym|meaning|definition/,
    pattern:
      /\b(?:(?:the|a) (?:word|letter|term|name)|spell|define|pronounce|rhymes? with|(?:synonyms?|antonyms?|meaning|definition) (?:of|for))\s(?=(\p{L}{1,40})(?:[?.!,]|\s(?:in|into|to|from|backwards|with)\b|$))/gu,
    read: readSentence
  },
  {
    // A statement of a database.
    kind: 'quoted',
    needs: /SELECT|INSERT|UPDATE|DELETE|select \*/,
    pattern:
      /\b(?:SELECT\s(?=[^\n]{1,300}\bFROM\b)|INSERT INTO\s|UPDATE\s(?=\w{1,60} SET\b)|DELETE FROM\s|select\s\*)[^\n]{1,500}/g,
    read: ([text]) => ({ text: text.replace(/[.?!]?\s*$/, '') })
  },
  {
    kind: 'phrase',
    shares: true,
    needs: /search|google|look|find/i,
    pattern:
      /\b(search(?:\s(?:the\s)?\p{L}{1,20}){0,2} for|search|google|look(?:ing)? (?:up|for)|find(?: me)?)\s+(?=(\p{L}[^.,;:!?\n"“”]{1,150}))/giu,
    read: readSearch
  },
  {
    kind: 'phrase',
    shares: true,
    needs: /about|regarding|[a-z] (?:on|for) /i,
    pattern:
      /\b((?:papers?|articles?|news|information|info|facts?|posts?|videos?|documents?|research|books?|tutorials?|details|anything|something|everything|results|data)\s(?:on|for)|about|regarding)\s+(?=(\p{L}[^.,;:!?\n"“”]{1,150}))/giu,
    read: readSearch
  }
]

/** The rows of shorter words. */
export const phraseRecognisers: readonly Recogniser[] = [
  {
    kind: 'day',
    needs: /[dt]/i,
    pattern:
      /\b(?:(?:next|this|last|coming)\s)?(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:\s(?:morning|afternoon|evening|night))?\b|\b(?:today|tomorrow|yesterday|tonight)(?:\s(?:morning|afternoon|evening|night))?\b|\b(?:this|next|last)\s(?:weekend|week|month|quarter|year|morning|afternoon|evening)\b/gi
  },
  {
    kind: 'phrase',
    shares: true,
    needs: /[a-z]/,
    pattern:
      /\b(search(?: the web| online)? for|look(?:ing)? (?:up|for)|google|about|called|named|titled|translate|define|explain|find|regarding|say|name is|call me|play|buy|order|add|remind me to|topic(?: of)?|install|upgrade|downgrade|uninstall|restart|deploy|(?:turn|switch) (?:on|off)|lock|unlock|dim|mute)\s+(?=(\p{L}[^.,;:!?\n"'“”]{1,80}))/giu,
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
    // What somebody works as.
    kind: 'word',
    shares: true,
    needs: /\bas\san?\s/,
    pattern: /\bas\san?\s(?=(\p{L}[\p{L}-]{1,30}(?:\s\p{L}[\p{L}-]{1,30}){0,2}))/gu,
    read: (match, text) =>
      /\b(?:work|job|hired|employ|serve)/.test(text.slice(Math.max(0, match.index - 60), match.index))
        ? readPredicate(match)
        : undefined
  },
  {
    // What something is: `The vehicle is a bicycle with 2 wheels`.
    kind: 'word',
    shares: true,
    needs: /(?:\b(?:is|was|am)|,)\s(?:an?|the)\s/,
    pattern:
      /(?<!\b(?:[Ww]hat|[Ww]hich|[Ww]ho|[Ww]here|[Ww]hen|[Hh]ow)\s)(?:\b(?:is|was|am)\s(?:an?|the)|,(?<=\p{Lu}\p{Ll}{1,20},)\san?)\s(?=(\p{Ll}[\p{L}-]{1,30}(?:\s\p{Ll}[\p{L}-]{1,30}){0,2}))/gu,
    read: readPredicate
  }
]

const phraseEnds: ReadonlySet<string> = new Set(
  'and or in into from on at with using for to please today tomorrow now tonight right by as is are then so this next version'.split(
    ' '
  )
)
const articles: ReadonlySet<string> = new Set(['the', 'a', 'an', 'some'])
const plainUnits: ReadonlySet<string> = new Set('day days week weeks month months year years room rooms'.split(' '))

/** The words up to the end of a sentence, without what is only polite. */
function readSentence({ 0: match, 1: rest = '', index }: RegExpExecArray): Recognised | undefined {
  const end = rest.search(/[.!?](?:\s|$)/)
  const text = (end < 0 ? rest : rest.slice(0, end)).replace(/,?\s(?:please|thanks)$/i, '').trim()
  if (text === '' || stopWords.has(text.toLowerCase())) return undefined
  const start = index + match.length
  return { text, start, end: start + text.length, isVague: true }
}

const searchEnd =
  /,?\s(?:(?:on|in|from) (?:the )?(?:web|internet|google|wikipedia|online)|online|for me|please|and (?:then )?(?:tell|send|give|show|e-?mail|summari[sz]e|list|write|save|play|buy|book|order|let)\b.*|to see .*)$/i

/** All words of a search: `cheap flights to Lisbon` of `search for cheap flights to Lisbon`. */
function readSearch({ 0: match, 1: cue = '', 2: rest = '', index }: RegExpExecArray): Recognised | undefined {
  const lead = /^(?:(?:me|out|the|an?|some|any|all)\s){0,2}/i.exec(rest)![0].length
  const text = rest.slice(lead).replace(searchEnd, '').trim()
  if (text === '' || (/^find/i.test(cue) && /^(?:how|what|where|who|why|if|whether|out)\b/i.test(text)))
    return undefined
  if (/^(?:for|it|this|that|on|about)\b|\bfor$/i.test(text)) return undefined
  const start = index + match.length + lead
  return { text, start, end: start + text.length, cue: cue.toLowerCase(), isWhole: true }
}

/** A phrase after its cue: `red shoes` of `search for red shoes in Rome`. */
export function readPhrase({ 0: match, 1: cue = '', 2: rest = '', index }: RegExpExecArray): Recognised | undefined {
  const words = rest.split(' ', maxPhraseWords)
  const from = articles.has(words[0]!.toLowerCase()) ? 1 : 0
  const end = words.findIndex((word, at) => at >= from && (word === '' || phraseEnds.has(word.toLowerCase())))
  const all = words.slice(from, end < 0 ? undefined : end)
  // `movie` of `the movie Blade Runner` says what the name is.
  const capital = all.findIndex(word => /^\p{Lu}/u.test(word))
  const kept = capital === 1 && all.slice(1).every(word => /^\p{Lu}/u.test(word)) ? all.slice(1) : all
  const text = kept.join(' ')
  if (text === '' || stopWords.has(kept[0]!.toLowerCase()) || plainUnits.has(text)) return undefined
  const start = index + match.length + rest.indexOf(text)
  return { text, start, end: start + text.length, cue: cue.toLowerCase() }
}

const maxPhraseWords = 12

/** What a number counts: the `red apples` of `3 red apples`. */
export function readCounted({ 0: match, 1: words = '', index }: RegExpExecArray): Recognised | undefined {
  const kept = words
    .split(' ')
    .filter((word, at, all) => !stopWords.has(word) && !(at > 0 && stopWords.has(all[at - 1]!)))
  const text = kept.join(' ')
  if (text === '' || !words.startsWith(text) || findUnit(` ${text}`)) return undefined
  const start = index + match.lastIndexOf(words)
  return { text, start, end: start + text.length, isVague: true }
}

/** What something is, up to a word that is no part of it: the `bicycle` of `is a bicycle with 2 wheels`. */
export function readPredicate({ 0: match, 1: words = '', index }: RegExpExecArray): Recognised | undefined {
  const all = words.split(' ')
  const end = all.findIndex(word => stopWords.has(word) || phraseEnds.has(word))
  const text = all.slice(0, end < 0 ? undefined : end).join(' ')
  const start = index + match.length
  return text === '' ? undefined : { text, start, end: start + text.length, cue: 'is' }
}
