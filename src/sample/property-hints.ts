/** Suggests texts from the name of their property: a city is a city. */
import type { Random } from '../core/random.js'
import { twoDigits } from '../prompt/dates.js'
import * as lists from '../prompt/word-lists.js'
import { findDescriptionExample, type PromptWords, splitPropertyName } from '../prompt/words.js'
import { generateDate } from './format.js'

/** What suggests the content of a value. */
export interface PropertyHint {
  /** The property's name; for an item of an array, the array's name. */
  name: string
  title?: string
  description?: string
  /** The item's index in its array. */
  index?: number
}

/** Suggests texts, the best first. The caller uses the first text that its rules allow. */
export function suggestTexts(hint: PropertyHint, random: Random, prompt: PromptWords): string[] {
  const words = splitPropertyName(hint.name)
  const examples = findDescriptionExample(hint.description)
  const titled = hint.title ? splitPropertyName(hint.title) : ''
  for (const name of [words, titled]) {
    const rule = textRules.find(([test]) => test.test(name))
    if (rule) return rule[1]({ random, prompt, index: hint.index ?? 0, examples })
  }
  const subject = takeAt(prompt.subject, hint.index ?? 0)
  return [...examples, ...subject, random.pick(lists.sampleNouns)]
}

interface HintContext {
  random: Random
  prompt: PromptWords
  index: number
  examples: string[]
}

const takeAt = (list: string[], index: number) => (list.length > 0 ? [list[index % list.length]!] : [])
const suggestLocation = (context: HintContext, fallback: () => string) => [
  ...takeAt(context.prompt.nouns, context.index),
  ...context.examples,
  fallback()
]
const suggestPerson = ({ prompt, index, examples, random }: HintContext) => [
  ...takeAt(prompt.people, index),
  ...takeAt(prompt.nouns, index),
  ...examples,
  random.pick(lists.firstNames)
]
const suggestFrom =
  (list: readonly string[]) =>
  ({ prompt, examples, random }: HintContext) => {
    const mentioned = list.filter(each => prompt.all.has(each.toLowerCase()))
    return [...mentioned.slice(0, 1), ...examples, random.pick(list)]
  }
const describeSubject = ({ prompt }: HintContext) => prompt.subject.slice(0, 4).join(' ') || 'the matter at hand'
const suggestSentence = (context: HintContext) => {
  const subject = describeSubject(context)
  const line = context.random.pick([
    `This is about ${subject}.`,
    `Here is what matters about ${subject}.`,
    `It comes down to ${subject}.`,
    `A closer look at ${subject} gives the answer.`
  ])
  return [line, subject, context.random.pick(lists.sampleNouns)]
}
const suggestDate = ({ prompt, random }: HintContext) => [...prompt.days.slice(0, 1), generateDate(random)]
const suggestTopic = ({ prompt, index, random }: HintContext) => [
  ...takeAt(prompt.nouns, index),
  ...(prompt.subject.length > 0 ? [prompt.subject.slice(0, 4).join(' ')] : []),
  ...takeAt(prompt.subject, index),
  random.pick(lists.sampleNouns)
]

const textRules: [test: RegExp, suggest: (context: HintContext) => string[]][] = [
  [/\b(e ?mail|email address)\b/, ({ random }) => [`${random.pick(lists.firstNames).toLowerCase()}@example.com`]],
  [
    /\b(uuid|guid)\b/,
    ({ random }) => [`${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)}`]
  ],
  [
    /\b(urls?|uri|website|link|links|homepage|href)\b/,
    ({ random }) => [`https://example.com/${random.pick(lists.sampleNouns)}`]
  ],
  [/\b(zip|zip code|postal code|postcode)\b/, ({ random }) => [String(random.integer(10001, 99501))]],
  [/\b(country code)\b/, ({ random }) => [random.pick(['US', 'FR', 'JP', 'BR', 'DE'])]],
  [
    /\b(country|nation|countries)\b/,
    context => [
      ...context.prompt.nouns.filter(noun => lists.countries.includes(noun)),
      ...suggestFrom(lists.countries)(context)
    ]
  ],
  [
    /\b(state|province|region)\b/,
    ({ prompt, random }) => [
      ...prompt.nouns.filter(noun => lists.cities.some(([, region]) => region === noun)),
      random.pick(lists.cities)[1]
    ]
  ],
  [/\b(street|address line.*|address)\b/, ({ random }) => [`${random.integer(1, 999)} ${random.pick(lists.streets)}`]],
  [
    // A prompt with one place does not name both ends of a way.
    /\b(origin|destination|departure|arrival)\b/,
    ({ examples, random }) => [...examples, random.pick(lists.cities)[0]]
  ],
  [/\b(city|cities|town|capital)\b/, context => suggestLocation(context, () => context.random.pick(lists.cities)[0])],
  [
    /\b(location|locations|place|places|venue)\b/,
    context =>
      suggestLocation(context, () => {
        const [city, , code] = context.random.pick(lists.cities)
        return `${city}, ${code}`
      })
  ],
  [/\b(last name|surname|family name)\b/, ({ random }) => [random.pick(lists.lastNames)]],
  [/\b(first name|given name)\b/, suggestPerson],
  [
    /\b(user ?name|login|handle|nickname)\b/,
    ({ random }) => [`${random.pick(lists.firstNames).toLowerCase()}${random.integer(10, 99)}`]
  ],
  [
    /\b(company|organization|organisation|employer|vendor|brand|manufacturer|company name)\b/,
    context => suggestLocation(context, () => context.random.pick(lists.companies))
  ],
  [/\b(job|job title|role|occupation|profession|position)\b/, suggestFrom(lists.jobs)],
  [
    /\b(full name|author|authors|director|customer|customer name|contact|recipient|sender|owner|assignee)\b/,
    context => [
      ...takeAt(context.prompt.people, context.index),
      `${context.random.pick(lists.firstNames)} ${context.random.pick(lists.lastNames)}`
    ]
  ],
  [/\b(file ?name|file|path)\b/, ({ random }) => [`${random.pick(lists.sampleNouns)}.txt`]],
  [
    /^(names?|person|people|participants?|attendees?|members?|guests?|friends?|user|character|characters)$/,
    suggestPerson
  ],
  [/\b(phone|telephone|mobile|phone number|fax)\b/, ({ random }) => [`+1-555-01${twoDigits(random.integer(0, 99))}`]],
  [
    /\b(date time|datetime|timestamp|created at|updated at)\b/,
    ({ random }) => [`${generateDate(random)}T${twoDigits(random.integer(7, 21))}:30:00Z`]
  ],
  [/\b(dates?|birthday|deadline|due|day of birth|dob)\b/, suggestDate],
  [
    /\b(day|weekday|day of week)\b/,
    context => [...context.prompt.days.slice(0, 1), context.random.pick(lists.weekdays)]
  ],
  [/\b(month)\b/, suggestFrom(lists.months)],
  [/\b(year)\b/, ({ random }) => [String(random.integer(1990, 2026))]],
  [
    /\b(time|start|end|hour)\b/,
    ({ random }) => [`${twoDigits(random.integer(7, 21))}:${twoDigits(15 * random.integer(0, 3))}`]
  ],
  [/\b(time ?zone|tz)\b/, ({ random }) => [random.pick(['UTC', 'America/New_York', 'Europe/Paris', 'Asia/Tokyo'])]],
  [/\b(currency|currency code)\b/, suggestFrom(lists.currencies)],
  [/\b(colou?rs?)\b/, suggestFrom(lists.colors)],
  [/\b(language|languages|locale)\b/, suggestFrom(lists.languages)],
  [/\b(units?)\b/, suggestFrom(['celsius', 'fahrenheit', 'kilometers', 'miles', 'kilograms'])],
  [/\b(temperature)\b/, ({ random }) => [`${random.integer(8, 31)} °C`]],
  [/\b(price|amount|cost|total)\b/, ({ random }) => [`${random.integer(5, 200)}.${twoDigits(random.integer(0, 99))}`]],
  [/\b(condition|weather|forecast)\b/, suggestFrom(['sunny', 'cloudy', 'rainy', 'windy', 'snowy'])],
  [/\b(sentiment|mood|tone)\b/, suggestFrom(['positive', 'neutral', 'negative'])],
  [/\b(category|categories|genre|type|kind|department)\b/, suggestFrom(lists.categories)],
  [/\b(status)\b/, suggestFrom(lists.statuses)],
  [/\b(priority|severity|level|difficulty)\b/, suggestFrom(['low', 'medium', 'high'])],
  [
    /\b(ingredients?)\b/,
    ({ random, index }) => [lists.ingredients[(random.integer(0, 2) + index * 3) % lists.ingredients.length]!]
  ],
  [/\b(steps?|instructions?|actions?|procedure)\b/, ({ index }) => takeAt(lists.steps, index)],
  [
    /\b(tags?|keywords?|labels?|topics?)\b/,
    ({ prompt, index, random }) => [
      ...takeAt(
        prompt.subject.map(word => word.toLowerCase()),
        index
      ),
      random.pick(lists.sampleNouns)
    ]
  ],
  [/\b(query|search|search term|q|subject|event|product|item|items|keyword|term|terms)\b/, suggestTopic],
  [
    /\b(title|name|headline|heading)\b/,
    ({ prompt, random, examples }) => {
      const noun = prompt.nouns[0] ?? prompt.subject[0] ?? random.pick(lists.sampleNouns)
      return [
        ...examples,
        `The ${noun[0]!.toUpperCase()}${noun.slice(1)} ${random.pick(['Guide', 'Notes', 'Story', 'Plan'])}`,
        noun
      ]
    }
  ],
  [/\b(expression|formula|equation)\b/, ({ random }) => [`${random.integer(2, 20)} + ${random.integer(2, 20)}`]],
  [
    /\b(id|identifier|key|code|sku|reference)\b/,
    ({ random, examples }) => [...examples, `${random.pick(lists.sampleNouns).slice(0, 4)}_${random.base62(8)}`]
  ],
  [
    /\b(summary|description|reason|reasoning|explanation|answer|analysis|comment|comments|message|text|content|body|notes?|thought|thoughts|conclusion|response|output|review|feedback|bio|details|overview|final answer|rationale)\b/,
    suggestSentence
  ]
]
