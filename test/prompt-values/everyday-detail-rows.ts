/** Everyday messages whose values have a form of their own: enums, records, ranges, pairs. Written by hand, before the rules. */
import { type EverydayRow, toRows } from './everyday-row.js'
import { about, boolean, format, integer, listOf, number, object, oneOf, string, strings } from './schemas.js'

const day = format('date')

/** The rows by kind: tool, message, parameters, values. */
const rowsByKind: Record<string, EverydayRow[]> = {
  pairs: [
    [
      'create_user',
      'Create a user with username=jdoe, role=admin and active=true',
      { username: string, role: string, active: boolean },
      { username: 'jdoe', role: 'admin', active: true }
    ],
    [
      'add_product',
      'name: Laptop Stand\nprice: 999.99\nquantity: 3',
      { name: string, price: number, quantity: integer },
      { name: 'Laptop Stand', price: 999.99, quantity: 3 }
    ],
    [
      'connect',
      'Connect with host=db.local port=5432 user=root',
      { host: string, port: integer, user: string },
      { host: 'db.local', port: 5432, user: 'root' }
    ],
    [
      'post_job',
      'Title: Senior Engineer; Location: Remote; Salary: 120000',
      { title: string, location: string, salary: integer },
      { title: 'Senior Engineer', location: 'Remote', salary: 120000 }
    ],
    [
      'save_recipe',
      'Gluten free: yes, vegan: no, servings: 4',
      { gluten_free: boolean, vegan: boolean, servings: integer },
      { gluten_free: true, vegan: false, servings: 4 }
    ]
  ],
  enums: [
    [
      'create_ticket',
      'The printer on floor 2 is broken, priority high',
      { priority: oneOf('low', 'medium', 'high'), floor: integer },
      { priority: 'high', floor: 2 }
    ],
    [
      'add_to_cart',
      'I want the large red T-shirt',
      { size: oneOf('S', 'M', 'L', 'XL'), color: oneOf('red', 'green', 'blue') },
      { size: 'L', color: 'red' }
    ],
    [
      'list_products',
      'Show laptops sorted by price from lowest to highest',
      { sort_by: oneOf('price', 'rating', 'name'), order: oneOf('asc', 'desc') },
      { sort_by: 'price', order: 'asc' }
    ],
    [
      'book_flight',
      'Book a business class round trip to Madrid',
      {
        cabin: oneOf('economy', 'business', 'first'),
        trip_type: oneOf('one_way', 'round_trip'),
        destination: string
      },
      { cabin: 'business', trip_type: 'round_trip', destination: 'Madrid' }
    ],
    [
      'review',
      'I love this phone, the battery is great!',
      { sentiment: oneOf('positive', 'negative', 'neutral') },
      { sentiment: 'positive' }
    ],
    [
      'review',
      'Terrible quality, it broke after two days.',
      { sentiment: oneOf('POSITIVE', 'NEGATIVE', 'NEUTRAL') },
      { sentiment: 'NEGATIVE' }
    ],
    [
      'route_request',
      'I want to cancel my subscription',
      { intent: oneOf('refund', 'cancel_subscription', 'upgrade_plan') },
      { intent: 'cancel_subscription' }
    ],
    [
      'set_thermostat',
      'Set the thermostat to 21 degrees in heating mode',
      { mode: oneOf('heat', 'cool', 'auto'), temperature: number },
      { mode: 'heat', temperature: 21 }
    ],
    ['switch_tv', 'Turn off the TV', { state: oneOf('on', 'off'), device: string }, { state: 'off', device: 'TV' }],
    [
      'update_task',
      'Mark task 17 as done',
      { task_id: integer, status: oneOf('todo', 'in_progress', 'done') },
      { task_id: 17, status: 'done' }
    ]
  ],
  records: [
    [
      'create_shipment',
      'Ship it to Jane Roe, 12 Oak Street, Springfield, 62704',
      { recipient: string, address: object({ street: string, city: string, zip: string }) },
      { recipient: 'Jane Roe', address: { street: '12 Oak Street', city: 'Springfield', zip: '62704' } }
    ],
    [
      'save_person',
      'John Smith is 35, lives in Austin and works as a nurse.',
      { person: object({ name: string, age: integer, city: string, occupation: string }) },
      { person: { name: 'John Smith', age: 35, city: 'Austin', occupation: 'nurse' } }
    ],
    [
      'place_order',
      'I would like 2 apples and 3 oranges',
      { items: listOf(object({ quantity: integer, name: string })) },
      {
        items: [
          { quantity: 2, name: 'apples' },
          { quantity: 3, name: 'oranges' }
        ]
      }
    ],
    [
      'save_invoice',
      'Invoice INV-77 from Globex dated 2024-05-02, total $93.50',
      { invoice_number: string, vendor: string, date: day, total: number },
      { invoice_number: 'INV-77', vendor: 'Globex', date: '2024-05-02', total: 93.5 }
    ],
    [
      'save_resume',
      'Name: Li Wei\nEmail: li@wei.cn\nSkills: Python, SQL, Docker\nExperience: 6 years',
      { contact: object({ name: string, email: format('email') }), skills: strings, years_experience: integer },
      { contact: { name: 'Li Wei', email: 'li@wei.cn' }, skills: ['Python', 'SQL', 'Docker'], years_experience: 6 }
    ]
  ],
  persons: [
    ['save_patient', 'The patient is a 27 year old', { age: integer }, { age: 27 }],
    [
      'save_patient',
      'Karl Berg, a 45-year-old man, has a temperature of 38.5',
      { temperature: number, age: integer, name: string },
      { temperature: 38.5, age: 45, name: 'Karl Berg' }
    ],
    ['save_phone', 'You can call me at +1 (555) 010-9999', { phone: string }, { phone: '+1 (555) 010-9999' }],
    [
      'introduce',
      'Hi, my name is Aisha Khan and I come from Pakistan',
      { country: string, name: string },
      { country: 'Pakistan', name: 'Aisha Khan' }
    ]
  ],
  ranges: [
    [
      'search_hotels',
      'Hotels between $100 and $200 per night with at least 4 stars',
      { min_price: number, max_price: number, min_stars: integer },
      { min_price: 100, max_price: 200, min_stars: 4 }
    ],
    ['search_shoes', 'Show me shoes under $50', { max_price: number }, { max_price: 50 }],
    ['survey', 'Ask people of ages 18-35', { min_age: integer, max_age: integer }, { min_age: 18, max_age: 35 }],
    [
      'find_movies',
      'Comedies from 1990 to 1999',
      { start_year: integer, end_year: integer },
      { start_year: 1990, end_year: 1999 }
    ]
  ],
  'ordinals and signs': [
    ['open_result', 'Open the third result', { position: integer }, { position: 3 }],
    ['get_page', 'Show the 2nd page', { page: integer }, { page: 2 }],
    ['fibonacci', 'What is the 50th Fibonacci number?', { n: integer }, { n: 50 }],
    ['absolute', 'What is the absolute value of -7?', { x: number }, { x: -7 }],
    ['log_temperature', 'It is minus 12 degrees outside', { temperature: number }, { temperature: -12 }],
    [
      'get_weather',
      'Weather at latitude -33.87 and longitude 151.21',
      { longitude: number, latitude: number },
      { longitude: 151.21, latitude: -33.87 }
    ],
    ['map', 'Show 40.7128° N, 74.0060° W', { lat: number, lon: number }, { lat: 40.7128, lon: -74.006 }],
    ['save_price', 'Das kostet 12,50 €', { price: number }, { price: 12.5 }],
    ['save_total', 'Der Betrag ist 1.234,56 €', { total: number }, { total: 1234.56 }],
    [
      'install',
      'Install numpy version 1.26.4',
      { package: string, version: string },
      { package: 'numpy', version: '1.26.4' }
    ],
    ['set_color', 'Make the desk lamp blue', { color: string }, { color: 'blue' }],
    ['set_color', 'Change the background to #ff8800', { color: string }, { color: '#ff8800' }]
  ],
  expressions: [
    ['calculate', 'What is 3 * (4 + 5)?', { expression: string }, { expression: '3 * (4 + 5)' }],
    [
      'run_sql',
      'Run SELECT * FROM users WHERE id = 7',
      { query: about('The SQL statement') },
      { query: 'SELECT * FROM users WHERE id = 7' }
    ],
    ['solve', 'Solve x^2 - 4 = 0', { equation: string }, { equation: 'x^2 - 4 = 0' }],
    ['web_search', 'Search for cheap flights to Lisbon', { query: string }, { query: 'cheap flights to Lisbon' }],
    ['web_search', 'Google best pizza in Naples', { query: string }, { query: 'best pizza in Naples' }],
    [
      'search_papers',
      'Find 5 papers on graph neural networks',
      { topic: string, limit: integer },
      { topic: 'graph neural networks', limit: 5 }
    ],
    [
      'translate',
      'How do you say thank you in Japanese?',
      { phrase: string, language: string },
      { phrase: 'thank you', language: 'Japanese' }
    ],
    [
      'exchange_rate',
      'What was the EUR/USD rate on 5 January 2023?',
      { base: string, quote: string, date: day },
      { base: 'EUR', quote: 'USD', date: '2023-01-05' }
    ]
  ]
}

export const everydayDetailRows = toRows(rowsByKind)
