/** Judges whether a text follows the rule that a prompt gives, where the words of both are clear. */
import { judgeText } from '../completion/moderation.js'
import { isJsonObject } from '../core/json-pointer.js'
import type { Json, JsonObject } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import { correctValue } from './corrected-value.js'
import type { PromptText } from './prompt-topic.js'

/** A rule, and the text that it is about. */
interface JudgedText {
  rule: string
  text: string
}

/** Whether a text follows a rule. */
interface RuleVerdict {
  isValid: boolean
  reason: string | null
  /** The text as the rule wants it; null if the text is valid, or if no such text is known. */
  fixed: string | null
}

/** The members of a verdict by their names. */
const memberRows: readonly { name: RegExp; read(verdict: RuleVerdict): Json }[] = [
  {
    name: /^(?:is_?)?(?:valid|compliant|acceptable|allowed)$|^(?:pass(?:ed|es)?|complies|follows_rules?)$/i,
    read: ({ isValid }) => isValid
  },
  { name: /^(?:reason|explanation|error|error_?message|feedback)$/i, read: ({ reason }) => reason },
  {
    name: /^(?:fixed|corrected|suggested)_?(?:value|text)?$|^(?:suggestion|replacement)$/i,
    read: ({ fixed }) => fixed
  }
]

/** Finds the members of an object that say whether the text of a prompt follows its rule; none if the prompt has no rule. */
export function findVerdictMembers(
  { properties }: JsonObject,
  { system, user }: PromptText,
  random: Random
): [name: string, value: Json][] {
  const judged = isJsonObject(properties) ? readJudgedText(user, system) : undefined
  if (!judged) return []
  const verdict = judgeByRule(judged, random)
  return Object.keys(properties as JsonObject).flatMap((name): [string, Json][] => {
    const row = memberRows.find(each => each.name.test(name))
    return row ? [[name, row.read(verdict)]] : []
  })
}

const ruleNames = /^(?:[a-z]+_)?(?:rules?|statement|requirements?|constraints?|polic(?:y|ies))$/i
const textNames = /^(?:[a-z]+_)?(?:value|text|content|answer|candidate|input|message)$/i
const question = /^\W*Does `([\s\S]{1,8000})` follow the rules?:\s*([\s\S]{1,2000})$/i
const labels = /^(?:rules?|requirements?|constraints?|policy):\s*([^\n]{1,2000})$/im
const textLabel = /^(?:value|text|content|answer|candidate|input|message):\s*([\s\S]{1,8000})$/im

function readJudgedText(user: string, system: string): JudgedText | undefined {
  const asked = question.exec(user)
  if (asked) return { rule: asked[2]!, text: asked[1]! }
  const rule = labels.exec(user)?.[1] ?? labels.exec(system)?.[1]
  const text = textLabel.exec(user)?.[1]
  if (rule !== undefined && text !== undefined) return { rule, text }
  return user.trimStart().startsWith('{') ? readMembers(user) : undefined
}

function readMembers(json: string): JudgedText | undefined {
  let value: Json
  try {
    value = JSON.parse(json)
  } catch {
    return undefined
  }
  if (!isJsonObject(value)) return undefined
  const find = (names: RegExp) =>
    Object.entries(value).find(([name, member]) => names.test(name) && typeof member === 'string')?.[1]
  const [rule, text] = [find(ruleNames), find(textNames)]
  return typeof rule === 'string' && typeof text === 'string' ? { rule, text } : undefined
}

const forbidsBadWords =
  /\b(?:not|no|never|avoid|without|free of)\b[^.]{0,60}\b(?:objectionable|offensive|inappropriate|harmful|hateful|toxic|abusive|evil|violent|violence|profan\w+|illegal|unethical|immoral|rude|insult\w*|bad things)\b|n['’]t\b[^.]{0,60}\b(?:objectionable|offensive|inappropriate|harmful|hateful|toxic|abusive|evil|violent|profan\w+|illegal|unethical|immoral|rude|insult\w*|bad things)\b/i

/** Words that no moderation flags, though they are clearly bad, and what a better text says. */
const badWords: readonly [word: string, better: string][] = [
  ['evil', 'kind'],
  ['wicked|cruel|hateful', 'gentle'],
  ['steal(?:ing)?|rob(?:bing)?', 'share'],
  ['cheat(?:ing)?|deceive|deceiving|lie to', 'help'],
  ['bully(?:ing)?|humiliate|humiliating|abuse', 'respect'],
  ['racist|sexist', 'fair'],
  ['fuck\\w*|shit\\w*|bitch\\w*|asshole\\w*|bastards?', '…']
]
const badWordRows = badWords.map(([word, better]) => ({
  pattern: new RegExp(`(?<!\\b(?:not|never|no|against|n['’]t)\\s(?:\\w{1,20}\\s){0,2})\\b(?:${word})\\b`, 'gi'),
  better
}))
const maxJudgedChars = 8000
const maxRuleChars = 600

function judgeByRule({ rule: whole, text }: JudgedText, random: Random): RuleVerdict {
  const rule = whole.slice(0, maxRuleChars).trim()
  const judged = text.slice(0, maxJudgedChars)
  const isBad = forbidsBadWords.test(rule)
  const better = isBad ? badWordRows.reduce((all, row) => all.replace(row.pattern, row.better), judged) : judged
  const fixed = isBad ? (better === judged ? undefined : better) : correctValue(judged, rule)
  const isValid = (fixed === undefined || String(fixed) === judged) && !(isBad && judgeText(judged, random).flagged)
  return {
    isValid,
    reason: isValid ? null : `The value does not follow the rule: ${rule}`,
    fixed: isValid || fixed === undefined ? null : String(fixed)
  }
}
