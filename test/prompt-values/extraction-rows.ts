/** Prompts that tell of persons and things, in the words of programs that extract them. */
import type { JsonObject } from '../../src/core/openai-types.js'
import type { PromptRow } from './rows.js'
import { boolean, format, integer, number, oneOf, string, strings } from './schemas.js'

type Properties = PromptRow['properties']

const object = (properties: Properties) => ({ type: 'object', properties, required: Object.keys(properties) })
const listOfObjects = (properties: Properties) => ({ type: 'array', items: object(properties) })
const orNull = (schema: JsonObject) => ({ anyOf: [schema, { type: 'null' }] })
const mapOf = (values: JsonObject) => ({ type: 'object', additionalProperties: values })
const listOf = (title: string) => ({
  type: 'array',
  items: { title, type: 'object', properties: { name: string, age: integer }, required: ['name', 'age'] }
})
const persons = (...pairs: [name: string, age: number][]) => pairs.map(([name, age]) => ({ name, age }))

type Row = [prompt: string, properties: Properties, values: PromptRow['values']]

const rows: Row[] = [
  ['Extract jason is 25 years old', { name: string, age: integer }, { name: 'jason', age: 25 }],
  ['In 2019 we met: maria is 41 years old.', { name: string, age: integer }, { name: 'maria', age: 41 }],
  [
    'Extract: Alice is 30, Bob is 25, Charlie is 35',
    { tasks: listOf('User') },
    { tasks: persons(['Alice', 30], ['Bob', 25], ['Charlie', 35]) }
  ],
  [
    'Jason is 20, Sarah is 30\nCorrectly segment it into entities.',
    { tasks: listOf('User') },
    { tasks: persons(['Jason', 20], ['Sarah', 30]) }
  ],
  [
    'Jason is 20, Sarah is 30Correctly segment it into entities.',
    { tasks: listOf('User') },
    { tasks: persons(['Jason', 20], ['Sarah', 30]) }
  ],
  [
    'Create 3 users: Alice (25), Bob (30), Carol (35)',
    { tasks: listOf('User') },
    { tasks: persons(['Alice', 25], ['Bob', 30], ['Carol', 35]) }
  ],
  [
    'Enter 2 players: Mia (17), Farid (22)',
    { items: listOf('Player') },
    { items: persons(['Mia', 17], ['Farid', 22]) }
  ],
  [
    'The iPhone costs $999 and is currently available',
    { name: string, in_stock: { type: 'boolean' } },
    { name: 'iPhone', in_stock: true }
  ],
  [
    'Make a sentence that contains the words\n  `love`\n  `peace`\n  `joy`',
    { content: string },
    { content: 'love, peace, joy' }
  ],
  ['Use the words "sun" "sea" in it', { text: string }, { text: 'sun, sea' }],
  [
    'The marketing summit takes place on October 12th at the Hilton Hotel downtown.',
    { event_name: string, event_date: string, event_location: string },
    { event_name: 'marketing summit', event_date: 'October 12th', event_location: 'Hilton Hotel' }
  ],
  [
    'Our book club is held in Leeds on Friday.',
    { title: string, place: string },
    { title: 'book club', place: 'Leeds' }
  ]
]

const named = listOfObjects({ name: string })
const names = (...list: string[]) => list.map(name => ({ name }))
const dayParts = object({ year: integer, month: integer, day: integer })
const timeParts = object({ hour: integer, minute: integer, second: integer, nano: integer })
/** A list of the same object as the whole answer. */
const sameAgain = { type: 'array', items: { $ref: '#' } }
/** A list of persons, each with a list of persons. */
const sameName = { type: 'array', items: { $ref: '#/properties/parent' } }
const dog = object({ type: { const: 'Dog' }, name: string, breed: string })
const cat = object({ type: { const: 'Cat' }, name: string, indoor: boolean })
const kinds = (first: string, firstData: JsonObject, second: string, secondData: JsonObject) => ({
  anyOf: [
    object({ kind: { type: 'string', const: first }, data: firstData }),
    object({ kind: { type: 'string', const: second }, data: secondData })
  ]
})
const fruitOrVehicle = kinds(
  'Fruit',
  object({ name: string, color: string }),
  'Vehicle',
  object({ name: string, wheels: integer })
)

/** What stands in a list, and the name beside it. */
const besideLists: Row[] = [
  [
    'Klaus has 2 pets: Peanut and Muffin',
    { name: string, pets: named },
    { name: 'Klaus', pets: names('Peanut', 'Muffin') }
  ],
  [
    'Alice has three cats: Tom, Felix and Misty.',
    { owner: string, cats: named },
    { owner: 'Alice', cats: names('Tom', 'Felix', 'Misty') }
  ],
  [
    'Greta manages two players: Jonas and Wim. She lives in Bern.',
    { name: string, city: string, players: strings },
    { name: 'Greta', city: 'Bern', players: ['Jonas', 'Wim'] }
  ],
  [
    'Francine has 2 children: Steve and Hayley',
    { name: string, children: sameAgain },
    {
      name: 'Francine',
      children: [
        { name: 'Steve', children: [] },
        { name: 'Hayley', children: [] }
      ]
    }
  ],
  [
    'The team of Ruth: Wanda, Igor, Bela',
    { leader: string, members: strings },
    { leader: 'Ruth', members: ['Wanda', 'Igor', 'Bela'] }
  ]
]

/** Lists of plain words. */
const plainLists: Row[] = [
  ['Klaus likes orange and green', { favouriteColors: strings }, { favouriteColors: ['orange', 'green'] }],
  ['Ulla has a red car and likes blue and violet.', { likedColors: strings }, { likedColors: ['blue', 'violet'] }],
  [
    'Klaus likes orange and green',
    { name: string, favouriteColors: strings },
    { name: 'Klaus', favouriteColors: ['orange', 'green'] }
  ],
  ['Otto speaks French, Polish and Dutch.', { languages: strings }, { languages: ['French', 'Polish', 'Dutch'] }],
  ['The colors are "red", "green" and "blue".', { response: strings }, { response: ['red', 'green', 'blue'] }],
  ['Answer with the words "yes", "no" and "perhaps".', { answers: strings }, { answers: ['yes', 'no', 'perhaps'] }],
  ['Process the following integers: 37, 73', { values: { type: 'array', items: integer } }, { values: [37, 73] }]
]

/** Words that mean a boolean or a value of an enum, at the end of a sentence too. */
const states: Row[] = [
  [
    'Klaus is 37 years old, 1.78m height and single.',
    { name: string, age: integer, height: number, married: boolean },
    { name: 'Klaus', age: 37, height: 1.78, married: false }
  ],
  ['Franny is 35 years old and married.', { name: string, married: boolean }, { name: 'Franny', married: true }],
  ['Bodo is 50, divorced, and has a dog.', { isMarried: boolean }, { isMarried: false }],
  ['The shop is closed. The next one is a walk away.', { open: boolean }, { open: false }],
  ['The printer is offline.', { online: boolean }, { online: false }],
  ['The account is not inactive.', { active: boolean }, { active: true }],
  ['This recipe is unhealthy.', { healthy: boolean }, { healthy: false }],
  ['Klaus is single.', { status: oneOf('MARRIED', 'SINGLE') }, { status: 'SINGLE' }],
  [
    'Klaus is 37 years old, 1.78m height and single. Franny is 35 years old, 1.65m height and married.',
    { values: listOfObjects({ name: string, age: integer, height: number, married: boolean }) },
    {
      values: [
        { name: 'Klaus', age: 37, height: 1.78, married: false },
        { name: 'Franny', age: 35, height: 1.65, married: true }
      ]
    }
  ],
  [
    'Ida is single.Jan is married and 31 years old.Ben is single.Tom is married.',
    { values: { type: 'array', items: oneOf('MARRIED', 'SINGLE') } },
    { values: ['SINGLE', 'MARRIED', 'SINGLE', 'MARRIED'] }
  ],
  [
    'Klaus is single. Franny is married. Staci is married.',
    { values: { type: 'array', items: oneOf('MARRIED', 'SINGLE') } },
    { values: ['SINGLE', 'MARRIED', 'MARRIED'] }
  ],
  [
    'Klaus is single. Franny is married. Staci is married.',
    { values: { type: 'array', uniqueItems: true, items: oneOf('MARRIED', 'SINGLE') } },
    { values: ['SINGLE', 'MARRIED'] }
  ]
]

/** Dates and times in parts. */
const dateParts: Row[] = [
  [
    'Klaus was born at 14:43:26 on 12th of August 1976',
    {
      name: string,
      birthDate: dayParts,
      birthTime: timeParts,
      birthDateTime: object({ date: dayParts, time: timeParts })
    },
    {
      name: 'Klaus',
      birthDate: { year: 1976, month: 8, day: 12 },
      birthTime: { hour: 14, minute: 43, second: 26, nano: 0 },
      birthDateTime: {
        date: { year: 1976, month: 8, day: 12 },
        time: { hour: 14, minute: 43, second: 26, nano: 0 }
      }
    }
  ],
  [
    'The trip starts on 2025-03-04 and ends on 2025-04-15, for 2 people.',
    { start: dayParts, end: dayParts },
    { start: { year: 2025, month: 3, day: 4 }, end: { year: 2025, month: 4, day: 15 } }
  ],
  [
    'Deadline: 1 May 2027, in room 12.',
    { year: integer, month: integer, day: integer },
    { year: 2027, month: 5, day: 1 }
  ],
  [
    'Wake me at 6:45, on track 7.',
    { alarm: object({ hours: integer, minutes: integer }) },
    { alarm: { hours: 6, minutes: 45 } }
  ],
  ['Ida was born on 3 June 1999.', { name: string, dob: orNull(format('date')) }, { name: 'Ida', dob: '1999-06-03' }]
]

/** Instructions before the text that has the values. */
const afterInstructions: Row[] = [
  [
    'Extract names of people from the following text: Klaus likes tea. Franny lives in Bonn.',
    { values: strings },
    { values: ['Klaus', 'Franny'] }
  ],
  ["Extract the person's information from the following text: Klaus", { name: string }, { name: 'Klaus' }],
  [
    "Extract a person from the text.\nText: 'Klaus wants a delivery to Langley Falls'",
    { name: string, address: object({ city: string }) },
    { name: 'Klaus', address: { city: 'Langley Falls' } }
  ],
  [
    'Fill in the form for Section 7 from the following sentence: Wilma is 61.',
    { name: string, age: integer },
    { name: 'Wilma', age: 61 }
  ],
  ['Extract the person from "Ann is 30".', { name: string, age: integer }, { name: 'Ann', age: 30 }],
  [
    'Please get the order out of “Bodo bought 3 lamps for 40 €”, as JSON.',
    { customer: string, quantity: integer, price: number },
    { customer: 'Bodo', quantity: 3, price: 40 }
  ],
  ['Use the tool to process the following text: Ella', { name: string }, { name: 'Ella' }],
  [
    'Process the following: Ruth has 2 children: Ada and Lin',
    { parent: object({ name: string, children: sameName }) },
    {
      parent: {
        name: 'Ruth',
        children: [
          { name: 'Ada', children: [] },
          { name: 'Lin', children: [] }
        ]
      }
    }
  ],
  ['Find the quote "Stay hungry" in the book.', { quote: string }, { quote: 'Stay hungry' }],
  ['Translate the following text into Danish: Good morning', { text: string, language: string }, { language: 'Danish' }]
]

/** What the text does not say is null, where the schema allows it. */
const missing: Row[] = [
  [
    'Extract the person from the following text: Klaus',
    { name: orNull(string), age: orNull(integer), height: orNull(number), married: orNull(boolean) },
    { name: 'Klaus', age: null, height: null, married: null }
  ],
  [
    'John Smith is 42 years old.',
    { name: string, age: integer, email: { type: ['string', 'null'] } },
    { name: 'John Smith', age: 42, email: null }
  ],
  [
    'Contact Ella Berg, please, about order 77.',
    { name: string, phone: orNull(string), order: orNull(integer) },
    { name: 'Ella Berg', phone: null, order: 77 }
  ],
  [
    'Klaus lives in Langley Falls',
    { name: string, address: object({ city: string, zip: orNull(string) }) },
    { name: 'Klaus', address: { city: 'Langley Falls', zip: null } }
  ]
]

/** Objects whose keys are in the text. */
const maps: Row[] = [
  [
    'Process the following: Klaus is 42, Francine is 47',
    { ages: mapOf(integer) },
    { ages: { Klaus: 42, Francine: 47 } }
  ],
  ['"Dune" has 412 pages, "Emma" has 310 pages.', { pages: mapOf(integer) }, { pages: { Dune: 412, Emma: 310 } }],
  [
    'Klaus is 42 years old and Francine is 47 years old, at 5 Main Street.',
    { ages: { type: 'object', description: 'map from name to age' } },
    { ages: { Klaus: 42, Francine: 47 } }
  ],
  ['Stock: apples: 5, pears: 12', { stock: mapOf(integer) }, { stock: { apples: 5, pears: 12 } }],
  [
    'In 2 rounds Anna scored 7 and Boris scored 9.',
    { points: mapOf(integer), rounds: integer },
    { points: { Anna: 7, Boris: 9 }, rounds: 2 }
  ]
]

/** Unions, of which the text names one. */
const unions: Row[] = [
  ['Rex is a Labrador dog', { pet: { anyOf: [dog, cat] } }, { pet: { type: 'Dog', name: 'Rex', breed: 'Labrador' } }],
  [
    'Whiskers is an indoor cat.',
    { pet: { anyOf: [dog, cat] } },
    { pet: { type: 'Cat', name: 'Whiskers', indoor: true } }
  ],
  [
    'Which vehicle is it? The vehicle is a bicycle with 2 wheels.',
    { result: fruitOrVehicle },
    { result: { kind: 'Vehicle', data: { name: 'bicycle', wheels: 2 } } }
  ],
  [
    'Which fruit is it? The fruit is a banana, and its color is yellow.',
    { result: fruitOrVehicle },
    { result: { kind: 'Fruit', data: { name: 'banana', color: 'yellow' } } }
  ],
  [
    'A circle with radius 4, please, and no square.',
    {
      shape: {
        anyOf: [object({ kind: oneOf('square'), side: integer }), object({ kind: oneOf('circle'), radius: integer })]
      }
    },
    { shape: { kind: 'circle', radius: 4 } }
  ],
  [
    'Rex is a Labrador. Whiskers is an indoor cat.',
    { pets: { type: 'array', items: { anyOf: [dog, cat] } } },
    {
      pets: [
        { type: 'Dog', name: 'Rex', breed: 'Labrador' },
        { type: 'Cat', name: 'Whiskers', indoor: true }
      ]
    }
  ],
  [
    'Register two animals: an indoor cat named Whiskers, and a Labrador dog named Rex.',
    { pets: { type: 'array', items: { anyOf: [dog, cat] } } },
    {
      pets: [
        { type: 'Cat', name: 'Whiskers', indoor: true },
        { type: 'Dog', name: 'Rex', breed: 'Labrador' }
      ]
    }
  ],
  [
    'Alice owns a Labrador dog named Rex.',
    { name: string, pet: { anyOf: [cat, dog] } },
    { name: 'Alice', pet: { type: 'Dog', name: 'Rex', breed: 'Labrador' } }
  ]
]

/** What a sentence says that something is, but not what a question asks for. */
const predicates: Row[] = [
  ['What is the weather in Munich?', { city: string }, { city: 'Munich' }],
  ['Which is the fastest train to Oslo? I am 30.', { city: string, age: integer }, { city: 'Oslo', age: 30 }],
  ['Who was the king of Spain in 1850?', { country: string, year: integer }, { country: 'Spain', year: 1850 }],
  ['The animal is a fox with 4 legs.', { animal: string, legs: integer }, { animal: 'fox', legs: 4 }]
]

/** Numbers with `x` between them, ids and other things of their own form. */
const forms: Row[] = [
  [
    'The box is 10x20x30 cm',
    { width: integer, height: integer, depth: integer, units: oneOf('cm', 'mm', 'in') },
    { width: 10, height: 20, depth: 30, units: 'cm' }
  ],
  ['A 2 x 4 m carpet for 80 €', { width: number, length: number, price: number }, { width: 2, length: 4, price: 80 }],
  ['The screen has 1920×1080 pixels.', { width: integer, height: integer }, { width: 1920, height: 1080 }],
  ['Extract the temperature: it is -0.5 °C', { value: number }, { value: -0.5 }],
  ['When does my booking 123-456 start?', { bookingNumber: string }, { bookingNumber: '123-456' }],
  [
    'Tell me the number of the year when my booking 123-456 starts.',
    { bookingNumber: string },
    { bookingNumber: '123-456' }
  ],
  [
    'Klaus can be identified by the following ID: 567b229a-6b0a-4f1e-913c-b5c1bb3e4c44',
    { id: string, name: string },
    { id: '567b229a-6b0a-4f1e-913c-b5c1bb3e4c44', name: 'Klaus' }
  ],
  [
    'Klaus wants a delivery to Langley Falls, but the billing address should be New York.',
    { name: string, shippingAddress: object({ city: string }), billingAddress: object({ city: string }) },
    { name: 'Klaus', shippingAddress: { city: 'Langley Falls' }, billingAddress: { city: 'New York' } }
  ],
  [
    'Generate 3 people: Ann is 31, Bob is 32, Cem is 33.',
    { elements: listOfObjects({ age: integer, name: string }) },
    {
      elements: [
        { age: 31, name: 'Ann' },
        { age: 32, name: 'Bob' },
        { age: 33, name: 'Cem' }
      ]
    }
  ]
]

const groups: Readonly<Record<string, readonly Row[]>> = {
  persons: rows,
  'beside lists': besideLists,
  'plain lists': plainLists,
  states,
  'date parts': dateParts,
  'after instructions': afterInstructions,
  missing,
  maps,
  unions,
  predicates,
  forms
}

export const extractionRows: PromptRow[] = Object.entries(groups).flatMap(([kind, list]) =>
  list.map(([prompt, properties, values]) => ({ kind, prompt, properties, values }))
)
