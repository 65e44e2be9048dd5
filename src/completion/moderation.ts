/** What the moderation model thinks of a request and its answer, when the request asks for it. */

import type { ChatRequest, JsonObject } from '../core/openai-types.js'
import { moderationCategories as categories } from '../core/openai-types.js'
import { type Chance, createChance } from '../core/random.js'
import { textOfMessage } from './prompt-topic.js'

/** The verdicts on what the users said and on what is answered. A policy changes neither: a flagged request is answered all the same. */
export function moderationOf(request: ChatRequest, completionText: string, chance: Chance): JsonObject | undefined {
  const model = request.moderation?.model
  if (typeof model !== 'string') return undefined
  const input = request.messages
    .filter(message => message.role === 'user')
    .map(textOfMessage)
    .join('\n')
    .slice(0, readChars)
  return {
    // The service scored the same question alike in two requests, and the same answer not.
    input: verdict(model, input, createChance('moderation', model, input)),
    output: verdict(model, completionText.slice(0, readChars), chance.fork('moderation'))
  }
}

/** Harm shows early, and a text may be megabytes long. */
const readChars = 100_000

type Category = (typeof categories)[number]

function verdict(model: string, text: string, chance: Chance): JsonObject {
  const found = categoriesOf(text)
  const each = <T>(value: (category: Category) => T) =>
    Object.fromEntries(categories.map(category => [category, value(category)]))
  return {
    type: 'moderation_results',
    model,
    results: [
      {
        type: 'moderation_result',
        model,
        flagged: found.size > 0,
        categories: each(category => found.has(category)),
        category_scores: each(category => score(found.has(category), chance)),
        category_applied_input_types: each(() => ['text'])
      }
    ]
  }
}

/** Most recorded scores of harmless text lie between 3e-7 and 1e-4, and a flagged one comes near 1. */
function score(flagged: boolean, chance: Chance): number {
  return flagged ? 0.75 + 0.24 * chance.next() : 10 ** (-4 - 2.5 * chance.next())
}

function categoriesOf(text: string): Set<Category> {
  const plain = text.replaceAll('’', "'")
  return new Set(signs.filter(([pattern]) => pattern.test(plain)).flatMap(([, ...found]) => found))
}

const harm = 'kill|murder|attack|stab|shoot|strangle|hurt|beat up'
const victim =
  'you|him|her|them|someone|somebody|everyone|people|(?:my|his|her|their) (?:wife|husband|boss|neighbou?r|teacher|family|friend)s?'
const harmless =
  '-\\d|time|two birds|myself|yourself|(?:\\w+ ){0,2}(?:process|server|job|task|thread|port|session|pod|container|signal|switch)'
const group =
  '(?:jews|muslims|christians|hindus|blacks|whites|black people|white people|asians|gays|immigrants|foreigners|women|men)'
const sign = (pattern: string, ...found: Category[]): [RegExp, ...Category[]] => [
  new RegExp(`\\b(?:${pattern})\\b`, 'i'),
  ...found
]

/** Words that plainly belong to a category; common harmless uses of them, like killing a process, don't count. */
const signs: readonly [RegExp, ...Category[]][] = [
  sign(
    "(?:idiot|moron|loser|imbecile|scumbag)s?|shut up|(?:you are|you're) (?:so )?(?:stupid|worthless|pathetic|disgusting|ugly)",
    'harassment'
  ),
  sign(
    `(?:i will|i'll|i want to|i'm going to|i am going to|we will|we'll|gonna) (?:${harm}) (?:${victim})`,
    'harassment',
    'harassment/threatening',
    'violence'
  ),
  sign('porn\\w*|erotica?|nudes?|orgasms?|sexual intercourse|(?:have|having|had) sex|explicit sex', 'sexual'),
  sign('child porn\\w*|(?:underage|child) sex|sex with (?:a )?(?:child|children|minors?)', 'sexual', 'sexual/minors'),
  sign(
    `(?:i|we) (?:hate|despise|loathe) (?:all )?${group}|${group} are (?:subhuman|vermin|inferior|animals|scum)|ethnic cleansing`,
    'hate'
  ),
  sign(`(?:kill|murder|exterminate|eradicate) (?:all )?(?:the )?${group}`, 'hate', 'hate/threatening', 'violence'),
  sign(
    '(?:cook|make|synthesi[sz]e|sell|buy) (?:meth|heroin|cocaine|crack)|launder money|counterfeit money|shoplift|hotwire|forge a passport|steal a car|fake id',
    'illicit'
  ),
  sign(
    '(?:build|make|plant) (?:a |an )?(?:\\w+ )?(?:bomb|explosives?)|hire a hitman|nerve gas|nerve agent',
    'illicit',
    'illicit/violent'
  ),
  sign(
    "(?:kill|hurt|cut|harm|hang) myself|end my (?:own )?life|(?:i|i'd) want to die|i am suicidal|i'm suicidal",
    'self-harm',
    'self-harm/intent'
  ),
  sign(
    '(?:how|ways?) (?:do i |can i |to )(?:kill|hurt|cut|hang) (?:myself|yourself)|how to commit suicide',
    'self-harm',
    'self-harm/instructions'
  ),
  sign('self[- ]harm|commit(?:ting)? suicide|suicidal', 'self-harm'),
  sign(
    `(?:kill|murder|stab|strangle|massacre|torture)(?! (?:${harmless}))|(?<!heart |panic )attack(?! (?:surface|vector|tree))|shoot (?:${victim})`,
    'violence'
  ),
  sign('behead\\w*|dismember\\w*|disembowel\\w*|mutilat\\w+|gore|blood everywhere', 'violence', 'violence/graphic')
]
