/** Rules about tools, functions and the choice among them. */
import type { ChatRequest, FunctionDefinition } from '../core/openai-types.js'
import { shorten } from './error-phrases.js'
import type { Rule } from './rule.js'
import { given } from './rules-parameters.js'
import { rootProblem, strictProblem } from './strict.js'

export const toolRules: readonly Rule[] = [
  {
    refusal: 'invalid_function_parameters',
    at: { field: 'functions', step: 'after' },
    evidence: 'thread',
    find: ({ functions }) => firstProblem(functions, each => each, 'functions[#].parameters')
  },
  {
    refusal: 'only_with_tools',
    at: { field: 'function_call', step: 'after' },
    evidence: 'thread',
    find: ({ function_call, functions }) =>
      given(function_call) && !functions?.length ? { p: 'function_call', tools: 'functions' } : undefined
  },
  {
    refusal: 'undeclared_function',
    at: { field: 'function_call', step: 'after' },
    evidence: 'measured',
    find({ function_call, functions }) {
      const name = typeof function_call === 'object' ? function_call?.name : undefined
      return name === undefined || functions?.some(each => each.name === name) ? undefined : { name: shorten(name) }
    }
  },
  {
    refusal: 'functions_beside_tools',
    at: { field: 'tools', step: 'after' },
    evidence: 'thread',
    find: ({ functions, tools }) => (functions?.length && tools?.length ? {} : undefined)
  },
  {
    refusal: 'invalid_function_parameters',
    at: { field: 'tools', step: 'after' },
    evidence: 'recorded',
    find: ({ tools }) => firstProblem(tools, each => each?.function, 'tools[#].function.parameters')
  },
  ...(['tool_choice', 'parallel_tool_calls'] as const).map(
    (field): Rule => ({
      refusal: 'only_with_tools',
      at: { field, step: 'after' },
      evidence: 'thread',
      find: body => (given(body[field]) && !body.tools?.length ? { p: field, tools: 'tools' } : undefined)
    })
  ),
  {
    refusal: 'undeclared_function',
    at: { field: 'tool_choice', step: 'after' },
    evidence: 'measured',
    find(body) {
      const choice = body.tool_choice
      if (typeof choice !== 'object' || choice === null || choice.type === 'allowed_tools') return undefined
      const name = choice.type === 'function' ? choice.function?.name : choice.custom?.name
      return name === undefined || declares(body, choice.type, name) ? undefined : { name: shorten(name) }
    }
  }
]

function declares({ tools }: ChatRequest, type: 'function' | 'custom', name: string): boolean {
  return tools?.some(tool => tool?.type === type && tool[type]?.name === name) ?? false
}

function firstProblem<T>(
  list: T[] | null | undefined,
  definitionOf: (item: T) => FunctionDefinition | undefined,
  path: string
) {
  if (!list) return undefined
  for (let i = 0; i < list.length; i++) {
    const definition = definitionOf(list[i] as T)
    if (!given(definition?.parameters)) continue
    const problem =
      definition?.strict === true ? strictProblem(definition.parameters) : rootProblem(definition?.parameters)
    if (problem) return { name: shorten(String(definition?.name)), p: path.replace('#', String(i)), problem }
  }
  return undefined
}
