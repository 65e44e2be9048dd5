/** Checks whether a reply keeps what its request demands: tools, formats, stop sequences, limits and modalities. */
import { abbreviate } from '../core/abbreviate.js'
import { Budget } from '../core/budget.js'
import { isObject } from '../core/json-pointer.js'
import type { Model } from '../core/model.js'
import type { ChatRequest, Json } from '../core/openai-types.js'
import type { ChoiceContent, CompletionReply, ReplyToolCall } from '../core/reply.js'
import { outputLimit } from '../core/request-parameters.js'
import type { Schema } from '../core/schema.js'
import { describeValue, findSchemaMismatch } from '../sample/mismatch.js'
import { usesLegacyFunctions } from './overhead.js'
import { isSpoken } from './silent-audio.js'
import { readToolContract, type ToolContract } from './tool-contract.js'
import { stopSequences } from './truncate.js'

/** The first place where a reply breaks its request. */
export interface ContractBreach {
  /** The parameter of the request. */
  rule: ContractRule
  /** The index of the choice. */
  choice: number
  /** The place in the choice's message, such as `tool_calls[0].function.arguments.city`. */
  path: string
  expected: string
  seen: string
}

type ContractRule =
  | 'n'
  | 'tools'
  | 'tool_choice'
  | 'parallel_tool_calls'
  | 'response_format'
  | 'modalities'
  | 'stop'
  | 'max_completion_tokens'

type Finding = Pick<ContractBreach, 'path' | 'expected' | 'seen'>

interface ReplyContract {
  request: ChatRequest
  model: Model
  reply: CompletionReply
  tools: ToolContract
  budget: Budget
}

interface ChoiceRule {
  rule: ContractRule
  /** Whether an answer that ends early, such as with `length`, need not keep the rule. */
  isForWhole: boolean
  find(choice: ChoiceContent, contract: ReplyContract): Finding | undefined
}

const choiceRules: readonly ChoiceRule[] = [
  { rule: 'tools', isForWhole: false, find: findUndeclaredCall },
  { rule: 'tool_choice', isForWhole: false, find: findForbiddenCall },
  { rule: 'tool_choice', isForWhole: true, find: findMissingCall },
  { rule: 'parallel_tool_calls', isForWhole: false, find: findParallelCall },
  { rule: 'tools', isForWhole: true, find: findWrongArguments },
  { rule: 'response_format', isForWhole: true, find: findWrongFormat },
  { rule: 'modalities', isForWhole: false, find: findMissingSpeech },
  { rule: 'stop', isForWhole: false, find: findStopSequence }
]

// The check is a help for the author of a fixture, so it ends before the budget of the response.
const maxUnits = 50_000

/** @param budget pays for the check */
export function findContractBreach(
  request: ChatRequest,
  model: Model,
  reply: CompletionReply,
  budget: Budget
): ContractBreach | undefined {
  const { choices, usage, verbatim } = reply
  const count = request.n ?? 1
  if (verbatim && choices.length !== count)
    return { rule: 'n', choice: 0, path: '', expected: `${count} choices`, seen: `${choices.length}` }
  const checkBudget = new Budget({ work: maxUnits, bytes: Number.POSITIVE_INFINITY })
  const contract = { request, model, reply, tools: readToolContract(request), budget: checkBudget }
  const breach = findInChoices(choices, contract)
  if (checkBudget.work) budget.spendWork(checkBudget.work, 'the check of a fixture')
  return (
    breach ?? (usage?.completionTokens === undefined ? undefined : findLimitBreach(request, usage.completionTokens))
  )
}

/** @param completionTokens the tokens of all choices */
export function findLimitBreach(request: ChatRequest, completionTokens: number): ContractBreach | undefined {
  const limit = outputLimit(request)
  const most = limit === undefined ? Number.POSITIVE_INFINITY : limit * (request.n ?? 1)
  if (completionTokens <= most) return undefined
  const expected = `at most ${most} tokens`
  return { rule: 'max_completion_tokens', choice: 0, path: '', expected, seen: `${completionTokens}` }
}

/** As in `response_format: choices[0].message.content.city: expected {"type":"string"}, was 5`. */
export function describeBreach({ rule, choice, path, expected, seen }: ContractBreach): string {
  const place = path && ` choices[${choice}].message.${abbreviate(path, 200)}:`
  return `${rule}:${place} expected ${expected}, was ${seen}`
}

function findInChoices(choices: readonly ChoiceContent[], contract: ReplyContract): ContractBreach | undefined {
  for (const [index, choice] of choices.entries()) {
    if (choice.refusal !== undefined) continue
    const endsEarly = choice.finishReason === 'length' || choice.finishReason === 'content_filter'
    for (const { rule, isForWhole, find } of choiceRules) {
      if (endsEarly && isForWhole) continue
      const found = find(choice, contract)
      if (found) return { rule, choice: index, ...found }
    }
  }
  return undefined
}

const callPath = (index: number, { request }: ReplyContract, member: 'name' | 'arguments') =>
  usesLegacyFunctions(request) ? `function_call.${member}` : `tool_calls[${index}].function.${member}`

function findUndeclaredCall({ toolCalls = [] }: ChoiceContent, contract: ReplyContract): Finding | undefined {
  const { tools } = contract
  const index = toolCalls.findIndex(({ name, type }) => {
    const tool = tools.declared.get(name)
    return !tool || (type === 'custom' && tool.type !== 'custom')
  })
  if (index < 0) return undefined
  const { name, type = 'function' } = toolCalls[index]!
  return {
    path: callPath(index, contract, 'name'),
    expected: tools.declared.size ? `a declared tool: ${listNames(tools.declared.keys())}` : 'no call without tools',
    seen: tools.declared.has(name) ? `a ${type} tool ${describeValue(name)}` : describeValue(name)
  }
}

const listNames = (names: Iterable<string>) => abbreviate([...names].join(', '), 200)

function findForbiddenCall({ toolCalls = [] }: ChoiceContent, contract: ReplyContract): Finding | undefined {
  const { calls, allowed } = contract.tools
  const index = toolCalls.findIndex(({ name }) => calls === 'none' || (allowed && !allowed.has(name)))
  if (index < 0) return undefined
  const expected = calls === 'none' ? 'no call' : `a call of ${listNames(allowed!)}`
  return { path: callPath(index, contract, 'name'), expected, seen: describeValue(toolCalls[index]!.name) }
}

function findMissingCall({ toolCalls }: ChoiceContent, { tools }: ReplyContract): Finding | undefined {
  const { calls, allowed, declared } = tools
  if (calls !== 'some' || toolCalls?.length) return undefined
  return { path: 'tool_calls', expected: `a call of ${listNames(allowed ?? declared.keys())}`, seen: 'absent' }
}

function findParallelCall({ toolCalls = [] }: ChoiceContent, { tools }: ReplyContract): Finding | undefined {
  if (tools.allowsParallel || toolCalls.length < 2) return undefined
  return { path: 'tool_calls', expected: 'at most 1 call', seen: `${toolCalls.length} calls` }
}

function findWrongArguments({ toolCalls = [] }: ChoiceContent, contract: ReplyContract): Finding | undefined {
  for (const [index, call] of toolCalls.entries()) {
    const tool = contract.tools.declared.get(call.name)
    if (!tool || tool.type === 'custom') continue
    const found = findInArguments(call, tool.strictSchema, contract.budget)
    if (found) return { ...found, path: callPath(index, contract, 'arguments') + found.path }
  }
  return undefined
}

const findInArguments = ({ arguments: args }: ReplyToolCall, schema: Schema | undefined, budget: Budget) =>
  typeof args === 'string' ? findInJson(args, schema, budget) : findInValue(args, schema, budget)

/** The place where a text is no JSON object, or breaks the schema. */
export function findInJson(text: string, schema: Schema | undefined, budget: Budget): Finding | undefined {
  const charUnits = Math.ceil(text.length / 100)
  if (charUnits > budget.limits.work - budget.work)
    return { path: '', expected: `a text that is checked with ${maxUnits} units of work`, seen: 'more' }
  budget.spendWork(charUnits, 'the JSON of a reply')
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch {
    return { path: '', expected: 'JSON', seen: describeValue(text) }
  }
  return findInValue(value, schema, budget)
}

function findInValue(value: Json, schema: Schema | undefined, budget: Budget): Finding | undefined {
  if (schema !== undefined) return findSchemaMismatch(schema, value, budget)
  return isObject(value) ? undefined : { path: '', expected: 'a JSON object', seen: describeValue(value) }
}

function findWrongFormat({ text, toolCalls }: ChoiceContent, { request, budget }: ReplyContract): Finding | undefined {
  const format = request.response_format
  if (!format || format.type === 'text' || toolCalls?.length) return undefined
  if (text === undefined) return { path: 'content', expected: 'JSON', seen: 'absent' }
  const schema = format.type === 'json_schema' ? format.json_schema?.schema : undefined
  const found = findInJson(text, schema, budget)
  return found && { ...found, path: `content${found.path}` }
}

function findMissingSpeech({ text, toolCalls }: ChoiceContent, { request, model }: ReplyContract): Finding | undefined {
  if (!request.modalities?.includes('audio') || isSpoken(request, model) || toolCalls?.length) return undefined
  return text === undefined ? undefined : { path: 'audio', expected: 'sound', seen: 'absent' }
}

/** Standin cuts a text at a stop sequence, unless the fixture forbids it. */
function findStopSequence({ text = '' }: ChoiceContent, { request, reply }: ReplyContract): Finding | undefined {
  if (!reply.skipTruncation) return undefined
  const found = stopSequences(request).find(sequence => text.includes(sequence))
  return found === undefined
    ? undefined
    : { path: 'content', expected: `no ${describeValue(found)}`, seen: describeValue(text) }
}
