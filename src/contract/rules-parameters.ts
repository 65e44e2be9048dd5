/** Defines the rules about unknown parameters and about combinations of parameters. */
import type { Model } from '../core/model.js'
import type { ChatRequest } from '../core/openai-types.js'
import { findSimilarNames, formatOrList, shortenText } from './error-phrases.js'
import { hasKnownCapabilities, isRequested, isUnknownToModel } from './model-capabilities.js'
import type { Rule, RuleContext } from './rule.js'

export const parameterRules: readonly Rule[] = [
  {
    errorName: 'unknown_parameter',
    at: 'parameters',
    evidence: 'measured',
    check(body, model, { knownParameters }) {
      if (!knownParameters || model.abilities.dialect !== 'parameters') return undefined
      // Of several unknown parameters the service reports the alphabetically first.
      const [first] = listUnknownParameters(body, model, knownParameters)
      if (first === undefined) return undefined
      const suggestions = findSimilarNames(first, knownParameters).filter(
        name => !Object.hasOwn(body, name) && !isUnknownToModel(model, name)
      )
      return { p: first, suggestion: suggestions.length ? ` Did you mean ${formatOrList(suggestions)}?` : '' }
    }
  },
  {
    errorName: 'unrecognized_arguments',
    at: 'parameters',
    evidence: 'thread',
    check(body, model, { knownParameters }) {
      if (!knownParameters || model.abilities.dialect === 'parameters') return undefined
      return toArgumentParams(listUnknownParameters(body, model, knownParameters))
    }
  },
  {
    errorName: 'incompatible_arguments',
    at: 'parameters',
    evidence: 'thread',
    check(body, { abilities }) {
      if (abilities.dialect !== 'search') return undefined
      // A search model rejects the neutral values too.
      return toArgumentParams(abilities.refuses.filter(name => isPresent(body[name as keyof ChatRequest])).sort())
    }
  },
  {
    errorName: 'top_logprobs_without_logprobs',
    at: { field: 'top_logprobs', step: 'after' },
    evidence: 'measured',
    check: body => (isPresent(body.top_logprobs) && body.logprobs !== true ? {} : undefined)
  },
  {
    errorName: 'stream_options_without_stream',
    at: { field: 'stream_options', step: 'after' },
    evidence: 'thread',
    check: body => (isPresent(body.stream_options) && body.stream !== true ? {} : undefined)
  },
  {
    errorName: 'metadata_without_store',
    at: { field: 'metadata', step: 'after' },
    evidence: 'thread',
    check: ({ metadata, store }, model) =>
      Object.keys(metadata ?? {}).length &&
      store !== true &&
      hasKnownCapabilities(model) &&
      !model.abilities.metadataWithoutStore
        ? {}
        : undefined
  },
  {
    errorName: 'invalid_logit_bias_key',
    at: { field: 'logit_bias', step: 'after' },
    evidence: 'thread',
    check({ logit_bias }) {
      const key = Object.keys(logit_bias ?? {}).find(each => !/^\d+$/.test(each))
      return key === undefined ? undefined : { key: shortenText(key) }
    }
  },
  {
    errorName: 'invalid_parameter_combination',
    at: { field: 'max_tokens', step: 'after' },
    evidence: 'thread',
    check: body => (isPresent(body.max_tokens) && isPresent(body.max_completion_tokens) ? {} : undefined)
  },
  {
    errorName: 'missing_required_parameter',
    at: { field: 'response_format', step: 'after' },
    evidence: 'thread',
    check(body) {
      const format = body.response_format
      const isMissing = format?.type === 'json_schema' && format.json_schema?.strict && !format.json_schema.schema
      return isMissing ? { p: 'response_format.json_schema.schema' } : undefined
    }
  },
  {
    errorName: 'json_not_mentioned',
    at: 'prompt',
    needs: ['response_format'],
    evidence: 'thread',
    check: body => (body.response_format?.type === 'json_object' && !mentionsJson(body) ? {} : undefined)
  }
]

/** Lists the parameters that the model does not know, in alphabetical order. */
function listUnknownParameters(
  body: ChatRequest,
  model: Model,
  knownParameters: NonNullable<RuleContext['knownParameters']>
): readonly string[] {
  let unknown: string[] | undefined
  for (const key in body) {
    if (knownParameters.has(key) && !(isUnknownToModel(model, key) && isRequested(body, key as keyof ChatRequest)))
      continue
    unknown ??= []
    unknown.push(key)
  }
  return unknown?.sort() ?? noNames
}

const noNames: readonly string[] = []

const toArgumentParams = (names: readonly string[]) =>
  names.length ? { p: names[0]!, s: names.length > 1 ? 's' : '', names: names.join(', ') } : undefined

export const isPresent = (value: unknown): boolean => value !== undefined && value !== null

function mentionsJson({ messages }: ChatRequest): boolean {
  const hasJson = (text: unknown) => typeof text === 'string' && /json/i.test(text)
  return messages.some(
    ({ content }) => hasJson(content) || (Array.isArray(content) && content.some(part => hasJson(part?.text)))
  )
}
