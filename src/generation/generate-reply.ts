/** Generates a reply for a request that no fixture matches: a text, tool calls, or a value of the request's schema. */

import type { Budget } from '../core/budget.js'
import { messageText } from '../core/message-text.js'
import type { Model } from '../core/model.js'
import type { ChatRequest, Json, JsonObject } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import type { ChoiceContent, ReplyUsage } from '../core/reply.js'
import { PromptReading } from '../prompt/reading.js'
import type { PromptValue } from '../prompt/value.js'
import { sample, Unsatisfiable } from '../sample/sample.js'
import { listCalls } from '../sample/value-calls.js'
import { writeAnswer } from './answer-text.js'
import { allowsParallelCalls, type CallableTool, isResultMessage, listCallableTools } from './callable-tools.js'
import { generateCustomInput } from './custom-input.js'
import { asksForVerdict, refineFields } from './field-hints.js'
import { dataText, earlierUserText, mayAskForStructure, type PromptText, readPromptText } from './prompt-topic.js'
import { findPromptedObject, findPromptedStructure } from './prompted-structure.js'
import { chooseTools } from './tool-choice.js'
import { writeStructure } from './write-structure.js'

/** The generated content of all choices, and its usage. */
export interface GeneratedReply {
  /** One entry for each of the request's `n` choices. */
  choices: ChoiceContent[]
  usage: ReplyUsage
}

/** What all choices of a reply are generated from. */
interface ReplySource {
  request: ChatRequest
  prompt: PromptText
  /** Reads the values of the last user message. */
  readValues: () => PromptReading
  budget: Budget
}

const task = 'a generated reply'
const unitsPerText = 100

function readSource(request: ChatRequest, budget: Budget): ReplySource {
  const prompt = readPromptText(request)
  let reading: PromptReading | undefined
  const readValues = () => {
    reading ??= new PromptReading(dataText(prompt.user), budget)
    return reading
  }
  return { request, prompt, readValues, budget }
}

/** The same request and random always generate the same reply. */
export function generateReply(request: ChatRequest, model: Model, random: Random, budget: Budget): GeneratedReply {
  const source = readSource(request, budget)
  const tools = listCallableTools(request).length ? chooseTools(request, source.prompt, random, budget) : []
  const generateText = tools.length ? undefined : createTextGenerator(source)
  const choices = Array.from({ length: request.n ?? 1 }, (_, index): ChoiceContent => {
    const choiceRandom = index === 0 ? random : random.fork(`choice ${index}`)
    budget.spendWork(unitsPerText, task)
    if (generateText) return { text: generateText(choiceRandom) }
    return { toolCalls: tools.flatMap(tool => generateCalls(source, tool, choiceRandom)).slice(0, maxCalls) }
  })
  return {
    choices,
    usage: model.reasoning ? { reasoningTokens: generateReasoningTokens(request, model, random.fork('reasoning')) } : {}
  }
}

/** Generates one tool call: of the tool that the request names or mentions, or else of its first tool. */
export function generateToolCall(
  request: ChatRequest,
  random: Random,
  budget: Budget
): Pick<ChoiceContent, 'toolCalls'> {
  const source = readSource(request, budget)
  const tool = chooseTools(request, source.prompt, random, budget)[0] ?? listCallableTools(request)[0]
  return tool
    ? { toolCalls: [{ name: tool.name, type: tool.type, arguments: generateArguments(source, tool, random) }] }
    : {}
}

/** Recorded reasoning uses a multiple of 64 tokens. */
function generateReasoningTokens({ reasoning_effort }: ChatRequest, { abilities }: Model, random: Random): number {
  const maxUnits =
    { none: 0, minimal: 0, low: 2, medium: 8, high: 24, xhigh: 48, max: 96 }[
      reasoning_effort ?? abilities.defaultEffort ?? 'medium'
    ] ?? 8
  return 64 * random.integer(Math.ceil(maxUnits / 4), maxUnits)
}

/** Generates the calls of a tool: one, or one for each value of a list in the prompt. */
function generateCalls(
  source: ReplySource,
  tool: CallableTool,
  random: Random
): NonNullable<ChoiceContent['toolCalls']> {
  const { request, readValues, budget } = source
  // A choice of one function is a choice of one call.
  const isRepeatable =
    tool.parameters && allowsParallelCalls(request) && !(request.tool_choice as { function?: object } | null)?.function
  const calls = isRepeatable ? listCalls(tool.parameters!, readValues(), budget) : [undefined]
  return calls.map((values, index) => ({
    name: tool.name,
    type: tool.type,
    arguments: generateArguments(source, tool, index === 0 ? random : random.fork(`call ${index}`), values)
  }))
}

const maxCalls = 8

function generateArguments(
  { prompt, readValues, budget }: ReplySource,
  tool: CallableTool,
  random: Random,
  values?: readonly PromptValue[]
): Json {
  if (tool.type === 'custom') return generateCustomInput(tool, prompt.user, random, budget)
  if (!tool.parameters) return {}
  return sample(tool.parameters, { random: random.fork(tool.name), prompt: readValues(), values, budget })
}

/** Finds once what the prompt asks for, and returns what generates the text of each choice. */
function createTextGenerator(source: ReplySource): (random: Random) => string {
  const { request, prompt, readValues, budget } = source
  const format = request.response_format
  const generateValue = (schema: JsonObject, random: Random) =>
    sample(schema, { random: random.fork('json'), prompt: readValues(), budget })
  if (format?.type === 'json_schema' && format.json_schema?.schema) {
    const { schema } = format.json_schema
    const instructions = `${prompt.system}\n${prompt.user}`
    const refined = asksForVerdict(instructions) ? refineFields(schema, instructions) : undefined
    return random =>
      (refined && writeSampled(() => JSON.stringify(generateValue(refined, random)))) ??
      JSON.stringify(generateValue(schema, random))
  }
  const isPlainText = format?.type !== 'json_object' && format?.type !== 'json_schema'
  budget.spendWork(Math.ceil((prompt.system.length + prompt.user.length) / 2), task)
  const results = readLastResults(request)
  const earlier = earlierUserText(request)
  const answer = (random: Random) => writeAnswer({ prompt, results, earlier, turns: request.messages.length }, random)
  if (isPlainText) {
    const structure = mayAskForStructure(prompt) ? findPromptedStructure(prompt) : undefined
    return random =>
      structure
        ? (writeSampled(() => writeStructure(generateValue(structure.schema, random), structure.layout)) ??
          answer(random))
        : answer(random)
  }
  const schema = findPromptedObject(prompt)
  const quoted = createObjectSchema(prompt)
  return random =>
    (schema && writeSampled(() => JSON.stringify(generateValue(schema, random)))) ??
    JSON.stringify(generateValue(quoted, random))
}

/** The results after the last message of the assistant or the user. */
function readLastResults({ messages }: ChatRequest): string[] | undefined {
  const start = messages.findLastIndex(message => !isResultMessage(message)) + 1
  const results = messages.slice(start, start + maxResults).map(message => messageText(message, ' '))
  return results.length ? results : undefined
}

const maxResults = 16

/** A schema in a prompt may be none that has values. */
function writeSampled(write: () => string): string | undefined {
  try {
    return write()
  } catch (error) {
    if (error instanceof Unsatisfiable) return undefined
    throw error
  }
}

/** An object with the quoted words of the prompt as its keys. */
function createObjectSchema({ system, user }: PromptText): JsonObject {
  const text = `${system}\n${user}`.slice(-8000)
  const names = [...text.matchAll(/["'`](\w{1,40})["'`]/g)]
    .map(match => match[1]!)
    .filter(name => !/^json$/i.test(name))
  const keys = [...new Set(names)].slice(0, 12)
  const properties = Object.fromEntries(
    (keys.length ? keys : ['topic', 'summary']).map(key => [key, { type: 'string' }])
  )
  return { type: 'object', properties, required: Object.keys(properties) }
}
