/** Finds the topic of a conversation: its last user message, its instructions and its keywords. */
import { messageText } from '../core/message-text.js'
import type { ChatRequest, Message } from '../core/openai-types.js'
import { stopWords } from '../prompt/word-lists.js'
import { matchWords } from './prompt-signs.js'

export const topicStopWords: ReadonlySet<string> = new Set([
  ...stopWords,
  ...'ask go hey hi know look many much new one really take two us want well'.split(' ')
])

/** Finds the words of a text that carry its topic, in their order, each once. */
export function findKeywords(text: string, maxWords = 12): string[] {
  const seen = new Set<string>()
  const words: string[] = []
  for (const [word] of matchWords(text.slice(0, 4000))) {
    const lower = word.toLowerCase()
    if (topicStopWords.has(lower) || seen.has(lower) || (lower.length < 2 && !/\d/.test(lower))) continue
    seen.add(lower)
    words.push(word)
    if (words.length >= maxWords) break
  }
  return words
}

/** Splits a text into its words, with their capitals. */
export function splitWords(text: string, maxWords = 200): string[] {
  return (
    text
      .slice(0, 8000)
      .match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu)
      ?.slice(0, maxWords) ?? []
  )
}

/** What a conversation says to the model. */
export interface PromptText {
  /** All system and developer messages. */
  system: string
  /** The last user message. */
  user: string
}

/** Reads what a conversation says to the model. Without a user message, the instructions are the prompt. */
export function readPromptText(request: ChatRequest): PromptText {
  const system = systemText(request)
  const hasUser = request.messages.some(({ role }) => role === 'user')
  return hasUser ? { system, user: lastUserText(request) } : { system: '', user: system }
}

/** The characters of a prompt that may stand for a structure. */
const structureMarks = /json|\[\[ ## |Action Input:|<\w|\bstrictly in\b|\b(?:dict|dictionary|object)\b|[{[]/i

/** Whether a prompt may ask for a structure. This costs little. */
export const mayAskForStructure = ({ system, user }: PromptText): boolean =>
  structureMarks.test(user) || structureMarks.test(system)

/** Messages of programs that reject an answer. The question that they are about stands before them. */
const feedback =
  /^\W*(?:your (?:previous|last) (?:response|output|answer|reply)\b[^\n]{0,60}\b(?:fail|invalid|not|error)|correct your json|(?:\d{1,4} )?validation (?:errors?|feedback)\b|<\/?[\w:-]{0,20}validation|(?:please )?fix the errors?\b|recall the function correctly|(?:the|that) (?:json|output|response) (?:was|is) (?:not valid|invalid)|plain text responses are not permitted)/i

/** Whether a user message is about an answer that a program rejected. */
export const isFeedback = (text: string): boolean => feedback.test(text.slice(0, 200))

/** The index of the last user message that is no feedback on an answer. */
export function lastQuestionAt({ messages }: ChatRequest): number {
  const isUser = ({ role }: Message) => role === 'user'
  const last = messages.findLastIndex(isUser)
  if (last === messages.findIndex(isUser)) return last
  const question = messages.findLastIndex(message => isUser(message) && !isFeedback(messageText(message, ' ')))
  return question < 0 ? last : question
}

/** The last words of the user messages before the last. In a group, of the person who asks. */
export function earlierUserText(request: ChatRequest): string {
  const { messages } = request
  const last = lastQuestionAt(request)
  const name = messages[last]?.name
  let text = ''
  for (let at = last - 1; at >= 0 && text.length < maxPromptChars; at--)
    if (messages[at]!.role === 'user' && (!name || (messages[at]!.name ?? name) === name))
      text = `${messageText(messages[at], ' ').slice(-maxPromptChars)}\n${text}`
  return text.slice(-maxPromptChars)
}

/** Parts of a prompt that describe the form of the answer, and have no values for it. */
const formWords: readonly RegExp[] = [
  /^\[\[ ## \w{1,60} ## \]\]$/gm,
  /^(?:Respond with the corresponding output fields|Respond with a JSON object in the following order of fields)[^\n]*$/gm,
  /\bReturn the correct JSON response within [^\n]{0,100}$/gm,
  /^You must answer strictly (?:in the following|with)[\s\S]*$/gm,
  /^The output should be formatted as a JSON instance[\s\S]*$/gm,
  /^(?:[^\n]{0,100}\b(?:JSON schema|JSON format|format|structure)\b[^\n]{0,60}:\s*)(?:```\w*\s*)?\{[\s\S]*$/gm
]

/** The text of a user message without the words about the form of the answer. */
export function dataText(user: string): string {
  const data = formWords.reduce((text, words) => text.replace(words, ''), user).trim()
  return data || user
}

/** The text of the last user message, its parts joined with spaces. Of a long text, its start and its end. */
export function lastUserText(request: ChatRequest): string {
  const text = messageText(request.messages[lastQuestionAt(request)], ' ')
  return shortenMiddle(text, 2 * maxPromptChars)
}

/** The text of all system and developer messages. Of a long text, its start and its end. */
function systemText({ messages }: ChatRequest): string {
  let text = ''
  for (const message of messages)
    if (message.role === 'system' || message.role === 'developer') {
      text += `${text && '\n\n'}${messageText(message, '\n')}`
      if (text.length > 8 * maxPromptChars) break
    }
  return shortenMiddle(text, 4 * maxPromptChars)
}

const maxPromptChars = 8000

const shortenMiddle = (text: string, chars: number): string =>
  text.length > chars ? `${text.slice(0, chars / 2)} ${text.slice(-chars / 2)}` : text
