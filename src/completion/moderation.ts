/** Generates the moderation results of a request and its completion. */

import { messageText } from '../core/message-text.js'
import {
  type ChatRequest,
  type Choice,
  moderationCategories as categories,
  type JsonObject
} from '../core/openai-types.js'
import { createRandom, type Random } from '../core/random.js'

/**
 * Generates results for the user messages and for the completion; undefined if the request sets no `moderation`.
 * A flagged request still gets its completion.
 */
export function generateModeration(
  request: ChatRequest,
  choices: readonly Choice[],
  random: Random
): JsonObject | undefined {
  const model = request.moderation?.model
  if (typeof model !== 'string') return undefined
  const input = joinStart(request.messages, message =>
    message.role === 'user' ? messageText(message, ' ') : undefined
  )
  const output = joinStart(choices, ({ message }) => message.content ?? message.audio?.transcript ?? '')
  return {
    // The service scored the same input alike in two requests, but not the same output.
    input: generateResults(model, input, createRandom('moderation', model, input)),
    output: generateResults(model, output, random.fork('moderation'))
  }
}

/** A text may be megabytes long, so only its start is read. */
const maxModeratedChars = 100_000

/** Joins the texts of a list, up to the characters that are read. */
function joinStart<T>(list: readonly T[], readText: (item: T) => string | undefined): string {
  const texts: string[] = []
  let length = 0
  for (const item of list) {
    if (length > maxModeratedChars) break
    const text = readText(item)
    if (text === undefined) continue
    texts.push(text)
    length += text.length + 1
  }
  return texts.join('\n').slice(0, maxModeratedChars)
}

export type ModerationCategory = (typeof categories)[number]

function generateResults(model: string, text: string, random: Random): JsonObject {
  return {
    type: 'moderation_results',
    model,
    results: [
      {
        type: 'moderation_result',
        model,
        ...judgeText(text, random),
        category_applied_input_types: forEachCategory(() => ['text'])
      }
    ]
  }
}

/** Finds the categories of a text by its words, and generates scores that fit. */
export function judgeText(text: string, random: Random) {
  const flagged = findCategories(text.slice(0, maxModeratedChars))
  return {
    flagged: flagged.size > 0,
    categories: forEachCategory(category => flagged.has(category)),
    category_scores: forEachCategory(category => generateScore(flagged.has(category), random))
  }
}

const forEachCategory = <T>(value: (category: ModerationCategory) => T) =>
  Object.fromEntries(categories.map(category => [category, value(category)]))

/** Most recorded scores of harmless text are between 3e-7 and 1e-4; scores of flagged text are near 1. */
export function generateScore(isFlagged: boolean, random: Random): number {
  return isFlagged ? 0.75 + 0.24 * random.next() : 10 ** (-4 - 2.5 * random.next())
}

function findCategories(text: string): Set<ModerationCategory> {
  const plain = text.replaceAll('’', "'")
  return new Set(categorySigns.filter(([pattern]) => pattern.test(plain)).flatMap(([, ...matched]) => matched))
}

const harmVerbs = 'kill|murder|attack|stab|shoot|strangle|hurt|beat up'
const threatLead = "i will|i'll|i want to|i'm going to|i am going to|we will|we'll|we want to|gonna"
const victimWords =
  'you|him|her|them|someone|somebody|everyone|people|(?:my|his|her|their) (?:wife|husband|boss|neighbou?r|teacher|family|friend)s?'
const harmlessObjects =
  '-\\d|time|two birds|myself|yourself|(?:\\w+ ){0,2}(?:process|server|job|task|thread|port|session|pod|container|signal|switch)'
const groupWords =
  '(?:jews|muslims|christians|hindus|blacks|whites|black people|white people|asians|gays|immigrants|foreigners|women|men)'
const createSign = (pattern: string, ...matched: ModerationCategory[]): [RegExp, ...ModerationCategory[]] => [
  new RegExp(`\\b(?:${pattern})\\b`, 'i'),
  ...matched
]

/** Words that clearly belong to a category. Common harmless uses, like killing a process, do not count. */
const categorySigns: readonly [RegExp, ...ModerationCategory[]][] = [
  createSign(
    "(?:idiot|moron|loser|imbecile|scumbag)s?|shut up|(?:you are|you're) (?:so )?(?:stupid|worthless|pathetic|disgusting|ugly)",
    'harassment'
  ),
  createSign(
    `(?:${threatLead}) (?:(?:${harmVerbs}) (?:${victimWords})|make (?:${victimWords}) (?:suffer|bleed|beg for mercy|pay dearly|pay for (?:it|this|that|what)|regret (?:it|this|that|ever|being)))`,
    'harassment',
    'harassment/threatening',
    'violence'
  ),
  createSign('porn\\w*|erotica?|nudes?|orgasms?|sexual intercourse|(?:have|having|had) sex|explicit sex', 'sexual'),
  createSign(
    'child porn\\w*|(?:underage|child) sex|sex with (?:a )?(?:child|children|minors?)',
    'sexual',
    'sexual/minors'
  ),
  createSign(
    `(?:i|we) (?:hate|despise|loathe) (?:all )?${groupWords}|${groupWords} are (?:subhuman|vermin|inferior|animals|scum)|ethnic cleansing`,
    'hate'
  ),
  createSign(
    `(?:kill|murder|exterminate|eradicate) (?:all )?(?:the )?${groupWords}`,
    'hate',
    'hate/threatening',
    'violence'
  ),
  createSign(
    '(?:cook|make|synthesi[sz]e|sell|buy) (?:meth|heroin|cocaine|crack)|launder money|counterfeit money|shoplift|hotwire|forge a passport|steal a car|fake id',
    'illicit'
  ),
  createSign(
    '(?:build|make|plant) (?:a |an )?(?:\\w+ )?(?:bomb|explosives?)|hire a hitman|nerve gas|nerve agent',
    'illicit',
    'illicit/violent'
  ),
  createSign(
    "(?:kill|hurt|cut|harm|hang) myself|end my (?:own )?life|(?:i|i'd) want to die|i am suicidal|i'm suicidal",
    'self-harm',
    'self-harm/intent'
  ),
  createSign(
    '(?:how|ways?) (?:do i |can i |to )(?:kill|hurt|cut|hang) (?:myself|yourself)|how to commit suicide',
    'self-harm',
    'self-harm/instructions'
  ),
  createSign('self[- ]harm|commit(?:ting)? suicide|suicidal', 'self-harm'),
  createSign(
    `(?:kill|murder|stab|strangle|massacre|torture)(?! (?:${harmlessObjects}))|(?<!heart |panic )attack(?! (?:surface|vector|tree))|shoot (?:${victimWords})`,
    'violence'
  ),
  createSign(
    'behead\\w*|dismember\\w*|disembowel\\w*|mutilat\\w+|gore|blood everywhere',
    'violence',
    'violence/graphic'
  )
]
