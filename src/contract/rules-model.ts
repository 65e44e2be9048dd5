/** A model's own refusals: parameters and values that it does not take, and how much it can read and write. */
import type { Model } from '../core/model.js'
import type { ChatRequest } from '../core/openai-types.js'
import { andList, pythonRepr } from './error-phrases.js'
import { asks, isJudged, reasons } from './model-capabilities.js'
import type { Rule } from './rule.js'
import { given } from './rules-parameters.js'

type Field = Exclude<keyof ChatRequest, 'messages' | 'model'>

// What any model may refuse whatever its value. web_search_options has words of its own below.
const refusable: readonly Field[] = [
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_completion_tokens',
  'n',
  'temperature',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'logprobs',
  'top_logprobs',
  'response_format',
  'max_tokens',
  'reasoning_effort',
  'logit_bias',
  'stop',
  'prediction',
  'audio',
  'modalities'
]

const hints: Partial<Record<Field, string>> = { max_tokens: " Use 'max_completion_tokens' instead." }

export const modelRules: readonly Rule[] = [
  ...refusable.map(
    (field): Rule => ({
      refusal: 'unsupported_parameter',
      at: { field, step: 'before' },
      evidence: 'recorded',
      find: (body, model) =>
        asks(body[field]) && isJudged(model) && refuses(model.abilities, field)
          ? { p: field, hint: hints[field] }
          : undefined
    })
  ),
  {
    refusal: 'unsupported_value',
    at: { field: 'messages', step: 'after' },
    evidence: 'recorded',
    find({ messages }, model) {
      const { roles } = model.abilities
      const i = isJudged(model) ? messages.findIndex(({ role }) => !roles.includes(role)) : -1
      return i < 0 ? undefined : { p: `messages[${i}].role`, value: pythonRepr(messages[i]?.role) }
    }
  },
  {
    // Anything that is not on the model's list is refused, of whatever type, and repeated as Python prints it.
    refusal: 'unsupported_value',
    at: { field: 'reasoning_effort', step: 'before' },
    evidence: 'measured',
    find({ reasoning_effort: value }, model) {
      const { efforts } = model.abilities
      if (!given(value) || !isJudged(model) || !efforts.length || efforts.includes(value as string)) return undefined
      return { p: 'reasoning_effort', value: pythonRepr(value), hint: ` Supported values are: ${andList(efforts)}.` }
    }
  },
  {
    refusal: 'unsupported_value',
    at: { field: 'verbosity', step: 'after' },
    evidence: 'thread',
    find(body, model) {
      const value = (body as { verbosity?: unknown }).verbosity
      if (!given(value) || value === 'medium' || !isJudged(model) || model.reasoning) return undefined
      return { p: 'verbosity', value: pythonRepr(value), hint: " Supported values are: 'medium'." }
    }
  },
  {
    refusal: 'function_tools_with_effort',
    at: { field: 'reasoning_effort', step: 'after' },
    needs: ['tools'],
    evidence: 'measured',
    find: (body, model) =>
      !model.abilities.insistsOnResponses && refusesTools(body, model) ? { model: model.id } : undefined
  },
  {
    refusal: 'function_tools_with_effort_older',
    at: { field: 'reasoning_effort', step: 'after' },
    needs: ['tools'],
    evidence: 'thread',
    find: (body, model) =>
      model.abilities.insistsOnResponses && refusesTools(body, model) ? { model: model.id } : undefined
  },
  ...(['max_completion_tokens', 'max_tokens'] as const).map(
    (field): Rule => ({
      refusal: 'max_tokens_too_large',
      at: { field, step: 'after' },
      evidence: 'thread',
      find(body, model) {
        const value = body[field]
        return isJudged(model) && typeof value === 'number' && value > model.maxOutput
          ? { p: field, value, limit: model.maxOutput }
          : undefined
      }
    })
  ),
  {
    refusal: 'integer_above_max_value',
    at: { field: 'n', step: 'after' },
    evidence: 'measured',
    find: ({ n }, model) =>
      typeof n === 'number' && n > model.abilities.nMax ? { p: 'n', value: n, limit: model.abilities.nMax } : undefined
  },
  {
    refusal: 'value_above_model_maximum',
    at: { field: 'top_logprobs', step: 'before' },
    evidence: 'measured',
    find({ top_logprobs }, model) {
      const limit = model.abilities.topLogprobsMax
      return typeof top_logprobs === 'number' && top_logprobs > limit ? { p: 'top_logprobs', limit } : undefined
    }
  },
  {
    refusal: 'prompt_cache_24h_only',
    at: { field: 'prompt_cache_retention', step: 'after' },
    evidence: 'measured',
    find: (body, model) =>
      model.family === 'gpt-5.6' &&
      (body as { prompt_cache_retention?: unknown }).prompt_cache_retention === 'in_memory'
        ? {}
        : undefined
  },
  {
    refusal: 'web_search_not_supported',
    at: { field: 'web_search_options', step: 'after' },
    evidence: 'recorded',
    find: (body, model) =>
      given(body.web_search_options) && isJudged(model) && !model.abilities.webSearch ? {} : undefined
  },
  ...(['temperature', 'top_p'] as const).map(
    (field): Rule => ({
      refusal: 'unsupported_value',
      at: 'values',
      needs: [field],
      evidence: 'measured',
      find(body, model) {
        const value = body[field]
        return typeof value === 'number' &&
          value !== 1 &&
          model.abilities.onlyDefault.includes(field) &&
          reasons(model, body.reasoning_effort)
          ? { p: field, value: String(value), hint: ' Only the default (1) value is supported.' }
          : undefined
      }
    })
  ),
  ...(['presence_penalty', 'frequency_penalty', 'logprobs', 'top_logprobs'] as const).map(
    (field): Rule => ({
      refusal: 'unsupported_parameter',
      at: 'values',
      needs: [field],
      evidence: 'measured',
      find: (body, model) =>
        body[field] && model.abilities.refusesWhileReasoning.includes(field) && reasons(model, body.reasoning_effort)
          ? { p: field }
          : undefined
    })
  ),
  {
    refusal: 'context_length_exceeded',
    at: 'content',
    evidence: 'thread',
    find(body, model, { countTokens }) {
      if (!countTokens || !mayExceed(body, model.contextWindow)) return undefined
      const tokens = countTokens(body, model)
      return tokens > model.contextWindow ? { limit: model.contextWindow, tokens } : undefined
    }
  },
  {
    refusal: 'context_length_exceeded_with_completion',
    at: 'content',
    evidence: 'thread',
    find(body, model, { countTokens }) {
      const completion = body.max_tokens ?? body.max_completion_tokens ?? 0
      if (!countTokens || !completion || model.reasoning || !mayExceed(body, model.contextWindow - completion))
        return undefined
      const tokens = countTokens(body, model)
      const total = tokens + completion
      return total > model.contextWindow ? { limit: model.contextWindow, total, tokens, completion } : undefined
    }
  }
]

function refuses({ refuses, efforts, tools }: Model['abilities'], field: Field): boolean {
  if (field === 'reasoning_effort' && !efforts.length) return true
  return refuses.includes(field) || (field === 'tools' && !tools)
}

/** Function tools are refused while the model reasons, whether it was asked to or does so by itself. */
function refusesTools({ reasoning_effort, tools }: ChatRequest, model: Model): boolean {
  if (model.abilities.toolsWithEffort || !reasons(model, reasoning_effort)) return false
  return tools?.some(tool => tool?.type === 'function') ?? false
}

/** Counting tokens is dear, and no character is more than three of them. */
function mayExceed(body: ChatRequest, tokens: number): boolean {
  let characters = 200
  for (const { content, tool_calls } of body.messages) {
    characters += 20
    if (typeof content === 'string') characters += content.length
    else if (Array.isArray(content))
      for (const part of content) characters += part?.type === 'text' ? (part.text?.length ?? 0) : 3000
    if (Array.isArray(tool_calls))
      for (const call of tool_calls)
        characters += 20 + (call?.function?.arguments?.length ?? call?.custom?.input?.length ?? 0)
  }
  if (characters * 3 > tokens) return true
  if (body.tools?.length || body.functions?.length || body.response_format)
    characters += JSON.stringify([body.tools, body.functions, body.response_format]).length
  return characters * 3 > tokens
}
