/** Rules about parameters that exist, and that go together. */
import type { ChatRequest } from '../core/openai-types.js'
import { closeTo, orList, shorten } from './error-phrases.js'
import { isForeign } from './model-capabilities.js'
import type { Rule } from './rule.js'
import { strictProblem } from './strict.js'

export const parameterRules: readonly Rule[] = [
  {
    refusal: 'unknown_parameter',
    at: 'parameters',
    evidence: 'measured',
    find(body, model, { known }) {
      if (!known) return undefined
      let first: string | undefined
      // The order of keys says nothing, so of several unknown ones the alphabet's first is told.
      for (const key in body)
        if ((!known.has(key) || isForeign(model, key)) && (first === undefined || key < first)) first = key
      if (first === undefined) return undefined
      const meant = closeTo(first, known).filter(name => !Object.hasOwn(body, name) && !isForeign(model, name))
      return { p: first, suggestion: meant.length ? ` Did you mean ${orList(meant)}?` : '' }
    }
  },
  {
    refusal: 'top_logprobs_without_logprobs',
    at: { field: 'top_logprobs', step: 'after' },
    evidence: 'measured',
    find: body => (given(body.top_logprobs) && body.logprobs !== true ? {} : undefined)
  },
  {
    refusal: 'stream_options_without_stream',
    at: { field: 'stream_options', step: 'after' },
    evidence: 'thread',
    find: body => (given(body.stream_options) && body.stream !== true ? {} : undefined)
  },
  {
    refusal: 'invalid_parameter_combination',
    at: { field: 'max_tokens', step: 'after' },
    evidence: 'thread',
    find: body => (given(body.max_tokens) && given(body.max_completion_tokens) ? {} : undefined)
  },
  {
    refusal: 'invalid_response_schema',
    at: { field: 'response_format', step: 'after' },
    evidence: 'thread',
    find(body) {
      const format = body.response_format
      if (format?.type !== 'json_schema' || format.json_schema?.strict !== true) return undefined
      const problem = format.json_schema.schema && strictProblem(format.json_schema.schema)
      return problem ? { name: shorten(String(format.json_schema.name)), problem } : undefined
    }
  },
  {
    refusal: 'json_not_mentioned',
    at: 'prompt',
    needs: ['response_format'],
    evidence: 'thread',
    find: body => (body.response_format?.type === 'json_object' && !mentionsJson(body) ? {} : undefined)
  }
]

export const given = (value: unknown): boolean => value !== undefined && value !== null

function mentionsJson({ messages }: ChatRequest): boolean {
  const says = (text: unknown) => typeof text === 'string' && /json/i.test(text)
  return messages.some(
    ({ content }) => says(content) || (Array.isArray(content) && content.some(part => says(part?.text)))
  )
}
