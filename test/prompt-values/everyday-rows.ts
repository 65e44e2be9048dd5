/** Everyday messages to assistants with one tool, and the values that a helpful model gives. Written by hand, before the rules. */
import { type EverydayRow, toRows } from './everyday-row.js'
import { about, format, integer, number, string } from './schemas.js'

const place = about('The city and state, e.g. San Francisco, CA')
const day = format('date')

/** The rows by kind: tool, message, parameters, values. */
const rowsByKind: Record<string, EverydayRow[]> = {
  numbers: [
    ['percentage_of', 'What is 15% of 240?', { percentage: number, amount: number }, { percentage: 15, amount: 240 }],
    ['multiply', 'Multiply 12.5 by 8.', { a: number, b: number }, { a: 12.5, b: 8 }],
    ['divide', 'Divide 144 by 12 please', { dividend: number, divisor: number }, { dividend: 144, divisor: 12 }],
    ['power', 'What is 2 to the power of 10?', { base: number, exponent: number }, { base: 2, exponent: 10 }],
    ['roll_dice', 'Roll 3 dice with 20 sides', { num_dice: integer, sides: integer }, { num_dice: 3, sides: 20 }],
    ['random_number', 'Pick a number between 1 and 100', { min: integer, max: integer }, { min: 1, max: 100 }],
    ['sqrt', 'What is the square root of 1,764?', { number }, { number: 1764 }],
    [
      'compound_interest',
      'Calculate the interest on $5,000 at 4.5% for 10 years',
      { principal: number, rate: number, years: integer },
      { principal: 5000, rate: 4.5, years: 10 }
    ],
    [
      'bmi',
      'What is my BMI? I am 1.75 m tall and weigh 68 kg.',
      { height_m: number, weight_kg: number },
      { height_m: 1.75, weight_kg: 68 }
    ]
  ],
  names: [
    [
      'book_appointment',
      'Please book an appointment for Maria Lopez with Dr. Chen.',
      { patient_name: string, doctor: string },
      { patient_name: 'Maria Lopez', doctor: 'Dr. Chen' }
    ],
    ['find_movie', 'Find the movie The Dark Knight', { title: string }, { title: 'The Dark Knight' }],
    ['movie_details', 'Who directed Inception?', { movie_title: string }, { movie_title: 'Inception' }],
    [
      'create_contact',
      'Add Tom Baker to the CRM. He works at Acme Corp as a sales manager.',
      { name: string, company: string, job_title: string },
      { name: 'Tom Baker', company: 'Acme Corp', job_title: 'sales manager' }
    ],
    ['list_songs', 'Show me songs by Daft Punk', { artist: string }, { artist: 'Daft Punk' }],
    ['stock_price', 'What is the stock price of Apple?', { company: string }, { company: 'Apple' }],
    ['get_quote', 'Get the current price of TSLA', { ticker: string }, { ticker: 'TSLA' }]
  ],
  messages: [
    [
      'send_message',
      'Tell Anna that I will be late',
      { recipient: string, message: string },
      { recipient: 'Anna', message: 'I will be late' }
    ],
    [
      'send_sms',
      'Send a message to John saying the meeting moved to 4pm',
      { to: string, body: string },
      { to: 'John', body: 'the meeting moved to 4pm' }
    ],
    [
      'create_reminder',
      'Remind me to buy milk tomorrow at 9am',
      { task: string, time: string },
      { task: 'buy milk', time: 'tomorrow at 9am' }
    ],
    ['add_todo', 'Add "call the plumber" to my to-do list', { item: string }, { item: 'call the plumber' }]
  ],
  places: [
    [
      'get_weather',
      "What's the weather like in San Francisco, CA?",
      { location: place },
      { location: 'San Francisco, CA' }
    ],
    [
      'search_flights',
      'Find flights from Berlin to New York',
      { origin: string, destination: string },
      { origin: 'Berlin', destination: 'New York' }
    ],
    [
      'get_directions',
      'How do I get from Central Station to Madison Square Garden?',
      { start: string, end: string },
      { start: 'Central Station', end: 'Madison Square Garden' }
    ],
    ['get_time', 'What time is it in Tokyo right now?', { city: string }, { city: 'Tokyo' }],
    ['is_raining', 'Is it raining in São Paulo right now?', { city: string }, { city: 'São Paulo' }],
    [
      'book_hotel',
      'Find a hotel in Rome for 2 adults and 1 child, checking in on 2025-07-10 and checking out on 2025-07-14',
      { city: string, adults: integer, children: integer, check_in: day, check_out: day },
      { city: 'Rome', adults: 2, children: 1, check_in: '2025-07-10', check_out: '2025-07-14' }
    ],
    [
      'create_shipment',
      'Ship it to 221B Baker Street, London, NW1 6XE',
      { street: string, city: string, postal_code: string },
      { street: '221B Baker Street', city: 'London', postal_code: 'NW1 6XE' }
    ]
  ],
  'dates and times': [
    [
      'schedule_visit',
      'Schedule a dentist visit on March 3rd, 2025 at 10:30',
      { date: day, time: string },
      { date: '2025-03-03', time: '10:30' }
    ],
    ['list_events', 'What do I have on my calendar next Monday?', { day: string }, { day: 'next Monday' }],
    [
      'book_table',
      'Book a table for 4 at 7:30 pm on Friday at Chez Paul',
      { party_size: integer, time: string, day: string, restaurant: string },
      { party_size: 4, time: '7:30 pm', day: 'Friday', restaurant: 'Chez Paul' }
    ],
    [
      'sales_report',
      'Show sales between 2024-01-01 and 2024-03-31',
      { start_date: day, end_date: day },
      { start_date: '2024-01-01', end_date: '2024-03-31' }
    ],
    ['save_birthday', 'I was born on 12 May 1990.', { birth_date: day }, { birth_date: '1990-05-12' }],
    ['set_deadline', 'The deadline is 31/12/2025.', { deadline: day }, { deadline: '2025-12-31' }],
    ['set_alarm', 'Set an alarm for 6:45', { time: string }, { time: '6:45' }],
    ['start_timer', 'Start a timer for 25 minutes', { minutes: integer }, { minutes: 25 }],
    [
      'create_event',
      'The call starts at 2025-06-01T14:00:00Z and ends at 2025-06-01T15:30:00Z',
      { start: format('date-time'), end: format('date-time') },
      { start: '2025-06-01T14:00:00Z', end: '2025-06-01T15:30:00Z' }
    ],
    [
      'get_forecast',
      'Will it rain in Lima this weekend?',
      { city: string, when: string },
      { city: 'Lima', when: 'this weekend' }
    ],
    ['pause_delivery', 'Pause my delivery for 2 weeks', { weeks: integer }, { weeks: 2 }]
  ]
}

export const everydayRows = toRows(rowsByKind)
