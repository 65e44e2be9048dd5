/** A third set of everyday messages, written after the rules for the second set, and the values that a helpful model gives. */
import { type EverydayRow, toRows } from './everyday-row.js'
import { about, boolean, format, integer, listOf, number, object, oneOf, string, strings } from './schemas.js'

/** The rows: tool, message, parameters, values. */
const rows: EverydayRow[] = [
  ['set_alarm', 'Wake me up at 6:30 am on weekdays', { time: string }, { time: '6:30 am' }],
  [
    'get_current_weather',
    'What is the weather like in Glasgow in celsius?',
    { location: about('The city, e.g. Boston'), format: oneOf('celsius', 'fahrenheit') },
    { location: 'Glasgow', format: 'celsius' }
  ],
  [
    'get_n_day_weather_forecast',
    'Give me the forecast for Toronto for the next 5 days',
    { location: string, num_days: integer },
    { location: 'Toronto', num_days: 5 }
  ],
  [
    'schedule_meeting',
    'Set up a 30 minute meeting with Bob and Alice on 2025-03-14 at 10:00 AM about Q3 planning',
    { attendees: strings, date: string, time: string, topic: string },
    { attendees: ['Bob', 'Alice'], date: '2025-03-14', time: '10:00 AM', topic: 'Q3 planning' }
  ],
  [
    'find_flights',
    'I need a one-way economy flight from Miami to Bogota tomorrow',
    {
      departure: string,
      arrival: string,
      cabin: oneOf('economy', 'business'),
      trip: oneOf('one_way', 'round_trip'),
      date: string
    },
    { departure: 'Miami', arrival: 'Bogota', cabin: 'economy', trip: 'one_way', date: 'tomorrow' }
  ],
  [
    'book_hotel',
    'Reserve a double room at the Hilton in Vienna for 3 nights from May 2nd, 2026',
    { hotel: string, city: string, nights: integer, start_date: format('date') },
    { hotel: 'Hilton', city: 'Vienna', nights: 3, start_date: '2026-05-02' }
  ],
  [
    'get_stock_price',
    'Price of NVDA on 2024-11-08?',
    { symbol: string, date: string },
    { symbol: 'NVDA', date: '2024-11-08' }
  ],
  [
    'place_order',
    'Buy 10 shares of AAPL at a limit of 185.50',
    { symbol: string, quantity: integer, limit_price: number },
    { symbol: 'AAPL', quantity: 10, limit_price: 185.5 }
  ],
  [
    'transfer',
    'Send £75 to account 12345678, sort code 20-00-00',
    { amount: number, account_number: string, sort_code: string },
    { amount: 75, account_number: '12345678', sort_code: '20-00-00' }
  ],
  [
    'get_order',
    'Has the package for order 100-2345678 been delivered?',
    { order_id: string },
    { order_id: '100-2345678' }
  ],
  [
    'create_lead',
    'New lead: Carla Mendes from Brightwave, carla@brightwave.io, +55 11 91234-5678',
    { name: string, company: string, email: string, phone: string },
    { name: 'Carla Mendes', company: 'Brightwave', email: 'carla@brightwave.io', phone: '+55 11 91234-5678' }
  ],
  [
    'extract',
    'Product: Wireless Mouse | Price: $24.99 | Rating: 4.5 | In stock: yes',
    { product: string, price: number, rating: number, in_stock: boolean },
    { product: 'Wireless Mouse', price: 24.99, rating: 4.5, in_stock: true }
  ],
  [
    'extract',
    'The Sony WH-1000XM5 headphones cost $348 and have a 30 hour battery life.',
    { price: number, battery_hours: integer },
    { price: 348, battery_hours: 30 }
  ],
  [
    'extract',
    'Sarah is 28, Mike is 34 and Joe is 19',
    { people: listOf(object({ name: string, age: integer })) },
    {
      people: [
        { name: 'Sarah', age: 28 },
        { name: 'Mike', age: 34 },
        { name: 'Joe', age: 19 }
      ]
    }
  ],
  [
    'extract',
    'Meeting notes: Anna will write the report by Friday.',
    { owner: string, due: string },
    { owner: 'Anna', due: 'Friday' }
  ],
  [
    'medical',
    'Patient: George Hill, male, born 1958-02-17, allergic to penicillin',
    { name: string, gender: oneOf('male', 'female', 'other'), birth_date: format('date') },
    { name: 'George Hill', gender: 'male', birth_date: '1958-02-17' }
  ],
  [
    'medication',
    'Take 2 tablets of ibuprofen 400 mg three times a day for 5 days',
    { tablets: integer, dose_mg: integer, days: integer },
    { tablets: 2, dose_mg: 400, days: 5 }
  ],
  [
    'calculate_tip',
    'The bill was 64 dollars, split between 4 people with 18% tip',
    { bill: number, people: integer, tip_percent: number },
    { bill: 64, people: 4, tip_percent: 18 }
  ],
  [
    'mortgage',
    'Monthly payment on a $300,000 loan at 5.25% over 30 years',
    { principal: number, annual_rate: number, years: integer },
    { principal: 300000, annual_rate: 5.25, years: 30 }
  ],
  ['volume', 'Turn the volume up to 60', { level: integer }, { level: 60 }],
  [
    'color',
    'Change the lights in the office to purple',
    { room: string, color: string },
    { room: 'office', color: 'purple' }
  ],
  [
    'play_song',
    'Play "Imagine" by John Lennon at volume 30',
    { title: string, artist: string, volume: integer },
    { title: 'Imagine', artist: 'John Lennon', volume: 30 }
  ],
  ['wikipedia', 'Look up Marie Curie on Wikipedia', { query: string }, { query: 'Marie Curie' }],
  ['web_search', 'search the web for python asyncio tutorial', { query: string }, { query: 'python asyncio tutorial' }],
  ['shell', 'Execute the command `ls -la`', { command: string }, { command: 'ls -la' }],
  [
    'github',
    'Open an issue in octocat/hello-world titled "Login fails"',
    { repo: string, title: string },
    { repo: 'octocat/hello-world', title: 'Login fails' }
  ],
  [
    'http_get',
    'GET https://api.example.com/v1/users?id=5',
    { url: string },
    { url: 'https://api.example.com/v1/users?id=5' }
  ],
  [
    'convert_time',
    'Convert 14:30 from London to Sydney time',
    { time: string, source_city: string, target_city: string },
    { time: '14:30', source_city: 'London', target_city: 'Sydney' }
  ],
  [
    'length',
    'How long is 6 feet in centimeters?',
    { value: number, from_unit: string, to_unit: string },
    { value: 6, from_unit: 'feet', to_unit: 'centimeters' }
  ],
  [
    'temp',
    'What is 98.6°F in Celsius?',
    { value: number, to: oneOf('celsius', 'fahrenheit') },
    { value: 98.6, to: 'celsius' }
  ],
  ['prime', 'Is 97 prime?', { number: integer }, { number: 97 }],
  ['gcd', 'Greatest common divisor of 48 and 180', { a: integer, b: integer }, { a: 48, b: 180 }],
  ['power', 'Raise 3 to the 4th power', { base: integer, exponent: integer }, { base: 3, exponent: 4 }],
  ['area', 'Area of a rectangle 5 m wide and 12 m long', { width: number, length: number }, { width: 5, length: 12 }],
  [
    'job',
    'Find remote Python jobs in Canada paying at least $90k',
    { country: string, min_salary: integer, remote: boolean },
    { country: 'Canada', min_salary: 90000, remote: true }
  ],
  [
    'restaurant',
    'Book a table at Osteria Roma tonight at 8 for two',
    { restaurant: string, people: integer },
    { restaurant: 'Osteria Roma', people: 2 }
  ],
  [
    'complaint',
    'I received the wrong item in order #55-190 and want a refund',
    { order_number: string, request: oneOf('refund', 'exchange', 'information') },
    { order_number: '55-190', request: 'refund' }
  ],
  ['language', 'Say "cheers" in Swedish', { text: string, language: string }, { text: 'cheers', language: 'Swedish' }],
  ['event', 'Team offsite in Lisbon, 12-14 June 2026', { city: string }, { city: 'Lisbon' }],
  ['delete', 'Delete the files a.txt and b.txt', { files: strings }, { files: ['a.txt', 'b.txt'] }],
  ['tags', 'Tag the post with travel, food and summer', { tags: strings }, { tags: ['travel', 'food', 'summer'] }],
  ['hex', 'Use the color #1E90FF for the header', { color: string }, { color: '#1E90FF' }],
  ['coord', 'Drop a pin at 37.7749, -122.4194', { lat: number, lng: number }, { lat: 37.7749, lng: -122.4194 }],
  [
    'status',
    'Show me all open tickets of Lena',
    { assignee: string, status: oneOf('open', 'closed') },
    { assignee: 'Lena', status: 'open' }
  ]
]

export const everydayThirdRows = toRows({ 'third set': rows })
