/** Defines the rules about tools, functions and the choice of a tool. */
import type { ChatRequest } from '../core/openai-types.js'
import { parametersWhere, requestParameters } from '../core/request-parameters.js'
import { shortenText } from './error-phrases.js'
import { hasKnownCapabilities } from './model-capabilities.js'
import type { Rule } from './rule.js'
import { isPresent } from './rules-parameters.js'

const parameters = requestParameters.createChatCompletion

export const toolRules: readonly Rule[] = [
  ...(['functions', 'tools'] as const).flatMap(required =>
    parametersWhere(parameters, 'requires', required).map(
      (field): Rule => ({
        errorName: 'only_with_tools',
        at: { field, step: 'after' },
        evidence: 'thread',
        check: body => (isPresent(body[field]) && !body[required]?.length ? { p: field, tools: required } : undefined)
      })
    )
  ),
  {
    errorName: 'undeclared_function',
    at: { field: 'function_call', step: 'after' },
    evidence: 'measured',
    check({ function_call, functions }) {
      const name = typeof function_call === 'object' ? function_call?.name : undefined
      return name === undefined || functions?.some(each => each.name === name) ? undefined : { name: shortenText(name) }
    }
  },
  {
    errorName: 'empty_array',
    at: { field: 'tools', step: 'after' },
    evidence: 'thread',
    check: ({ tools }, model) =>
      tools?.length === 0 && hasKnownCapabilities(model) && !model.abilities.emptyTools
        ? { p: 'tools', limit: 1 }
        : undefined
  },
  {
    errorName: 'functions_beside_tools',
    at: { field: 'tools', step: 'after' },
    evidence: 'thread',
    check: ({ functions, tools }) => (functions?.length && tools?.length ? {} : undefined)
  },
  {
    errorName: 'undeclared_function',
    at: { field: 'tool_choice', step: 'after' },
    evidence: 'measured',
    check(body) {
      const choice = body.tool_choice
      if (typeof choice !== 'object' || choice === null || choice.type === 'allowed_tools') return undefined
      const name = choice.type === 'function' ? choice.function?.name : choice.custom?.name
      return name === undefined || declaresTool(body, choice.type, name) ? undefined : { name: shortenText(name) }
    }
  }
]

function declaresTool({ tools }: ChatRequest, type: 'function' | 'custom', name: string): boolean {
  return tools?.some(tool => tool?.type === type && tool[type]?.name === name) ?? false
}
