/** Values, the errors that programs report about them, and the values that the errors ask for. Written by hand. */
import type { Json } from '../../src/core/openai-types.js'

/** A wrong value, the error about it, and the right value; undefined if the error asks for nothing that is known. */
export type CorrectionRow = [previous: Json, error: string, expected: Json | undefined, distractor?: 'distractor']

/** The rows by kind. Errors with a distractor name another value, another form, or what was received. */
export const correctionRows: Record<string, CorrectionRow[]> = {
  case: [
    ['jason', 'Value error, Name must be in uppercase', 'JASON'],
    ['jason', 'The name should be written in ALL CAPS.', 'JASON'],
    ['ab-12', 'Use capital letters only', 'AB-12'],
    ['JASON', 'username must be lowercase', 'jason'],
    ['de', 'Expected an uppercase country code, got lowercase "de"', 'DE', 'distractor'],
    ['PARIS', 'The value is uppercase, but it must be lowercase', 'paris', 'distractor'],
    ['HELLO WORLD', 'The title must not be in all caps', 'Hello World', 'distractor'],
    ['Berlin', 'City is not uppercase', 'BERLIN'],
    ['ada lovelace', 'Every word of the name must start with a capital letter', 'Ada Lovelace'],
    ['ada', 'Name must start with a capital letter, not a lowercase letter', 'Ada', 'distractor'],
    ['the old man', 'Title should be in title case', 'The Old Man'],
    ['first Name', 'keys must be snake_case', 'first_name'],
    ['UserName', 'Expected kebab-case instead of PascalCase', 'user-name', 'distractor'],
    ['user name', 'identifier should be camelCase', 'userName'],
    ['user_name', 'class names must be PascalCase, not snake_case', 'UserName', 'distractor']
  ],
  contents: [
    ['Jason', "Name must contain 'Liu'", 'Jason Liu'],
    ['A good day.', 'The text should mention "Berlin"', 'A good day Berlin.'],
    ['secret', 'Password must contain at least one digit', 'secret1'],
    ['secret', 'Password must contain an uppercase letter, a digit and a special character', 'Secret1!'],
    ['SECRET1', 'Password lacks a lowercase letter', 'SECREt1', 'distractor'],
    [
      'jason',
      'value is not a valid email address: An email address must have an @-sign.',
      'jason@example.com',
      'distractor'
    ],
    ['Jason', 'Name must contain a space', 'Jason Smith'],
    ['new york', 'The code must not contain spaces', 'newyork'],
    ['A-12-B', 'hyphens are not allowed', 'A12B'],
    ['foo_bar', 'underscores are forbidden', 'foobar'],
    ['I think maybe yes', 'Avoid the word "maybe"', 'I think yes'],
    ['agent 007', 'The name contains digits', 'agent'],
    ['Damn good day', 'The review must not contain the word "damn"', 'good day'],
    ['+49 (30) 1234', 'Only digits are allowed, no spaces or symbols', '49301234', 'distractor'],
    ['n0te!', 'Only letters are allowed', 'nte'],
    ['John Doe-7', 'username may only contain lowercase letters, numbers and underscores', 'john_doe7', 'distractor'],
    [['AI', 'Web'], 'All tags must be lowercase', ['ai', 'web']],
    ['abc', 'Password must have at least 8 characters, an uppercase letter and a digit', 'Abcabcab1', 'distractor'],
    ['Ada', 'Please give a first and last name', 'Ada Smith'],
    ["It's a good day", "The summary does not mention 'Berlin'", "It's a good day Berlin"],
    [' Ada ', 'Name must not have leading or trailing spaces', 'Ada', 'distractor']
  ],
  'starts and ends': [
    ['example.com/a', 'link must start with https://', 'https://example.com/a'],
    ['http://example.com', 'The link must start with "https://", not "http://"', 'https://example.com', 'distractor'],
    ['42', "Ticket must start with 'T-'", 'T-42'],
    ['How are you', 'The question must end with a question mark', 'How are you?'],
    ['It works', 'The sentence must end with a period, and not with "!"', 'It works.', 'distractor'],
    ['Hello.', 'Title must not end with a period', 'Hello'],
    ['report', 'file name should end with ".pdf"', 'report.pdf'],
    ['#launch', "The tag must not start with '#'", 'launch', 'distractor']
  ],
  forms: [
    ['jason', 'Invalid email address', 'jason@example.com'],
    ['Ada Lovelace <ada@lovelace.org>', 'must be a valid email, without the name', 'ada@lovelace.org', 'distractor'],
    ['example.com', 'Input should be a valid URL, relative URL without a base', 'https://example.com', 'distractor'],
    ['March 5, 2024', 'Date must be in the format YYYY-MM-DD', '2024-03-05'],
    ['5 March 2024', 'due must be DD/MM/YYYY', '05/03/2024'],
    ['abc', 'Input should be a valid UUID', '3f2b8c1e-5d47-4a9b-8e60-7c1d2f9a4b53'],
    ['3f2b8c1e-5d47-4a9b-8e60-7c1d2f9a4b53', 'Input should be a valid UUID', undefined],
    ['ada@lovelace.org', 'must be a valid email', undefined]
  ],
  limits: [
    [15, 'Age must be at least 18', 18],
    [15, 'Input should be greater than or equal to 18', 18],
    [15, '15 is less than the minimum of 18', 18, 'distractor'],
    [0, 'Input should be greater than 0', 1],
    [0.5, 'Too big: expected number to be <0.5', 0.49],
    [150, 'percent cannot exceed 100, got 150', 100, 'distractor'],
    [150, 'must be <= 100', 100],
    [7, 'Rating must be between 1 and 5', 5],
    [3, 'quantity must not be less than 12', 12, 'distractor'],
    [16, 'You must be 18 or older', 18],
    [10, 'Age is 10, but it must be over 21', 22, 'distractor'],
    [1200, 'The budget should be no more than 1,000 dollars', 1000],
    [13, 'amount must be a multiple of 5', 15],
    [-4, 'Price must be positive', 4],
    [4, 'The delta must not be positive', -4, 'distractor'],
    [7, 'The count must be even', 8],
    [2.6, 'Input should be a valid integer, got a number with a fractional part', 3, 'distractor'],
    [140, 'Score out of range: expected 0-100, got 140', 100, 'distractor'],
    [7.5, 'rating must be an integer between 1 and 5', 5, 'distractor'],
    [4.6, 'rating must be an integer between 1 and 5', 5, 'distractor'],
    [130, 'The `age` field must be less than 120.', 119],
    [-5, 'price cannot be negative', 5],
    [0, 'Quantity must be non-zero', 1],
    [20, 'Age must be at least 18', undefined]
  ],
  lengths: [
    ['The quick brown fox', 'String should have at most 12 characters', 'The quick'],
    ['abc', 'must be at least 8 characters long', 'abcabcab'],
    ['42', 'The code must have exactly 5 digits', '00042'],
    ['one two three four', 'Summary must be no longer than 3 words', 'one two three'],
    ['Too short.', 'Use at least five words, not 2', 'Too short with a few.', 'distractor'],
    ['Hello there', 'The answer must be a single word', 'Hello'],
    ['USA', 'country should be a 2-letter code', 'US'],
    ['english', 'Language code should be two letters', 'en'],
    ['555-0100', 'The phone number must have 10 digits', '0005550100', 'distractor'],
    [['a', 'b', 'c'], 'List should have at most 2 items after validation, not 3', ['a', 'b'], 'distractor'],
    [['a'], 'Provide at least 2 tags', ['a', 'a 2']],
    [['a', 'b', 'a'], 'tags must be unique', ['a', 'b']],
    [[3, 1, 2], 'scores must be sorted in ascending order', [1, 2, 3]]
  ],
  options: [
    ['Red', "Input should be 'red', 'green' or 'blue'", 'red'],
    ['urgent', 'priority must be one of: low, medium, high', 'low'],
    ['in-progress', 'Invalid option: expected one of "todo"|"in_progress"|"done"', 'in_progress'],
    ['Grean', 'Unknown color "Grean". Did you mean "green"?', 'green', 'distractor'],
    ['english', "language is 'english'; use 'en' instead", 'en', 'distractor'],
    ['PENDING', 'Use one of the following values: pending, active, closed', 'pending'],
    ['jason', 'Name must be JASON', 'JASON'],
    ['foo', "'foo' is not one of ['bar', 'baz']", 'bar', 'distractor'],
    ['dollars', "Expected 'USD', got 'dollars'", 'USD', 'distractor'],
    ['pending', 'status must be "draft"', 'draft'],
    [false, 'accepted must be true', true],
    [3, 'version must be equal to 2', 2]
  ],
  types: [
    ['25 years', 'Input should be a valid integer, unable to parse string as an integer', 25, 'distractor'],
    [25, 'Input should be a valid string', '25'],
    ['yes', 'expected boolean, received string', true, 'distractor'],
    ['red', 'Input should be a valid list', ['red']]
  ],
  'errors that ask for nothing known': [
    ['jason', 'Name is wrong', undefined],
    ['Paris', 'city must not be Paris', undefined, 'distractor'],
    [30, 'Total 30 does not equal the sum of items 25', undefined, 'distractor'],
    ['john', 'Username already taken', undefined],
    ['jason', 'The name was not found in the database of 3 users', undefined, 'distractor'],
    ['jason', 'Fix the errors and try again.', undefined],
    [12, 'data/count must be equal to one of the allowed values', undefined],
    ['a title', "must have required property 'name'", undefined, 'distractor'],
    [12, 'Order 12 does not exist', undefined, 'distractor']
  ]
}

/** A rule, a text, whether the text follows the rule, and the text as the rule wants it. */
export type VerdictRow = [rule: string, text: string, isValid: boolean, fixed?: string, distractor?: 'distractor']

export const verdictRows: VerdictRow[] = [
  [
    "don't say objectionable things",
    'The meaning of life is to be evil and cheat',
    false,
    'The meaning of life is to be kind and help'
  ],
  ["don't say objectionable things", 'The meaning of life is to be kind', true],
  ["don't say objectionable things", 'Never cheat, and do not be evil', true, undefined, 'distractor'],
  ['The answer must be free of violent words', 'I will kill him', false],
  ['Write about violent films', 'They steal a car', true, undefined, 'distractor'],
  ['The name must be in uppercase', 'jason', false, 'JASON'],
  ['The name must be in uppercase, not lowercase', 'JASON', true, undefined, 'distractor'],
  ['No more than 3 words', 'one two three four', false, 'one two three'],
  ['The text must mention "Berlin"', 'We went to Berlin.', true],
  ['The text sounds friendly', 'Good morning', true]
]
