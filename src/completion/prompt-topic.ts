/** Reads from a conversation what it is about: its last question, its telling words, the tool it speaks of. */
import type { ChatRequest, FunctionDefinition, Message, Tool } from '../core/openai-types.js'

const topicStopWords = new Set(
  `a about after again all also am an and any are as ask at be because been before being between both but by can could did do does doing done each few find
  for from get give go had has have having he help hello hey hi her here him his how i if in into is it its just know let like look make many may me might more most
  much must my need new no not now of off on once one only or other our out over please really same say she should show so some such take tell than thank thanks that the their
  them then there these they this those through to too two under until up us use using very want was we well were what when where which while who why will with
  would write you your`.split(/\s+/)
)

/** The words of a text that say what it is about, in their order, each once. */
export function findKeywords(text: string, maxWords = 12): string[] {
  const seen = new Set<string>()
  const words: string[] = []
  for (const [word] of text.slice(0, 4000).matchAll(/[\p{L}\p{N}][\p{L}\p{N}'’_-]*/gu)) {
    const lower = word.toLowerCase()
    if (topicStopWords.has(lower) || seen.has(lower) || (lower.length < 2 && !/\d/.test(lower))) continue
    seen.add(lower)
    words.push(word)
    if (words.length >= maxWords) break
  }
  return words
}

/** All words of a text with their capitals, for filling in values. */
export function splitWords(text: string, maxWords = 200): string[] {
  return (
    text
      .slice(0, 8000)
      .match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu)
      ?.slice(0, maxWords) ?? []
  )
}

export function messageTextSpaced(message: Message | undefined): string {
  const content = message?.content
  if (typeof content === 'string') return content
  return Array.isArray(content) ? content.map(part => part.text ?? '').join(' ') : ''
}

export const lastUserText = (request: ChatRequest) =>
  messageTextSpaced(request.messages.findLast(message => message.role === 'user'))

const stemWord = (word: string) => word.toLowerCase().replace(/(ing|ed|es|s|ly)$/, '')

/** How much a text speaks of a function: the share of its name's words that the text has, and a little for its description's. */
export function scoreMention(
  text: string,
  { name, description = '' }: Pick<FunctionDefinition, 'name' | 'description'>
): number {
  const textWords = new Set(splitWords(text).map(stemWord))
  const nameWords = name
    .split(/[_\-.\s]+|(?<=[a-z0-9])(?=[A-Z])/)
    .filter(word => word && !topicStopWords.has(word.toLowerCase()))
    .map(stemWord)
  const nameHits = nameWords.filter(word => textWords.has(word)).length
  const descriptionHits = findKeywords(description, 30)
    .map(stemWord)
    .filter(word => word.length > 2 && textWords.has(word)).length
  return (nameWords.length ? nameHits / nameWords.length : 0) + Math.min(0.9, descriptionHits * 0.3)
}

/** The functions and custom tools of a request, under one form. */
export interface CallableTool {
  name: string
  description?: string
  type: 'function' | 'custom'
  parameters?: FunctionDefinition['parameters']
  format?: NonNullable<Tool['custom']>['format']
}

export function listCallableTools(request: ChatRequest): CallableTool[] {
  const tools = (request.tools ?? []).flatMap((tool): CallableTool[] =>
    tool.custom ? [{ ...tool.custom, type: 'custom' }] : tool.function ? [{ ...tool.function, type: 'function' }] : []
  )
  return tools.length
    ? tools
    : (request.functions ?? []).map(({ name, description, parameters }) => ({
        name,
        description,
        parameters,
        type: 'function'
      }))
}
