/** What a value is likely to be, told by the name of its property: a city is a city and an age is an age. */
import type { Chance } from '../core/random.js'
import { exampleOf, type Prompt, wordsOf } from './prompt-words.js'
import * as lists from './word-lists.js'

export interface Hint {
  /** The property's name; an item of a list has its list's. */
  name: string
  title?: string
  description?: string
  /** The schema's own example, second only to the prompt. */
  given?: string
  /** The place in a list. */
  index?: number
}

/** Texts for the hint, the best first. The caller takes the first that its bounds allow. */
export function believableText(hint: Hint, chance: Chance, prompt: Prompt): string[] {
  const words = wordsOf(hint.name)
  const told = hint.given === undefined ? exampleOf(hint.description) : [hint.given]
  const titled = hint.title ? wordsOf(hint.title) : ''
  for (const name of [words, titled]) {
    const rule = texts.find(([test]) => test.test(name))
    if (rule) return rule[1]({ chance, prompt, index: hint.index ?? 0, told })
  }
  const subject = take(prompt.subject, hint.index ?? 0)
  return [...told, ...subject, chance.pick(lists.nouns)]
}

export interface Wish {
  min: number
  max: number
  decimals?: number
}

/** Where a number with this name usually lies. */
export function believableNumber({ name, title }: Hint, prompt: Prompt, chance: Chance): Wish {
  const words = [wordsOf(name), title ? wordsOf(title) : '']
  const rule = numbers.find(([test]) => words.some(each => test.test(each)))
  if (rule?.[2] && prompt.numbers.length > 0) {
    const said = chance.pick(prompt.numbers)
    return { min: said, max: said }
  }
  return rule?.[1] ?? { min: 1, max: 100 }
}

interface Asked {
  chance: Chance
  prompt: Prompt
  index: number
  told: string[]
}

const take = (list: string[], index: number) => (list.length > 0 ? [list[index % list.length]!] : [])
const pad = (value: number) => String(value).padStart(2, '0')
const place = (asked: Asked, otherwise: () => string) => [
  ...take(asked.prompt.nouns, asked.index),
  ...asked.told,
  otherwise()
]
const person = ({ prompt, index, told, chance }: Asked) => [
  ...take(prompt.people, index),
  ...take(prompt.nouns, index),
  ...told,
  chance.pick(lists.firstNames)
]
const from =
  (list: readonly string[]) =>
  ({ prompt, told, chance }: Asked) => {
    const said = list.filter(each => prompt.all.has(each.toLowerCase()))
    return [...said.slice(0, 1), ...told, chance.pick(list)]
  }
const about = ({ prompt }: Asked) => prompt.subject.slice(0, 4).join(' ') || 'the matter at hand'
const sentence = (asked: Asked) => {
  const subject = about(asked)
  const line = asked.chance.pick([
    `This is about ${subject}.`,
    `Here is what matters about ${subject}.`,
    `It comes down to ${subject}.`,
    `A closer look at ${subject} gives the answer.`
  ])
  return [line, subject, asked.chance.pick(lists.nouns)]
}
const date = ({ prompt, chance }: Asked) => [
  ...prompt.days.slice(0, 1),
  `${chance.integer(2024, 2026)}-${pad(chance.integer(1, 12))}-${pad(chance.integer(1, 28))}`
]
const topic = ({ prompt, index, chance }: Asked) => [
  ...take(prompt.nouns, index),
  ...(prompt.subject.length > 0 ? [prompt.subject.slice(0, 4).join(' ')] : []),
  ...take(prompt.subject, index),
  chance.pick(lists.nouns)
]

const texts: [test: RegExp, make: (asked: Asked) => string[]][] = [
  [
    /\b(e ?mail|email address)\b/,
    ({ prompt, chance }) => [...prompt.emails.slice(0, 1), `${chance.pick(lists.firstNames).toLowerCase()}@example.com`]
  ],
  [
    /\b(uuid|guid)\b/,
    ({ chance }) => [`${chance.hex(8)}-${chance.hex(4)}-4${chance.hex(3)}-a${chance.hex(3)}-${chance.hex(12)}`]
  ],
  [
    /\b(urls?|uri|website|link|links|homepage|href)\b/,
    ({ prompt, chance }) => [...prompt.urls.slice(0, 1), `https://example.com/${chance.pick(lists.nouns)}`]
  ],
  [/\b(zip|zip code|postal code|postcode)\b/, ({ chance }) => [String(chance.integer(10001, 99501))]],
  [/\b(country code)\b/, ({ chance }) => [chance.pick(['US', 'FR', 'JP', 'BR', 'DE'])]],
  [
    /\b(country|nation|countries)\b/,
    asked => [...asked.prompt.nouns.filter(noun => lists.countries.includes(noun)), ...from(lists.countries)(asked)]
  ],
  [
    /\b(state|province|region)\b/,
    ({ prompt, chance }) => [
      ...prompt.nouns.filter(noun => lists.cities.some(([, region]) => region === noun)),
      chance.pick(lists.cities)[1]
    ]
  ],
  [/\b(street|address line.*|address)\b/, ({ chance }) => [`${chance.integer(1, 999)} ${chance.pick(lists.streets)}`]],
  [
    /\b(city|cities|town|capital|origin|destination|departure|arrival)\b/,
    asked => place(asked, () => asked.chance.pick(lists.cities)[0])
  ],
  [
    /\b(location|locations|place|places|venue)\b/,
    asked =>
      place(asked, () => {
        const [city, , code] = asked.chance.pick(lists.cities)
        return `${city}, ${code}`
      })
  ],
  [/\b(last name|surname|family name)\b/, ({ chance }) => [chance.pick(lists.lastNames)]],
  [/\b(first name|given name)\b/, person],
  [
    /\b(user ?name|login|handle|nickname)\b/,
    ({ chance }) => [`${chance.pick(lists.firstNames).toLowerCase()}${chance.integer(10, 99)}`]
  ],
  [
    /\b(company|organization|organisation|employer|vendor|brand|manufacturer|company name)\b/,
    asked => place(asked, () => asked.chance.pick(lists.companies))
  ],
  [/\b(job|job title|role|occupation|profession|position)\b/, from(lists.jobs)],
  [
    /\b(full name|author|authors|director|customer|customer name|contact|recipient|sender|owner|assignee)\b/,
    asked => [
      ...take(asked.prompt.people, asked.index),
      `${asked.chance.pick(lists.firstNames)} ${asked.chance.pick(lists.lastNames)}`
    ]
  ],
  [/\b(file ?name|file|path)\b/, ({ chance }) => [`${chance.pick(lists.nouns)}.txt`]],
  [/^(names?|person|people|participants?|attendees?|members?|guests?|friends?|user|character|characters)$/, person],
  [/\b(phone|telephone|mobile|phone number|fax)\b/, ({ chance }) => [`+1-555-01${pad(chance.integer(0, 99))}`]],
  [
    /\b(date time|datetime|timestamp|created at|updated at)\b/,
    ({ chance }) => [
      `${chance.integer(2024, 2026)}-${pad(chance.integer(1, 12))}-${pad(chance.integer(1, 28))}T${pad(chance.integer(7, 21))}:30:00Z`
    ]
  ],
  [/\b(dates?|birthday|deadline|due|day of birth|dob)\b/, date],
  [/\b(day|weekday|day of week)\b/, asked => [...asked.prompt.days.slice(0, 1), asked.chance.pick(lists.weekdays)]],
  [/\b(month)\b/, from(lists.months)],
  [/\b(year)\b/, ({ chance }) => [String(chance.integer(1990, 2026))]],
  [/\b(time|start|end|hour)\b/, ({ chance }) => [`${pad(chance.integer(7, 21))}:${pad(15 * chance.integer(0, 3))}`]],
  [/\b(time ?zone|tz)\b/, ({ chance }) => [chance.pick(['UTC', 'America/New_York', 'Europe/Paris', 'Asia/Tokyo'])]],
  [/\b(currency|currency code)\b/, from(lists.currencies)],
  [/\b(colou?rs?)\b/, from(lists.colors)],
  [/\b(language|languages|locale)\b/, from(lists.languages)],
  [/\b(units?)\b/, from(['celsius', 'fahrenheit', 'kilometers', 'miles', 'kilograms'])],
  [/\b(temperature)\b/, ({ chance }) => [`${chance.integer(8, 31)} °C`]],
  [/\b(price|amount|cost|total)\b/, ({ chance }) => [`${chance.integer(5, 200)}.${pad(chance.integer(0, 99))}`]],
  [/\b(condition|weather|forecast)\b/, from(['sunny', 'cloudy', 'rainy', 'windy', 'snowy'])],
  [/\b(sentiment|mood|tone)\b/, from(['positive', 'neutral', 'negative'])],
  [/\b(category|categories|genre|type|kind|department)\b/, from(lists.categories)],
  [/\b(status)\b/, from(lists.statuses)],
  [/\b(priority|severity|level|difficulty)\b/, from(['low', 'medium', 'high'])],
  [
    /\b(ingredients?)\b/,
    ({ chance, index }) => [lists.ingredients[(chance.integer(0, 2) + index * 3) % lists.ingredients.length]!]
  ],
  [/\b(steps?|instructions?|actions?|procedure)\b/, ({ index }) => take(lists.steps, index)],
  [
    /\b(tags?|keywords?|labels?|topics?)\b/,
    ({ prompt, index, chance }) => [
      ...take(
        prompt.subject.map(word => word.toLowerCase()),
        index
      ),
      chance.pick(lists.nouns)
    ]
  ],
  [/\b(query|search|search term|q|subject|event|product|item|items|keyword|term|terms)\b/, topic],
  [
    /\b(title|name|headline|heading)\b/,
    ({ prompt, chance, told }) => {
      const noun = prompt.nouns[0] ?? prompt.subject[0] ?? chance.pick(lists.nouns)
      return [
        ...told,
        `The ${noun[0]!.toUpperCase()}${noun.slice(1)} ${chance.pick(['Guide', 'Notes', 'Story', 'Plan'])}`,
        noun
      ]
    }
  ],
  [/\b(expression|formula|equation)\b/, ({ chance }) => [`${chance.integer(2, 20)} + ${chance.integer(2, 20)}`]],
  [
    /\b(id|identifier|key|code|sku|reference)\b/,
    ({ chance, told }) => [...told, `${chance.pick(lists.nouns).slice(0, 4)}_${chance.base62(8)}`]
  ],
  [
    /\b(summary|description|reason|reasoning|explanation|answer|analysis|comment|comments|message|text|content|body|notes?|thought|thoughts|conclusion|response|output|review|feedback|bio|details|overview|final answer|rationale)\b/,
    sentence
  ]
]

const numbers: [test: RegExp, wish: Wish, fromPrompt?: boolean][] = [
  [/\b(age)\b/, { min: 18, max: 80 }],
  [/\b(year)\b/, { min: 1990, max: 2026 }],
  [/\b(month)\b/, { min: 1, max: 12 }],
  [/\b(day)\b/, { min: 1, max: 28 }],
  [/\b(hour|hours)\b/, { min: 0, max: 23 }],
  [/\b(minutes?|seconds?)\b/, { min: 0, max: 59 }],
  [/\b(created|updated|expires|timestamp|unix ?time)\b/, { min: 1_704_067_200, max: 1_767_225_600 }],
  [/\b(confidence|probability|likelihood|relevance|similarity)\b/, { min: 0.5, max: 0.99 }],
  [/\b(rating|stars)\b/, { min: 3, max: 5, decimals: 1 }],
  [/\b(score)\b/, { min: 0.5, max: 10, decimals: 1 }],
  [/\b(percent|percentage|humidity)\b/, { min: 5, max: 95, decimals: 0 }],
  [/\b(lat|latitude)\b/, { min: 25, max: 60, decimals: 4 }],
  [/\b(lng|lon|long|longitude)\b/, { min: -120, max: 30, decimals: 4 }],
  [/\b(temp|temperature)\b/, { min: 8, max: 31, decimals: 1 }],
  [/\b(price|amount|cost|total|subtotal|salary|balance|fee)\b/, { min: 5, max: 500 }, true],
  [
    /\b(days|count|quantity|qty|number|limit|num|n|a|b|x|y|guests|people|adults|duration|value|size|top k)\b/,
    { min: 1, max: 10 },
    true
  ],
  [/\b(index|offset|page)\b/, { min: 0, max: 5 }],
  [/\b(weight|height|distance|width|length)\b/, { min: 1, max: 200, decimals: 1 }]
]
