/** A second set of everyday messages, written after the rules for the first set, and the values that a helpful model gives. */
import { type EverydayRow, toRows } from './everyday-row.js'
import { boolean, format, integer, listOf, number, numbers, object, oneOf, string, strings } from './schemas.js'

/** The rows: tool, message, parameters, values. */
const rows: EverydayRow[] = [
  ['get_weather', 'How cold is it in Reykjavik at the moment?', { city: string }, { city: 'Reykjavik' }],
  [
    'book_flight',
    'Book me a flight from Zurich to Tokyo on 14 April 2026 for 3 passengers in first class',
    {
      from: string,
      to: string,
      date: format('date'),
      passengers: integer,
      cabin: oneOf('economy', 'business', 'first')
    },
    { from: 'Zurich', to: 'Tokyo', date: '2026-04-14', passengers: 3, cabin: 'first' }
  ],
  [
    'order_food',
    'I would like to order 2 cheeseburgers and a cola to 5 Mill Road',
    { address: string },
    { address: '5 Mill Road' }
  ],
  [
    'convert',
    'How many pounds are 12 kilograms?',
    { value: number, from: string, to: string },
    { value: 12, from: 'kilograms', to: 'pounds' }
  ],
  [
    'convert',
    'Please convert 3.5 miles into kilometers',
    { amount: number, from_unit: string, to_unit: string },
    { amount: 3.5, from_unit: 'miles', to_unit: 'kilometers' }
  ],
  [
    'exchange',
    'What is 250 euros in Swiss francs?',
    { amount: number, from: oneOf('EUR', 'CHF', 'USD'), to: oneOf('EUR', 'CHF', 'USD') },
    { amount: 250, from: 'EUR', to: 'CHF' }
  ],
  [
    'send_email',
    'Write an e-mail to lisa@firma.de saying that the contract is signed.',
    { to: string, body: string },
    { to: 'lisa@firma.de', body: 'the contract is signed' }
  ],
  [
    'notify',
    'Let Peter know that dinner is ready',
    { person: string, message: string },
    { person: 'Peter', message: 'dinner is ready' }
  ],
  [
    'remind',
    'Remind me to water the plants in 3 hours',
    { task: string, when: string },
    { task: 'water the plants', when: 'in 3 hours' }
  ],
  ['remind', 'Remind me to pay rent on the first of each month', { task: string }, { task: 'pay rent' }],
  ['search', 'Search for the history of the Roman Empire', { query: string }, { query: 'history of the Roman Empire' }],
  ['search', 'Can you look up who invented the telephone?', { query: string }, { query: 'who invented the telephone' }],
  ['search', 'Find me some good books about gardening', { query: string }, { query: 'good books about gardening' }],
  ['search_news', 'Show me news about the election in Chile', { topic: string }, { topic: 'election in Chile' }],
  [
    'translate',
    'Translate where is the train station into German',
    { text: string, language: string },
    { text: 'where is the train station', language: 'German' }
  ],
  [
    'translate',
    'What is "apple" in Portuguese?',
    { word: string, language: string },
    { word: 'apple', language: 'Portuguese' }
  ],
  ['spell', 'How do you spell necessary?', { word: string }, { word: 'necessary' }],
  ['calc', 'Compute (12 + 8) / 4', { expression: string }, { expression: '(12 + 8) / 4' }],
  ['calc', 'What is 12% of 350?', { percent: number, of: number }, { percent: 12, of: 350 }],
  ['derivative', 'Differentiate 3x^2 + 2x', { expression: string }, { expression: '3x^2 + 2x' }],
  [
    'sql',
    "Execute: SELECT name FROM customers WHERE city = 'Paris'",
    { query: string },
    { query: "SELECT name FROM customers WHERE city = 'Paris'" }
  ],
  [
    'grep',
    'Look for the string "deprecated" in src/utils',
    { pattern: string, directory: string },
    { pattern: 'deprecated', directory: 'src/utils' }
  ],
  [
    'open_file',
    'Open ./docs/setup.md at line 42',
    { file: string, line: integer },
    { file: './docs/setup.md', line: 42 }
  ],
  [
    'move',
    'Move /data/a.csv to /archive/a.csv',
    { source: string, destination: string },
    { source: '/data/a.csv', destination: '/archive/a.csv' }
  ],
  ['whois', 'Who owns example.org?', { domain: string }, { domain: 'example.org' }],
  ['port_scan', 'Scan port 443 on 10.0.0.7', { port: integer, ip: string }, { port: 443, ip: '10.0.0.7' }],
  ['ticket', 'Close ticket #4471 please', { ticket_id: string }, { ticket_id: '4471' }],
  [
    'ticket',
    'Set the priority of BUG-92 to low',
    { issue: string, priority: oneOf('low', 'medium', 'high') },
    { issue: 'BUG-92', priority: 'low' }
  ],
  ['light', 'Make the bathroom light brighter, 80%', { room: string, level: integer }, { room: 'bathroom', level: 80 }],
  [
    'thermo',
    'Set the living room to 22.5 degrees',
    { room: string, temperature: number },
    { room: 'living room', temperature: 22.5 }
  ],
  [
    'device',
    'Switch off the coffee machine',
    { device: string, state: oneOf('on', 'off') },
    { device: 'coffee machine', state: 'off' }
  ],
  ['lock', 'Unlock the garage door', { locked: boolean }, { locked: false }],
  ['sub', 'Unsubscribe me from the newsletter', { subscribed: boolean }, { subscribed: false }],
  [
    'patient',
    'Mrs. Erika Braun, 67 years old, blood pressure 140/90',
    { name: string, age: integer },
    { name: 'Erika Braun', age: 67 }
  ],
  [
    'appointment',
    'Can I see Dr. Patel on Tuesday morning?',
    { doctor: string, time: string },
    { doctor: 'Dr. Patel', time: 'Tuesday morning' }
  ],
  ['review', 'The food was delicious but it took an hour. 3 out of 5.', { rating: integer }, { rating: 3 }],
  ['review', 'I give this hotel 4 stars', { stars: integer }, { stars: 4 }],
  [
    'review',
    'Awful service, I will never come back!',
    { sentiment: oneOf('positive', 'neutral', 'negative') },
    { sentiment: 'negative' }
  ],
  [
    'invoice',
    'Invoice number 2024-118, amount due: €1,250.00, due date: 30 June 2024',
    { invoice_number: string, amount_due: number, due_date: format('date') },
    { invoice_number: '2024-118', amount_due: 1250, due_date: '2024-06-30' }
  ],
  [
    'resume',
    'I am Nadia Ivanova, a data scientist with 8 years of experience in Python and R.',
    { name: string, years_of_experience: integer, job_title: string },
    { name: 'Nadia Ivanova', years_of_experience: 8, job_title: 'data scientist' }
  ],
  [
    'resume',
    'She worked as a project manager at Siemens from 2015 to 2019.',
    { role: string, company: string, start_year: integer, end_year: integer },
    { role: 'project manager', company: 'Siemens', start_year: 2015, end_year: 2019 }
  ],
  [
    'hotel',
    'A room under 120 dollars in Prague for 2 nights',
    { max_price: number, city: string, nights: integer },
    { max_price: 120, city: 'Prague', nights: 2 }
  ],
  [
    'products',
    'Red running shoes in size 42 between 50 and 80 euros',
    { color: string, size: integer, min_price: number, max_price: number },
    { color: 'red', size: 42, min_price: 50, max_price: 80 }
  ],
  ['products', 'Sort the laptops from cheapest to most expensive', { order: oneOf('asc', 'desc') }, { order: 'asc' }],
  ['page', 'Go to the fifth page', { page: integer }, { page: 5 }],
  ['nth', 'What is the 12th prime number?', { n: integer }, { n: 12 }],
  ['temp', 'Temperatures fell to minus 20 last night', { temperature: integer }, { temperature: -20 }],
  [
    'geo',
    'Find cafes near 52.52, 13.405',
    { latitude: number, longitude: number },
    { latitude: 52.52, longitude: 13.405 }
  ],
  [
    'preis',
    'Die Rechnung beträgt 89,90 EUR',
    { amount: number, currency: oneOf('EUR', 'USD') },
    { amount: 89.9, currency: 'EUR' }
  ],
  ['call', 'Please call me back at 0151 234 5678', { phone: string }, { phone: '0151 234 5678' }],
  [
    'npm',
    'Downgrade lodash to version 4.17.20',
    { package: string, version: string },
    { package: 'lodash', version: '4.17.20' }
  ],
  ['movie', 'When did the movie The Godfather come out?', { title: string }, { title: 'The Godfather' }],
  ['movie', 'Recommend 5 comedies from the 1990s', { count: integer }, { count: 5 }],
  [
    'music',
    'Play Bohemian Rhapsody by Queen',
    { song: string, artist: string },
    { song: 'Bohemian Rhapsody', artist: 'Queen' }
  ],
  [
    'recipe',
    'A vegan recipe with tofu, spinach and peanuts for 4 people',
    { ingredients: strings, servings: integer },
    { ingredients: ['tofu', 'spinach', 'peanuts'], servings: 4 }
  ],
  ['avg', 'What is the mean of 3, 5 and 10?', { values: numbers }, { values: [3, 5, 10] }],
  [
    'emails',
    'Send the report to a@x.com, b@y.com and c@z.com',
    { recipients: listOf(format('email')) },
    { recipients: ['a@x.com', 'b@y.com', 'c@z.com'] }
  ],
  ['cities', 'Compare the climate of Lima and Quito', { cities: strings }, { cities: ['Lima', 'Quito'] }],
  [
    'config',
    'Set timeout=30, retries=5 and verbose=false',
    { timeout: integer, retries: integer, verbose: boolean },
    { timeout: 30, retries: 5, verbose: false }
  ],
  [
    'event',
    'Create an event called Team Lunch on 2025-08-01 from 12:00 to 13:00',
    { title: string, date: format('date'), start: string, end: string },
    { title: 'Team Lunch', date: '2025-08-01', start: '12:00', end: '13:00' }
  ],
  [
    'event',
    'Schedule a call with Marta next Thursday at 3pm',
    { attendee: string, when: string },
    { attendee: 'Marta', when: 'next Thursday at 3pm' }
  ],
  [
    'bank',
    'Pay 35.50 to Electric Company from my checking account',
    { amount: number, payee: string, account: oneOf('checking', 'savings') },
    { amount: 35.5, payee: 'Electric Company', account: 'checking' }
  ],
  [
    'bank',
    'Move $500 from savings to checking',
    { from_account: oneOf('checking', 'savings'), to_account: oneOf('checking', 'savings'), amount: number },
    { from_account: 'savings', to_account: 'checking', amount: 500 }
  ],
  [
    'crm',
    'Update the phone number of Jack Wong to +44 20 7946 0123',
    { contact: string, phone: string },
    { contact: 'Jack Wong', phone: '+44 20 7946 0123' }
  ],
  [
    'person',
    'Name: Ana Sousa, Age: 31, City: Porto, Married: no',
    { person: object({ name: string, age: integer, city: string, married: boolean }) },
    { person: { name: 'Ana Sousa', age: 31, city: 'Porto', married: false } }
  ],
  [
    'order',
    'Order ORD-1 has 2 lamps at $15 and 1 desk at $120',
    { order_id: string, items: listOf(object({ quantity: integer, name: string, price: number })) },
    {
      order_id: 'ORD-1',
      items: [
        { quantity: 2, name: 'lamps', price: 15 },
        { quantity: 1, name: 'desk', price: 120 }
      ]
    }
  ],
  ['stock', 'How is Microsoft stock doing?', { company: string }, { company: 'Microsoft' }],
  ['fx', 'Show the GBP to JPY rate', { base: string, quote: string }, { base: 'GBP', quote: 'JPY' }],
  [
    'tz',
    'If it is 9:00 in Paris, what time is it in Denver?',
    { time: string, from_city: string, to_city: string },
    { time: '9:00', from_city: 'Paris', to_city: 'Denver' }
  ],
  ['phone', 'My Galaxy S24 has a broken screen', { device: string }, { device: 'Galaxy S24' }]
]

export const everydaySecondRows = toRows({ 'second set': rows })
