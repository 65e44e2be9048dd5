/** Prompts, the parameters that a tool or a schema has, and the values that a helpful model would give them. Written by hand. */

import type { Json, Message } from '../../src/core/openai-types.js'
import { boolean, format, integer, integers, number, oneOf, string, strings } from './schemas.js'

/** A prompt and its values. */
export interface PromptRow {
  /** The kind of the values. */
  kind: string
  /** The name of the tool or of the schema, `submit` by default. */
  tool?: string
  system?: string
  /** The messages between the system message and the prompt. */
  before?: readonly Message[]
  prompt: string
  /** The properties of the tool's parameters or of the schema. All are required. */
  properties: Record<string, Record<string, Json>>
  /** The values that must come out. Properties without a value here may have any. */
  values: Record<string, Json>
  /** Whether the prompt has a value of the same type that must not come out. */
  distractor?: boolean
}

type Row = [
  prompt: string,
  properties: Record<string, Record<string, Json>>,
  values: Record<string, Json>,
  distractor?: 'distractor'
]

const about = (description: string, schema: Record<string, Json> = string) => ({ ...schema, description })

const kinds: Record<string, Row[]> = {
  numbers: [
    ['What is 12 plus 30?', { a: integer, b: integer }, { a: 12, b: 30 }],
    ['Multiply 7 by 6, please.', { x: integer, y: integer }, { x: 7, y: 6 }],
    ['Call magic_function(3) for me.', { input: integer }, { input: 3 }],
    ['What is the square root of 144?', { value: number }, { value: 144 }],
    ['Roll two dice with 20 sides.', { sides: integer }, { sides: 20 }, 'distractor'],
    ['Divide 7.5 by 2.5.', { numerator: number, denominator: number }, { numerator: 7.5, denominator: 2.5 }],
    ['Set the brightness to -15.', { brightness: integer }, { brightness: -15 }],
    ['In 2024 we sold many. Add 3 and 4.', { a: integer, b: integer }, { a: 3, b: 4 }, 'distractor'],
    ['Order 12 boxes for room 7.', { quantity: integer, room: integer }, { quantity: 12, room: 7 }, 'distractor'],
    ['I have 3 cats. How many legs do 1,250 spiders have?', { spiders: integer }, { spiders: 1250 }, 'distractor']
  ],
  names: [
    ['My name is John Doe.', { name: string }, { name: 'John Doe' }],
    ['Please add Maria García to the list of guests.', { guest_name: string }, { guest_name: 'Maria García' }],
    ["I'm Alice and I need help.", { name: string }, { name: 'Alice' }],
    ['Create an account for Ada Lovelace.', { full_name: string }, { full_name: 'Ada Lovelace' }],
    ['Extract the user: Jason is here.', { name: string }, { name: 'Jason' }],
    ["Tell me about Jean-Luc O'Neill.", { person: string }, { person: "Jean-Luc O'Neill" }],
    ['Call Dr. Sarah Connor.', { contact: string }, { contact: 'Sarah Connor' }],
    ['My name is Tom, and I live in Berlin.', { name: string }, { name: 'Tom' }, 'distractor'],
    [
      'Write to Peter about the offer of Monday.',
      { recipient: about('Name of the person who gets the letter') },
      { recipient: 'Peter' },
      'distractor'
    ],
    [
      'First name Grace, last name Hopper, born in New York.',
      { first_name: string, last_name: string },
      { first_name: 'Grace', last_name: 'Hopper' },
      'distractor'
    ]
  ],
  places: [
    ["What's the weather in Paris?", { location: string }, { location: 'Paris' }],
    ['How warm is it in San Francisco today?', { city: string }, { city: 'San Francisco' }, 'distractor'],
    ['Is it raining in Tokyo?', { location: about('The city') }, { location: 'Tokyo' }],
    ['weather in london', { city: string }, { city: 'london' }],
    ['Find hotels near Lake Como.', { place: string }, { place: 'Lake Como' }],
    [
      'Book a flight from Berlin to New York.',
      { origin: string, destination: string },
      { origin: 'Berlin', destination: 'New York' }
    ],
    ['Tell me the forecast for Rio de Janeiro.', { city: string }, { city: 'Rio de Janeiro' }],
    ['John wants to know the weather in Oslo.', { city: string }, { city: 'Oslo' }, 'distractor'],
    ['On Monday I fly. What is the time in Sydney?', { location: string }, { location: 'Sydney' }, 'distractor'],
    [
      'Anna from Sales asks: how is the traffic in Mexico City?',
      { city: string },
      { city: 'Mexico City' },
      'distractor'
    ]
  ],
  dates: [
    ['Book a table on 2025-03-14.', { date: format('date') }, { date: '2025-03-14' }],
    ['The meeting is on March 5, 2024.', { date: format('date') }, { date: '2024-03-05' }],
    ['Remind me on 24 December 2025.', { date: format('date') }, { date: '2025-12-24' }],
    ['Start at 2025-01-02T03:04:05Z.', { start: format('date-time') }, { start: '2025-01-02T03:04:05Z' }],
    ['Wake me at 07:30.', { time: string }, { time: '07:30' }],
    ['What happened in 1969?', { year: integer }, { year: 1969 }],
    [
      'From 2024-01-01 to 2024-02-01, please.',
      { start_date: format('date'), end_date: format('date') },
      { start_date: '2024-01-01', end_date: '2024-02-01' }
    ],
    ['Room 12 is booked for 2025-06-30.', { date: format('date') }, { date: '2025-06-30' }, 'distractor'],
    ['I wrote 3 letters on May 1, 2023.', { day: format('date') }, { day: '2023-05-01' }, 'distractor'],
    [
      'Version 2.1 came on 2022-11-30 with 14 changes.',
      { released: format('date') },
      { released: '2022-11-30' },
      'distractor'
    ]
  ],
  'e-mail addresses': [
    ['Send it to ada@example.com.', { email: string }, { email: 'ada@example.com' }],
    [
      'Write to john.doe+news@mail.example.org today.',
      { to: format('email') },
      { to: 'john.doe+news@mail.example.org' }
    ],
    ['My address is X_1@sub.example.co.uk!', { email: format('email') }, { email: 'X_1@sub.example.co.uk' }],
    ['Invite <bob@example.net>.', { invitee: format('email') }, { invitee: 'bob@example.net' }],
    [
      'Mail a@example.com and b@example.com.',
      { recipients: { type: 'array', items: format('email') } },
      { recipients: ['a@example.com', 'b@example.com'] }
    ],
    ['Reset the password of kim@example.com', { user_email: string }, { user_email: 'kim@example.com' }],
    ['(contact: help@example.com)', { contact: format('email') }, { contact: 'help@example.com' }],
    [
      'Ada Lovelace can be reached at ada@example.com.',
      { name: string, email: string },
      { name: 'Ada Lovelace', email: 'ada@example.com' },
      'distractor'
    ],
    ['See https://example.com or ask me@example.com.', { email: string }, { email: 'me@example.com' }, 'distractor'],
    [
      'From me@example.com to you@example.com: hello.',
      { from: format('email'), to: format('email') },
      { from: 'me@example.com', to: 'you@example.com' },
      'distractor'
    ]
  ],
  URLs: [
    ['Summarize https://example.com/a/b?c=1.', { url: string }, { url: 'https://example.com/a/b?c=1' }],
    ['Open http://localhost:3000/health', { url: format('uri') }, { url: 'http://localhost:3000/health' }],
    ['Fetch (https://example.org/data.json) now.', { link: format('uri') }, { link: 'https://example.org/data.json' }],
    ['Please read "https://example.com/x_y-z".', { page: format('uri') }, { page: 'https://example.com/x_y-z' }],
    [
      'Compare https://a.example and https://b.example.',
      { urls: { type: 'array', items: format('uri') } },
      { urls: ['https://a.example', 'https://b.example'] }
    ],
    ['Go to https://example.com/#top, then wait.', { url: string }, { url: 'https://example.com/#top' }],
    ['Scrape <https://example.com/list>.', { website: string }, { website: 'https://example.com/list' }],
    [
      'Ask me@example.com about https://example.com/p.',
      { url: string },
      { url: 'https://example.com/p' },
      'distractor'
    ],
    [
      'The file notes.txt is at https://files.example/notes.txt.',
      { url: format('uri') },
      { url: 'https://files.example/notes.txt' },
      'distractor'
    ],
    [
      'Take 5 pictures of https://example.com at 300 dpi.',
      { url: string, count: integer },
      { url: 'https://example.com', count: 5 },
      'distractor'
    ]
  ],
  'file names': [
    ['Read notes.txt.', { path: string }, { path: 'notes.txt' }],
    ['Open the file src/main.py and explain it.', { file: string }, { file: 'src/main.py' }],
    ['Delete /tmp/old.log', { filename: string }, { filename: '/tmp/old.log' }],
    ['Convert photo.final.PNG to black and white.', { input_file: string }, { input_file: 'photo.final.PNG' }],
    ['Please list the directory /var/log.', { directory: string }, { directory: '/var/log' }],
    ['Copy a.txt to b.txt.', { source: string, destination: string }, { source: 'a.txt', destination: 'b.txt' }],
    ['Show me package.json', { file_path: string }, { file_path: 'package.json' }],
    ['Version 1.2 of report.pdf has 3 pages.', { file_name: string }, { file_name: 'report.pdf' }, 'distractor'],
    ['Download https://example.com/x and save it as data.csv.', { file: string }, { file: 'data.csv' }, 'distractor'],
    [
      'Tell Ada that ./docs/README.md needs 2 changes.',
      { path: about('Path of the file') },
      { path: './docs/README.md' },
      'distractor'
    ]
  ],
  codes: [
    ['Where is my order ORD-12345?', { order_id: string }, { order_id: 'ORD-12345' }],
    ['Look up the flight LH1234.', { flight_number: string }, { flight_number: 'LH1234' }],
    ['Price of AAPL?', { symbol: about('Ticker symbol') }, { symbol: 'AAPL' }],
    [
      'Cancel 123e4567-e89b-12d3-a456-426614174000.',
      { id: format('uuid') },
      { id: '123e4567-e89b-12d3-a456-426614174000' }
    ],
    ['Close the issue #482.', { issue: integer }, { issue: 482 }],
    ['Use the coupon SAVE20.', { coupon_code: string }, { coupon_code: 'SAVE20' }],
    ['Track the parcel 1Z999AA10123456784.', { tracking_number: string }, { tracking_number: '1Z999AA10123456784' }],
    ['I paid 40 dollars for order A-77.', { order_id: string }, { order_id: 'A-77' }, 'distractor'],
    ['On 2024-05-06 Tom bought SKU-9001.', { sku: string }, { sku: 'SKU-9001' }, 'distractor'],
    ['Move the customer C42 from Paris to plan B.', { customer_id: string }, { customer_id: 'C42' }, 'distractor']
  ],
  'quoted strings': [
    ['Search for "red shoes".', { query: string }, { query: 'red shoes' }],
    ["Translate 'good morning' into French.", { text: string }, { text: 'good morning' }, 'distractor'],
    ['Post the message “We are open!” now.', { message: string }, { message: 'We are open!' }],
    ['Create a task called "Buy milk".', { title: string }, { title: 'Buy milk' }],
    ['Run `ls -la` please.', { command: string }, { command: 'ls -la' }],
    ['Reverse the string "abc def".', { input: string }, { input: 'abc def' }],
    ['Replace "cat" with "dog".', { old: string, new: string }, { old: 'cat', new: 'dog' }],
    ['Ada, search the 3 shops for "blue hat" in Rome.', { query: string }, { query: 'blue hat' }, 'distractor'],
    [
      'Send "I am late" to Bob.',
      { message: string, recipient: string },
      { message: 'I am late', recipient: 'Bob' },
      'distractor'
    ],
    [
      'Add the note "call 555-0100" to project Apollo.',
      { note: string, project: string },
      { note: 'call 555-0100', project: 'Apollo' },
      'distractor'
    ]
  ],
  'key=value': [
    ['Use a=40 and b=2.', { a: integer, b: integer }, { a: 40, b: 2 }],
    ['b=2, a=40', { a: integer, b: integer }, { a: 40, b: 2 }],
    ['Set width=10.5 height=20', { width: number, height: number }, { width: 10.5, height: 20 }],
    ['Search with query=cats and limit=5', { query: string, limit: integer }, { query: 'cats', limit: 5 }],
    ['name="John Doe" age=30', { name: string, age: integer }, { name: 'John Doe', age: 30 }],
    ['Start with debug=true', { debug: boolean }, { debug: true }],
    ['mode=fast, verbose=false', { mode: oneOf('slow', 'fast'), verbose: boolean }, { mode: 'fast', verbose: false }],
    ['Use x=1, y=2 and z=3.', { y: integer, z: integer }, { y: 2, z: 3 }, 'distractor'],
    ['On 7 May: rows=12 cols=4', { rows: integer, cols: integer }, { rows: 12, cols: 4 }, 'distractor'],
    ['user=ada host=Paris port=8080', { user: string, port: integer }, { user: 'ada', port: 8080 }, 'distractor']
  ],
  'key: value': [
    ['name: Ada\nage: 36', { name: string, age: integer }, { name: 'Ada', age: 36 }],
    [
      'Title: The Trial\nAuthor: Franz Kafka',
      { title: string, author: string },
      { title: 'The Trial', author: 'Franz Kafka' }
    ],
    ['Please book. City: Rome. Nights: 3.', { city: string, nights: integer }, { city: 'Rome', nights: 3 }],
    ['- price: 9.99\n- currency: EUR', { price: number, currency: string }, { price: 9.99, currency: 'EUR' }],
    ['Priority: high', { priority: oneOf('low', 'medium', 'high') }, { priority: 'high' }],
    ['Order number: 77-12', { order_number: string }, { order_number: '77-12' }],
    [
      'First Name: Jane\nLast Name: Roe',
      { firstName: string, lastName: string },
      { firstName: 'Jane', lastName: 'Roe' }
    ],
    ['Date: 2024-01-01\nName: Kim\nRoom: 5', { name: string, room: integer }, { name: 'Kim', room: 5 }, 'distractor'],
    [
      'Note: call me.\nSubject: Hello\nTo: bob@example.com',
      { subject: string, to: string },
      { subject: 'Hello', to: 'bob@example.com' },
      'distractor'
    ],
    ['age: 40, height: 180, weight: 75', { height: number, weight: number }, { height: 180, weight: 75 }, 'distractor']
  ],
  units: [
    ['Jason is 27 years old.', { age: integer }, { age: 27 }],
    ['She is a 27 year old nurse.', { age: integer }, { age: 27 }],
    ['It costs 40 €.', { price: number }, { price: 40 }],
    ['I paid $12.50 for it.', { amount: number }, { amount: 12.5 }],
    ['Set a timer of 15 minutes.', { minutes: integer }, { minutes: 15 }],
    ['Drive 120 km.', { distance_km: number }, { distance_km: 120 }],
    ['A discount of 20%.', { percent: number }, { percent: 20 }],
    ['A 30 year old man who weighs 80 kg.', { weight: number, age: integer }, { weight: 80, age: 30 }, 'distractor'],
    [
      'In 2020 it was 25 °C with 60% humidity.',
      { temperature: number, humidity: number },
      { temperature: 25, humidity: 60 },
      'distractor'
    ],
    ['2 tickets for 35 € each, row 9.', { price: number, tickets: integer }, { price: 35, tickets: 2 }, 'distractor']
  ],
  enums: [
    [
      'How warm is it in Paris, in fahrenheit?',
      { location: string, unit: oneOf('celsius', 'fahrenheit') },
      { location: 'Paris', unit: 'fahrenheit' }
    ],
    [
      'This film is wonderful! The sentiment is positive.',
      { sentiment: oneOf('negative', 'neutral', 'positive') },
      { sentiment: 'positive' }
    ],
    ['Turn the light off.', { state: oneOf('on', 'off') }, { state: 'off' }],
    ['A large pizza, please.', { size: oneOf('small', 'medium', 'large') }, { size: 'large' }],
    ['Sort it by date, descending.', { order: oneOf('ascending', 'descending') }, { order: 'descending' }],
    ['Make it High priority', { priority: oneOf('LOW', 'MEDIUM', 'HIGH') }, { priority: 'HIGH' }],
    ['It is in progress.', { status: oneOf('todo', 'in_progress', 'done') }, { status: 'in_progress' }],
    [
      'My red car is fast. Paint it blue.',
      { color: oneOf('green', 'blue', 'yellow') },
      { color: 'blue' },
      'distractor'
    ],
    [
      'Not tomorrow: the small one for 5 people.',
      { size: oneOf('small', 'large'), people: integer },
      { size: 'small', people: 5 },
      'distractor'
    ],
    [
      'Ada wants 3 of the vanilla kind.',
      { flavor: oneOf('chocolate', 'vanilla'), count: integer },
      { flavor: 'vanilla', count: 3 },
      'distractor'
    ]
  ],
  lists: [
    ['Add 1, 2 and 3.', { numbers: integers }, { numbers: [1, 2, 3] }],
    ['Sum these: 4, 8, 15, 16, 23, 42', { values: integers }, { values: [4, 8, 15, 16, 23, 42] }],
    ['Invite Ann, Bob and Carl.', { names: strings }, { names: ['Ann', 'Bob', 'Carl'] }],
    ['Compare the weather of Paris and London.', { cities: strings }, { cities: ['Paris', 'London'] }],
    ['Tag it with "urgent" and "billing".', { tags: strings }, { tags: ['urgent', 'billing'] }],
    ['Delete a.txt, b.txt and c.txt', { files: strings }, { files: ['a.txt', 'b.txt', 'c.txt'] }],
    ['The mean of 1.5, 2.5', { numbers: { type: 'array', items: number } }, { numbers: [1.5, 2.5] }],
    ['Tom likes "jazz" and "rock".', { genres: strings }, { genres: ['jazz', 'rock'] }, 'distractor'],
    ['In room 9: the maximum of [3, 7, 5].', { numbers: integers }, { numbers: [3, 7, 5] }, 'distractor'],
    [
      'Mail ann@example.com and bob@example.com about Rome.',
      { emails: strings },
      { emails: ['ann@example.com', 'bob@example.com'] },
      'distractor'
    ]
  ],
  mixed: [
    [
      'Jason is 27 years old and lives in Boston.',
      { name: string, age: integer, city: string },
      { name: 'Jason', age: 27, city: 'Boston' }
    ],
    [
      'Extract: Ada Lovelace, ada@example.com, 36 years old',
      { name: string, email: string, age: integer },
      { name: 'Ada Lovelace', email: 'ada@example.com', age: 36 }
    ],
    [
      'Book 2 rooms in Rome from 2025-05-01.',
      { rooms: integer, city: string, date: format('date') },
      { rooms: 2, city: 'Rome', date: '2025-05-01' }
    ],
    [
      'Transfer 250.75 EUR to account DE-4711.',
      { amount: number, currency: string, account: string },
      { amount: 250.75, currency: 'EUR', account: 'DE-4711' }
    ],
    [
      'Send "Happy birthday" to Tom at tom@example.com.',
      { message: string, email: string },
      { message: 'Happy birthday', email: 'tom@example.com' },
      'distractor'
    ],
    ['Is 17 prime?', { n: integer }, { n: 17 }],
    [
      'Alice and Bob meet on Friday, 2025-01-10.',
      { participants: strings, date: format('date') },
      { participants: ['Alice', 'Bob'], date: '2025-01-10' },
      'distractor'
    ],
    [
      'For 3 days it rained in Oslo; now plan a trip of 5 days to Bergen.',
      { destination: string, days: integer },
      { destination: 'Bergen', days: 5 },
      'distractor'
    ],
    [
      'Tom (tom@example.com) ordered 2 of SKU-1 for 19.90 €.',
      { email: string, quantity: integer, sku: string, price: number },
      { email: 'tom@example.com', quantity: 2, sku: 'SKU-1', price: 19.9 },
      'distractor'
    ],
    [
      'Ada, born 1815-12-10 in London, wrote "Note G" at the age of 27.',
      { born: format('date'), place: string, age: integer, work: about('The title of the work') },
      { born: '1815-12-10', place: 'London', age: 27, work: 'Note G' },
      'distractor'
    ]
  ]
}

/** 150 prompts, ten of a kind; 50 of them have a distractor. */
export const promptRows: PromptRow[] = Object.entries(kinds).flatMap(([kind, rows]) =>
  rows.map(([prompt, properties, values, distractor]) => ({
    kind,
    prompt,
    properties,
    values,
    distractor: distractor !== undefined
  }))
)
