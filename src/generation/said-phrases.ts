/** Finds the words that a message wants to hear: `Reply with exactly "OK"`, `Say hello`, `Repeat after me: …`. */
import { countSource, readCount } from './counts.js'

const verb = '(?:reply|respond|answer|return|output|say|write|print|send|type|state|emit|produce)'
const only = '(?:only|exactly|just|precisely|simply|literally|verbatim|nothing (?:but|except|other than))'
const noun =
  '(?:words?|texts?|strings?|phrases?|sentences?|lines?|messages?|letters?|characters?|numbers?|digits?|tokens?|response|answer|output|value|content|emoji)'
const objectNoun = `(?:(?:the|this|these|one|an?) )?(?:(?:exact|single|following|literal|one|same|simple|magic|secret) ){0,2}${noun}`
const following = '(?:(?:the|this) )?following'
const to = '(?: (?:back )?to (?:(?:every|all|any|each|this|my) \\w+|me|this|it|the user|everything)(?: with)?)?'
const start = '(?:^|[.!?:;,\\n(]\\s*|\\b(?:please|just|then|now|and|always|must|should|you|simply|to|only)\\s+)'

/** One way to ask for words. */
interface PhraseRow {
  /** Matches what stands before the words. */
  lead: RegExp
  /** The row with the best fit wins; of equal fits, the last place in the text. */
  fit: number
  /** Only words in quotes count. */
  needsQuotes?: true
  /** The words go on after their first sentence. */
  isLong?: true
}

const row = (source: string, fit: number, more: Pick<PhraseRow, 'needsQuotes' | 'isLong'> = {}): PhraseRow => ({
  lead: new RegExp(source, 'gi'),
  fit,
  ...more
})

const phraseRows: readonly PhraseRow[] = [
  row(
    `\\b${verb}${to}(?: back)?(?: me)?(?: with| by saying)?,? ${only}(?: and (?:only|exactly))?(?: with)?(?: (?:${objectNoun}|${following}))?(?: only| exactly| back| like this| as follows)?(?![\\w-])`,
    3
  ),
  row(
    `\\b(?:only|just|simply|exactly) (?:ever )?${verb}${to}(?: with)?(?: (?:${objectNoun}|${following}))?(?![\\w-])`,
    3
  ),
  row(
    `\\b(?:your|the) (?:entire |whole |only |full |complete |final )?(?:reply|response|answer|output) (?:(?:must|should|shall|will|has to|needs to) (?:only )?be|is|must only be)(?: ${only}){0,2}(?: ${objectNoun})?(?![\\w-])`,
    2,
    { needsQuotes: true }
  ),
  row(
    `\\b(?:your|the) (?:\\w+ )?(?:reply|response|answer|output) (?:(?:must|should|shall|will) be|is) ${objectNoun}(?=:)`,
    2
  ),
  row(
    `${start}(?:repeat|echo)(?: (?:back|after me|exactly|precisely|verbatim)){1,2}${to}(?: (?:exactly|precisely|verbatim))?(?: (?:${objectNoun}|${following}|what I (?:say|type|write)))?(?![\\w-])`,
    3,
    { isLong: true }
  ),
  row(
    `${start}(?:repeat|echo|copy)(?: back)?${to} (?:${objectNoun}|${following}|this)(?: (?:back|exactly|verbatim|word for word|after me)){0,2}${to}(?![\\w-])`,
    3,
    { isLong: true }
  ),
  row(
    `${start}${verb}${to}(?: back)?(?: with)? (?:${following} ${noun}|${following})(?: (?:back|exactly|only|verbatim|unchanged|as is)){0,2}(?![\\w-])`,
    3,
    { isLong: true }
  ),
  row(`\\b${verb}${to}(?: back)?(?: with)? ${objectNoun}(?: (?:only|exactly))?(?![\\w-])`, 2),
  row(`${start}(?:repeat|echo)(?: back)?${to}(?![\\w-])`, 2, { isLong: true }),
  row(`\\b${verb}${to}(?: back)?(?: with| as)?(?![\\w-])`, 2, { needsQuotes: true }),
  row(`${start}say(?: back)?${to}(?![\\w-])`, 1)
]

/** Finds the words that a message wants to hear; undefined if it leaves the words open. */
export function findSaidPhrase(text: string): string | undefined {
  return locatePhrase(text)?.said
}

/** Whether a message says that its phrase counts always. */
export const isAlwaysSaid = (text: string): boolean =>
  /\b(?:always|every time|no matter what|regardless|whatever the user)\b/i.test(text)

/** The first use of the patterns costs milliseconds, so they run only on texts with a verb of theirs. */
const phraseVerbs =
  /\b(?:reply|respond|response|answer|return|output|say|saying|write|print|send|type|state|emit|produce|repeat|echo|copy)\b/i

function locatePhrase(text: string): { said: string; fit: number; at: number; end: number } | undefined {
  if (!phraseVerbs.test(text)) return undefined
  let best: { said: string; fit: number; at: number; end: number } | undefined
  for (const { lead, fit, needsQuotes, isLong } of phraseRows)
    for (const match of text.matchAll(lead)) {
      const at = match.index
      if (best && (best.fit > fit ? at < best.end || best.fit > 1 : at > best.at && at < best.end)) continue
      if (best && best.fit === fit && at < best.at) continue
      if (isConditional(text, at, match[0])) continue
      const said = readSaid(text, at + match[0].length, { needsQuotes, isLong, lead: match[0] })
      if (said) best = { ...said, fit, at }
    }
  return best
}

/** Whether the words belong to a case that need not be there, or are forbidden. */
function isConditional(text: string, at: number, lead: string): boolean {
  const before = text.slice(Math.max(0, at - 200), at)
  const sentence = before.slice(Math.max(0, ...['. ', '! ', '? ', '\n'].map(mark => before.lastIndexOf(mark) + 1)))
  if (/\b(?:if|when|whenever|unless|in case|otherwise|until|once)\b/i.test(sentence)) return true
  return /(?:\b(?:never|not|cannot|without|avoid)|n['’]t)\s+(?:\w+\s+)?$/i.test(
    sentence + /^\W*(?:\w+\s+)?/.exec(lead)![0].replace(/\w+\s*$/, '')
  )
}

const quotePairs: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '“': '”',
  '‘': '’',
  '«': '»',
  '`': '`',
  '„': '“',
  '「': '」',
  '‹': '›'
}

interface Said {
  said: string
  /** The index after the words. */
  end: number
}

interface Reading extends Pick<PhraseRow, 'needsQuotes' | 'isLong'> {
  /** The text before the words. */
  lead: string
}

function readSaid(text: string, from: number, reading: Reading): Said | undefined {
  const gap = /^[ \t]*[:,–—-]?\s*/.exec(text.slice(from, from + 40))![0]
  const at = from + gap.length
  const fence = /^```[^\n`]{0,20}\n([\s\S]*?)\n?```/.exec(text.slice(at, at + maxSaidChars))
  if (fence) return { said: fence[1]!, end: at + fence[0].length }
  const quoted = readQuoted(text, at)
  // "Respond with 'yes' or 'no'" leaves a choice.
  if (quoted && /^\s*(?:,\s*)?(?:or\b|\/|,\s*["'`“])/i.test(text.slice(quoted.end, quoted.end + 8))) return undefined
  if (quoted) return applyModifiers(quoted, text)
  if (reading.needsQuotes || at === from) return undefined
  return readUnquoted(text, at, gap, reading)
}

const maxSaidChars = 16_000

function readQuoted(text: string, at: number): Said | undefined {
  const isBold = text.startsWith('**', at)
  const close = isBold ? '**' : quotePairs[text[at] ?? '']
  if (!close) return undefined
  const from = at + close.length
  const limit = Math.min(text.length, at + maxSaidChars)
  for (let end = text.indexOf(close, from); end > at && end < limit; end = text.indexOf(close, end + 1))
    // An apostrophe within a word does not close.
    if (!/[\p{L}\p{N}]/u.test(text[end + close.length] ?? '') && end > from)
      return { said: text.slice(from, end), end: end + close.length }
  return undefined
}

/** What describes the words, and is not the words. */
const descriptions =
  /^(?:an?|the|your|my|his|her|their|our|some|any|one|two|three|four|five|\d+ \w+s\b|json|valid|in|as|of|if|whether|what|why|how|who|which|when|where|something|anything|nothing|it|that|me|us|to|for|from|with|by|about|based|using|code|yaml|xml|html|markdown|sql|python|either|questions?|more|less|so|again|yes or no|true or false|all|each|every|both|and|or|but|is|are|was|were|should|must|shall|will|on|at|once|after|this[.?!]?$|this (?:in|to|back|as|with|for)|them|you|those|these|plain|only|just|exactly|back|correct|accurate|positive or|not|no more|lol)(?![\w'’])/i

const endsWithNoun = new RegExp(
  `\\b(?:the|this|these|one|an?|exact|single|following|literal|same|magic|secret) ${noun}(?: only| exactly)?$`,
  'i'
)
const nounDescriptions =
  /^(?:in|of|for|that|which|to|from|with|you|and|about|is|are|on|as|by|between|below|above|I|we)\b/

function readUnquoted(text: string, at: number, gap: string, { isLong, lead }: Reading): Said | undefined {
  const rest = text.slice(at, at + maxSaidChars)
  const startsLine = gap.includes('\n')
  const hasColon = gap.includes(':')
  const describes = endsWithNoun.test(lead) ? nounDescriptions : descriptions
  if (!rest || (!hasColon && !startsLine && describes.test(rest))) return undefined
  const line = startsLine ? rest.trim() : rest.split('\n', 1)[0]!
  const sentence = isLong && (hasColon || startsLine) ? line : firstSentence(line)
  const plain = trimSuffixes(sentence)
  // A structure that is described is not the words.
  if (!plain || /^\{|^\[|^</.test(plain) || (!hasColon && plain.split(/\s+/).length > 12)) return undefined
  return applyModifiers({ said: plain, end: at + sentence.length }, text)
}

/** The first sentence; a full stop at its end belongs to the words only if they are a sentence themselves. */
function firstSentence(line: string): string {
  const end = /[.!?]+(?=\s+\p{Lu}|\s*$)/u.exec(line)
  return end ? line.slice(0, end.index + end[0].length) : line
}

const suffixes: readonly RegExp[] = [
  /[,;.]?\s*(?:\(?(?:and|with|but) )?(?:nothing|no(?:thing)?) (?:else|more|other|extra|additional|further)\b[\s\S]{0,60}$/i,
  /[,;.]?\s*(?:and |but )?(?:do not|don['’]t|without|no (?:punctuation|explanation|quotes))\b[\s\S]{0,120}$/i,
  /[,;]?\s*\b(?:(?:and|then)(?: then)? (?:tell|give|list|explain|write|use|call|describe|ask|do|end|stop|wait|answer|reply|respond|summari[sz]e|add|never|say|show|please)\b|(?:before|while|using|so that|so I|to (?:confirm|show|prove|test|verify|let me)|as (?:a test|your)|in (?:your|the) (?:reply|response|answer)|(?:back )?to me)\b)[\s\S]{0,200}$/i,
  /[,;]?\s*\b(?:please|back to me|to me|verbatim|exactly|as a test|only|thanks|thank you|in (?:one|a single) word|in your (?:reply|response|answer))[.!]*$/i
]

function trimSuffixes(text: string): string {
  let short = text.trim()
  for (const suffix of suffixes) short = short.replace(suffix, '').trim()
  // "OK." at the end of an instruction is OK, but a sentence keeps its full stop.
  if (/^\p{Lu}\S*(?:\s+\S+){2,}\.$|[.!?]\s[\s\S]*\.$/u.test(short)) return short
  return short.replace(/(?<![.])\.$/, '')
}

/** What changes the words: how often they are said, and their case. */
const modifiers: readonly { when: RegExp; change(said: string, match: RegExpExecArray): string }[] = [
  {
    when: /^[\s,.]*(twice|thrice)\b/i,
    change: (said, [, often]) =>
      Array(often!.toLowerCase() === 'twice' ? 2 : 3)
        .fill(said)
        .join(' ')
  },
  {
    when: new RegExp(`^[\\s,]*(?:exactly )?(${countSource}) times\\b`, 'i'),
    change: (said, [, often]) =>
      Array(Math.min(100, readCount(often!)))
        .fill(said)
        .join(' ')
  },
  { when: /^[\s,]*in (?:all )?(?:upper ?case|caps|capitals|capital letters)\b/i, change: said => said.toUpperCase() },
  { when: /^[\s,]*in (?:all )?(?:lower ?case|small letters)\b/i, change: said => said.toLowerCase() }
]

function applyModifiers({ said, end }: Said, text: string): Said {
  const after = text.slice(end, end + 80)
  for (const { when, change } of modifiers) {
    const match = when.exec(after)
    if (match) return { said: change(said, match), end }
    const inside = new RegExp(`(?<=\\S)\\s${when.source.slice(1)}$`, 'i').exec(said)
    if (inside) return { said: change(said.slice(0, inside.index).trim(), inside), end }
  }
  return { said, end }
}
