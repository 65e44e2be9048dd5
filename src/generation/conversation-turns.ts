/** Finds and describes what was said in a conversation. */
import { messageText } from '../core/message-text.js'
import type { ChatRequest } from '../core/openai-types.js'
import { findKeywords } from './prompt-topic.js'
import { stemWord } from './tool-words.js'

/** What a person or the assistant said. */
export interface Turn {
  role: 'user' | 'assistant'
  /** Empty without a name. */
  name: string
  text: string
}

/** The turns before a question, and the name of the person who asks it. */
export interface Conversation {
  turns: readonly Turn[]
  asker: string
}

/** @param at the index of the message with the question */
export function readConversation({ messages }: ChatRequest, at: number): Conversation {
  const turns: Turn[] = []
  for (const message of messages.slice(0, at)) {
    const { role } = message
    if (role !== 'user' && role !== 'assistant') continue
    const text = messageText(message, ' ').slice(0, maxTextChars).trim()
    if (text) turns.push({ role, name: nameOf(message.name), text })
  }
  return { turns, asker: nameOf(messages[at]?.name) }
}

const maxTextChars = 2000
const nameOf = (name: unknown): string => (typeof name === 'string' ? name : '')

/** The names of all who take part, in the order of their first turns. */
export const listNames = ({ turns, asker }: Conversation): string[] => [
  ...new Set([...turns.map(({ name }) => name), asker].filter(Boolean))
]

/** The turns of the assistant (`you`), of a person by name, or of the person who asks. */
export function turnsOf(speaker: string, { turns, asker }: Conversation): Turn[] {
  if (/^(?:you|your)$/i.test(speaker)) return turns.filter(({ role }) => role === 'assistant')
  if (turns.some(({ name }) => name === speaker)) return turns.filter(({ name }) => name === speaker)
  const isAsker = asker && turns.some(({ name }) => name === asker)
  return turns.filter(({ role, name }) => role === 'user' && (!isAsker || name === asker))
}

/** The turns with a question, or else all. */
export function questionsOf(turns: readonly Turn[]): readonly Turn[] {
  const questions = turns.filter(isQuestion)
  return questions.length ? questions : turns
}

export const isQuestion = ({ text }: Pick<Turn, 'text'>): boolean => text.includes('?')

/** The turn at a place such as `first` or `previous`. */
export function turnAt(turns: readonly Turn[], place: string): Turn | undefined {
  const index = ordinals.indexOf(place.toLowerCase())
  return index >= 0 ? turns[index] : turns.at(place === 'before that' ? -2 : -1)
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth']

/** The turn that shares most words with a question. */
export const nearestTurn = (turns: readonly Turn[], question: string): Turn | undefined =>
  findNearestText(turns.slice(-maxCompared), question, ({ text }) => text)

const maxCompared = 200

/** The item whose text shares most words with a question; of equal texts, the last. */
export function findNearestText<T>(items: readonly T[], question: string, textOf: (item: T) => string): T | undefined {
  const words = new Set(findKeywords(question).map(stemWord))
  let best: { item: T; shared: number } | undefined
  for (const item of items) {
    const shared = new Set(
      findKeywords(textOf(item), 60)
        .map(stemWord)
        .filter(word => words.has(word))
    ).size
    if (shared && shared >= (best?.shared ?? 0)) best = { item, shared }
  }
  return best?.item
}

/** What was said, in quotation marks. */
export const quote = ({ text }: Turn): string => `"${text.length > 400 ? `${text.slice(0, 400)}…` : text}"`

/** Who said something, from the assistant's view. */
export const describeSpeaker = ({ name, role }: Turn): string => name || (role === 'user' ? 'you' : 'me')
