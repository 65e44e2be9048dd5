/** Everyday messages with values that belong elsewhere: of other things, of earlier turns, of the system prompt. */
import { type EverydayRow, toRows } from './everyday-row.js'
import { about, boolean, format, integer, number, numbers, oneOf, string, strings } from './schemas.js'

const day = format('date')
const ask = (user: string, assistant: string) => [
  { role: 'user', content: user } as const,
  { role: 'assistant', content: assistant } as const
]

/** The rows by kind: tool, message, parameters, values, and the messages before. */
const rowsByKind: Record<string, EverydayRow[]> = {
  'other numbers': [
    ['add', 'I have 5 minutes. What is 17 + 25?', { a: integer, b: integer }, { a: 17, b: 25 }],
    ['book_table', 'For our 10th anniversary, book a table for 6 people.', { guests: integer }, { guests: 6 }],
    ['order_pizza', 'My son turns 8 today! Please order 4 large pizzas.', { quantity: integer }, { quantity: 4 }],
    ['set_timer', 'I need 2 eggs boiled, set a timer for 7 minutes.', { minutes: integer }, { minutes: 7 }],
    [
      'transfer',
      'My balance is $900. Transfer $150 to Eva.',
      { amount: number, to: string },
      { amount: 150, to: 'Eva' }
    ],
    [
      'loan_payment',
      'I am 34 and want to borrow $20,000 at 6% for 5 years.',
      { amount: number, rate: number, years: integer },
      { amount: 20000, rate: 6, years: 5 }
    ],
    ['set_volume', 'It is 11 pm, so set the volume to 15%.', { volume: integer }, { volume: 15 }],
    ['sum', 'Question 3: what is the sum of 10, 20 and 30?', { numbers }, { numbers: [10, 20, 30] }],
    ['get_room', 'We are 3 people on floor 12. Is room 408 free?', { room_number: integer }, { room_number: 408 }],
    ['log_weight', 'After 6 weeks of training I weigh 71.5 kg.', { weight_kg: number }, { weight_kg: 71.5 }],
    ['top_movies', 'Show the top 10 movies of 1994', { limit: integer, year: integer }, { limit: 10, year: 1994 }],
    ['rate', 'I watched 3 episodes and give it 8 out of 10.', { rating: integer }, { rating: 8 }],
    [
      'buy_stock',
      'Tesla fell 3%. Buy 25 shares of it at $180.',
      { shares: integer, price: number },
      { shares: 25, price: 180 }
    ]
  ],
  'other names': [
    ['get_weather', 'My sister Emma asked me about the weather in Dublin.', { city: string }, { city: 'Dublin' }],
    [
      'search_flights',
      'I live in Vienna, but I need a flight from Munich to Oslo.',
      { origin: string, destination: string },
      { origin: 'Munich', destination: 'Oslo' }
    ],
    [
      'book_appointment',
      'This is Sara from the front desk. Book Mr. Ivan Petrov in with Dr. Lee.',
      { doctor: string, patient: string },
      { doctor: 'Dr. Lee', patient: 'Ivan Petrov' }
    ],
    ['find_movie', 'On Friday, find me the movie Casablanca.', { title: string }, { title: 'Casablanca' }],
    [
      'get_capital',
      'Google says Paris is in France. What is the capital of Kenya?',
      { country: string },
      { country: 'Kenya' }
    ],
    [
      'find_restaurants',
      'Find Italian restaurants in Boston for Monday evening',
      { city: string, cuisine: string },
      { city: 'Boston', cuisine: 'Italian' }
    ],
    ['get_stock', 'My broker Charles likes Nvidia. Get the price of AMD.', { ticker: string }, { ticker: 'AMD' }],
    [
      'play',
      'Alexa, play Yesterday by The Beatles in the living room',
      { song: string, artist: string, room: string },
      { song: 'Yesterday', artist: 'The Beatles', room: 'living room' }
    ],
    ['get_time', 'Hi Claude, what time is it in Sydney?', { city: string }, { city: 'Sydney' }],
    [
      'create_contact',
      'Thanks, Peter. Please add Laura Stein of Initech, laura@initech.com.',
      { email: format('email'), name: string, company: string },
      { email: 'laura@initech.com', name: 'Laura Stein', company: 'Initech' }
    ]
  ],
  'other dates, codes and addresses': [
    [
      'book_hotel',
      'Today is 2025-02-01. Book a hotel in Porto from 2025-03-05 to 2025-03-09.',
      { check_in: day, check_out: day },
      { check_in: '2025-03-05', check_out: '2025-03-09' }
    ],
    [
      'order_status',
      'I ordered on 2024-11-03 with card 4242. Where is order ORD-5581?',
      { order_id: string },
      { order_id: 'ORD-5581' }
    ],
    ['refund', 'Order 7781 arrived, but refund order 7790.', { order_id: integer }, { order_id: 7790 }],
    [
      'forward_email',
      'I got a mail from spam@junk.com. Forward it to help@acme.com.',
      { to: format('email') },
      { to: 'help@acme.com' }
    ],
    [
      'fetch_page',
      'My site is https://me.dev. Fetch https://example.org/data.json for me.',
      { url: format('uri') },
      { url: 'https://example.org/data.json' }
    ],
    [
      'run_tests',
      'I changed src/app.ts. Run the tests in test/app.test.ts.',
      { test_file: string },
      { test_file: 'test/app.test.ts' }
    ],
    ['flight_status', 'I sit in 14C at gate B7. Is flight LH400 delayed?', { flight: string }, { flight: 'LH400' }],
    [
      'upgrade',
      'We run Node 20. Upgrade express to 4.19.2.',
      { version: string, package: string },
      { version: '4.19.2', package: 'express' }
    ],
    [
      'create_event',
      'It is Tuesday. Create a meeting "Budget review" on Thursday at 14:00.',
      { title: string, day: string, time: string },
      { title: 'Budget review', day: 'Thursday', time: '14:00' }
    ],
    ['call', 'My extension is 22. Call 020 7946 0958.', { phone_number: string }, { phone_number: '020 7946 0958' }]
  ],
  'earlier turns': [
    [
      'get_weather',
      'And in Rome?',
      { city: string },
      { city: 'Rome' },
      { before: ask('What is the weather in Paris?', 'It is 18 degrees in Paris.') }
    ],
    [
      'multiply',
      'Now multiply 7 by 9.',
      { a: integer, b: integer },
      { a: 7, b: 9 },
      { before: ask('What is 3 times 4?', 'It is 12.') }
    ],
    [
      'translate',
      'Now translate "good night" into Italian.',
      { text: string, target_language: string },
      { text: 'good night', target_language: 'Italian' },
      { before: ask('Translate "hello" into German.', 'Hallo') }
    ],
    [
      'order_status',
      'What about order B-202?',
      { order_id: string },
      { order_id: 'B-202' },
      { before: ask('Where is order A-101?', 'It arrives on Monday.') }
    ],
    [
      'send_email',
      'No, send it to mia@corp.com instead.',
      { to: format('email') },
      { to: 'mia@corp.com' },
      { before: ask('Send the report to max@corp.com.', 'Shall I send it to max@corp.com?') }
    ],
    [
      'book_table',
      'Great, book it for 5 people at 8 pm.',
      { people: integer, time: string },
      { people: 5, time: '8 pm' },
      { before: ask('Find a table for 2 at 6 pm.', 'Luigi has a table at 7 pm.') }
    ]
  ],
  'system prompts': [
    [
      'get_weather',
      'How warm is it in Cairo?',
      { city: string },
      { city: 'Cairo' },
      { system: 'You are Max, the assistant of Contoso in Seattle. Today is Monday, 2025-01-06.' }
    ],
    [
      'get_account',
      'Show me account 5512.',
      { account_id: integer },
      { account_id: 5512 },
      { system: 'You work for First Bank since 1990. The default account is 1000.' }
    ],
    [
      'create_ticket',
      'My name is Omar Haddad and my laptop does not start.',
      { customer: string },
      { customer: 'Omar Haddad' },
      { system: 'You are Julia, a support agent. Escalate to Frank Miller.' }
    ],
    [
      'send_email',
      'Write to zoe@shop.com.',
      { to: format('email') },
      { to: 'zoe@shop.com' },
      { system: 'Sign as team@shop.com.' }
    ]
  ],
  'other choices': [
    [
      'set_light',
      'The kitchen is bright enough. Turn off the hall light.',
      { room: oneOf('kitchen', 'hall', 'bedroom'), state: oneOf('on', 'off') },
      { room: 'hall', state: 'off' }
    ],
    [
      'get_weather',
      'I grew up with Fahrenheit, but give me Madrid in Celsius.',
      { city: string, unit: oneOf('fahrenheit', 'celsius') },
      { city: 'Madrid', unit: 'celsius' }
    ],
    [
      'convert_currency',
      'I am in London with 80 pounds. Convert 45 dollars to yen.',
      { amount: number, from: oneOf('GBP', 'USD', 'JPY'), to: oneOf('GBP', 'USD', 'JPY') },
      { amount: 45, from: 'USD', to: 'JPY' }
    ],
    [
      'lock',
      'The window is open. Lock the back door.',
      { door: oneOf('front', 'back', 'garage'), locked: boolean },
      { door: 'back', locked: true }
    ],
    [
      'add_ingredients',
      'We have no sugar. Add flour, butter and yeast.',
      { ingredients: strings },
      { ingredients: ['flour', 'butter', 'yeast'] }
    ],
    [
      'search_products',
      'My old phone was black. Find a white one under 300 euros.',
      { color: string, max_price: number },
      { color: 'white', max_price: 300 }
    ],
    [
      'search_web',
      'I am bored. Search the web for "open air cinema".',
      { query: about('What to search for') },
      { query: 'open air cinema' }
    ]
  ]
}

export const everydayDistractorRows = toRows(rowsByKind).map(row => ({ ...row, distractor: true }))
