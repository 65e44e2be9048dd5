/** Conversations with tools, and the tools that a model calls. Written by hand; every third row has a distractor. */
import type { ChatRequest, JsonObject, Message, Tool } from '../../src/core/openai-types.js'

/** A conversation and the names of the tools that the reply calls. */
export interface ToolRow {
  tools: readonly string[]
  user: string
  calls: readonly string[]
  system?: string
  /** Messages between the first user message and this one. */
  before?: readonly Message[]
  /** Messages after the user message. */
  after?: readonly Message[]
  more?: Partial<ChatRequest>
}

const text = (description?: string): JsonObject => ({ type: 'string', ...(description ? { description } : {}) })
/** Declares a tool with its parameters. */
export const declare = (
  name: string,
  description: string,
  properties: Record<string, JsonObject>,
  required = Object.keys(properties)
): Tool => ({
  type: 'function',
  function: { name, description, parameters: { type: 'object', properties, required } }
})

/** All tools of the rows, by name. */
export const toolBox: Readonly<Record<string, Tool>> = Object.fromEntries(
  [
    declare('get_weather', 'Get the current weather in a given city', { city: text() }),
    declare('get_time', 'Get the current time in a city', { city: text() }),
    declare('search_web', 'Search the internet for up-to-date information', { query: text() }),
    declare('send_email', 'Send an email to a person', { to: text(), subject: text(), body: text() }),
    declare('read_email', 'Read the latest emails of the inbox', { count: { type: 'integer' } }),
    declare('calculator', 'Evaluate an arithmetic expression', { expression: text() }),
    declare('add', 'Adds a and b.', { a: { type: 'integer' }, b: { type: 'integer' } }),
    declare('multiply', 'Multiply two numbers', { a: { type: 'integer' }, b: { type: 'integer' } }),
    declare('magic_function', 'Applies a magic function to an input.', { input: { type: 'integer' } }),
    declare('roll_dice', 'Roll a six-sided die and return the result.', {}),
    declare('get_player_name', "Get the player's name.", {}),
    declare('create_user', 'Create a new user account', { name: text(), email: text() }),
    declare('delete_user', 'Delete a user account', { id: text() }),
    declare('getStockPrice', 'Look up the price of a stock by its ticker symbol', { ticker: text() }),
    declare('book_flight', 'Book a flight between two airports', { from: text(), to: text() }),
    declare('final_result', 'The final response which ends this conversation', { answer: text() }),
    declare('final_result_box', 'The final response which ends this conversation', {
      width: { type: 'integer' },
      height: { type: 'integer' }
    }),
    declare('final_result_song', 'The final response which ends this conversation', {
      title: text(),
      minutes: { type: 'integer' }
    }),
    declare('finish', 'Marks the task as complete', { summary: text() }),
    declare('convert_currency', 'Convert an amount of money from one currency to another', {
      amount: { type: 'number' },
      from: text(),
      to: text()
    }),
    declare('search_tools', 'Finds other tools whose name or description has the given search terms', {
      terms: { type: 'array', items: text(), description: 'Single words that the description may have' }
    }),
    declare('find_documents', 'Finds documents by their words', { keywords: { type: 'array', items: text() } }),
    declare(
      'book_room',
      'Book a room in a city',
      { city: text(), nights: { type: 'integer' }, note: text(), tags: { type: 'array', items: text() } },
      ['city']
    ),
    declare('get_temperature', 'Get the temperature', {
      place: text(),
      unit: { type: 'string', enum: ['CELSIUS', 'FAHRENHEIT'] }
    }),
    declare('find_user', 'Find a user by the full name', { name: text() }),
    declare('list_flights', 'List the flights of a day', { date: text('Date as YYYY-MM-DD') }),
    declare('to_celsius', 'Convert a temperature from Fahrenheit to Celsius', {
      temperature: { type: 'number', description: 'The temperature in Fahrenheit' }
    }),
    declare('final_result_fruit', 'A fruit', { name: text(), color: text() }),
    declare('final_result_vehicle', 'A vehicle', { name: text(), wheels: { type: 'integer' } })
  ].map(tool => [tool.function!.name, tool])
)

let callCount = 0
/** A call of a tool and its result. */
export const resultOf = (name: string, args: JsonObject, content: string): Message[] => {
  const id = `call_${callCount++}`
  return [
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id, type: 'function', function: { name, arguments: JSON.stringify(args) } }]
    },
    { role: 'tool', tool_call_id: id, content }
  ]
}
const rome = resultOf('get_weather', { city: 'Rome' }, '21 degrees')
const asked: Message = { role: 'user', content: 'What is the weather in Rome?' }
const answered: Message = { role: 'assistant', content: 'It is 21 degrees in Rome.' }
const allowed = (mode: 'auto' | 'required', ...names: string[]): ChatRequest['tool_choice'] => ({
  type: 'allowed_tools',
  allowed_tools: { mode, tools: names.map(name => ({ type: 'function', function: { name } })) }
})

/** The rows by kind. */
export const toolRows: Readonly<Record<string, ToolRow[]>> = {
  'the message mentions the tool': [
    { tools: ['get_weather', 'get_time'], user: 'What is the weather in Rome?', calls: ['get_weather'] },
    {
      tools: ['get_weather', 'get_time'],
      user: 'Weather and time in Rome, please',
      calls: ['get_weather', 'get_time']
    },
    {
      tools: ['get_weather', 'get_time', 'search_web'],
      user: 'Will it rain in Paris tomorrow?',
      calls: ['get_weather']
    },
    { tools: ['send_email', 'read_email'], user: 'Read my latest email', calls: ['read_email'] },
    {
      tools: ['send_email', 'read_email'],
      user: 'Please send an email to bob@example.com about lunch',
      calls: ['send_email']
    },
    { tools: ['create_user', 'delete_user'], user: 'Create a user named Bob', calls: ['create_user'] },
    { tools: ['create_user', 'delete_user'], user: 'Remove the user with id 7', calls: ['delete_user'] },
    { tools: ['calculator', 'get_weather'], user: 'What is 12 * 7?', calls: ['calculator'] },
    { tools: ['add', 'multiply'], user: 'Add 2 and 3', calls: ['add'] },
    { tools: ['add', 'multiply'], user: 'What is 3 times 12?', calls: ['multiply'] },
    { tools: ['add', 'multiply'], user: 'What is 3 multiplied by 4? And add 11 and 49.', calls: ['multiply', 'add'] },
    { tools: ['getStockPrice', 'get_weather'], user: 'How much is the AAPL stock?', calls: ['getStockPrice'] },
    {
      tools: ['book_flight', 'get_weather', 'send_email'],
      user: 'I need to fly from Oslo to Rome',
      calls: ['book_flight']
    },
    { tools: ['search_web', 'calculator'], user: 'Look up the latest news on fusion', calls: ['search_web'] },
    { tools: ['convert_currency', 'calculator'], user: 'Convert 40 euros to dollars', calls: ['convert_currency'] },
    {
      tools: ['magic_function', 'get_weather'],
      user: 'What is the value of magic_function(3)?',
      calls: ['magic_function']
    },
    { tools: ['magic_function', 'search_web'], user: 'Use the magic_function tool on 5', calls: ['magic_function'] }
  ],
  'the message orders or forbids tools': [
    {
      tools: ['add', 'multiply'],
      user: "First add 2 and 3 by calling the 'add' tool, then multiply the result by 4.",
      calls: ['add']
    },
    {
      tools: ['add', 'multiply'],
      user: "First add 2 and 3 by calling the 'add' tool, then multiply the result by 4.",
      after: resultOf('add', { a: 2, b: 3 }, '5'),
      calls: ['multiply']
    },
    {
      tools: ['create_user', 'delete_user'],
      user: 'Use create_user for Bob (do NOT use delete_user).',
      calls: ['create_user']
    },
    { tools: ['add', 'multiply'], user: "How much is 37 plus 87? Use 'add' tool before answering.", calls: ['add'] }
  ],
  'the only tool': [
    { tools: ['get_weather'], user: 'Is it nice outside in Oslo?', calls: ['get_weather'] },
    { tools: ['search_web'], user: 'Who won the match yesterday?', calls: ['search_web'] },
    { tools: ['get_weather'], user: 'Hello!', calls: [] },
    { tools: ['get_weather'], user: 'Thanks, that is very helpful!', calls: [] },
    { tools: ['search_web'], user: 'Tell me a joke about cats', calls: [] },
    { tools: ['get_weather'], user: 'My name is Bob.', calls: [] },
    { tools: ['get_weather'], user: 'How are you today?', calls: [] },
    { tools: ['get_weather'], user: 'Reply with exactly "OK"', calls: [] }
  ],
  'a response format': [
    {
      tools: ['send_email'],
      user: 'What weighs more, feathers or gold?',
      more: { response_format: { type: 'json_schema', json_schema: { name: 's', schema: { type: 'object' } } } },
      calls: []
    },
    {
      tools: ['send_email'],
      user: 'Send an email to Ann.',
      more: { response_format: { type: 'json_schema', json_schema: { name: 's', schema: { type: 'object' } } } },
      calls: ['send_email']
    }
  ],
  'small talk and other requests': [
    { tools: ['get_weather', 'get_time'], user: 'Hello!', calls: [] },
    { tools: ['get_weather', 'get_time'], user: 'Thanks!', calls: [] },
    { tools: ['get_weather', 'get_time'], user: 'Tell me a joke', calls: [] },
    { tools: ['get_weather', 'get_time'], user: 'Good morning, how are you?', calls: [] },
    { tools: ['get_weather', 'get_time'], user: 'The weather is lovely today.', calls: [] },
    { tools: ['send_email', 'create_user'], user: 'What is the capital of France?', calls: [] },
    { tools: ['get_weather', 'search_web'], user: 'Explain how photosynthesis works', calls: [] },
    { tools: ['get_weather', 'get_time'], user: 'ok', calls: [] }
  ],
  'the system mentions the tool': [
    {
      tools: ['roll_dice', 'get_player_name'],
      user: 'My guess is 4',
      system:
        "You're a dice game, you should roll the die and see if the number you get back matches the user's guess. Use the player's name in the response.",
      calls: ['roll_dice', 'get_player_name']
    },
    {
      tools: ['get_weather', 'get_time'],
      user: 'Rome',
      system: 'You are a weather assistant. Always call get_weather with the city.',
      calls: ['get_weather']
    },
    {
      tools: ['search_web', 'calculator'],
      user: 'Who is the king of Spain?',
      system: 'Use the search_web tool to answer each question.',
      calls: ['search_web']
    },
    {
      tools: ['search_web', 'calculator'],
      user: 'Hi!',
      system: 'Use the search_web tool to answer each question.',
      calls: []
    }
  ],
  'a result is there': [
    { tools: ['get_weather'], user: 'What is the weather in Rome?', after: rome, calls: [] },
    {
      tools: ['get_weather', 'get_time'],
      user: 'What are the weather and the time in Rome?',
      after: rome,
      calls: ['get_time']
    },
    { tools: ['get_weather'], before: [asked, ...rome, answered], user: 'Thanks!', calls: [] },
    { tools: ['get_weather'], before: [asked, ...rome], user: 'Please continue.', calls: [] },
    { tools: ['get_weather'], before: [asked, ...rome], user: 'What is the weather in Rome?', calls: [] },
    { tools: ['get_weather'], before: [asked, ...rome, answered], user: 'Is that warm?', calls: [] },
    { tools: ['get_weather'], before: [asked, ...rome, answered], user: 'And in Paris?', calls: ['get_weather'] },
    {
      tools: ['get_weather', 'get_time'],
      before: [asked, ...rome, answered],
      user: 'What is the weather in Oslo?',
      calls: ['get_weather']
    },
    {
      tools: ['get_weather', 'get_time'],
      before: [asked, ...rome, answered],
      user: 'Summarize this in French.',
      calls: []
    },
    {
      tools: ['get_weather'],
      before: [asked, ...rome, answered],
      user: 'Call get_weather once more.',
      calls: ['get_weather']
    }
  ],
  tool_choice: [
    {
      tools: ['get_weather', 'get_time'],
      user: 'What is the weather in Rome?',
      more: { tool_choice: 'none' },
      calls: []
    },
    {
      tools: ['get_weather', 'get_time'],
      user: 'What is the weather in Rome?',
      more: { tool_choice: { type: 'function', function: { name: 'get_time' } } },
      calls: ['get_time']
    },
    {
      tools: ['get_weather', 'get_time'],
      user: 'The weather and the time in Rome?',
      more: { tool_choice: allowed('auto', 'get_time') },
      calls: ['get_time']
    },
    {
      tools: ['get_weather', 'get_time'],
      user: 'Tell me a joke',
      more: { tool_choice: allowed('required', 'get_time') },
      calls: ['get_time']
    },
    {
      tools: ['get_weather', 'get_time'],
      user: 'Tell me a joke',
      more: { tool_choice: allowed('auto', 'get_time') },
      calls: []
    },
    {
      tools: ['get_weather', 'get_time'],
      user: 'The weather and the time in Rome?',
      more: { parallel_tool_calls: false },
      calls: ['get_weather']
    },
    {
      tools: ['get_weather', 'final_result'],
      user: 'What is the weather in Rome?',
      more: { tool_choice: 'required' },
      calls: ['get_weather']
    },
    {
      tools: ['get_weather', 'final_result'],
      user: 'What is the weather in Rome?',
      after: rome,
      more: { tool_choice: 'required' },
      calls: ['final_result']
    },
    {
      tools: ['get_weather', 'final_result'],
      user: 'What is the capital of France?',
      more: { tool_choice: 'required' },
      calls: ['final_result']
    },
    {
      tools: ['final_result_box', 'final_result_song'],
      user: 'Which song is it? The song has the title "Blue" and 4 minutes.',
      more: { tool_choice: 'required' },
      calls: ['final_result_song']
    },
    {
      tools: ['final_result_song', 'final_result_box'],
      user: 'The box has a width of 20 and a height of 30. Sing no song.',
      more: { tool_choice: 'required' },
      calls: ['final_result_box']
    },
    {
      tools: ['get_time', 'final_result_box'],
      system: 'Extract the size of the box.',
      user: 'The box is 20 cm wide, its width is 20 and its height 30.',
      calls: ['final_result_box']
    },
    {
      tools: ['final_result_box'],
      system: 'Extract the size.',
      user: 'The box is 20x30 cm',
      calls: ['final_result_box']
    },
    { tools: ['final_result_box'], system: 'Extract the size.', user: 'The box is blue.', calls: [] },
    {
      tools: ['final_result_box'],
      system: 'You are a helpful assistant.',
      user: 'I have 20 cats and 3 dogs.',
      calls: []
    },
    {
      tools: ['get_weather'],
      user: 'What is the weather in Rome?',
      after: resultOf('get_weather', { city: 'Rome' }, 'Unknown city.\n\nFix the errors and try again.'),
      calls: ['get_weather']
    },
    {
      tools: ['get_weather'],
      user: 'What is the weather in Rome?',
      after: resultOf('get_weather', { city: 'Rome' }, '{"error":"Unknown place, specify its country"}'),
      calls: ['get_weather']
    },
    {
      tools: ['get_weather'],
      user: 'What is the weather in Rome?',
      after: resultOf('get_weather', { city: 'Rome' }, '{"error":"The service is down."}'),
      calls: []
    },
    {
      tools: ['magic_function'],
      user: 'Compute it for 3.',
      after: resultOf('magic_function', { input: 3 }, 'Not ready, please retry.'),
      calls: ['magic_function']
    },
    {
      tools: ['get_weather', 'get_time'],
      user: 'What is the weather in Rome?',
      after: [...rome, ...resultOf('get_weather', { city: 'Rome' }, 'Please try again with a city.')],
      calls: ['get_weather']
    },
    {
      tools: ['get_weather'],
      user: 'What is the weather in Rome?',
      after: Array.from({ length: 3 }, () => resultOf('get_weather', { city: 'Rome' }, 'Error, try again.')).flat(),
      calls: []
    },
    {
      tools: ['get_weather'],
      user: 'What is the weather in Rome?',
      after: resultOf('get_weather', { city: 'Rome' }, 'It will try to rain again.'),
      calls: []
    },
    { tools: ['get_weather', 'finish'], user: 'What is the weather in Rome?', after: rome, calls: ['finish'] },
    {
      tools: ['get_weather'],
      user: 'What is the weather in Rome?',
      after: rome,
      more: { tool_choice: 'required' },
      calls: ['get_weather']
    }
  ]
}

/** The request of a row. */
export const toolRequest = (
  { tools, user, system, before = [], after = [], more }: ToolRow,
  box = toolBox
): ChatRequest => ({
  model: 'gpt-4o',
  messages: [
    ...(system ? [{ role: 'system', content: system }] : []),
    ...before,
    { role: 'user', content: user },
    ...after
  ],
  tools: tools.map(name => box[name]!),
  ...more
})
