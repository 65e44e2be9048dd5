/** Defines the rules about unknown parameters and about combinations of parameters. */
import type { ChatRequest } from '../core/openai-types.js'
import { findSimilarNames, formatOrList, shortenText } from './error-phrases.js'
import { isUnknownToModel } from './model-capabilities.js'
import type { Rule } from './rule.js'
import { findSchemaViolation } from './schema-violation.js'

export const parameterRules: readonly Rule[] = [
  {
    errorName: 'unknown_parameter',
    at: 'parameters',
    evidence: 'measured',
    check(body, model, { knownParameters }) {
      if (!knownParameters) return undefined
      let first: string | undefined
      // Of several unknown parameters the service reports the alphabetically first.
      for (const key in body)
        if ((!knownParameters.has(key) || isUnknownToModel(model, key)) && (first === undefined || key < first))
          first = key
      if (first === undefined) return undefined
      const suggestions = findSimilarNames(first, knownParameters).filter(
        name => !Object.hasOwn(body, name) && !isUnknownToModel(model, name)
      )
      return { p: first, suggestion: suggestions.length ? ` Did you mean ${formatOrList(suggestions)}?` : '' }
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
    check: ({ metadata, store }) => (Object.keys(metadata ?? {}).length && store !== true ? {} : undefined)
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
    errorName: 'invalid_response_schema',
    at: { field: 'response_format', step: 'after' },
    evidence: 'thread',
    check(body) {
      const format = body.response_format
      if (format?.type !== 'json_schema' || !format.json_schema?.schema) return undefined
      const { name, schema, strict } = format.json_schema
      const violation = findSchemaViolation(schema, strict === true)
      return violation && { name: shortenText(String(name ?? '')), ...violation }
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

export const isPresent = (value: unknown): boolean => value !== undefined && value !== null

function mentionsJson({ messages }: ChatRequest): boolean {
  const hasJson = (text: unknown) => typeof text === 'string' && /json/i.test(text)
  return messages.some(
    ({ content }) => hasJson(content) || (Array.isArray(content) && content.some(part => hasJson(part?.text)))
  )
}
