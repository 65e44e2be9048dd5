/** Everyday conversations with several tools, and the tools that a model calls. Written by hand, before the rules. */
import type { Message, Tool } from '../../src/core/openai-types.js'
import { declare, resultOf, type ToolRow } from './tools.js'

const text = { type: 'string' }
const integer = { type: 'integer' }

/** All tools of the rows, by name. */
export const everydayToolBox: Readonly<Record<string, Tool>> = Object.fromEntries(
  [
    declare('search_flights', 'Search for flights between two cities', { origin: text, destination: text, date: text }),
    declare('search_hotels', 'Search for hotels in a city', { city: text, check_in: text }),
    declare('get_forecast', 'Get the weather forecast for a location', { location: text }),
    declare('get_order_status', 'Get the status of an order', { order_id: text }),
    declare('cancel_order', 'Cancel an order that was not shipped', { order_id: text }),
    declare('list_orders', 'List the latest orders of the customer', {}),
    declare('create_event', 'Add an event to the calendar', { title: text, start: text }),
    declare('list_events', 'List the events of a day', { day: text }),
    declare('send_message', 'Send a chat message to a contact', { contact: text, message: text }),
    declare('transfer_money', 'Transfer money to another account', { recipient: text, amount: integer }),
    declare('get_balance', 'Get the balance of the account', {}),
    declare('set_light', 'Switch a light on or off', { room: text, state: { type: 'string', enum: ['on', 'off'] } }),
    declare('set_thermostat', 'Set the target temperature of the heating', { degrees: integer }),
    declare('play_music', 'Play a song, an album or an artist', { query: text }),
    declare('search_recipes', 'Find recipes by ingredients', { ingredients: { type: 'array', items: text } }),
    declare('search_code', 'Search the source code of the repository', { pattern: text }),
    declare('read_file', 'Read a file of the repository', { path: text }),
    declare('run_tests', 'Run the test suite', {}),
    declare('get_movie', 'Get details about a movie', { title: text }),
    declare('convert_units', 'Convert a value from one unit to another', { value: integer, from: text, to: text }),
    declare('query_database', 'Run a SQL query against the database', { sql: text })
  ].map(tool => [tool.function!.name, tool])
)

const home = ['set_light', 'set_thermostat', 'play_music']
const shop = ['get_order_status', 'cancel_order', 'list_orders']
const travel = ['search_flights', 'search_hotels', 'get_forecast']
const office = ['create_event', 'list_events', 'send_message']
const bank = ['transfer_money', 'get_balance']
const code = ['search_code', 'read_file', 'run_tests']

const forecast = resultOf('get_forecast', { location: 'Oslo' }, '{"temperature": 4, "sky": "cloudy"}')
const order = resultOf('get_order_status', { order_id: 'A1' }, 'shipped')
const user = (content: string): Message => ({ role: 'user', content })
const assistant = (content: string): Message => ({ role: 'assistant', content })

/** The rows by kind. */
export const everydayToolRows: Readonly<Record<string, ToolRow[]>> = {
  'everyday requests': [
    { tools: travel, user: 'I need a flight from Paris to Oslo on Friday.', calls: ['search_flights'] },
    { tools: travel, user: 'Where can I stay in Lisbon next weekend?', calls: ['search_hotels'] },
    { tools: travel, user: 'Do I need an umbrella in London?', calls: ['get_forecast'] },
    { tools: travel, user: 'Will it be cold in Helsinki tonight?', calls: ['get_forecast'] },
    { tools: shop, user: 'Where is my order 8812?', calls: ['get_order_status'] },
    { tools: shop, user: 'Please cancel order 8812.', calls: ['cancel_order'] },
    { tools: shop, user: 'What did I order recently?', calls: ['list_orders'] },
    { tools: office, user: 'Put lunch with Ann into my calendar for Monday at noon.', calls: ['create_event'] },
    { tools: office, user: 'What is on my schedule today?', calls: ['list_events'] },
    { tools: office, user: 'Text Maria that I am on my way.', calls: ['send_message'] },
    { tools: bank, user: 'Send 50 dollars to Tom.', calls: ['transfer_money'] },
    { tools: bank, user: 'How much money do I have?', calls: ['get_balance'] },
    { tools: home, user: 'Turn off the lights in the kitchen.', calls: ['set_light'] },
    { tools: home, user: 'Make it 21 degrees in here.', calls: ['set_thermostat'] },
    { tools: home, user: 'Put on some jazz.', calls: ['play_music'] },
    { tools: code, user: 'Show me src/index.ts', calls: ['read_file'] },
    { tools: code, user: 'Do all tests pass?', calls: ['run_tests'] },
    { tools: ['get_movie', 'play_music'], user: 'Who directed the film Alien?', calls: ['get_movie'] },
    { tools: ['convert_units', 'get_forecast'], user: 'How many feet are 30 meters?', calls: ['convert_units'] }
  ],
  'everyday requests, second set': [
    { tools: travel, user: 'Get me a plane to Madrid', calls: ['search_flights'] },
    { tools: shop, user: 'I do not want order 77 anymore, please cancel it.', calls: ['cancel_order'] },
    { tools: shop, user: 'What is the status of order 12?', calls: ['get_order_status'] },
    { tools: office, user: 'Do I have any meetings on Friday?', calls: ['list_events'] },
    { tools: home, user: 'Lights on in the bedroom please', calls: ['set_light'] },
    { tools: code, user: 'What does package.json say?', calls: ['read_file'] },
    { tools: bank, user: 'Tell me a story about a pirate.', calls: [] },
    { tools: code, user: 'What is recursion?', calls: [] }
  ],
  'everyday requests for several tools': [
    {
      tools: travel,
      user: 'Find a flight from Rome to Oslo and a hotel in Oslo.',
      calls: ['search_flights', 'search_hotels']
    },
    { tools: home, user: 'Switch the hall light on and play some Mozart.', calls: ['set_light', 'play_music'] },
    { tools: travel, user: 'Compare the weather in Bergen and Oslo.', calls: ['get_forecast', 'get_forecast'] }
  ],
  'everyday messages without a tool': [
    { tools: travel, user: 'Good evening!', calls: [] },
    { tools: shop, user: 'Thank you, that was very helpful.', calls: [] },
    { tools: home, user: 'Tell me a joke about robots.', calls: [] },
    { tools: bank, user: 'What is the capital of France?', calls: [] },
    { tools: code, user: 'Who wrote Hamlet?', calls: [] },
    { tools: office, user: 'Explain photosynthesis in simple words.', calls: [] },
    { tools: travel, user: 'Say "hello".', calls: [] },
    { tools: office, user: 'Write a poem about the sea.', calls: [] },
    { tools: ['get_order_status'], user: 'I like your shop.', calls: [] },
    { tools: ['query_database'], user: 'Hi, I am Sam.', calls: [] },
    { tools: home, user: 'What is 2 + 2?', calls: [] }
  ],
  'everyday results': [
    { tools: travel, user: 'What is the weather in Oslo?', after: forecast, calls: [] },
    { tools: ['get_forecast'], user: 'What is the weather in Oslo?', after: forecast, calls: [] },
    { tools: travel, before: [user('Weather in Oslo?'), ...forecast], user: 'Please go on.', calls: [] },
    {
      tools: travel,
      before: [user('Weather in Oslo?'), ...forecast, assistant('Cloudy, 4 degrees.')],
      user: 'Thanks! Is that cold?',
      calls: []
    },
    {
      tools: travel,
      before: [user('Weather in Oslo?'), ...forecast, assistant('Cloudy, 4 degrees.')],
      user: 'And what about Bergen?',
      calls: ['get_forecast']
    },
    {
      tools: shop,
      before: [user('Where is order A1?'), ...order, assistant('It was shipped.')],
      user: 'Then cancel order B7.',
      calls: ['cancel_order']
    },
    {
      tools: shop,
      before: [user('Where is order A1?'), ...order, assistant('It was shipped.')],
      user: 'Great, when was it shipped?',
      calls: []
    },
    {
      tools: [...travel, ...office],
      user: 'Get the forecast for Oslo and send it to Kim as a message.',
      after: forecast,
      calls: ['send_message']
    }
  ],
  'everyday instructions': [
    { tools: shop, system: 'Always call list_orders first.', user: 'I have a problem.', calls: ['list_orders'] },
    { tools: travel, system: 'You are a travel agent. Never use search_hotels.', user: 'A hotel in Rome?', calls: [] },
    { tools: bank, system: 'Be polite.', user: 'Use get_balance please.', calls: ['get_balance'] }
  ]
}
