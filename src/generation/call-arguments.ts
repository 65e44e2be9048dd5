/** Generates the calls of the chosen tools: the arguments of each come from the part of the message that asks for it. */
import type { Budget } from '../core/budget.js'
import type { ChatRequest, Json } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import type { ChoiceContent } from '../core/reply.js'
import { PromptReading } from '../prompt/reading.js'
import type { PromptValue } from '../prompt/value.js'
import { requestVerbs } from '../prompt/word-lists.js'
import { sample } from '../sample/sample.js'
import { countFilled, listCalls } from '../sample/value-calls.js'
import { allowsParallelCalls, type CallableTool, listCallableTools } from './callable-tools.js'
import { correctAnswer } from './corrections.js'
import { generateCustomInput } from './custom-input.js'
import { mayNeedCorrection } from './field-hints.js'
import {
  splitClauses,
  splitSentences,
  splitThings,
  wantsSeparateCalls,
  withoutCallWords,
  withoutToolNames,
  withResult
} from './message-parts.js'
import { type PromptText, splitWords } from './prompt-topic.js'
import { describeMembers, readSingleResult, readTurnResults } from './tool-results.js'
import { mentionScore, scoreTool, weighWords } from './tool-words.js'

/** What the calls and the text of a reply are generated from. */
export interface CallSource {
  request: ChatRequest
  prompt: PromptText
  /** Reads the values of the last user message. */
  readValues: () => PromptReading
  budget: Budget
}

type ToolCalls = NonNullable<ChoiceContent['toolCalls']>

const maxCalls = 8
const unitsPerPart = 20

/** A tool, and the text and the values of each of its calls. */
interface PlannedTool {
  tool: CallableTool
  calls: CallValues[]
}

/** Finds once, for all choices, the texts that the calls of tools are for. */
export function planCalls(source: CallSource, tools: readonly CallableTool[]): PlannedTool[] {
  const isSingle = !allowsParallelCalls(source.request)
  return tools.map(tool => {
    const calls = listArguments(source, tool)
    return { tool, calls: isSingle ? calls.slice(0, 1) : calls }
  })
}

/** Generates the calls of tools. */
export function generateCalls(source: CallSource, planned: readonly PlannedTool[], random: Random): ToolCalls {
  const calls: ToolCalls = []
  for (const { tool, calls: made } of planned) {
    made.forEach(({ reading, values }, index) => {
      if (calls.length >= maxCalls) return
      const callRandom = index === 0 ? random : random.fork(`call ${index}`)
      const call = {
        name: tool.name,
        type: tool.type,
        arguments: generateArguments({ ...source, readValues: () => reading }, tool, callRandom, values)
      }
      const isRepeated = calls.some(
        each => each.name === tool.name && JSON.stringify(each.arguments) === JSON.stringify(call.arguments)
      )
      if (index === 0 || !isRepeated) calls.push(call)
    })
  }
  return calls
}

/** Generates the arguments of one call. */
export function generateArguments(
  { request, prompt, readValues, budget }: CallSource,
  tool: CallableTool,
  random: Random,
  values?: readonly PromptValue[]
): Json {
  if (tool.type === 'custom') return generateCustomInput(tool, prompt.user, random, budget)
  if (!tool.parameters) return {}
  const { name, parameters } = tool
  const value = sample(parameters, {
    random: random.fork(name),
    prompt: readValues(),
    values,
    omitsUnsaid: true,
    budget
  })
  if (!mayNeedCorrection(request, parameters)) return value
  return correctAnswer(value, {
    request,
    schema: parameters,
    toolName: name,
    prompt,
    random,
    reading: readValues,
    budget
  })
}

/** The text and the values of a call. */
interface CallValues {
  reading: PromptReading
  values?: readonly PromptValue[] | undefined
}

function listArguments(source: CallSource, tool: CallableTool): CallValues[] {
  const { request, budget } = source
  if (!tool.parameters) return [{ reading: source.readValues() }]
  const whole = readCallText(source)
  const parts = listParts(source, tool, whole)
  const readings = parts.length ? parts : [withMembers(source, tool, whole)]
  // A choice of one function is a choice of one call.
  if ((request.tool_choice as { function?: object } | null)?.function)
    return readings.slice(0, 1).map(reading => ({ reading }))
  return readings.flatMap(reading =>
    listCalls(tool.parameters!, reading, budget).map((values): CallValues => ({ reading, values }))
  )
}

/** The message as the arguments are read from it. */
function readCallText({ request, readValues, budget }: CallSource): PromptReading {
  const reading = readValues()
  const names = tools(request).map(({ name }) => name)
  const text = withoutCallWords(withResult(withoutToolNames(reading.text, names), readSingleResult(request)))
  return text === reading.text ? reading : new PromptReading(text, budget)
}

const maxTools = 40

/** The values that a message lacks may be in the results. */
function withMembers({ request, budget }: CallSource, tool: CallableTool, whole: PromptReading): PromptReading {
  const members = describeMembers(readTurnResults(request))
  const isFull = () =>
    countFilled(tool.parameters!, whole, budget) >= Object.keys(tool.parameters!.properties ?? {}).length
  return members === '' || isFull() ? whole : new PromptReading(`${members}\n${whole.text}`, budget)
}

/** The parts of a message that each ask for a call of the tool; none if the call is for the whole message. */
function listParts({ request, prompt, budget }: CallSource, tool: CallableTool, whole: PromptReading): PromptReading[] {
  const sentences = splitSentences(whole.text)
  const clauses = sentences.flatMap(splitClauses)
  if (clauses.length < 2) return []
  const read = (parts: readonly string[]) => parts.map(part => new PromptReading(part, budget))
  const count = (reading: PromptReading) => countFilled(tool.parameters!, reading, budget)
  if (wantsSeparateCalls(`${prompt.system}\n${prompt.user}`)) {
    const things = sentences.flatMap(splitThings)
    if (things.length > sentences.length) return read(things)
  }
  budget.spendWork(unitsPerPart * clauses.length * tools(request).length, 'the parts of a message')
  const others = listMentioned(request, whole.text).filter(({ name }) => name !== tool.name)
  if (others.length) {
    // Each of several tools has its own part, which may lack what the other parts have.
    for (const parts of [sentences, clauses]) {
      const own = parts.filter(part => isMentioned(tool, part) && !others.some(other => isMentioned(other, part)))
      const filled = read(own).filter(reading => count(reading) > 0)
      if (filled.length) return filled
    }
    return []
  }
  const asking = sentences.filter(isRequest)
  const mentioning = asking.filter(part => isMentioned(tool, part))
  const own = mentioning.length || tools(request).length > 1 ? mentioning : asking
  if (asking.length < 2) return []
  const least = Math.max(1, count(whole))
  const full = read(own).filter(reading => count(reading) >= least)
  return full.length > 1 || mentioning.length ? full : []
}

/** Whether a sentence is a question or an instruction by itself. */
const isRequest = (part: string): boolean =>
  splitWords(part).length > 2 && (part.trimEnd().endsWith('?') || verbs.has(splitWords(part)[0]!.toLowerCase()))

const verbs: ReadonlySet<string> = new Set(requestVerbs)

const tools = (request: ChatRequest): CallableTool[] => listCallableTools(request).slice(0, maxTools)

const listMentioned = (request: ChatRequest, text: string): CallableTool[] => {
  const words = weighWords(text)
  return tools(request).filter(tool => scoreTool(tool, text, words).score >= mentionScore)
}

const isMentioned = (tool: CallableTool, text: string): boolean =>
  scoreTool(tool, text, weighWords(text)).score >= mentionScore
