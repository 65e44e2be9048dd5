/** Answers a question with a sentence of the context that the prompt gives. */
import { findKeywords, type PromptText } from './prompt-topic.js'
import { stemWord } from './tool-words.js'

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
