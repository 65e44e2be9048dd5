/** Collects the rules in the order in which the service checks them, and selects those that a request could break. */
import type { ChatRequest, ContentPart } from '../core/openai-types.js'
import { checkStages, fieldRank } from './check-order.js'
import { type MessageTrait, maxTextLength, type Rule } from './rule.js'
import { ruleEvidence } from './rule-evidence.js'
import { lengthRules } from './rules-lengths.js'
import { mediaRules } from './rules-media.js'
import { messageRules } from './rules-messages.js'
import { modelRules } from './rules-model.js'
import { parameterRules } from './rules-parameters.js'
import { schemaRules } from './rules-schemas.js'
import { toolRules } from './rules-tools.js'

export type RankedRule = Rule & {
  id: string
  rank: number
  /** Whether the evidence of the rule differs from that of its error. */
  hasOwnEvidence: boolean
  /** When the service last kept the rule, and where that was seen. */
  seen: string | undefined
  source: string | undefined
}

export const rules: readonly RankedRule[] = [
  ...parameterRules,
  ...messageRules,
  ...mediaRules,
  ...toolRules,
  ...modelRules,
  ...schemaRules,
  ...lengthRules
]
  .map(rankRule)
  .sort((a, b) => a.rank - b.rank)

function rankRule(rule: Rule): RankedRule {
  const { id = createRuleId(rule), at, errorName, evidence } = rule
  const rank = typeof at === 'string' ? checkStages[at] : fieldRank(at.field, at.step)
  const { seen, source } = ruleEvidence[id] ?? ruleEvidence[`*/${errorName}`] ?? {}
  return { ...rule, id, rank, hasOwnEvidence: seen !== undefined || evidence === 'inferred', seen, source }
}

function createRuleId({ at, needs = [], errorName }: Rule): string {
  return `${[typeof at === 'string' ? at : at.field, ...needs].join('.')}/${errorName}`
}

const listRuleNeeds = ({ needs, at }: Rule): readonly string[] =>
  needs ?? (typeof at === 'object' && at.field !== 'messages' ? [at.field] : [])
const messageTraits: readonly MessageTrait[] = ['mediaParts', 'longText', 'noContent', 'toolResult', 'toolCalls']
const needNames = [...new Set([...messageTraits, ...rules.flatMap(listRuleNeeds)])]
// Each name has a bit. Names above 30 share the last bit, so their rules are checked more often than needed.
const needBits: ReadonlyMap<string, number> = new Map(needNames.map((name, index) => [name, 2 ** Math.min(index, 29)]))
const ruleMasks = rules.map(rule => listRuleNeeds(rule).reduce((mask, name) => mask | needBits.get(name)!, 0))

/** Returns a function that selects the rules a request could break, so that a simple request needs few checks. */
export function createRuleSelector(): (body: ChatRequest) => readonly RankedRule[] {
  const lists = new Map<number, readonly RankedRule[]>()
  return body => {
    const mask = computeNeedMask(body)
    const cached = lists.get(mask)
    if (cached) return cached
    const list = rules.filter((_, index) => ruleMasks[index] === 0 || (ruleMasks[index]! & mask) !== 0)
    // Requests decide how many combinations there are, so the cache has a limit.
    if (lists.size >= 1000) lists.clear()
    lists.set(mask, list)
    return list
  }
}

function computeNeedMask(body: ChatRequest): number {
  let mask = 0
  for (const key in body) {
    const bit = needBits.get(key)
    if (bit !== undefined && (body as unknown as Record<string, unknown>)[key] != null) mask |= bit
  }
  if (!Array.isArray(body.messages)) return mask
  for (const message of body.messages) {
    const content = message?.content
    if (typeof content === 'string') mask |= content.length > maxTextLength ? needBits.get('longText')! : 0
    else if (Array.isArray(content)) mask |= computePartMask(content)
    else mask |= needBits.get('noContent')!
    if (message?.role === 'tool' || message?.role === 'function') mask |= needBits.get('toolResult')!
    if (message?.tool_calls) mask |= needBits.get('toolCalls')!
  }
  return mask
}

function computePartMask(parts: readonly ContentPart[]): number {
  let mask = 0
  for (const part of parts) {
    if (part?.type !== 'text') mask |= needBits.get('mediaParts')!
    else if (part.text && part.text.length > maxTextLength) mask |= needBits.get('longText')!
  }
  return mask
}
