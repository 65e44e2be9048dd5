/** Answers a question with what the conversation contains: what the user said before, or a sentence of a given context. */
import { findKeywords, type PromptText } from './prompt-topic.js'
import { stemWord } from './tool-words.js'

const value = '([^.!?\\n,]{1,80})'

/** A question about the user, the statements that answer it, and the answer. The last group of a statement is its value. */
interface FactRow {
  question: RegExp
  statements(words: string[]): string[]
  answer(value: string, words: string[]): string
}

const nameStatements = ['\\b[Mm]y name is (\\p{Lu}[\\p{L}-]{1,30})', "\\bI(?: am|['’]m) (\\p{Lu}[\\p{L}-]{1,30})"]
const ageStatements = ["\\bI(?: am|['’]m) (\\d{1,3})\\b", '\\bI turned (\\d{1,3})\\b', '\\bmy age is (\\d{1,3})\\b']

const factRows: readonly FactRow[] = [
  {
    question:
      /\b(?:what(?:['’]s| is| was| are)|which is|tell me|remember|know|recall)\b[^.?!\n]{0,30}\bmy ((?:\w{1,30} ){0,2}?\w{1,30})\s?\?/i,
    statements: ([subject]) => [
      `\\bmy ${subject} (?:is|was|are) ${value}`,
      ...(subject === 'name' ? nameStatements : subject === 'age' ? ageStatements : [])
    ],
    answer: (fact, [subject]) => `Your ${subject} is ${fact}.`
  },
  {
    question: /\bhow old (?:am I|I am)\b/i,
    statements: () => ageStatements,
    answer: fact => `You are ${fact} years old.`
  },
  { question: /\bwho am I\b/i, statements: () => nameStatements, answer: fact => `You are ${fact}.` },
  {
    question: /\b(?:where|when|what|which|who)\b[^.?!\n]{0,40}\bdo I (\w{2,20})\b/i,
    statements: ([verb]) => [`\\bI (?:[^.!?\\n]{1,60}\\band )?(?:also |really |usually )?${verb} ${value}`],
    answer: (fact, [verb]) => `You ${verb} ${fact}.`
  },
  {
    question: /\b(?:where|when|what)\b[^.?!\n]{0,20}\bwas I (\w{2,20})\b/i,
    statements: ([verb]) => [`\\bI was ${verb} ${value}`],
    answer: (fact, [verb]) => `You were ${verb} ${fact}.`
  },
  {
    question: /\bwhere (?:am I|I am) from\b/i,
    statements: () => [`\\bI(?: am|['’]m| come) from ${value}`],
    answer: fact => `You are from ${fact}.`
  },
  {
    question: /\bmy ((?:\w{1,30} ){0,2}?\w{1,30})['’]s name\s?\?/i,
    statements: ([subject]) => [`\\bmy ${subject}(?:['’]s name is| is called| is named|, called|, named) ${value}`],
    answer: (fact, [subject]) => `Your ${subject} is called ${fact}.`
  }
]

/** Words after which a statement goes on with something else. */
const nextStatement = / (?:and|but) (?:I|my|we|he|she|it|they)\b/i

/** Answers a question about the user with what the user said before. */
export function recallFact(user: string, earlier: string): string | undefined {
  if (!/\b(?:my|I)\b/i.test(user)) return undefined
  const asked = user.slice(-1000)
  for (const { question, statements, answer } of factRows) {
    const words = question.exec(asked)?.slice(1)
    if (!words) continue
    for (const statement of statements(words.map(word => word.toLowerCase()))) {
      const fact = new RegExp(statement, statement.includes('\\p{Lu}') ? 'u' : 'i').exec(earlier)?.at(-1) ?? ''
      const known = fact.split(nextStatement, 1)[0]!.trim()
      if (known) return answer(known, words)
    }
  }
  return undefined
}

const contextTags = ['context', 'documents', 'document', 'sources', 'passages', 'information', 'data']
const contextHeading =
  /(?:^|\n)[^\n]{0,80}\b(?:contexts?|documents?|information|passages?|sources?|excerpts?|facts|knowledge)\b[^\n:]{0,40}:\s{0,3}/i
const contextEnd = /\n\s{0,4}(?:the )?(?:user )?(?:question|query|answer)\b[^\n]{0,20}:/i
const questionLabel = /(?:^|\n)\s{0,4}(?:the )?(?:user )?(?:question|query)\b[^\n]{0,20}:\s{0,3}([^\n]{1,300})/i

/** Answers a question with the sentence of the context that has most of its words. */
export function answerFromContext({ system, user }: PromptText): string | undefined {
  const found = findContext(user) ?? findContext(system)
  if (!found) return undefined
  const question = questionLabel.exec(user)?.[1] ?? lastQuestion(found.text === user ? found.rest : user)
  if (!question) return undefined
  const words = new Set(findKeywords(question).map(stemWord))
  let best: { sentence: string; score: number } | undefined
  for (const sentence of found.context.split(/(?<=[.!?])\s{1,4}(?=\S)|\n{1,4}/).slice(0, maxSentences)) {
    const shared = new Set(
      findKeywords(sentence, 60)
        .map(stemWord)
        .filter(word => words.has(word))
    ).size
    const score =
      shared && shared + (kindRows.some(({ asks, has }) => asks.test(question) && has.test(sentence)) ? 0.5 : 0)
    if (score > (best?.score ?? 0)) best = { sentence, score }
  }
  return best?.sentence.trim().slice(0, maxAnswerChars)
}

const maxSentences = 200
const maxAnswerChars = 400

/** What a question asks for, and the signs of a sentence that has it. */
const kindRows: readonly { asks: RegExp; has: RegExp }[] = [
  { asks: /\b(?:how (?:much|many|long|old|far|often)|when|what (?:year|time|date|number))\b/i, has: /\d/ },
  { asks: /\b(?:who|whose|whom)\b/i, has: /(?<!^)\b\p{Lu}\p{Ll}/u },
  { asks: /\bwhere\b/i, has: /\b(?:in|at|near|on) (?:the )?\p{Lu}/u }
]

/** A context in a text, and the text without it. */
function findContext(text: string): { text: string; context: string; rest: string } | undefined {
  for (const tag of contextTags) {
    const start = text.indexOf(`<${tag}>`)
    const end = start < 0 ? -1 : text.indexOf(`</${tag}>`, start)
    if (end > start)
      return { text, context: text.slice(start + tag.length + 2, end), rest: text.slice(0, start) + text.slice(end) }
  }
  const heading = contextHeading.exec(text)
  if (!heading) return undefined
  const start = heading.index + heading[0].length
  const after = text.slice(start)
  const length = contextEnd.exec(after)?.index ?? after.length
  return { text, context: after.slice(0, length), rest: text.slice(0, heading.index) + after.slice(length) }
}

/** The last sentence of a text that is a question. */
function lastQuestion(text: string): string | undefined {
  const end = text.lastIndexOf('?')
  if (end < 0) return undefined
  const start = Math.max(...['.', '!', '?', '\n'].map(mark => text.lastIndexOf(mark, end - 1)))
  return text.slice(Math.max(start + 1, end - maxAnswerChars), end + 1)
}
