/** Generates a reply for a request that no fixture matches: a text, tool calls, or a value of the request's schema. */

import type { Budget } from '../core/budget.js'
import type { Model } from '../core/model.js'
import { once } from '../core/once.js'
import type { ChatRequest, JsonObject } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import type { ChoiceContent, ReplyUsage } from '../core/reply.js'
import { PromptReading } from '../prompt/reading.js'
import { sample, Unsatisfiable } from '../sample/sample.js'
import { writeAnswer } from './answer-text.js'
import { withAskedFact } from './asked-facts.js'
import { type CallSource, generateArguments, generateCalls, planCalls } from './call-arguments.js'
import { listCallableTools } from './callable-tools.js'
import { correctAnswer } from './corrections.js'
import { asksForVerdict, mayNeedCorrection, refineFields } from './field-hints.js'
import { dataText, mayAskForStructure, type PromptText, readPromptText } from './prompt-topic.js'
import { findPromptedObject, findPromptedStructure } from './prompted-structure.js'
import { recallAnswer } from './recalled-answer.js'
import { chooseTools } from './tool-choice.js'
import { describeResults, readLastResults } from './tool-results.js'
import { writeStructure } from './write-structure.js'

/** The generated content of all choices, and its usage. */
export interface GeneratedReply {
  /** One entry for each of the request's `n` choices. */
  choices: ChoiceContent[]
  usage: ReplyUsage
}

const task = 'a generated reply'
const unitsPerText = 100

function readSource(request: ChatRequest, budget: Budget): CallSource {
  const prompt = readPromptText(request)
  return { request, prompt, readValues: onceRead(() => dataText(prompt.user), budget), budget }
}

/** Reads the values of a text when they are first needed. */
function onceRead(text: () => string, budget: Budget): () => PromptReading {
  let reading: PromptReading | undefined
  return () => {
    reading ??= new PromptReading(text(), budget)
    return reading
  }
}

/** The same request and random always generate the same reply. */
export function generateReply(request: ChatRequest, model: Model, random: Random, budget: Budget): GeneratedReply {
  const source = readSource(request, budget)
  const tools = listCallableTools(request).length ? chooseTools(source, random) : []
  const planned = tools.length ? planCalls(source, tools) : []
  const generateText = tools.length ? undefined : createTextGenerator(source)
  const choices = Array.from({ length: request.n ?? 1 }, (_, index): ChoiceContent => {
    const choiceRandom = index === 0 ? random : random.fork(`choice ${index}`)
    budget.spendWork(unitsPerText, task)
    if (generateText) return { text: generateText(choiceRandom) }
    return { toolCalls: generateCalls(source, planned, choiceRandom) }
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
  const tool = chooseTools(source, random)[0] ?? listCallableTools(request)[0]
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

/** Finds once what the prompt asks for, and returns what generates the text of each choice. */
function createTextGenerator(source: CallSource): (random: Random) => string {
  const { request, prompt, budget } = source
  const format = request.response_format
  const results = readLastResults(request)
  const generateValue = (schema: JsonObject, random: Random, readValues: () => PromptReading) => {
    const generate = (each: JsonObject) => {
      const value = sample(each, { random: random.fork('json'), prompt: readValues(), budget })
      if (!mayNeedCorrection(request, each)) return value
      return correctAnswer(value, { request, schema: each, prompt, random, reading: readValues, budget })
    }
    const stated = withAskedFact(schema, prompt.user, budget)
    return (stated !== schema ? writeSampled(() => generate(stated)) : undefined) ?? generate(schema)
  }
  if (format?.type === 'json_schema' && format.json_schema?.schema) {
    const { schema } = format.json_schema
    const readValues = readAnswerValues(source, results)
    const instructions = `${prompt.system}\n${prompt.user}`
    const refined = asksForVerdict(instructions) ? refineFields(schema, instructions) : undefined
    return random =>
      (refined && writeSampled(() => JSON.stringify(generateValue(refined, random, readValues)))) ??
      JSON.stringify(generateValue(schema, random, readValues))
  }
  const isPlainText = format?.type !== 'json_object' && format?.type !== 'json_schema'
  budget.spendWork(Math.ceil((prompt.system.length + prompt.user.length) / 2), task)
  const recalled = once(() => recallAnswer(request, prompt, budget))
  const answer = (random: Random) =>
    writeAnswer({ prompt, results, recalled: recalled(), turns: request.messages.length }, random)
  if (isPlainText) {
    const structure = mayAskForStructure(prompt) ? findPromptedStructure(prompt) : undefined
    if (!structure) return answer
    const readValues = readAnswerValues(source, results, structure.shown)
    return random =>
      writeSampled(() => writeStructure(generateValue(structure.schema, random, readValues), structure)) ??
      answer(random)
  }
  const structure = findPromptedObject(prompt)
  const readValues = readAnswerValues(source, results, structure?.shown)
  const quoted = createObjectSchema(prompt)
  return random =>
    (structure && writeSampled(() => JSON.stringify(generateValue(structure.schema, random, readValues)))) ??
    JSON.stringify(generateValue(quoted, random, readValues))
}

/** Reads the values of the results and of the user's message, without the schema or the example that it shows. */
function readAnswerValues(
  { prompt: { user }, readValues, budget }: CallSource,
  results: readonly string[] | undefined,
  shown = ''
): () => PromptReading {
  const own = shown && user.includes(shown) ? user.replace(shown, () => ' ') : user
  if (!results && own === user) return readValues
  return onceRead(() => `${results ? `${describeResults(results)}\n` : ''}${dataText(own)}`, budget)
}

/** A schema in a prompt may be none that has values. */
function writeSampled<T>(write: () => T): T | undefined {
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
