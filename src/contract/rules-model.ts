/** Defines the rules about what a model supports: parameters, values, and lengths of context and output. */
import type { Model } from '../core/model.js'
import type { ChatRequest } from '../core/openai-types.js'
import { outputLimit, parametersWhere, type RequestParameter, requestParameters } from '../core/request-parameters.js'
import { formatAndList, formatPythonRepr } from './error-phrases.js'
import { hasKnownCapabilities, isReasoning, isRequested } from './model-capabilities.js'
import type { Rule } from './rule.js'
import { isPresent } from './rules-parameters.js'

const parameters: Readonly<Record<keyof ChatRequest, RequestParameter>> = requestParameters.createChatCompletion
const promptParameters = parametersWhere(parameters, 'countsAsPrompt')

export const modelRules: readonly Rule[] = [
  ...parametersWhere(parameters, 'support', 'by model').map(
    (field): Rule => ({
      errorName: 'unsupported_parameter',
      at: { field, step: 'before' },
      evidence: 'recorded',
      check: (body, model) =>
        isRequested(body[field]) && hasKnownCapabilities(model) && isUnsupported(model.abilities, field)
          ? { p: field, hint: formatReplacement(parameters[field].replacedBy) }
          : undefined
    })
  ),
  {
    errorName: 'unsupported_value',
    at: { field: 'messages', step: 'after' },
    evidence: 'recorded',
    check({ messages }, model) {
      const { roles } = model.abilities
      const i = hasKnownCapabilities(model) ? messages.findIndex(({ role }) => !roles.includes(role)) : -1
      return i < 0 ? undefined : { p: `messages[${i}].role`, value: formatPythonRepr(messages[i]?.role) }
    }
  },
  {
    // The service rejects any value that the model does not list, of any type, and formats it as Python does.
    errorName: 'unsupported_value',
    at: { field: 'reasoning_effort', step: 'before' },
    evidence: 'measured',
    check({ reasoning_effort: value }, model) {
      const { efforts } = model.abilities
      if (!isPresent(value) || !hasKnownCapabilities(model) || !efforts.length || efforts.includes(value as string))
        return undefined
      return {
        p: 'reasoning_effort',
        value: formatPythonRepr(value),
        hint: ` Supported values are: ${formatAndList(efforts)}.`
      }
    }
  },
  {
    errorName: 'unsupported_value',
    at: { field: 'verbosity', step: 'after' },
    evidence: 'thread',
    check({ verbosity: value }, model) {
      if (!isPresent(value) || value === 'medium' || !hasKnownCapabilities(model) || model.reasoning) return undefined
      return { p: 'verbosity', value: formatPythonRepr(value), hint: " Supported values are: 'medium'." }
    }
  },
  {
    errorName: 'function_tools_with_effort',
    at: { field: 'reasoning_effort', step: 'after' },
    needs: ['tools'],
    evidence: 'measured',
    check: (body, model) =>
      !model.abilities.insistsOnResponses && hasUnsupportedTools(body, model) ? { model: model.id } : undefined
  },
  {
    errorName: 'function_tools_with_effort_older',
    at: { field: 'reasoning_effort', step: 'after' },
    needs: ['tools'],
    evidence: 'thread',
    check: (body, model) =>
      model.abilities.insistsOnResponses && hasUnsupportedTools(body, model) ? { model: model.id } : undefined
  },
  ...parametersWhere(parameters, 'limitsOutput').map(
    (field): Rule => ({
      errorName: 'max_tokens_too_large',
      at: { field, step: 'after' },
      evidence: 'thread',
      check(body, model) {
        const value = body[field]
        return hasKnownCapabilities(model) && typeof value === 'number' && value > model.maxOutput
          ? { p: field, value, limit: model.maxOutput }
          : undefined
      }
    })
  ),
  {
    errorName: 'integer_above_max_value',
    at: { field: 'n', step: 'after' },
    evidence: 'measured',
    check: ({ n }, model) =>
      typeof n === 'number' && n > model.abilities.nMax ? { p: 'n', value: n, limit: model.abilities.nMax } : undefined
  },
  {
    errorName: 'value_above_model_maximum',
    at: { field: 'top_logprobs', step: 'before' },
    evidence: 'measured',
    check({ top_logprobs }, model) {
      const limit = model.abilities.topLogprobsMax
      return typeof top_logprobs === 'number' && top_logprobs > limit ? { p: 'top_logprobs', limit } : undefined
    }
  },
  {
    errorName: 'prompt_cache_24h_only',
    at: { field: 'prompt_cache_retention', step: 'after' },
    evidence: 'measured',
    check: (body, model) =>
      body.prompt_cache_retention === 'in_memory' && !model.abilities.cacheRetention.includes('in_memory')
        ? {}
        : undefined
  },
  {
    errorName: 'prompt_cache_retention_not_supported',
    at: { field: 'prompt_cache_retention', step: 'after' },
    evidence: 'thread',
    check: (body, model) =>
      body.prompt_cache_retention === '24h' &&
      hasKnownCapabilities(model) &&
      !model.abilities.cacheRetention.includes('24h')
        ? {}
        : undefined
  },
  {
    errorName: 'web_search_not_supported',
    at: { field: 'web_search_options', step: 'after' },
    evidence: 'recorded',
    check: (body, model) =>
      isPresent(body.web_search_options) && hasKnownCapabilities(model) && !model.abilities.webSearch ? {} : undefined
  },
  ...parametersWhere(parameters, 'whileReasoning', 'only default').map(
    (field): Rule => ({
      errorName: 'unsupported_value',
      at: 'values',
      needs: [field],
      evidence: 'measured',
      check(body, model) {
        const value = body[field]
        return typeof value === 'number' &&
          value !== 1 &&
          model.abilities.onlyDefault.includes(field) &&
          isReasoning(model, body.reasoning_effort)
          ? { p: field, value: String(value), hint: ' Only the default (1) value is supported.' }
          : undefined
      }
    })
  ),
  ...parametersWhere(parameters, 'whileReasoning', 'unsupported').map(
    (field): Rule => ({
      errorName: 'unsupported_parameter',
      at: 'values',
      needs: [field],
      evidence: 'measured',
      check: (body, model) =>
        body[field] &&
        model.abilities.refusesWhileReasoning.includes(field) &&
        isReasoning(model, body.reasoning_effort)
          ? { p: field }
          : undefined
    })
  ),
  {
    errorName: 'context_length_exceeded',
    at: 'content',
    evidence: 'thread',
    check(body, model, { countTokens }) {
      if (!countTokens || !mayExceedTokens(body, model.contextWindow)) return undefined
      const tokens = countTokens(body, model)
      return tokens > model.contextWindow ? { limit: model.contextWindow, tokens } : undefined
    }
  },
  {
    errorName: 'context_length_exceeded_with_completion',
    at: 'content',
    evidence: 'thread',
    check(body, model, { countTokens }) {
      const completion = outputLimit(body) ?? 0
      if (!countTokens || !completion || model.reasoning || !mayExceedTokens(body, model.contextWindow - completion))
        return undefined
      const tokens = countTokens(body, model)
      const total = tokens + completion
      return total > model.contextWindow ? { limit: model.contextWindow, total, tokens, completion } : undefined
    }
  }
]

const formatReplacement = (name: string | undefined) => name && ` Use '${name}' instead.`

function isUnsupported({ refuses, efforts, tools }: Model['abilities'], field: string): boolean {
  if (field === 'reasoning_effort' && !efforts.length) return true
  return refuses.includes(field) || (field === 'tools' && !tools)
}

/** Whether the request has function tools that the model rejects while it reasons, by request or by default. */
function hasUnsupportedTools({ reasoning_effort, tools }: ChatRequest, model: Model): boolean {
  if (model.abilities.toolsWithEffort || !isReasoning(model, reasoning_effort)) return false
  return tools?.some(tool => tool?.type === 'function') ?? false
}

/** A cheap estimate that avoids counting tokens: a character is at most three tokens. */
function mayExceedTokens(body: ChatRequest, tokens: number): boolean {
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
  for (const name of promptParameters) if (body[name]) characters += JSON.stringify(body[name]).length
  return characters * 3 > tokens
}
