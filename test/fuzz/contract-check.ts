/** Finds what is wrong with an answer, from the request and the answer alone, with AJV. Nothing of it is code of the product. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormatsModule, { type FormatsPlugin } from 'ajv-formats'
import type { ChatRequest, Choice, Chunk, Completion, JsonObject } from '../../src/core/openai-types.js'

const addFormats = ((addFormatsModule as unknown as { default?: FormatsPlugin }).default ??
  addFormatsModule) as unknown as FormatsPlugin
const ajv = new Ajv2020({ strict: false, addUsedSchema: false })
addFormats(ajv)

/** Returns a line for each part of the contract that the answer breaks. */
export function findWrongAnswer(request: ChatRequest, { choices, usage }: Completion): string[] {
  const n = request.n ?? 1
  const limit = outputLimit(request)
  const problems = choices.flatMap((choice, at) =>
    findWrongChoice(request, choice).map(problem => `choice ${at}: ${problem}`)
  )
  if (choices.length !== n) problems.push(`${choices.length} choices, and not ${n}`)
  const { completion_tokens: tokens, completion_tokens_details: details = {} } = usage
  if (limit !== undefined && tokens > limit * n) problems.push(`${tokens} tokens, and not ${limit * n}`)
  const isCut = choices.every(choice => choice.finish_reason === 'length')
  if (isCut && n === 1 && tokens !== limit) problems.push(`length, but ${tokens} tokens, and not ${limit}`)
  if (isCut && limit === undefined) problems.push('length without a limit')
  for (const [name, count] of Object.entries(details))
    if (count < 0 || count > tokens) problems.push(`${name} is ${count} of ${tokens}`)
  return problems
}

const outputLimit = ({ max_completion_tokens, max_tokens }: ChatRequest) =>
  max_completion_tokens ?? max_tokens ?? undefined

/** The tools that a request allows, and whether it needs a call. */
function readTools({ tools, functions, tool_choice, function_call }: ChatRequest) {
  const declared = [
    ...(tools ?? []).map(({ function: called, custom }) => ({ name: (called ?? custom!).name, called })),
    ...(functions ?? []).map(called => ({ name: called.name, called: { ...called, strict: false } }))
  ]
  const choice = tools ? tool_choice : function_call
  const nameOf = (value: JsonObject) => ((value.function ?? value.custom ?? value) as JsonObject).name as string
  if (choice === 'none') return { declared, allowed: [], needsCall: false }
  if (typeof choice !== 'object' || !choice)
    return { declared, allowed: declared.map(({ name }) => name), needsCall: choice === 'required' }
  if ('allowed_tools' in choice) {
    const { mode, tools: list } = choice.allowed_tools
    return { declared, allowed: list.map(nameOf), needsCall: mode === 'required' }
  }
  return { declared, allowed: [nameOf(choice as unknown as JsonObject)], needsCall: true }
}

function findWrongChoice(request: ChatRequest, { message, finish_reason }: Choice): string[] {
  const problems: string[] = []
  const { declared, allowed, needsCall } = readTools(request)
  const calls = [
    ...(message.tool_calls ?? []).map(
      call => call.function ?? { name: call.custom!.name, arguments: call.custom!.input }
    ),
    ...(message.function_call ? [message.function_call] : [])
  ]
  const text = message.content ?? message.audio?.transcript
  const stops = [request.stop ?? []].flat()
  // A stop sequence may have cut the answer, or a limit its sound: nobody can see this from outside.
  const isWhole = finish_reason !== 'length' && !stops.length && !(message.audio && outputLimit(request) !== undefined)
  for (const stop of stops)
    if ([text ?? '', ...calls.map(call => call.arguments)].some(each => each.includes(stop)))
      problems.push(`it has the stop sequence ${JSON.stringify(stop)}`)
  if (isWhole && needsCall && !calls.length) problems.push('it has no call')
  if (calls.length > 1 && (request.parallel_tool_calls === false || request.functions))
    problems.push('it has parallel calls')
  for (const call of calls) {
    const tool = declared.find(({ name }) => name === call.name)
    if (!tool) problems.push(`${call.name} is not declared`)
    if (!allowed.includes(call.name)) problems.push(`${call.name} is not allowed`)
    if (isWhole && tool?.called)
      problems.push(...findWrongJson(call.arguments, tool.called.strict ? tool.called.parameters! : { type: 'object' }))
  }
  const format = request.response_format
  if (isWhole && !calls.length && format)
    problems.push(
      ...findWrongJson(text ?? '', format.type === 'json_schema' ? format.json_schema!.schema! : { type: 'object' })
    )
  if (request.modalities?.includes('audio') && !calls.length && !message.audio) problems.push('it has no sound')
  if (!calls.length && text === undefined) problems.push('it says nothing')
  return problems
}

const validators = new WeakMap<JsonObject, ValidateFunction>()

function findWrongJson(text: string, schema: JsonObject): string[] {
  let validate = validators.get(schema)
  if (!validate) {
    validate = ajv.compile(schema)
    validators.set(schema, validate)
  }
  try {
    return validate(JSON.parse(text)) ? [] : [`${text} breaks the schema: ${ajv.errorsText(validate.errors)}`]
  } catch {
    return [`${text} is not JSON`]
  }
}

/** Joins the chunks of a stream. */
export function joinStream(text: string): Completion {
  const events = text.split('\n\n').filter(Boolean)
  if (events.pop() !== 'data: [DONE]') throw new Error('the stream has no end')
  const chunks = events.map(event => JSON.parse(event.replace(/^data: /, '')) as Chunk)
  const choices: Choice[] = []
  for (const { index, delta, finish_reason } of chunks.flatMap(chunk => chunk.choices)) {
    choices[index] ??= {
      index,
      message: { role: 'assistant', content: null, refusal: null },
      finish_reason: 'stop'
    }
    const { message } = choices[index]
    if (finish_reason) choices[index].finish_reason = finish_reason
    if (typeof delta.content === 'string') message.content = (message.content ?? '') + delta.content
    if (delta.function_call) {
      message.function_call ??= { name: delta.function_call.name!, arguments: '' }
      message.function_call.arguments += delta.function_call.arguments
    }
    if (delta.audio) {
      message.audio ??= { id: '', data: '', expires_at: 0, transcript: '' }
      message.audio.transcript += delta.audio.transcript ?? ''
      message.content = null
    }
    for (const { index: at, id, type, function: called, custom } of delta.tool_calls ?? []) {
      message.tool_calls ??= []
      message.tool_calls[at] ??= custom
        ? { id: id!, type: type!, custom: { name: custom.name!, input: '' } }
        : { id: id!, type: type!, function: { name: called!.name!, arguments: '' } }
      if (custom) message.tool_calls[at].custom!.input += custom.input
      else message.tool_calls[at].function!.arguments += called!.arguments
    }
  }
  const usage = chunks.findLast(chunk => chunk.usage)?.usage
  return { ...(chunks[0] as unknown as Completion), choices, usage: usage! }
}
