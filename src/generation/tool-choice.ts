/** Chooses the tools that a reply calls, as a model does: by the request's tool choice, its words, and the results that are there. */
import { readCallChoice } from '../completion/tool-contract.js'
import { messageText } from '../core/message-text.js'
import type { ChatRequest } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import { countFilled } from '../sample/value-calls.js'
import type { CallSource } from './call-arguments.js'
import {
  allowsParallelCalls,
  type CallableTool,
  lastResultOf,
  listCallableTools,
  readToolHistory,
  type ToolHistory,
  wordsBefore
} from './callable-tools.js'
import { asksForSomething, isAnsweredByText, isSmallTalk } from './message-intent.js'
import { needsResult, splitSentences } from './message-parts.js'
import { findKeywords, type PromptText, splitWords, topicStopWords } from './prompt-topic.js'
import { findSaidPhrase } from './said-phrases.js'
import {
  forbidsTool,
  mentionScore,
  pickMentioned,
  rank,
  scoreTool,
  splitName,
  stemWord,
  type ToolScore,
  weighWords
} from './tool-words.js'

const unitsPerTool = 100
const maxParallelCalls = 4

/** Chooses the tools to call; none if the reply is a text. */
export function chooseTools(source: CallSource, random: Random): CallableTool[] {
  const { request, readValues, budget } = source
  const { calls, allowed, isNamed } = readCallChoice(request)
  const tools = listCallableTools(request).filter(
    ({ name }) => (allowed?.has(name) ?? true) && !(calls !== 'some' && forbidsTool(source.prompt.system, name))
  )
  if (calls === 'none' || !tools.length) return []
  if (isNamed) return tools.slice(0, 1)
  budget.spendWork(unitsPerTool * tools.length, 'the tools of the request')
  const count = ({ parameters }: CallableTool) => (parameters ? countFilled(parameters, readValues(), budget) : 0)
  const view = createView(source, tools, count)
  const wanted = chooseWanted(view)
  if (wanted.length) return wanted.slice(0, allowsParallelCalls(request) ? maxParallelCalls : 1)
  return calls === 'some' ? [chooseRequired(view, random)] : []
}

/** Of two tools that a message with a value mentions, the tool that takes a value is meant. */
const valueBonus = 0.3

/** What the choice depends on. */
interface ToolView {
  system: string
  /** Whether the answer can be JSON in place of a call. */
  hasFormat: boolean
  history: ToolHistory
  user: string
  /** The tools that may be called, with the score of the user's words. */
  open: ToolScore[]
  /** All tools with the score of the user's words. */
  all: ToolScore[]
  /** The number of parameters that the user's message has values for. */
  countFilled(tool: CallableTool): number
}

function createView(
  source: CallSource,
  tools: readonly CallableTool[],
  countFilled: ToolView['countFilled']
): ToolView {
  const { request, prompt } = source
  const { system, user } = prompt
  const words = weighWords(user)
  const hasValue = /\d|["“'`]\w|@/.test(user)
  const all = tools.map(tool => {
    const scored = scoreTool(tool, user, words)
    const isBetter =
      hasValue && scored.score >= mentionScore && Object.keys(tool.parameters?.properties ?? {}).length > 0
    return isBetter ? { ...scored, score: scored.score + valueBonus } : scored
  })
  const history = readToolHistory(request)
  const isAsked = createAnewTest(request, history, prompt)
  return {
    system,
    hasFormat: request.response_format?.type === 'json_schema' || request.response_format?.type === 'json_object',
    history,
    user,
    all,
    countFilled,
    open: all.filter(each => lastResultOf(each.tool, history) < 0 || isAsked(each))
  }
}

/** The tools that the conversation asks for. */
function chooseWanted(view: ToolView): CallableTool[] {
  const { system, hasFormat, history, user, open, all } = view
  const isLoop = history.lastResultAt > history.lastUserAt
  const retried = open.filter(({ tool }) => isLoop && history.retried.has(tool.name))
  if (retried.length) return retried.map(({ tool }) => tool)
  const working = open.filter(({ tool }) => !isFinalTool(tool))
  const isAsking = asksForSomething(user)
  const mentioned = pickMentioned(working).filter(({ isNamed }) => isNamed || isAsking)
  if (mentioned.length) return inOrder(mentioned, view).map(({ tool }) => tool)
  const continued = open.filter(({ tool }) => lastResultOf(tool, history) >= 0 && continues(user, tool, history))
  if (continued.length && isAsking && !isLoop) return continued.map(({ tool }) => tool)
  const needsNoTool = isSmallTalk(user) || isAnsweredByText(user) || findSaidPhrase(user) !== undefined
  if (needsNoTool && !isLoop) return []
  const told = needsNoTool ? [] : pickMentioned(scoreBySystem(system, working))
  if (told.length) return told.map(({ tool }) => tool)
  const finals = rank(open.filter(({ tool }) => isFinalTool(tool)))
  // A tool for the answer itself ends a loop. Instructions that ask for an answer get it from a message that has all of it.
  const takesAll = !isAsking && asksForSomething(system)
  const answering = isLoop ? finals : takesAll ? finals.filter(({ tool }) => isFilled(tool, view)) : []
  if (isLoop || answering.length) return answering.slice(0, 1).map(({ tool }) => tool)
  return all.length === 1 && open.length === 1 && isAsking && !hasFormat ? [open[0]!.tool] : []
}

function isFilled(tool: CallableTool, { countFilled }: ToolView): boolean {
  const count = Object.keys(tool.parameters?.properties ?? {}).length
  return count > 1 && countFilled(tool) >= count
}

const orderPattern = /\bfirst\b[\s\S]{1,400}\b(?:then|after that|afterwards|next|finally)\b/i

/** The tools in the order of the message. Of tools that it wants one after the other, only the first. */
function inOrder(mentioned: readonly ToolScore[], view: ToolView): readonly ToolScore[] {
  const { user } = view
  if (mentioned.length < 2) return mentioned
  const words = splitWords(user).map(stemWord)
  const placeOf = ({ tool, evidence }: ToolScore) => {
    const at = user.indexOf(tool.name)
    if (at >= 0) return splitWords(user.slice(0, at)).length
    const place = words.findIndex(word => evidence.has(word) && splitName(tool.name).includes(word))
    return place < 0 ? words.length : place
  }
  const places = new Map(mentioned.map(each => [each, placeOf(each)]))
  const ordered = [...mentioned].sort((a, b) => places.get(a)! - places.get(b)!)
  return orderPattern.test(user) ? ordered.slice(0, 1) : withoutWaiting(ordered, view)
}

/** Without the tools that need the result of another: they have no value in the message, or their part speaks of a result. */
function withoutWaiting(mentioned: readonly ToolScore[], { user, countFilled }: ToolView): readonly ToolScore[] {
  const parts = splitSentences(user)
  const ready = mentioned.filter(({ tool }) => {
    if (Object.keys(tool.parameters?.properties ?? {}).length === 0) return true
    const own = parts.filter(part => scoreTool(tool, part, weighWords(part)).score >= mentionScore)
    return countFilled(tool) > 0 && !(own.length > 0 && own.every(needsResult))
  })
  return ready.length ? ready : mentioned
}

/** Whether the instructions name a tool. */
const isToldBy = (system: string, tool: CallableTool): boolean => scoreTool(tool, system, new Map()).isNamed

function scoreBySystem(system: string, open: readonly ToolScore[]): ToolScore[] {
  if (!system) return []
  // The words in the name of another tool ask for nothing.
  const words = weighWords(system.replace(/\w{1,64}_\w{1,64}/g, ' '))
  // The instructions of an agent have words of every description, so only names count.
  return open.map(({ tool }) => ({
    ...scoreTool({ ...tool, description: '', parameters: null }, system, words),
    tool
  }))
}

/** Chooses the tool of a request that requires a call, although no words ask for a tool. */
function chooseRequired({ history, open, all }: ToolView, random: Random): CallableTool {
  const withoutResult = all.filter(({ tool }) => lastResultOf(tool, history) < 0)
  const pool = withoutResult.length ? withoutResult : open.length ? open : all
  const [final] = rank(pool.filter(({ tool }) => isFinalTool(tool)))
  const [best] = rank(pool.filter(({ tool }) => !isFinalTool(tool)).concat(final ?? []))
  if (best!.score >= mentionScore && !isFinalTool(best!.tool)) return best!.tool
  if (final) return final.tool
  return best!.score > 0 ? best!.tool : random.pick(pool).tool
}

/** A tool whose name has only such words takes the answer itself. */
const finalWords = new Set(
  'final finish finished submit done answer output respond response result complete completed end exit return task structured the with'
    .split(' ')
    .flatMap(splitName)
)
const leadingFinalWords = new Set(
  'final finish submit done answer output respond response complete'.split(' ').flatMap(splitName)
)

/** Whether a tool takes the answer itself, as `final_result` and `submit_answer` do. */
function isFinalTool({ name }: CallableTool): boolean {
  const words = name
    .slice(0, 128)
    .split(/[_\-.\s]+|(?<=[a-z0-9])(?=[A-Z])/)
    .filter(Boolean)
    .flatMap(splitName)
  const [first = '', second = ''] = words
  if (first === 'final' && finalWords.has(second)) return true
  return words.every(word => finalWords.has(word)) && words.some(word => leadingFinalWords.has(word))
}

const againPattern = /\b(?:again|once more|anew|refresh|update|retry|re-?run)\b/i

/** Whether a user message after the results asks for a tool anew: by its name, or with values that are new. */
function createAnewTest(
  request: ChatRequest,
  history: ToolHistory,
  { system, user }: PromptText
): (score: ToolScore) => boolean {
  const { lastResultAt, lastUserAt } = history
  if (lastResultAt < 0 || lastUserAt < lastResultAt || !asksForSomething(user) || isAnsweredByText(user))
    return () => false
  const { messages } = request
  const isRepeated = messages.some(
    (message, at) =>
      at < lastUserAt && message.role === 'user' && messageText(message, ' ') === messageText(messages[lastUserAt], ' ')
  )
  if (isRepeated) return () => false
  const known = wordsBefore(request, lastUserAt)
  const hasNewValue = findNewValue(user, known)
  const hasNewWord = hasNewValue || findKeywords(user).some(word => !known.has(word.toLowerCase()))
  return ({ tool, score, isNamed }) => {
    if (isNamed || (hasNewWord && system.includes(tool.name) && isToldBy(system, tool))) return true
    if (score >= mentionScore) return hasNewValue || againPattern.test(user)
    return hasNewValue && continues(user, tool, history)
  }
}

/** Whether a message asks for what was asked last: `And in Paris?` */
const continues = (user: string, tool: CallableTool, history: ToolHistory): boolean =>
  lastResultOf(tool, history) === history.lastResultAt && /^(?:and|what about|how about|now|also|then)\b/i.test(user)

/** Finds a name, a quoted word or a number that no earlier message has. The first word of a sentence has a capital without being a name. */
function findNewValue(text: string, known: ReadonlySet<string>): boolean {
  for (const [value] of text
    .slice(0, 4000)
    .matchAll(/(?<![.!?]\s)(?<!^)(?<!\p{L})\p{Lu}\p{L}+|\d+|(?<=["'`])\p{L}[\p{L}\p{N}_-]{1,60}(?=["'`])/gu)) {
    const word = value.toLowerCase()
    if (!known.has(word) && !topicStopWords.has(word)) return true
  }
  return false
}
