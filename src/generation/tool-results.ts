/** Reads the results of tools: as text, as `key: value` lines, and whether a result asks for another try. */
import { isJsonObject } from '../core/json-pointer.js'
import { messageText } from '../core/message-text.js'
import type { ChatRequest, Json, Message } from '../core/openai-types.js'

/** Whether a message is the result of a tool or of a legacy function. */
export const isResultMessage = ({ role }: Pick<Message, 'role'>): boolean => role === 'tool' || role === 'function'

/** The results since the last user message. */
export function readTurnResults({ messages }: ChatRequest): string[] {
  const start = messages.findLastIndex(({ role }) => role === 'user') + 1
  return messages
    .slice(start)
    .filter(isResultMessage)
    .slice(-maxResults)
    .map(message => messageText(message, ' '))
}

/** The results that an answer tells; undefined if the last message is none. */
export const readLastResults = (request: ChatRequest): string[] | undefined => {
  const last = request.messages.at(-1)
  return last && isResultMessage(last) ? readTurnResults(request) : undefined
}

const maxResults = 16
const maxResultChars = 4000
const maxTextChars = 400
const maxLines = 40

/** The values of results as text: a line `key: value` for each member of an object, and other results as they are. */
export const describeResults = (results: readonly string[]): string =>
  results
    .map(result => {
      const value = readJson(result)
      return isJsonObject(value) ? listMembers(value) : (plainText(value) ?? result.slice(0, maxTextChars))
    })
    .join('\n')

/** The members of results that are objects, a line for each. */
export const describeMembers = (results: readonly string[]): string =>
  results
    .map(readJson)
    .filter(isJsonObject)
    .map(value => listMembers(value))
    .join('\n')

function readJson(result: string): Json | undefined {
  if (result.length > maxResultChars) return undefined
  try {
    return JSON.parse(result)
  } catch {
    return undefined
  }
}

const plainText = (value: Json | undefined): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).slice(0, maxTextChars)
    : undefined

function listMembers(value: Record<string, Json>, depth = 0): string {
  const lines: string[] = []
  for (const [key, member] of Object.entries(value).slice(0, maxLines)) {
    const text = Array.isArray(member) ? member.flatMap(each => plainText(each) ?? []).join(', ') : plainText(member)
    if (text) lines.push(`${key}: ${text.replace(/\s+/g, ' ')}`)
    else if (depth < 2 && isJsonObject(member)) lines.push(listMembers(member, depth + 1))
  }
  return lines.join('\n')
}

/** What the last result is, if it is one short value. */
export function readSingleResult({ messages }: ChatRequest): string | undefined {
  const last = messages.findLast(isResultMessage)
  if (!last) return undefined
  const text = messageText(last, ' ').trim()
  const value = readJson(text)
  const members = isJsonObject(value) ? Object.values(value) : []
  const single = plainText(members.length === 1 ? members[0] : value) ?? (value === undefined ? text : '')
  return single && single.length <= 60 && !single.includes('\n') ? single : undefined
}

/** Words that ask for another try, also those of an error that says what to do better. */
const retryRequest =
  /^\s{0,9}\{\s{0,9}"error"\s{0,9}:[^\n]{0,300}\b(?:provide|specify|supply|pass|use|give)\b|\b(?:try again|fix the errors?|(?:please|must|should|to|then)\sre-?try|call [^.\n]{0,40}\bagain)\b|\bplease (?:correct|re-?try)\b/i
const noRetry =
  /\b(?:not|n['’]t|never|cannot|no need to)\s(?:\w{1,12}\s)?(?:re-?try|try|call)\b|\b(?:again|retry)\s(?:\w{1,12}\s)?later\b/i

/** Whether a result says that the call was wrong, and asks for another. */
export const asksForRetry = (result: string): boolean => {
  const text = result.length > maxResultChars ? result.slice(-maxResultChars) : result
  return retryRequest.test(text) && !noRetry.test(text)
}
