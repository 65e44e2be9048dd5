/** Everyday messages about files, codes, lists and units, and the values that a helpful model gives. Written by hand, before the rules. */
import { type EverydayRow, toRows } from './everyday-row.js'
import { about, boolean, format, integer, number, numbers, oneOf, string, strings } from './schemas.js'

const place = about('The city and state, e.g. San Francisco, CA')
const celsius = oneOf('celsius', 'fahrenheit')

/** The rows by kind: tool, message, parameters, values. */
const rowsByKind: Record<string, EverydayRow[]> = {
  'e-mails, addresses and files': [
    [
      'send_email',
      'Send an email to jane.doe@acme.io with the subject "Invoice overdue" and the body "Please pay by Friday."',
      { to: format('email'), subject: string, body: string },
      { to: 'jane.doe@acme.io', subject: 'Invoice overdue', body: 'Please pay by Friday.' }
    ],
    [
      'send_email',
      'Email bob@example.com and cc alice@example.org',
      { to: format('email'), cc: format('email') },
      { to: 'bob@example.com', cc: 'alice@example.org' }
    ],
    [
      'summarize',
      'Summarize https://example.com/blog/post-1.',
      { url: string },
      { url: 'https://example.com/blog/post-1' }
    ],
    ['read_file', 'Read the file src/main.py', { path: string }, { path: 'src/main.py' }],
    ['delete_file', 'Delete /var/cache/old.log', { file_path: string }, { file_path: '/var/cache/old.log' }],
    [
      'rename_file',
      'Rename draft.docx to final.docx',
      { old_name: string, new_name: string },
      { old_name: 'draft.docx', new_name: 'final.docx' }
    ],
    [
      'copy_file',
      'Copy report.pdf to /backups/2024',
      { source: string, destination: string },
      { source: 'report.pdf', destination: '/backups/2024' }
    ],
    [
      'search_code',
      'Search for "def main" in *.py files',
      { query: string, file_pattern: string },
      { query: 'def main', file_pattern: '*.py' }
    ],
    ['ping', 'Ping 192.168.1.10', { host: string }, { host: '192.168.1.10' }],
    [
      'convert_image',
      'Convert photo.png to jpg',
      { input_file: string, output_format: oneOf('png', 'jpg', 'webp') },
      { input_file: 'photo.png', output_format: 'jpg' }
    ]
  ],
  'codes and ids': [
    ['order_status', 'Where is my order #A12345?', { order_id: string }, { order_id: 'A12345' }],
    [
      'track',
      'Track package 1Z999AA10123456784',
      { tracking_number: string },
      { tracking_number: '1Z999AA10123456784' }
    ],
    ['cancel_booking', 'Cancel booking BK-2024-0098', { booking_id: string }, { booking_id: 'BK-2024-0098' }],
    ['flight_status', 'Is flight BA117 on time?', { flight_number: string }, { flight_number: 'BA117' }],
    ['refund', 'Refund transaction txn_8f3k2', { transaction_id: string }, { transaction_id: 'txn_8f3k2' }],
    ['get_user', 'Get user 42', { user_id: integer }, { user_id: 42 }],
    ['get_customer', 'Look up the customer with ID 1001', { customer_id: string }, { customer_id: '1001' }],
    [
      'assign',
      'Assign JIRA-512 to Priya',
      { ticket: string, assignee: string },
      { ticket: 'JIRA-512', assignee: 'Priya' }
    ],
    ['distance', 'How far is it from JFK to LAX?', { from: string, to: string }, { from: 'JFK', to: 'LAX' }],
    ['get_product', 'Do we have SKU 88-XY-2 in stock?', { sku: string }, { sku: '88-XY-2' }],
    [
      'get_balance',
      'My account number is 00123456, what is my balance?',
      { account_number: string },
      { account_number: '00123456' }
    ]
  ],
  quotes: [
    [
      'translate',
      "Translate 'good morning' into Spanish",
      { text: string, target_language: string },
      { text: 'good morning', target_language: 'Spanish' }
    ],
    [
      'create_note',
      'Create a note titled "Groceries" with the content "eggs, bread"',
      { title: string, content: string },
      { title: 'Groceries', content: 'eggs, bread' }
    ],
    ['count_letters', 'How many letters are in the word strawberry?', { word: string }, { word: 'strawberry' }],
    [
      'count_letter',
      'How often is the letter "r" in "strawberry"?',
      { letter: string, word: string },
      { letter: 'r', word: 'strawberry' }
    ],
    [
      'replace_text',
      'Replace `foo` with `bar` in config.yaml',
      { old: string, new: string, file: string },
      { old: 'foo', new: 'bar', file: 'config.yaml' }
    ]
  ],
  lists: [
    ['average', 'Average of 4, 8, 15, 16, 23 and 42', { numbers }, { numbers: [4, 8, 15, 16, 23, 42] }],
    [
      'add_items',
      'Add milk, eggs and bread to my shopping list',
      { items: strings },
      { items: ['milk', 'eggs', 'bread'] }
    ],
    [
      'find_recipes',
      'What can I cook with chicken, rice and broccoli?',
      { ingredients: strings },
      { ingredients: ['chicken', 'rice', 'broccoli'] }
    ],
    [
      'invite',
      'Invite ann@mail.com and ben@mail.org to the meeting',
      { attendees: { type: 'array', items: format('email') } },
      { attendees: ['ann@mail.com', 'ben@mail.org'] }
    ],
    ['compare', 'Compare the iPhone 15 and the Pixel 8', { products: strings }, { products: ['iPhone 15', 'Pixel 8'] }]
  ],
  units: [
    [
      'get_weather',
      'What is the temperature in Oslo in Celsius?',
      { location: place, unit: celsius },
      { location: 'Oslo', unit: 'celsius' }
    ],
    [
      'convert_currency',
      'Convert 100 USD to EUR',
      { amount: number, from_currency: string, to_currency: string },
      { amount: 100, from_currency: 'USD', to_currency: 'EUR' }
    ],
    [
      'convert_temperature',
      'Convert 72 degrees Fahrenheit to Celsius',
      { value: number, from_unit: celsius, to_unit: celsius },
      { value: 72, from_unit: 'fahrenheit', to_unit: 'celsius' }
    ],
    [
      'convert_units',
      'How many kilometers are 26.2 miles?',
      { value: number, from_unit: string, to_unit: string },
      { value: 26.2, from_unit: 'miles', to_unit: 'kilometers' }
    ],
    [
      'convert_units',
      'How much is 50 pounds in kilograms?',
      { value: number, from: string, to: string },
      { value: 50, from: 'pounds', to: 'kilograms' }
    ],
    [
      'log_run',
      'I ran 10 km in 52 minutes',
      { duration_minutes: integer, distance_km: number },
      { duration_minutes: 52, distance_km: 10 }
    ],
    [
      'save_price',
      'It costs £12.50',
      { currency: oneOf('USD', 'EUR', 'GBP'), price: number },
      { currency: 'GBP', price: 12.5 }
    ],
    [
      'light',
      'Dim the bedroom lights to 30 percent',
      { room: string, brightness: integer },
      { room: 'bedroom', brightness: 30 }
    ],
    ['add_tip', 'Add a 20% tip to a bill of $85', { bill: number, tip_percent: number }, { bill: 85, tip_percent: 20 }],
    ['switch', 'Turn on the kitchen light', { room: string, on: boolean }, { room: 'kitchen', on: true }]
  ]
}

export const everydayThingRows = toRows(rowsByKind)
