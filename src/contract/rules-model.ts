/** Defines the rules about what a model supports: parameters, values, roles, tools and kinds of output. */
import type { Model } from '../core/model.js'
import type { ChatRequest } from '../core/openai-types.js'
import type { RequestParameter } from '../core/request-parameter.js'
import { parametersWhere, requestParameters } from '../core/request-parameters.js'
import { formatAndList, formatPythonRepr } from './error-phrases.js'
import { hasKnownCapabilities, isReasoning, isRequested } from './model-capabilities.js'
import type { Rule } from './rule.js'
import { isPresent } from './rules-parameters.js'

const parameters: Readonly<Record<keyof ChatRequest, RequestParameter>> = requestParameters.createChatCompletion

export const modelRules: readonly Rule[] = [
  ...parametersWhere(parameters, 'support', 'by model').map(
    (field): Rule => ({
      errorName: 'unsupported_parameter',
      at: { field, step: 'before' },
      evidence: 'recorded',
      check: (body, model) =>
        hasKnownCapabilities(model) && model.abilities.refuses.includes(field) && isRequested(body, field)
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
  ...(['tools', 'functions'] as const).map(
    (field): Rule => ({
      errorName: 'tools_not_supported',
      at: { field, step: 'before' },
      evidence: 'thread',
      check: (body, model) =>
        hasKnownCapabilities(model) && !model.abilities.tools && body[field]?.length ? { p: field } : undefined
    })
  ),
  {
    // The service rejects any value that the model does not list, of any type, and formats it as Python does, but for null.
    errorName: 'unsupported_value',
    at: { field: 'reasoning_effort', step: 'before' },
    needs: [],
    evidence: 'measured',
    check({ reasoning_effort: value }, model) {
      const { efforts, nullEffort } = model.abilities
      if (value === undefined || (value === null && nullEffort) || !hasKnownCapabilities(model)) return undefined
      if (!efforts.length || efforts.includes(value as string)) return undefined
      return {
        p: 'reasoning_effort',
        value: value === null ? 'null' : formatPythonRepr(value),
        hint: formatSupportedValues(efforts)
      }
    }
  },
  {
    errorName: 'unsupported_value',
    at: { field: 'verbosity', step: 'after' },
    evidence: 'thread',
    check({ verbosity: value }, model) {
      const { verbosities } = model.abilities
      if (!isPresent(value) || verbosities.includes(value as string) || !hasKnownCapabilities(model)) return undefined
      return { p: 'verbosity', value: formatPythonRepr(value), hint: formatSupportedValues(verbosities) }
    }
  },
  {
    errorName: 'response_format_not_supported',
    at: { field: 'response_format', step: 'after' },
    evidence: 'measured',
    check({ response_format }, model) {
      const type = response_format?.type
      if (typeof type !== 'string' || model.abilities.responseFormats.includes(type) || !hasKnownCapabilities(model))
        return undefined
      return { type, hint: type === 'json_schema' ? structuredOutputsHint : '' }
    }
  },
  {
    errorName: 'service_tier_not_supported',
    at: { field: 'service_tier', step: 'after' },
    evidence: 'recorded',
    check: ({ service_tier }, model) =>
      service_tier === 'flex' && !model.abilities.flexTier && hasKnownCapabilities(model) ? {} : undefined
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
  {
    errorName: 'integer_above_max_value',
    at: { field: 'n', step: 'after' },
    evidence: 'measured',
    check: ({ n }, model) =>
      typeof n === 'number' && n > model.abilities.nMax ? { p: 'n', value: n, limit: model.abilities.nMax } : undefined
  },
  {
    errorName: 'logprobs_not_allowed',
    at: { field: 'logprobs', step: 'before' },
    evidence: 'measured',
    check: (body, model) =>
      !model.abilities.logprobs && hasKnownCapabilities(model) && isRequested(body, 'logprobs') ? {} : undefined
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
    errorName: 'prompt_cache_retention_not_supported',
    at: { field: 'prompt_cache_retention', step: 'after' },
    evidence: 'thread',
    check: (body, model) =>
      body.prompt_cache_retention === '24h' &&
      hasKnownCapabilities(model) &&
      !model.abilities.cacheRetentions.includes('24h')
        ? {}
        : undefined
  },
  {
    errorName: 'prompt_cache_24h_only',
    at: { field: 'prompt_cache_retention', step: 'after' },
    evidence: 'measured',
    check: ({ prompt_cache_retention }, { abilities }) =>
      prompt_cache_retention === 'in_memory' && !abilities.cacheRetentions.includes('in_memory') ? {} : undefined
  },
  {
    errorName: 'web_search_not_supported',
    at: { field: 'web_search_options', step: 'after' },
    evidence: 'recorded',
    check: (body, model) =>
      isPresent(body.web_search_options) && hasKnownCapabilities(model) && !model.abilities.webSearch ? {} : undefined
  },
  ...parametersWhere(parameters, 'whileReasoning').flatMap((field): Rule[] => [
    {
      errorName: 'unsupported_value',
      at: 'values',
      needs: [field],
      evidence: 'measured',
      check: (body, model) =>
        model.abilities.onlyDefault.includes(field) &&
        isRequested(body, field) &&
        isReasoning(model, body.reasoning_effort)
          ? { p: field, value: String(body[field]), hint: ' Only the default (1) value is supported.' }
          : undefined
    },
    {
      errorName: 'unsupported_parameter',
      at: 'values',
      needs: [field],
      evidence: 'measured',
      check: (body, model) =>
        model.abilities.refusesWhileReasoning.includes(field) &&
        isRequested(body, field) &&
        isReasoning(model, body.reasoning_effort)
          ? { p: field }
          : undefined
    }
  ]),
  {
    errorName: 'audio_required',
    at: 'values',
    evidence: 'measured',
    check: (body, model) => (model.abilities.needsAudio && !hasAudio(body) ? {} : undefined)
  }
]

const structuredOutputsHint =
  ' Learn more about supported models at the Structured Outputs guide: https://platform.openai.com/docs/guides/structured-outputs'

const formatReplacement = (name: string | undefined) => name && ` Use '${name}' instead.`
const formatSupportedValues = (values: readonly string[]) => ` Supported values are: ${formatAndList(values)}.`

/** Whether the request has function tools that the model rejects while it reasons, by request or by default. */
function hasUnsupportedTools({ reasoning_effort, tools }: ChatRequest, model: Model): boolean {
  const { toolsWithEffort, toolsAtDefaultEffort } = model.abilities
  if (toolsWithEffort || (toolsAtDefaultEffort && !isPresent(reasoning_effort))) return false
  return isReasoning(model, reasoning_effort) && (tools?.some(tool => tool?.type === 'function') ?? false)
}

/** Whether a message has audio, also by the id of an earlier completion, or the completion is to have audio. */
function hasAudio({ messages, modalities }: ChatRequest): boolean {
  if (Array.isArray(modalities) && modalities.includes('audio')) return true
  return messages.some(
    ({ content, audio }) => audio || (Array.isArray(content) && content.some(part => part?.type === 'input_audio'))
  )
}
