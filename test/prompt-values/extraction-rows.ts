/** Prompts that tell of persons and things, in the words of programs that extract them. */
import type { PromptRow } from './rows.js'
import { integer, string } from './schemas.js'

const listOf = (title: string) => ({
  type: 'array',
  items: { title, type: 'object', properties: { name: string, age: integer }, required: ['name', 'age'] }
})
const persons = (...pairs: [name: string, age: number][]) => pairs.map(([name, age]) => ({ name, age }))

type Row = [prompt: string, properties: PromptRow['properties'], values: PromptRow['values']]

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

/** 12 prompts. */
export const extractionRows: PromptRow[] = rows.map(([prompt, properties, values]) => ({
  kind: 'extraction',
  prompt,
  properties,
  values
}))
