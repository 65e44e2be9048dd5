/** Answers a question about the user with what the user, or the instructions, said before. */
import { type AskedSentence, readAskedSentences } from './asked-sentences.js'
import { findNearestText } from './conversation-turns.js'
import { factRows, type Statements } from './fact-rows.js'

/** What was said before a question. */
export interface SaidBefore {
  /** The words of earlier user messages. */
  earlier: string
  system: string
  /** The name of the user's last message. */
  userName: string
}

/** Words after which a statement goes on with something else. */
const nextStatement = /,? (?:and|but|by the way) (?:I|my|we|he|she|it|they|the)\b/i
const quoteMarks = /^[\s"'“‘`]{1,4}|[\s"'”’`]{1,4}$/g
const statementWords = /(?:^| )(?:is|was|are|were|and|or|if)(?: |$)/i

/** Whether a message may ask for a fact about the user. This costs little. */
const mayAskForFact = (message: string, earlier: string): boolean =>
  /\b(?:my|I)\b/i.test(message) || (earlier !== '' && /\b(?:what|which|who|where|when|the)\b/i.test(message))

/** Answers a question about the user with what was said before, or in the same message. */
export function recallFact(user: string, before: SaidBefore): string | undefined {
  if (!mayAskForFact(user.slice(-600), before.earlier)) return undefined
  const answers = readAskedSentences(user).flatMap(sentence => answerSentence(sentence, before) ?? [])
  if (!answers.length) return quoteStatement(user, before.earlier)
  return [...new Set(answers)].reverse().join(' ')
}

function answerSentence({ text, before: start }: AskedSentence, before: SaidBefore): string | undefined {
  for (const row of factRows) {
    const words = row.question.exec(text)?.slice(1).filter(Boolean)
    if (!words || statementWords.test(words[0] ?? '')) continue
    const texts = row.needsEarlier ? [before.earlier] : [`${before.earlier}\n${start}`, before.system]
    const lower = words.map(word => word.toLowerCase())
    const fact = findFact(row.statements(lower), texts) ?? (asksForName(text) ? before.userName : '')
    if (fact) return row.answer(fact, words)
  }
  return undefined
}

const asksAboutUser =
  /^(?:what|which|where|when|who|how (?:old|many|much|long|often))(?: \w{1,20})? (?:is|was|are|were|do|does|did|has|have) (?:my|I)\b/i
const maxStatements = 200

/** Quotes the statement about the user that shares most words with a question about the user. */
function quoteStatement(user: string, earlier: string): string | undefined {
  const question = earlier ? readAskedSentences(user).find(({ text }) => asksAboutUser.test(text)) : undefined
  if (!question) return undefined
  const statements = earlier
    .split(/(?<=[.!?])\s+|\n/)
    .slice(-maxStatements)
    .filter(sentence => /\b(?:my|I)\b/i.test(sentence) && !sentence.endsWith('?'))
  const nearest = findNearestText(statements, question.text, sentence => sentence)
  return nearest && `You told me: "${nearest.trim()}"`
}

const asksForName = (text: string) => /\bmy name\b|\bwho am I\b/i.test(text)

function findFact(statements: Statements, texts: readonly string[]): string | undefined {
  for (const text of texts.map(each => each.replaceAll('’', "'")))
    for (const group of statements) {
      let last: RegExpExecArray | undefined
      for (const pattern of group)
        for (const match of text.matchAll(new RegExp(pattern, pattern.includes('\\p{Lu}') ? 'gu' : 'giu')))
          if (match.index >= (last?.index ?? 0)) last = match
      const fact = (last?.at(-1) ?? '').split(nextStatement, 1)[0]!.replace(quoteMarks, '').trim()
      if (fact) return fact
    }
  return undefined
}

const unknownFacts: readonly { question: RegExp; fact(word: string): string }[] = [
  {
    question:
      /^(?:(?:what|when)(?:'s| is| was| are)? )?my ((?:full |first |last )?name|age|birthday|job|profession|hobby|home ?town|favou?rite [\w-]{1,30})(?: is| was| are)?$/i,
    fact: word => `your ${word}`
  },
  { question: /\bwho (?:am I|I am)$/i, fact: () => 'who you are' },
  { question: /\bhow old (?:am I|I am)$/i, fact: () => 'how old you are' },
  { question: /\bwhere do I (live|work)$/i, fact: word => `where you ${word}` }
]

/** Answers a question about the user that nothing answers. */
export function admitUnknownFact(user: string): string | undefined {
  if (!/\b(?:my|I)\b/i.test(user.slice(-600))) return undefined
  for (const { text } of readAskedSentences(user))
    for (const { question, fact } of unknownFacts) {
      const [found, word = ''] = question.exec(text) ?? []
      if (found !== undefined) return `I don't know ${fact(word)}: you have not told me yet.`
    }
  return undefined
}

const ownName =
  /\b[Yy]our name is (\p{Lu}[\p{L}'-]{1,30})|\b[Yy]ou(?: are|'re|’re) an? [^.\n]{1,80}? (?:called|named) (\p{Lu}[\p{L}'-]{1,30})|\b[Yy]ou(?: are|'re|’re) (?:called |named )?(?!(?:An?|The|In|Not|Here)\b)(\p{Lu}[\p{L}'-]{1,30}(?: \p{Lu}[\p{L}'-]{1,30})?)(?=[,.;:(\n]| and\b|$)/u

/** Answers a question about the assistant's name with the name of the instructions. */
export function recallOwnName({ system, user }: { system: string; user: string }): string | undefined {
  if (
    !system ||
    !/\b(?:what(?:['’]s| is) your name|who are you|introduce yourself|what are you called|what (?:should|can|do|may) I call you)\b/i.test(
      user.slice(-600)
    )
  )
    return undefined
  const own = ownName.exec(system)?.slice(1).find(Boolean)
  return own && `My name is ${own}. How can I help you?`
}
