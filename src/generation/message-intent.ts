/** Tells what a message is: small talk, a statement, or a request, and whether a text alone answers it. */
import { hasLetterOrDigit } from './prompt-signs.js'
import { findKeywords } from './prompt-topic.js'

const greeting =
  /^(?:hi|hello|hey|hiya|howdy|greetings|yo|good (?:morning|afternoon|evening|day|night)|thanks?|thank you|cheers|bye|goodbye|see you|ok(?:ay)?|great|nice|cool|perfect|awesome|wow|yes|no|sure|got it|never ?mind|how are you|how(?:'s| is) it going|what'?s up|nice to meet you|pleased to meet you|welcome|you'?re welcome|good job|well done|sorry|continue|go on)\b/i
const politeWords =
  /\b(?:there|again|so much|very much|a lot|everyone|all|that'?s|it|is|was|helpful|help|to you|too|today|doing|for|your|the|and|you|my friend|bot|assistant|great|nice|good|job|work|really)\b/gi

/** Whether a message only greets, thanks or agrees. */
export function isSmallTalk(text: string): boolean {
  const clauses = text
    .slice(0, 400)
    .split(/[.!?,;:\n]+/)
    .map(clause => clause.trim())
    .filter(hasLetterOrDigit)
  if (!clauses.length) return true
  return text.length <= 400 && clauses.every(isPolite)
}

function isPolite(clause: string): boolean {
  const rest = clause.replace(greeting, '')
  if (rest === clause) return false
  return rest === '' || (findKeywords(rest.replace(politeWords, '')).length <= 1 && !/\d/.test(clause))
}

const startsWithSubject =
  /^(?:i|we|you|he|she|they|it|this|that|there|my|our|the|these|those|i['’](?:m|ve)|it['’]s|that['’]s|we['’]re)\b/i
const hasStatementVerb =
  /\b(?:is|are|was|were|am|has|have|had|likes?|loves?|hates?|enjoy|think|said|did|went|feels?|looks?|seems?)\b|['’](?:s|m|re|ve)\b/i
const hasWish =
  /\b(?:needs?|want|would like|looking for|wonder|have to|should|must|wish|let me|tell me|please|plan|planning|going to|will|trying|help|find|get|show)\b|['’]d like\b/i

/** Whether a message asks for something: a question, an instruction, or a wish. A statement does not. */
export function asksForSomething(text: string): boolean {
  if (isSmallTalk(text)) return false
  return text
    .slice(-4000)
    .split(/(?<=[.!?])\s+|\n+/)
    .some(sentence => isRequest(sentence.trim()))
}

function isRequest(sentence: string): boolean {
  if (!hasLetterOrDigit(sentence) || isPolite(sentence.replace(/[.!]+$/, ''))) return false
  if (sentence.endsWith('?')) return true
  return !startsWithSubject.test(sentence) || hasWish.test(sentence) || !hasStatementVerb.test(sentence)
}

/** What a text answers without any tool. */
const textRequests: readonly RegExp[] = [
  /\b(?:tell|give|write|share|know)\b[^.?!\n]{0,40}\b(?:jokes?|story|stories|poems?|riddles?|limerick|haiku|song|essay|fun fact|quotes?)\b/i,
  /\b(?:write|compose|draft)\b[^.?!\n]{0,40}\b(?:paragraph|sentence|letter|speech|blog post|article|verse|code|function|program)\b/i,
  /\b(?:explain|summari[sz]e|rephrase|rewrite|paraphrase|translate|proofread|shorten|continue|elaborate)\b/i,
  /\b(?:who|what) are you\b|\bwhat can you do\b|\bhow are you\b|\bwhat'?s your name\b|\bwho (?:made|created|built) you\b/i,
  /\bin your own words\b|\bwhat do you think\b|\byour opinion\b|\bmeaning of\b|\bwhat does .{1,40} mean\b/i
]

/** Whether a text alone answers the message: a joke, an explanation, a question about the assistant. */
export const isAnsweredByText = (text: string): boolean => textRequests.some(row => row.test(text))
