/** All rules beside the schema, in the order in which the service looks at them. */
import type { ChatRequest } from '../core/openai-types.js'
import { moments, rankOf } from './check-order.js'
import type { Rule } from './rule.js'
import { messageRules } from './rules-messages.js'
import { modelRules } from './rules-model.js'
import { parameterRules } from './rules-parameters.js'
import { toolRules } from './rules-tools.js'

export const rules: readonly (Rule & { rank: number })[] = [
  ...parameterRules,
  ...messageRules,
  ...toolRules,
  ...modelRules
]
  .map(rule => ({
    ...rule,
    rank: typeof rule.at === 'string' ? moments[rule.at] : rankOf(rule.at.field, rule.at.step)
  }))
  .sort((a, b) => a.rank - b.rank)

export type RankedRule = (typeof rules)[number]

const needsOf = ({ needs, at }: Rule): readonly string[] =>
  needs ?? (typeof at === 'object' && at.field !== 'messages' ? [at.field] : [])
const names = [...new Set(['parts', 'empty', 'answers', 'calls', ...rules.flatMap(needsOf)])]
// A bit for each name; where they run out, the last ones share one, and their rules are asked a little too often.
const bits: ReadonlyMap<string, number> = new Map(names.map((name, index) => [name, 2 ** Math.min(index, 29)]))
const masks = rules.map(rule => needsOf(rule).reduce((mask, name) => mask | bits.get(name)!, 0))

/** Answers the rules that a request could break, so that a plain one is not asked about what it does not have. */
export function createApplicable(): (body: ChatRequest) => readonly RankedRule[] {
  const lists = new Map<number, readonly RankedRule[]>()
  return body => {
    const mask = maskOf(body)
    const known = lists.get(mask)
    if (known) return known
    const list = rules.filter((_, index) => masks[index] === 0 || (masks[index]! & mask) !== 0)
    // Combinations come from requests, so the memory of them is bounded by starting over.
    if (lists.size >= 1000) lists.clear()
    lists.set(mask, list)
    return list
  }
}

function maskOf(body: ChatRequest): number {
  let mask = 0
  for (const key in body) {
    const bit = bits.get(key)
    if (bit !== undefined && (body as unknown as Record<string, unknown>)[key] != null) mask |= bit
  }
  if (!Array.isArray(body.messages)) return mask
  for (const message of body.messages) {
    const content = message?.content
    if (typeof content !== 'string') mask |= bits.get(Array.isArray(content) ? 'parts' : 'empty')!
    if (message?.role === 'tool') mask |= bits.get('answers')!
    if (message?.tool_calls) mask |= bits.get('calls')!
  }
  return mask
}
