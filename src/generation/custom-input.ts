/** Generates the input of a custom tool: a text that its grammar allows, or the words of the prompt. */
import type { Budget } from '../core/budget.js'
import type { Random } from '../core/random.js'
import type { CallableTool } from './callable-tools.js'
import { generateByGrammar } from './lark-grammar.js'
import { matchRegex } from './match-regex.js'

const maxInputChars = 200

/** Generates the input of a custom tool. Where no text fits its grammar, the input is empty. */
export function generateCustomInput({ format }: CallableTool, text: string, random: Random, budget: Budget): string {
  const { syntax, definition } = (format?.type === 'grammar' ? (format.grammar ?? {}) : {}) as Record<string, unknown>
  if (typeof definition !== 'string') return text.slice(0, maxInputChars)
  return (
    (syntax === 'regex'
      ? matchRegex(definition, random.fork('grammar'), budget)
      : generateByGrammar(definition, random, budget)) ?? ''
  )
}
