/** Further prompts of the same kinds, and of nested values, written after the rules and before their first correction. */

import type { PromptRow } from './rows.js'
import { boolean, format, integer, integers, number, oneOf, string, strings } from './schemas.js'

const object = (properties: PromptRow['properties']) => ({
  type: 'object',
  properties,
  required: Object.keys(properties)
})
const listOf = (properties: PromptRow['properties']) => ({ type: 'array', items: object(properties) })

type Row = [kind: string, prompt: string, properties: PromptRow['properties'], values: PromptRow['values']]

const rows: Row[] = [
  ['numbers', 'Subtract 15 from 40.', { a: integer, b: integer }, { a: 15, b: 40 }],
  ['numbers', 'What is 3.14 times 2?', { x: number, y: number }, { x: 3.14, y: 2 }],
  ['numbers', 'Give me five random words.', { count: integer }, { count: 5 }],
  ['numbers', 'Set the temperature to 21 degrees.', { temperature: number }, { temperature: 21 }],
  ['numbers', 'compute fibonacci(10)', { n: integer }, { n: 10 }],
  [
    'numbers',
    'In room 4 there are 12 chairs and 3 tables.',
    { chairs: integer, tables: integer },
    { chairs: 12, tables: 3 }
  ],
  ['numbers', 'The population was 8,336,817 in 2020.', { population: integer }, { population: 8336817 }],
  ['numbers', 'Is -273.15 below zero?', { value: number }, { value: -273.15 }],
  ['names', 'Schedule a call with Priya Natarajan.', { attendee: string }, { attendee: 'Priya Natarajan' }],
  [
    'names',
    'The author of the book is Gabriel García Márquez.',
    { author: string },
    { author: 'Gabriel García Márquez' }
  ],
  ['names', 'hi, my name is carlos', { name: string }, { name: 'carlos' }],
  [
    'names',
    'Mr. Henry Higgins wants a refund for his trip to Vienna.',
    { customer: string },
    { customer: 'Henry Higgins' }
  ],
  [
    'names',
    'Please register John Smith.',
    { first_name: string, last_name: string },
    { first_name: 'John', last_name: 'Smith' }
  ],
  [
    'names',
    'Ludwig van Beethoven was a composer from Bonn.',
    { composer: string },
    { composer: 'Ludwig van Beethoven' }
  ],
  ['names', 'Wanda is a nurse.', { name: string }, { name: 'Wanda' }],
  ['places', 'Any good restaurants in Kuala Lumpur?', { location: string }, { location: 'Kuala Lumpur' }],
  ['places', "What's the weather like in Boston, MA?", { location: string }, { location: 'Boston, MA' }],
  [
    'places',
    'I want to go from Lyon to Marseille on Tuesday.',
    { from: string, to: string },
    { from: 'Lyon', to: 'Marseille' }
  ],
  ['places', 'What is the capital of France?', { country: string }, { country: 'France' }],
  [
    'places',
    'Maria moved to New Zealand last year.',
    { name: string, country: string },
    { name: 'Maria', country: 'New Zealand' }
  ],
  ['places', 'Paris weather please', { city: string }, { city: 'Paris' }],
  ['places', 'temperature in new york', { location: string }, { location: 'new york' }],
  ['places', 'Is Springfield sunny?', { city: string }, { city: 'Springfield' }],
  ['dates', 'Schedule it for 12/25/2024.', { date: format('date') }, { date: '2024-12-25' }],
  ['dates', 'The invoice of Jan 3rd, 2023 is open.', { invoice_date: format('date') }, { invoice_date: '2023-01-03' }],
  ['dates', 'Set an alarm for 6:45 am.', { time: string }, { time: '6:45 am' }],
  [
    'dates',
    'Check in on 2025-08-01, check out on 2025-08-05.',
    { check_in: format('date'), check_out: format('date') },
    { check_in: '2025-08-01', check_out: '2025-08-05' }
  ],
  [
    'dates',
    'Book a room until 2025-08-05, starting 2025-08-01.',
    { start: format('date'), end: format('date') },
    { start: '2025-08-01', end: '2025-08-05' }
  ],
  ['dates', 'He was born on the 4th of July 1990.', { birthday: format('date') }, { birthday: '1990-07-04' }],
  [
    'dates',
    'The film came out in 1994 and costs 12 dollars.',
    { year: integer, price: number },
    { year: 1994, price: 12 }
  ],
  [
    'e-mail addresses',
    'Forward this to the team (team-a@corp.example.com), please.',
    { recipient: string },
    { recipient: 'team-a@corp.example.com' }
  ],
  [
    'e-mail addresses',
    'Contact: Jane Roe <jane@roe.example>',
    { name: string, email: string },
    { name: 'Jane Roe', email: 'jane@roe.example' }
  ],
  [
    'e-mail addresses',
    'cc ann@example.com and to bob@example.com',
    { to: string, cc: string },
    { to: 'bob@example.com', cc: 'ann@example.com' }
  ],
  [
    'URLs',
    'Check whether https://status.example.com/api?v=2 is up',
    { endpoint: string },
    { endpoint: 'https://status.example.com/api?v=2' }
  ],
  ['URLs', 'Shorten [this](https://example.com/long/path).', { url: string }, { url: 'https://example.com/long/path' }],
  [
    'file names',
    'Rename draft.docx to final.docx.',
    { from: string, to: string },
    { from: 'draft.docx', to: 'final.docx' }
  ],
  ['file names', 'What does C:\\logs\\app.log say?', { path: string }, { path: 'C:\\logs\\app.log' }],
  ['file names', 'Append a line to ~/notes/todo.md', { filename: string }, { filename: '~/notes/todo.md' }],
  [
    'codes',
    'Refund transaction TX-99-AB for 12 euros.',
    { transaction_id: string, amount: number },
    { transaction_id: 'TX-99-AB', amount: 12 }
  ],
  ['codes', 'What is the status of order 98765?', { order_id: string }, { order_id: '98765' }],
  ['codes', 'Show commit 3f2a9bc.', { hash: string }, { hash: '3f2a9bc' }],
  ['codes', 'Get the stock price of MSFT.', { ticker: string }, { ticker: 'MSFT' }],
  ['codes', 'My phone number is +1 555-123-4567.', { phone_number: string }, { phone_number: '+1 555-123-4567' }],
  [
    'codes',
    'Assign PROJ-17 to Lena.',
    { issue_key: string, assignee: string },
    { issue_key: 'PROJ-17', assignee: 'Lena' }
  ],
  [
    'quoted strings',
    'How do you say "thank you" in Japanese?',
    { phrase: string, language: string },
    { phrase: 'thank you', language: 'Japanese' }
  ],
  ['quoted strings', 'Count the words in «Le petit prince».', { text: string }, { text: 'Le petit prince' }],
  ['quoted strings', "Set the title to 'Don't panic'.", { title: string }, { title: "Don't panic" }],
  [
    'quoted strings',
    'Create an event "Team lunch" on 2025-04-02.',
    { summary: string, date: format('date') },
    { date: '2025-04-02' }
  ],
  ['quoted strings', 'Search for wireless headphones.', { query: string }, { query: 'wireless headphones' }],
  ['key=value', 'x = 3, y = -4', { x: integer, y: integer }, { x: 3, y: -4 }],
  [
    'key=value',
    'Call it with city=Paris&units=metric',
    { city: string, units: string },
    { city: 'Paris', units: 'metric' }
  ],
  ['key=value', 'user_id=77 active=yes', { userId: integer, active: boolean }, { userId: 77, active: true }],
  ['key: value', '{"city": "Rome", "days": 3}', { city: string, days: integer }, { city: 'Rome', days: 3 }],
  [
    'key: value',
    'Name: Bob Stone; Age: 51; Email: bob@stone.example',
    { name: string, age: integer, email: string },
    { name: 'Bob Stone', age: 51, email: 'bob@stone.example' }
  ],
  [
    'key: value',
    '**Status**: shipped\n**Weight**: 2.5 kg',
    { status: string, weight: number },
    { status: 'shipped', weight: 2.5 }
  ],
  [
    'key: value',
    'Ingredients: flour, eggs and milk',
    { ingredients: strings },
    { ingredients: ['flour', 'eggs', 'milk'] }
  ],
  [
    'units',
    'The baby weighs 3.4 kg and is 51 cm long.',
    { weight: number, length: number },
    { weight: 3.4, length: 51 }
  ],
  [
    'units',
    'The 90-minute film has a budget of $2 million.',
    { duration_minutes: integer, budget: number },
    { duration_minutes: 90, budget: 2000000 }
  ],
  ['units', 'He ran 10 km in 45 minutes.', { distance: number, minutes: integer }, { distance: 10, minutes: 45 }],
  ['units', 'A 19-year-old student pays £8.50.', { age: integer, price: number }, { age: 19, price: 8.5 }],
  [
    'enums',
    'This is not urgent, low priority is fine.',
    { priority: oneOf('low', 'medium', 'high') },
    { priority: 'low' }
  ],
  [
    'enums',
    'I want two espressos.',
    { drink: oneOf('espresso', 'latte', 'tea'), count: integer },
    { drink: 'espresso', count: 2 }
  ],
  ['enums', 'Use the metric system, not imperial.', { system: oneOf('imperial', 'metric') }, { system: 'metric' }],
  [
    'enums',
    'Turn on the lights in the living room.',
    { room: oneOf('kitchen', 'living_room', 'bedroom'), state: oneOf('on', 'off') },
    { room: 'living_room', state: 'on' }
  ],
  ['lists', 'Buy apples, pears and plums.', { items: strings }, { items: ['apples', 'pears', 'plums'] }],
  ['lists', 'Sort [9, 4, 7] please', { numbers: integers }, { numbers: [9, 4, 7] }],
  ['lists', 'Translate "cat", "dog" and "bird".', { words: strings }, { words: ['cat', 'dog', 'bird'] }],
  [
    'lists',
    'My shopping list:\n- milk\n- brown bread\n- eggs',
    { items: strings },
    { items: ['milk', 'brown bread', 'eggs'] }
  ],
  [
    'lists',
    'Notify Erika, Jamal and Wei-Ling.',
    { recipients: strings },
    { recipients: ['Erika', 'Jamal', 'Wei-Ling'] }
  ],
  [
    'nested',
    'John is 20 and Jane is 30.',
    { users: listOf({ name: string, age: integer }) },
    {
      users: [
        { name: 'John', age: 20 },
        { name: 'Jane', age: 30 }
      ]
    }
  ],
  [
    'nested',
    'Ship it to Ada Lovelace in London.',
    { recipient: object({ name: string, address: object({ city: string }) }) },
    { recipient: { name: 'Ada Lovelace', address: { city: 'London' } } }
  ],
  [
    'nested',
    'Jason is 25 years old.',
    { user: { anyOf: [object({ name: string, age: integer }), { type: 'null' }] } },
    { user: { name: 'Jason', age: 25 } }
  ],
  [
    'nested',
    'Order 2 pizzas and 3 salads.',
    { items: listOf({ product: string, quantity: integer }) },
    {
      items: [
        { product: 'pizzas', quantity: 2 },
        { product: 'salads', quantity: 3 }
      ]
    }
  ],
  ['nested', 'Set the volume to 7.', { volume: { anyOf: [integer, { type: 'null' }] } }, { volume: 7 }],
  [
    'mixed',
    'Remind Bob at 17:30 to call 555-0199.',
    { person: string, time: string, phone: string },
    { person: 'Bob', time: '17:30', phone: '555-0199' }
  ],
  [
    'mixed',
    'Book a table for 4 at Chez Panisse on 2025-02-14 at 19:30.',
    { restaurant: string, people: integer, date: format('date'), time: string },
    { restaurant: 'Chez Panisse', people: 4, date: '2025-02-14', time: '19:30' }
  ],
  [
    'mixed',
    'Convert 100 USD to EUR.',
    { amount: number, from_currency: string, to_currency: string },
    { amount: 100, from_currency: 'USD', to_currency: 'EUR' }
  ],
  [
    'mixed',
    'Translate "good night" from English to German.',
    { text: string, source_language: string, target_language: string },
    { text: 'good night', source_language: 'English', target_language: 'German' }
  ],
  ['mixed', 'What is 5 * (3 + 2)?', { expression: string }, { expression: '5 * (3 + 2)' }],
  [
    'mixed',
    'Find flights from SFO to JFK on 2025-03-01 for 2 adults without meals.',
    { origin: string, destination: string, date: format('date'), adults: integer, meals: boolean },
    { origin: 'SFO', destination: 'JFK', date: '2025-03-01', adults: 2, meals: false }
  ]
]

/** A second list, of all kinds. */
const secondRows: [prompt: string, properties: PromptRow['properties'], values: PromptRow['values']][] = [
  ['Add 2 and 3.', { first: integer, second: integer }, { first: 2, second: 3 }],
  ['What is 100 divided by 8?', { dividend: number, divisor: number }, { dividend: 100, divisor: 8 }],
  ['Raise 2 to the power of 10.', { base: integer, exponent: integer }, { base: 2, exponent: 10 }],
  ['Generate a password with 16 characters.', { length: integer }, { length: 16 }],
  ['Show the top 5 results of page 2.', { limit: integer, page: integer }, { limit: 5, page: 2 }],
  ['Round 2.6789 to 2 decimals.', { value: number, decimals: integer }, { value: 2.6789, decimals: 2 }],
  ['Is 97 a prime number?', { number: integer }, { number: 97 }],
  ['I bought 3 apples and have $20. Set the limit to 50.', { limit: integer }, { limit: 50 }],
  [
    'Convert 32 fahrenheit to celsius',
    { value: number, from_unit: oneOf('celsius', 'fahrenheit'), to_unit: oneOf('celsius', 'fahrenheit') },
    { value: 32, from_unit: 'fahrenheit', to_unit: 'celsius' }
  ],
  ['Who is Marie Curie?', { name: string }, { name: 'Marie Curie' }],
  ['Send a message to Sarah saying I will be late.', { recipient: string }, { recipient: 'Sarah' }],
  [
    'Hi, this is Michael Scott from Dunder Mifflin.',
    { name: string, company: string },
    { name: 'Michael Scott', company: 'Dunder Mifflin' }
  ],
  [
    'The patient, Mrs. Emily Clark, is 71 years old.',
    { patient_name: string, age: integer },
    { patient_name: 'Emily Clark', age: 71 }
  ],
  ["Hello, I'm Zoë.", { name: string }, { name: 'Zoë' }],
  ['Alice sent Bob a letter.', { sender: string, recipient: string }, { sender: 'Alice' }],
  ['User: Robert Paulson', { user: string }, { user: 'Robert Paulson' }],
  ['Find the email of Tim Cook.', { person: string }, { person: 'Tim Cook' }],
  ['Invite Tom Hanks to the party on Friday.', { guest: string, day: string }, { guest: 'Tom Hanks', day: 'Friday' }],
  ['Show me hotels in Barcelona for 2 guests.', { city: string, guests: integer }, { city: 'Barcelona', guests: 2 }],
  [
    'How far is it from Munich to Vienna?',
    { origin: string, destination: string },
    { origin: 'Munich', destination: 'Vienna' }
  ],
  ['What time is it in Los Angeles right now?', { location: string }, { location: 'Los Angeles' }],
  ['Peter lives in Lisbon.', { name: string, city: string }, { name: 'Peter', city: 'Lisbon' }],
  ['Plan a trip to Japan.', { country: string }, { country: 'Japan' }],
  ['what is the weather in san francisco?', { location: string }, { location: 'san francisco' }],
  [
    'Show the population of Reykjavik, Iceland.',
    { city: string, country: string },
    { city: 'Reykjavik', country: 'Iceland' }
  ],
  ['Weather for Springfield, IL tomorrow?', { city: string, state: string }, { city: 'Springfield', state: 'IL' }],
  ['I live in Texas, but find flights to Ohio.', { destination: string }, { destination: 'Ohio' }],
  ['Deliver to 221B Baker Street, London.', { city: string }, { city: 'London' }],
  ['Remind me on 2024/07/09 to call.', { date: format('date') }, { date: '2024-07-09' }],
  [
    'From June 1, 2024 to June 15, 2024.',
    { start_date: format('date'), end_date: format('date') },
    { start_date: '2024-06-01', end_date: '2024-06-15' }
  ],
  ['Meet me at 14:00 on 2025-10-10.', { date: format('date'), time: string }, { date: '2025-10-10', time: '14:00' }],
  ['The event starts at 9 pm.', { start_time: string }, { start_time: '9 pm' }],
  ['The war ended in 1945.', { year: integer }, { year: 1945 }],
  ['Due: 31.12.2025', { due_date: format('date') }, { due_date: '2025-12-31' }],
  [
    'Schedule the meeting for 2025-05-05T10:00:00Z with 4 people.',
    { at: format('date-time'), people: integer },
    { at: '2025-05-05T10:00:00Z', people: 4 }
  ],
  ['Anniversary is on 3 October 2026, room 5.', { date: format('date') }, { date: '2026-10-03' }],
  ['Ping support@example.io about ticket 5.', { email: format('email') }, { email: 'support@example.io' }],
  [
    'Add bob@x.example, ann@y.example and joe@z.example.',
    { emails: strings },
    { emails: ['bob@x.example', 'ann@y.example', 'joe@z.example'] }
  ],
  [
    'send "hi" from a@b.example to c@d.example',
    { from: string, to: string, body: string },
    { from: 'a@b.example', to: 'c@d.example', body: 'hi' }
  ],
  ['Screenshot www.example.com please', { url: string }, { url: 'https://www.example.com' }],
  ['Is http://10.0.0.1:8080/x up?', { url: string }, { url: 'http://10.0.0.1:8080/x' }],
  [
    'Download https://example.com/file.zip to /tmp/file.zip.',
    { url: string, path: string },
    { url: 'https://example.com/file.zip', path: '/tmp/file.zip' }
  ],
  ['Run tests/unit/test_app.py', { script: string }, { script: 'tests/unit/test_app.py' }],
  ['Edit the config.yaml in line 12.', { file: string, line: integer }, { file: 'config.yaml', line: 12 }],
  ['Move ./a/b.txt to ./c/', { source: string, destination: string }, { source: './a/b.txt', destination: './c/' }],
  ['compress the folder images/2024', { folder: string }, { folder: 'images/2024' }],
  ['Merge a.pdf and b.pdf into out.pdf.', { inputs: strings, output: string }, { output: 'out.pdf' }],
  [
    'Track UPS package 9400111899223197428490.',
    { tracking_number: string },
    { tracking_number: '9400111899223197428490' }
  ],
  ['Apply promo code WELCOME10 to my cart.', { promo_code: string }, { promo_code: 'WELCOME10' }],
  ['My order number is 555-1234.', { order_number: string }, { order_number: '555-1234' }],
  ['Flight BA2490 from London.', { flight: string }, { flight: 'BA2490' }],
  ['Look up ISBN 978-3-16-148410-0.', { isbn: string }, { isbn: '978-3-16-148410-0' }],
  ['Reset device 00:1A:2B:3C:4D:5E.', { mac: string }, { mac: '00:1A:2B:3C:4D:5E' }],
  ['Buy 10 shares of TSLA', { symbol: string, quantity: integer }, { symbol: 'TSLA', quantity: 10 }],
  ['Ban IP 192.168.0.7', { ip: format('ipv4') }, { ip: '192.168.0.7' }],
  ['Color it #ff8800.', { color: string }, { color: '#ff8800' }],
  ['Rename "old name" to "new name".', { from: string, to: string }, { from: 'old name', to: 'new name' }],
  ['Write a haiku titled "Autumn rain".', { title: string }, { title: 'Autumn rain' }],
  ['Say `echo hi` in bash.', { command: string }, { command: 'echo hi' }],
  ["Execute the query 'SELECT 1'.", { sql: string }, { sql: 'SELECT 1' }],
  ['Play "Yesterday" by The Beatles', { song: string, artist: string }, { song: 'Yesterday', artist: 'The Beatles' }],
  ['Echo the text ‘one two’.', { text: string }, { text: 'one two' }],
  [
    'timeout=2.5 retries=3 url=https://a.example/b',
    { url: string, timeout: number, retries: integer },
    { url: 'https://a.example/b', timeout: 2.5, retries: 3 }
  ],
  ['name=Ada Lovelace, born=1815', { name: string, born: integer }, { name: 'Ada Lovelace', born: 1815 }],
  ['lang=de;strict=false', { lang: string, strict: boolean }, { lang: 'de', strict: false }],
  ['set foo=bar', { foo: string }, { foo: 'bar' }],
  [
    'Name: Jürgen Müller\nStreet: Hauptstr. 5\nZip: 10115',
    { name: string, street: string, zip: string },
    { name: 'Jürgen Müller', street: 'Hauptstr. 5', zip: '10115' }
  ],
  [
    'Product: Laptop, Price: $999, Quantity: 2',
    { product: string, price: number, quantity: integer },
    { product: 'Laptop', price: 999, quantity: 2 }
  ],
  [
    "{'name': 'Eve', 'age': 33, 'admin': true}",
    { name: string, age: integer, admin: boolean },
    { name: 'Eve', age: 33, admin: true }
  ],
  [
    'city: Paris, unit: celsius',
    { city: string, unit: oneOf('celsius', 'fahrenheit') },
    { city: 'Paris', unit: 'celsius' }
  ],
  [
    'To: ann@example.com\nSubject: Lunch?\nBody: See you at noon.',
    { to: string, subject: string, body: string },
    { to: 'ann@example.com', subject: 'Lunch', body: 'See you at noon' }
  ],
  ['He is 1.85 m tall and weighs 90 kg.', { height: number, weight: number }, { height: 1.85, weight: 90 }],
  ['Wait 30 seconds.', { seconds: integer }, { seconds: 30 }],
  ['A tax of 19 % on 250 €.', { rate: number, amount: number }, { rate: 19, amount: 250 }],
  [
    'Cook it for 2 hours at 180 °C.',
    { duration_minutes: integer, temperature: integer },
    { duration_minutes: 120, temperature: 180 }
  ],
  ['The drive has 512 GB and costs £79.99.', { storage_gb: integer, price: number }, { storage_gb: 512, price: 79.99 }],
  ['My son turned 8 and weighs 25 kg.', { age: integer }, { age: 8 }],
  ['Tip 15% on a bill of $80.', { bill: number, tip_percent: number }, { bill: 80, tip_percent: 15 }],
  ['Order a medium coffee, not a large one.', { size: oneOf('small', 'medium', 'large') }, { size: 'medium' }],
  [
    'I absolutely hate this product.',
    { sentiment: oneOf('positive', 'negative', 'neutral') },
    { sentiment: 'negative' }
  ],
  ['Please mark the task as done.', { status: oneOf('todo', 'in_progress', 'done') }, { status: 'done' }],
  [
    'Sort by price in descending order.',
    { sort_by: oneOf('name', 'price', 'date'), order: oneOf('asc', 'desc') },
    { sort_by: 'price', order: 'desc' }
  ],
  ['It is a bug in the login page.', { type: oneOf('bug', 'feature', 'question') }, { type: 'bug' }],
  ['Set mode to heating', { mode: oneOf('cool', 'heat', 'auto') }, { mode: 'heat' }],
  ['Pick numbers 5, 10, 15.', { numbers: integers }, { numbers: [5, 10, 15] }],
  ['Colors: red, green, blue', { colors: strings }, { colors: ['red', 'green', 'blue'] }],
  [
    'Visit Rome, Florence and Venice in 7 days.',
    { cities: strings, days: integer },
    { cities: ['Rome', 'Florence', 'Venice'], days: 7 }
  ],
  ['The recipe needs eggs, flour, and sugar.', { ingredients: strings }, { ingredients: ['eggs', 'flour', 'sugar'] }],
  ['Close issues 12, 15 and 19.', { issues: integers }, { issues: [12, 15, 19] }],
  [
    'Alice (25), Bob (31) and Carol (47) joined.',
    { people: listOf({ name: string, age: integer }) },
    {
      people: [
        { name: 'Alice', age: 25 },
        { name: 'Bob', age: 31 },
        { name: 'Carol', age: 47 }
      ]
    }
  ],
  [
    'Add a contact: Tim Berners, tim@example.com, +44 20 7946 0958',
    { contact: object({ name: string, email: string, phone: string }) },
    { contact: { name: 'Tim Berners', email: 'tim@example.com', phone: '+44 20 7946 0958' } }
  ],
  [
    'Name: Max, Age: 9',
    { child: { anyOf: [{ type: 'null' }, object({ name: string, age: integer })] } },
    { child: { name: 'Max', age: 9 } }
  ],
  [
    'Pay 20 dollars to Ann and 35 dollars to Ben.',
    { payments: listOf({ to: string, amount: number }) },
    {
      payments: [
        { to: 'Ann', amount: 20 },
        { to: 'Ben', amount: 35 }
      ]
    }
  ],
  [
    'Emma, 28, works as a designer at Acme in Berlin.',
    { name: string, age: integer, company: string, city: string },
    { name: 'Emma', age: 28, company: 'Acme', city: 'Berlin' }
  ],
  [
    'Reserve room 12 for Ms. Grace Park from 2025-01-02 to 2025-01-05 at 89.50 € per night.',
    { guest: string, room: integer, from: format('date'), to: format('date'), price: number },
    { guest: 'Grace Park', room: 12, from: '2025-01-02', to: '2025-01-05', price: 89.5 }
  ]
]

/** 175 prompts. */
export const furtherRows: PromptRow[] = [
  ...rows.map(([kind, prompt, properties, values]) => ({ kind, prompt, properties, values })),
  ...secondRows.map(([prompt, properties, values]) => ({ kind: 'any', prompt, properties, values }))
]
