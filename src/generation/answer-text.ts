/** Writes the text of an answer: the words, the option, the number or the length that the prompt asks for, or sentences about it. */
import type { Random } from '../core/random.js'
import { findAnswerOptions, pickOption } from './answer-options.js'
import { findCalculation } from './arithmetic.js'
import { findAskedLength } from './asked-length.js'
import { findAskedNumber } from './asked-number.js'
import { answerFromContext } from './context-answer.js'
import { generateText, type TextPrompt } from './generate-text.js'
import { isSmallTalk } from './message-intent.js'
import { mentionsSelf } from './prompt-signs.js'
import type { PromptText } from './prompt-topic.js'
import { admitUnknownFact, recallOwnName } from './recalled-facts.js'
import { findSaidPhrase, isAlwaysSaid } from './said-phrases.js'

/** What an answer is written for. */
export interface AnswerSource {
  prompt: PromptText
  /** The results of the last tool calls, if no user message follows. */
  results?: readonly string[] | undefined
  /** The answer that the conversation has, if the prompt asks about it. */
  recalled: string | undefined
  /** The number of messages in the conversation. */
  turns: number
}

/** Writes the text of an answer: the first row that has a text counts. */
export function writeAnswer(source: AnswerSource, random: Random): string {
  for (const row of answerRows) {
    const text = row(source, random)
    if (text !== undefined) return text
  }
  const { prompt, results, turns } = source
  const length = findAskedLength(prompt.user) ?? (isSmallTalk(prompt.user) ? undefined : findAskedLength(prompt.system))
  const textPrompt: TextPrompt = {
    prompt: prompt.user,
    turns,
    ...(results ? { results } : {}),
    ...(length ? { length } : {})
  }
  return generateText(textPrompt, random)
}

type AnswerRow = (source: AnswerSource, random: Random) => string | undefined

const answerRows: readonly AnswerRow[] = [
  ({ recalled }) => recalled,
  ({ prompt }) => (prompt.system ? recallOwnName(prompt) : undefined),
  ({ prompt: { user } }) => greetByName(user),
  ({ prompt: { system } }) => (isAlwaysSaid(system) ? findSaidPhrase(system) : undefined),
  ({ prompt: { user } }) => findSaidPhrase(user),
  ({ prompt: { system } }) => findSaidPhrase(system),
  ({ prompt, results }, random) => (results ? undefined : answerNumber(prompt, random)),
  ({ prompt: { user } }) => singleCharacter(user),
  ({ prompt: { user } }) => listMentioned(user),
  ({ prompt: { user } }, random) => {
    const options = findAnswerOptions(user)
    return options && pickOption(options, random)
  },
  ({ prompt: { system, user } }, random) => {
    const options = findAnswerOptions(system)
    return options && !isSmallTalk(user) ? pickOption({ ...options, rest: user }, random) : undefined
  },
  ({ prompt, results }) => (results || !mayHaveContext(prompt) ? undefined : answerFromContext(prompt)),
  ({ prompt: { user }, results }) => (results || !mentionsSelf(user.slice(-600)) ? undefined : admitUnknownFact(user))
]

const contextWords = /context|document|source|passage|information|data|excerpt|fact|knowledge/i

/** Whether a prompt may have a text that answers it. This costs little. */
const mayHaveContext = ({ system, user }: PromptText): boolean => contextWords.test(user) || contextWords.test(system)

function answerNumber({ system, user }: PromptText, random: Random): string | undefined {
  const calculation = findCalculation(user)
  const asked = findAskedNumber(user) ?? findAskedNumber(system)
  if (asked && calculation) return calculation.value
  if (calculation) {
    const { expression, value } = calculation
    return random.pick([
      `${expression} is ${value}.`,
      `The answer is ${value}: ${expression} = ${value}.`,
      `${expression} = ${value}.`
    ])
  }
  return asked && String(random.integer(asked.min, asked.max))
}

/** Reasoning and a verdict of one character, where a prompt wants both. */
function singleCharacter(user: string): string | undefined {
  const verdict = /\bsingle (?:character|letter) ["'“]?([YN])["'”]? or ["'“]?[YN]\b/i.exec(user)?.[1]
  if (!verdict) return undefined
  return `The submission addresses what the criterion asks for, so it meets the criterion.\n\nY\n${/\brepeat\b/i.test(user) ? 'Y' : ''}`.trim()
}

/** The options that stand in the text, each on its own line. */
function listMentioned(user: string): string | undefined {
  const [lead, lines] =
    /\bstrictly with zero or more of these enums on a separate line:((?:\n *\w{1,60}(?: - [^\n]{0,600})?){1,60})/i.exec(
      user
    ) ?? []
  if (!lead) return undefined
  const options = lines!
    .trim()
    .split('\n')
    .map(line => line.trim().split(' - ')[0]!)
  const text = ` ${user
    .replace(lead, ' ')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')} `
  const mentioned = options.filter(option => text.includes(` ${option.toLowerCase().replaceAll('_', ' ')} `))
  return (mentioned.length ? mentioned : options.slice(0, 1)).join('\n')
}

/** Greets a person who only says their name. */
function greetByName(user: string): string | undefined {
  const name = /^\W*(?:(?:hello|hi|hey|good \w+)\b[\s,!.]*)?(?:my name is|i am|i['’]m) ([^\s.!]{2,31})[\s.!]*$/i.exec(
    user
  )?.[1]
  return name && /^\p{Lu}[\p{L}-]+$/u.test(name) ? `Nice to meet you, ${name}! How can I help you today?` : undefined
}
