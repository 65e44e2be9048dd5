/** Lists the parameters of each operation, with everything that Standin does by a parameter's name. */
import type { ChatRequest } from './openai-types.js'
import type { RequestParameter } from './request-parameter.js'
import {
  audioOutput,
  functionDefinition,
  message,
  namedChoice,
  prediction,
  responseFormat,
  streamOptions,
  tool,
  toolChoice
} from './request-shapes.js'
import { anyObject, either, finiteNumber, flag, listOf, mapOf, text, wholeNumber } from './shape.js'

/** The parameters by the operation's id, in the order in which the service checks them: measured with two errors at a time. */
export const requestParameters = {
  createChatCompletion: {
    messages: {
      shape: listOf(message),
      effect: 'none',
      condition: 'own',
      seedPosition: 2,
      expected: 'an array of objects'
    },
    functions: {
      shape: listOf(functionDefinition),
      effect: 'repeatable',
      condition: 'own',
      seedPosition: 5,
      countsAsPrompt: true,
      expected: 'an array of function definitions'
    },
    function_call: {
      shape: either(text, namedChoice),
      effect: 'repeatable',
      requires: 'functions',
      importPosition: 2,
      seedPosition: 6,
      expected: "one of one of 'none' or 'auto' or object"
    },
    tools: {
      shape: listOf(tool),
      effect: 'repeatable',
      support: 'by model',
      condition: 'own',
      seedPosition: 3,
      countsAsPrompt: true,
      stored: { default: null },
      expected: 'an array of objects'
    },
    tool_choice: {
      shape: toolChoice,
      effect: 'repeatable',
      support: 'by model',
      requires: 'tools',
      condition: 'own',
      importPosition: 1,
      seedPosition: 4,
      stored: { default: null },
      expected: "one of one of 'none', 'auto', or 'required' or object"
    },
    parallel_tool_calls: { shape: flag, effect: 'repeatable', support: 'by model', requires: 'tools' },
    max_completion_tokens: {
      shape: wholeNumber(0),
      effect: 'repeatable',
      support: 'by model',
      limitsOutput: true,
      importPosition: 8
    },
    n: { shape: wholeNumber(1), effect: 'any', support: 'by model', neutral: 1, importPosition: 4, seedPosition: 9 },
    temperature: {
      shape: finiteNumber,
      effect: 'none',
      support: 'by model',
      rangeChecked: 'last',
      whileReasoning: true,
      neutral: 1,
      importPosition: 5,
      stored: { default: 1 },
      isFloat: true
    },
    top_p: {
      shape: finiteNumber,
      effect: 'none',
      support: 'by model',
      rangeChecked: 'last',
      whileReasoning: true,
      neutral: 1,
      stored: { default: 1 },
      isFloat: true
    },
    presence_penalty: {
      shape: finiteNumber,
      effect: 'none',
      support: 'by model',
      whileReasoning: true,
      neutral: 0,
      stored: { default: 0 },
      isFloat: true
    },
    frequency_penalty: {
      shape: finiteNumber,
      effect: 'none',
      support: 'by model',
      whileReasoning: true,
      neutral: 0,
      stored: { default: 0 },
      isFloat: true
    },
    logprobs: {
      shape: flag,
      effect: 'any',
      support: 'by model',
      whileReasoning: true,
      neutral: false,
      importPosition: 10
    },
    top_logprobs: { shape: wholeNumber(0), effect: 'any', support: 'by model', whileReasoning: true, neutral: 0 },
    user: { shape: text, effect: 'none', delivery: true, stored: { default: null } },
    // Without a seed in the request, the stored seed is derived from the completion's id.
    seed: { shape: finiteNumber, effect: 'none', importPosition: 6, seedPosition: 8, stored: { default: undefined } },
    moderation: { shape: anyObject, effect: 'any' },
    safety_identifier: { shape: text, effect: 'any', delivery: true },
    prompt_cache_options: { shape: anyObject, effect: 'any', delivery: true },
    prompt_cache_key: { shape: text, effect: 'any', delivery: true },
    prompt_cache_retention: { shape: text, effect: 'any', delivery: true },
    response_format: {
      shape: responseFormat,
      effect: 'repeatable',
      support: 'by model',
      condition: 'own',
      importPosition: 3,
      seedPosition: 7,
      countsAsPrompt: true,
      stored: { default: null }
    },
    service_tier: { shape: text, effect: 'repeatable', delivery: true },
    max_tokens: {
      shape: wholeNumber(0),
      effect: 'repeatable',
      support: 'by model',
      replacedBy: 'max_completion_tokens',
      limitsOutput: true,
      importPosition: 7
    },
    reasoning_effort: { shape: text, effect: 'any', support: 'by model', unknownTo: 'arguments', importPosition: 11 },
    logit_bias: { shape: mapOf(finiteNumber), effect: 'any', support: 'by model' },
    stop: {
      shape: either(text, listOf(text)),
      effect: 'repeatable',
      support: 'by model',
      importPosition: 9,
      expected: 'one of a string or array of strings'
    },
    stream: { shape: flag, effect: 'none', delivery: true },
    stream_options: { shape: streamOptions, effect: 'none', delivery: true },
    store: { shape: flag, effect: 'any', delivery: true },
    metadata: {
      shape: mapOf(text),
      effect: 'none',
      delivery: true,
      stored: { default: {} },
      expected: 'a metadata object'
    },
    prediction: { shape: prediction, effect: 'any', support: 'by model' },
    verbosity: { shape: text, effect: 'any' },
    model: { shape: text, effect: 'none', order: 'unknown', condition: 'own', seedPosition: 1 },
    audio: { shape: audioOutput, effect: 'any', order: 'unknown', support: 'by model', unknownTo: 'parameters' },
    modalities: {
      shape: listOf(text),
      effect: 'any',
      order: 'unknown',
      support: 'by model',
      unknownTo: 'parameters',
      importPosition: 12,
      expected: 'an array of strings'
    },
    // A model without web search reports `web_search_not_supported`: see contract/rules-model.ts.
    web_search_options: { shape: anyObject, effect: 'any', order: 'unknown', unknownTo: 'parameters' }
  }
} as const satisfies { createChatCompletion: Record<keyof ChatRequest, RequestParameter> }

type Rows<Name extends string> = Readonly<Record<Name, RequestParameter>>

/**
 * Returns the names of the parameters that have this value, or any value, in a column: in the order of the table, or of the
 * numbers in the column. Call it when a module loads, not for each request.
 *
 * @example
 * const limits = parametersWhere(requestParameters.createChatCompletion, 'limitsOutput')
 * // ['max_completion_tokens', 'max_tokens']
 */
export function parametersWhere<Name extends string, Column extends keyof RequestParameter>(
  rows: Rows<Name>,
  column: Column,
  value?: RequestParameter[Column]
): Name[] {
  const names = Object.keys(rows) as Name[]
  return names
    .filter(name => (value === undefined ? rows[name][column] !== undefined : rows[name][column] === value))
    .sort((a, b) => toPosition(rows[a][column]) - toPosition(rows[b][column]))
}

const toPosition = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** The number of tokens that a request allows its completion, if it limits them. */
export function outputLimit({ max_completion_tokens, max_tokens }: ChatRequest): number | undefined {
  return max_completion_tokens ?? max_tokens ?? undefined
}
