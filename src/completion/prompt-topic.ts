/** Finds the topic of a conversation: its last user message, its keywords and the tools that it mentions. */
import { messageText } from '../core/message-text.js'
import type { ChatRequest, FunctionDefinition, Tool } from '../core/openai-types.js'
import { stopWords } from '../sample/word-lists.js'

const topicStopWords = new Set([
  ...stopWords,
  ...'ask go hey hi know look many much new one really take two us want well'.split(' ')
])

/** Finds the words of a text that carry its topic, in their order, each once. */
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

/** Splits a text into its words, with their capitals. */
export function splitWords(text: string, maxWords = 200): string[] {
  return (
    text
      .slice(0, 8000)
      .match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu)
      ?.slice(0, maxWords) ?? []
  )
}

/** The text of the last user message, its parts joined with spaces. Of a long text, its start and its end. */
export function lastUserText(request: ChatRequest): string {
  const text = messageText(
    request.messages.findLast(message => message.role === 'user'),
    ' '
  )
  return text.length > 2 * maxPromptChars ? `${text.slice(0, maxPromptChars)} ${text.slice(-maxPromptChars)}` : text
}

const maxPromptChars = 8000

/** Splits a text into its words without their endings. */
export const stemWords = (text: string): ReadonlySet<string> => new Set(splitWords(text).map(stemWord))

const stemWord = (word: string) => word.toLowerCase().replace(/(ing|ed|es|s|ly)$/, '')

/** Scores how much a text mentions a function: the share of its name's words in the text, plus 0.3 for each word of its description. */
export function scoreMention(
  textWords: ReadonlySet<string>,
  { name, description = '' }: Pick<FunctionDefinition, 'name' | 'description'>
): number {
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

/** A function or custom tool of a request in one form. */
export interface CallableTool {
  name: string
  description?: string
  type: 'function' | 'custom'
  parameters?: FunctionDefinition['parameters']
  format?: NonNullable<Tool['custom']>['format']
}

/** Lists the tools of a request, or its legacy functions if it has no tools. */
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
