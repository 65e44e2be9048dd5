/** Conversations with tools and results, and what the calls and answers contain. Written by hand; every third row has a distractor. */
import type { ChatRequest, Json, JsonObject, Message } from '../../src/core/openai-types.js'
import { resultOf } from './tools.js'

/** A conversation, and the calls of the reply with their arguments. */
export interface CallRow {
  tools: readonly string[]
  user: string
  /** Arguments that are not here may have any value. */
  calls: readonly (readonly [name: string, args: JsonObject])[]
  system?: string
  before?: readonly Message[]
  after?: readonly Message[]
  more?: Partial<ChatRequest>
}

const oneAtATime: Partial<ChatRequest> = { parallel_tool_calls: false }
const required: Partial<ChatRequest> = { tool_choice: 'required' }
const discovery = "Use the 'search_tools' tool if you need to find other tools."
const separate = `${discovery} Make separate tool calls for separate terms.`
const found = resultOf('search_tools', { terms: ['weather', 'London'] }, 'Tools found: get_weather')
const told: Message = { role: 'assistant', content: 'It is sunny in London.' }
const sum: readonly Message[] = [
  { role: 'user', content: 'How much is 37 plus 87?' },
  ...resultOf('add', { a: 37, b: 87 }, '124')
]
const tryAgain = resultOf(
  'find_user',
  { name: 'John' },
  'No user was found, give the full name.\n\nFix the errors and try again.'
)

/** The rows by kind. */
export const callRows: Readonly<Record<string, CallRow[]>> = {
  'search terms': [
    {
      tools: ['add', 'search_tools'],
      system: discovery,
      user: 'What is the weather in London?',
      calls: [['search_tools', { terms: ['weather', 'London'] }]]
    },
    {
      tools: ['search_tools'],
      system: discovery,
      user: 'Can you book a table for tonight?',
      calls: [['search_tools', { terms: ['book', 'table', 'tonight'] }]]
    },
    {
      tools: ['find_documents'],
      user: 'How do I reset the password of my router?',
      calls: [['find_documents', { keywords: ['reset', 'password', 'router'] }]]
    },
    {
      tools: ['find_documents'],
      user: 'Which invoices of Acme are overdue?',
      calls: [['find_documents', { keywords: ['invoices', 'Acme', 'overdue'] }]]
    },
    {
      tools: ['find_documents'],
      user: 'Find documents with the keywords "cat" and "dog".',
      calls: [['find_documents', { keywords: ['cat', 'dog'] }]]
    },
    {
      tools: ['search_tools'],
      system: separate,
      user: 'What is the weather and time in London?',
      calls: [
        ['search_tools', { terms: ['weather', 'London'] }],
        ['search_tools', { terms: ['time', 'London'] }]
      ]
    },
    {
      tools: ['find_documents'],
      user: 'What is the price and the size of the tent? Search twice, in parallel.',
      calls: [
        ['find_documents', { keywords: ['price', 'tent'] }],
        ['find_documents', { keywords: ['size', 'tent'] }]
      ]
    },
    {
      tools: ['search_tools'],
      system: discovery,
      user: 'What is the weather and time in London?',
      calls: [['search_tools', { terms: ['weather', 'time', 'London'] }]]
    }
  ],
  'a new question': [
    {
      tools: ['add', 'search_tools'],
      system: discovery,
      before: [{ role: 'user', content: 'What is the weather in London?' }, ...found, told],
      user: 'What is the time in London?',
      calls: [['search_tools', { terms: ['time', 'London'] }]]
    },
    {
      tools: ['get_weather', 'search_tools'],
      before: [{ role: 'user', content: 'What is the weather in London?' }, ...found, told],
      user: "Search for the 'get_date' tool.",
      calls: [['search_tools', { terms: ['get_date'] }]]
    },
    {
      tools: ['add', 'search_tools'],
      system: discovery,
      before: [{ role: 'user', content: 'What is the weather in London?' }, ...found, told],
      user: 'Thank you!',
      calls: []
    },
    {
      tools: ['search_tools', 'get_weather'],
      user: 'What is the time in London? What is the weather in Paris? Call two tools in parallel: search_tools, get_weather.',
      calls: [
        ['search_tools', {}],
        ['get_weather', { city: 'Paris' }]
      ]
    },
    {
      tools: ['get_weather'],
      user: 'Who is the king of Spain? What is the weather in Oslo?',
      calls: [['get_weather', { city: 'Oslo' }]]
    }
  ],
  'several questions': [
    {
      tools: ['add'],
      user: 'How much is 37 plus 87? How much is 73 plus 78? Call 2 tools in parallel (at the same time)!',
      calls: [
        ['add', { a: 37, b: 87 }],
        ['add', { a: 73, b: 78 }]
      ]
    },
    {
      tools: ['get_weather', 'get_time'],
      user: 'What is the weather in Rome? And what is the weather in Oslo?',
      calls: [
        ['get_weather', { city: 'Rome' }],
        ['get_weather', { city: 'Oslo' }]
      ]
    },
    {
      tools: ['add', 'multiply'],
      user: 'Multiply 3 and 4. Multiply 5 and 6.',
      calls: [
        ['multiply', { a: 3, b: 4 }],
        ['multiply', { a: 5, b: 6 }]
      ]
    },
    {
      tools: ['book_flight'],
      user: 'Book a flight from Oslo to Rome.\nBook a flight from Rome to Paris.',
      calls: [
        ['book_flight', { from: 'Oslo', to: 'Rome' }],
        ['book_flight', { from: 'Rome', to: 'Paris' }]
      ]
    },
    {
      tools: ['get_weather'],
      user: 'What is the weather in Rome? I need it for my talk in May.',
      calls: [['get_weather', { city: 'Rome' }]]
    },
    { tools: ['add'], user: 'How much is 2 plus 3? I have 5 minutes.', calls: [['add', { a: 2, b: 3 }]] },
    {
      tools: ['add'],
      user: 'How much is 2 plus 3? How much is 4 plus 5?',
      more: oneAtATime,
      calls: [['add', { a: 2, b: 3 }]]
    },
    {
      tools: ['add'],
      user: 'How much is 2 plus 3? How much is 4 plus 5?',
      after: resultOf('add', { a: 2, b: 3 }, '5'),
      more: oneAtATime,
      calls: []
    },
    {
      tools: ['get_weather', 'get_time'],
      user: 'What is the weather in Rome and Oslo?',
      after: resultOf('get_weather', { city: 'Rome' }, 'sunny, 30 degrees'),
      more: oneAtATime,
      calls: []
    },
    {
      tools: ['get_weather'],
      user: 'What is the weather in Rome and Oslo?',
      after: [
        ...resultOf('get_weather', { city: 'Rome' }, 'sun'),
        ...resultOf('get_weather', { city: 'Oslo' }, 'rain')
      ],
      more: oneAtATime,
      calls: []
    },
    {
      tools: ['get_weather'],
      user: 'What is the weather in Rome and Oslo?',
      after: resultOf('get_weather', { city: 'Rome' }, 'sun'),
      calls: []
    }
  ],
  'one call for each member of a list': [
    {
      tools: ['get_temperature'],
      user: 'What is the temperature in Munich and London, in Celsius?',
      calls: [
        ['get_temperature', { place: 'Munich', unit: 'CELSIUS' }],
        ['get_temperature', { place: 'London', unit: 'CELSIUS' }]
      ]
    },
    {
      tools: ['get_temperature'],
      user: 'What is the temperature in Munich, in Fahrenheit?',
      calls: [['get_temperature', { place: 'Munich', unit: 'FAHRENHEIT' }]]
    }
  ],
  'arguments of the clause that asks for the tool': [
    {
      tools: ['add', 'multiply'],
      user: 'What is 3 multiplied by 4? And add 11 and 49.',
      calls: [
        ['multiply', { a: 3, b: 4 }],
        ['add', { a: 11, b: 49 }]
      ]
    },
    {
      tools: ['get_weather', 'get_time'],
      user: 'Tell me the weather in Rome and the time in Oslo.',
      calls: [
        ['get_weather', { city: 'Rome' }],
        ['get_time', { city: 'Oslo' }]
      ]
    },
    {
      tools: ['get_weather', 'get_time'],
      user: 'What are the weather and the time in Rome?',
      calls: [
        ['get_weather', { city: 'Rome' }],
        ['get_time', { city: 'Rome' }]
      ]
    },
    {
      tools: ['find_user', 'get_weather'],
      user: 'Find the user Mary Major, then get the weather in Oslo.',
      after: resultOf('find_user', { name: 'Mary Major' }, '{"id": 7}'),
      calls: [['get_weather', { city: 'Oslo' }]]
    },
    {
      tools: ['get_weather'],
      user: "What is the weather in Munich? Use the 'get_weather' tool.",
      calls: [['get_weather', { city: 'Munich' }]]
    }
  ],
  'the result of an earlier call': [
    {
      tools: ['add', 'multiply'],
      user: "First add 2 and 3 by calling the 'add' tool, then multiply the result by 4 by calling the 'multiply' tool.",
      calls: [['add', { a: 2, b: 3 }]]
    },
    {
      tools: ['add', 'multiply'],
      user: "First add 2 and 3 by calling the 'add' tool, then multiply the result by 4 by calling the 'multiply' tool.",
      after: resultOf('add', { a: 2, b: 3 }, '5'),
      calls: [['multiply', { a: 5, b: 4 }]]
    },
    {
      tools: ['add', 'multiply'],
      user: 'Add 6 and 7. Multiply the sum by 10.',
      calls: [['add', { a: 6, b: 7 }]]
    },
    {
      tools: ['add', 'multiply'],
      user: 'Add 6 and 7. Multiply the sum by 10.',
      after: resultOf('add', { a: 6, b: 7 }, '{"sum": 13}'),
      calls: [['multiply', { a: 13, b: 10 }]]
    },
    { tools: ['add'], before: sum, user: 'Now add 47 to the previous result.', calls: [['add', { a: 47, b: 124 }]] },
    {
      tools: ['get_weather', 'to_celsius'],
      user: 'What is the weather in Berlin? Convert the temperature to Celsius.',
      after: resultOf('get_weather', { city: 'Berlin' }, '{"city": "Berlin", "temperature": 72, "humidity": 40}'),
      calls: [['to_celsius', { temperature: 72 }]]
    },
    { tools: ['add'], user: 'What is the result of 3 plus 4?', calls: [['add', { a: 3, b: 4 }]] }
  ],
  'a result that asks for another try': [
    {
      tools: ['find_user'],
      user: 'Find the user John Doe.',
      after: tryAgain,
      calls: [['find_user', { name: 'John Doe' }]]
    },
    {
      tools: ['find_user', 'get_weather'],
      user: 'Find the user John Doe.',
      after: tryAgain,
      calls: [['find_user', { name: 'John Doe' }]]
    },
    {
      tools: ['list_flights'],
      user: 'Which flights are there on 2026-03-04?',
      after: resultOf(
        'list_flights',
        { date: '4.3.' },
        'Error: the date is not valid. Please retry with a date as YYYY-MM-DD.'
      ),
      calls: [['list_flights', { date: '2026-03-04' }]]
    },
    {
      tools: ['find_user'],
      user: 'Find the user John Doe.',
      after: [...tryAgain, ...tryAgain, ...tryAgain],
      calls: []
    },
    {
      tools: ['get_weather'],
      user: 'What is the weather in Rome?',
      after: resultOf('get_weather', { city: 'Rome' }, 'The service is down, try again later.'),
      calls: []
    },
    {
      tools: ['get_weather'],
      user: 'What is the weather in Rome?',
      after: resultOf('get_weather', { city: 'Rome' }, 'Error: no data. Do not retry.'),
      calls: []
    }
  ],
  'one of several tools for the answer': [
    {
      tools: ['final_result_fruit', 'final_result_vehicle'],
      user: 'Which vehicle is it? It is a bicycle with 2 wheels.',
      more: required,
      calls: [['final_result_vehicle', { wheels: 2 }]]
    },
    {
      tools: ['final_result_vehicle', 'final_result_fruit'],
      user: 'What is the color of this fruit? It is red.',
      more: required,
      calls: [['final_result_fruit', { color: 'red' }]]
    },
    {
      tools: ['get_weather', 'final_result_fruit', 'final_result_vehicle'],
      user: 'Which vehicle fits the weather in Rome?',
      after: resultOf('get_weather', { city: 'Rome' }, 'rain'),
      calls: [['final_result_vehicle', {}]]
    },
    {
      tools: ['final_result_vehicle'],
      system: 'Extract the vehicle.',
      user: 'The vehicle is called Rex and has 3 wheels.',
      calls: [['final_result_vehicle', { name: 'Rex', wheels: 3 }]]
    },
    { tools: ['final_result_vehicle'], user: 'Hello, how are you?', calls: [] }
  ]
}

/** A message, and all arguments of the call: optional parameters are there only with a value of the message. */
export const optionalRows: readonly (readonly [user: string, args: JsonObject])[] = [
  ['Book a room in Oslo.', { city: 'Oslo' }],
  ['Book a room in Oslo for 3 nights.', { city: 'Oslo', nights: 3 }],
  ['Book a room in Oslo, note: a quiet room.', { city: 'Oslo', note: 'a quiet room' }]
]

/** A conversation that ends with results, and the value that the answer must have for a schema. */
export interface ResultRow {
  user: string
  after: readonly Message[]
  properties: Readonly<Record<string, JsonObject>>
  value: Json
}

const text: JsonObject = { type: 'string' }
const number: JsonObject = { type: 'number' }
const weather = (content: string) => resultOf('get_weather', { city: 'Madrid' }, content)

/** Values of results in JSON answers. */
export const resultRows: readonly ResultRow[] = [
  {
    user: 'What is the weather in Madrid?',
    after: weather('{"location": "Madrid", "temperature": 72}'),
    properties: { location: text, temperature: number },
    value: { location: 'Madrid', temperature: 72 }
  },
  {
    user: 'What is the weather in Madrid?',
    after: weather('sunny'),
    properties: { city: text, weather: { type: 'string', enum: ['RAINY', 'SUNNY'] } },
    value: { city: 'Madrid', weather: 'SUNNY' }
  },
  {
    user: 'How is the weather in Madrid, on the 2nd day of my trip?',
    after: weather('{"data": {"temperature": 19.5, "humidity": 40}, "source": "station 7"}'),
    properties: { city: text, temperature: number, humidity: { type: 'integer' } },
    value: { city: 'Madrid', temperature: 19.5, humidity: 40 }
  },
  {
    user: 'What are the weather and the time in Madrid?',
    after: [...weather('{"temperature": 21}'), ...resultOf('get_time', { city: 'Madrid' }, '{"time": "17:45"}')],
    properties: { time: text, temperature: number },
    value: { time: '17:45', temperature: 21 }
  }
]

const list: JsonObject = { type: 'array', items: text }

/** A prompt, the properties of its JSON answer, and the numbers of items of their lists; undefined for any number. */
export type CountRow = [
  user: string,
  properties: Record<string, JsonObject>,
  counts: Record<string, number | undefined>
]

/** Numbers of items that a prompt wants. */
export const countRows: readonly CountRow[] = [
  ['Generate 3 hero descriptions for a game.', { elements: list }, { elements: 3 }],
  ['Give me five names for a black cat.', { names: list }, { names: 5 }],
  ['List the top 7 dishes of Spain, each in 10 words.', { items: list }, { items: 7 }],
  [
    'Suggest 4 people for the jury.',
    { people: { type: 'array', items: { type: 'object', properties: { name: text } } } },
    { people: 4 }
  ],
  ['Create 3 users in 2 groups.', { users: { ...list, maxItems: 2 } }, { users: undefined }],
  ['Write a recipe for 4 people in 2 languages.', { steps: list }, { steps: undefined }]
]

/** A prompt and the only value of its JSON answer. */
export const factRows: readonly (readonly [user: string, type: string, value: Json])[] = [
  ['Extract number of people mentioned in the following text: Mary is 37. Peter is 35, he likes 3 cats.', 'integer', 2],
  ['How many emails are there in this text: a@x.com wrote to b@y.com at 9.', 'integer', 2],
  ['Count the links in the text: see https://a.example, then call 555.', 'number', 1],
  ['Extract if the person from the following text is a man: Klaus is a 37-year-old man.', 'boolean', true],
  ['Say whether the text mentions a dog: The cat sleeps.', 'boolean', false],
  ['Tell if the shop is open: The shop is not open.', 'boolean', false]
]

/** Earlier messages of the user, the instructions, a question, and what its answer contains. */
export type MemoryRow = [earlier: string[], question: string, answer: RegExp, system?: string]

/** Questions about what the conversation contains. */
export const memoryRows: readonly MemoryRow[] = [
  [['Hello, my name is Klaus.'], 'What is my name?', /Klaus/],
  [['Hello, my name is Klaus.', 'I am 42 years old'], 'How old am I?', /42/],
  [["I'm 42 years old and have 3 cats."], 'Do you remember my age?', /42/],
  [['I live in Bergen and work in Oslo.'], 'Where do I live?', /Bergen/],
  [['I live in Bergen and work in Oslo.'], 'In which city do I work?', /Oslo/],
  [['My favourite color is teal.', 'Red is nice too.'], 'What is my favourite color?', /teal/],
  [['I like hiking in the Alps.'], 'What do I like?', /hiking/],
  [['I was born on 3 May 1990.', 'Today is 4 June 2020.'], 'When was I born?', /3 May 1990/],
  [['Hi, I am Maria, a nurse.'], 'Who am I?', /Maria/],
  [
    [],
    'Context: The shop opens at 9. Parking costs 4 euros a day. Dogs are welcome.\n\nQuestion: How much does parking cost?',
    /4 euros/
  ],
  [
    [],
    'When can cancellations be made?\n\nAnswer using the following information:\nBookings can be changed within an hour. Cancellations can be made up to 7 days before the start.',
    /7 days/
  ],
  [
    [],
    'Who wrote the report?',
    /Ines Berg/,
    'Answer the question from the documents.\n<documents>\nThe report has 30 pages. The report was written by Ines Berg. Its cover is blue.\n</documents>'
  ]
]
