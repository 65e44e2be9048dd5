/** Defines the rules about the lengths of prompts and completions that a model supports. */
import type { Model } from '../core/model.js'
import type { ChatRequest } from '../core/openai-types.js'
import { outputLimit, parametersWhere, requestParameters } from '../core/request-parameters.js'
import { hasKnownCapabilities } from './model-capabilities.js'
import type { Rule, RuleContext } from './rule.js'

const parameters = requestParameters.createChatCompletion
const promptParameters = parametersWhere(parameters, 'countsAsPrompt')

export const lengthRules: readonly Rule[] = [
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
    errorName: 'input_tokens_exceeded',
    at: 'content',
    evidence: 'thread',
    check(body, model, { countTokens }) {
      const limit = model.inputLimit
      if (limit === null || !countTokens || !mayExceedTokens(body, limit)) return undefined
      const tokens = countTokens(body, model)
      return tokens > limit ? { limit, tokens } : undefined
    }
  },
  {
    errorName: 'context_length_exceeded',
    at: 'content',
    evidence: 'thread',
    check(body, model, { countTokens }) {
      if (model.inputLimit !== null || !countTokens || !mayExceedTokens(body, model.contextWindow)) return undefined
      const tokens = countTokens(body, model)
      if (tokens <= model.contextWindow) return undefined
      const functions = countFunctions(body, model, tokens, countTokens)
      return {
        limit: model.contextWindow,
        tokens,
        parts: functions ? ` (${tokens - functions} in the messages, ${functions} in the functions)` : '',
        what: functions ? 'messages or functions' : 'messages'
      }
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
      if (total <= model.contextWindow) return undefined
      const functions = countFunctions(body, model, tokens, countTokens)
      const parts = functions
        ? `${tokens - functions} in the messages, ${functions} in the functions, and ${completion} in the completion`
        : `${tokens} in the messages, ${completion} in the completion`
      const what = functions ? 'messages, functions, or completion' : 'messages or completion'
      return { limit: model.contextWindow, total, parts, what }
    }
  },
  {
    // The service finds it while it generates, so after all other errors.
    errorName: 'output_limit_too_small',
    at: 'content',
    needs: parametersWhere(parameters, 'limitsOutput'),
    evidence: 'measured',
    check: (body, model) =>
      hasKnownCapabilities(model) && (outputLimit(body) ?? model.leastOutput) < model.leastOutput ? {} : undefined
  }
]

/** The tokens of the tools and functions in a prompt. */
function countFunctions(
  body: ChatRequest,
  model: Model,
  tokens: number,
  countTokens: NonNullable<RuleContext['countTokens']>
): number {
  if (!body.tools?.length && !body.functions?.length) return 0
  return tokens - countTokens({ ...body, tools: undefined, functions: undefined, tool_choice: undefined }, model)
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
