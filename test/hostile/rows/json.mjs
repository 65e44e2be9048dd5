/** Bodies that are invalid, odd or large as JSON. */
import { completion, either, error } from '../expect.mjs'

const chat = members =>
  `{"model":"gpt-4o","messages":[{"role":"user","content":"Hello!"}]${members ? `,${members}` : ''}}`
const notJson = error(400, /could not parse the JSON body/)
const deep = (depth, open, close = '') => open.repeat(depth) + close.repeat(depth)

export const inputs = [
  ...[
    ['an empty object', '{}', error(400)],
    ['a list', '[]', error(400)],
    ['null', 'null', error(400)],
    ['a number', '1', error(400)],
    ['a string', '"gpt-4o"', error(400)],
    ['true', 'true', error(400)],
    ['two objects', '{}{}', notJson],
    ['a comment', '{/* */}', notJson],
    ['a trailing comma', '{"a":1,}', notJson],
    ['single quotes', "{'a':1}", notJson],
    ['NaN', chat('"temperature":NaN'), notJson],
    ['a leading zero', chat('"temperature":01'), notJson],
    ['a lone minus', chat('"temperature":-'), notJson],
    ['half an object', '{"model":"gpt-4o","mess', notJson],
    ['a control character in a string', '{"model":"a\u0001b"}', notJson],
    ['only white space', ' \n\t ', error(400)],
    ['NUL bytes', '\0\0\0\0', notJson],
    ['a byte order mark', `\ufeff${chat()}`, either(notJson, completion())],
    ['UTF-16', Buffer.from(chat(), 'utf16le'), notJson],
    ['invalid UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0xff, 0x22]), error(400)],
    ['lone surrogates', chat().replace('Hello!', '\\ud800 \\udc00'), completion()],
    ['an escaped NUL', chat().replace('Hello!', 'a\\u0000b'), completion()],
    ['the end of U+2028', chat().replace('Hello!', '\u2028\u2029\u0085'), completion()],
    [
      'doubled names',
      chat('"model":"gpt-4o-mini","model":"gpt-4o"'),
      completion(({ model }) => model.startsWith('gpt-4o'))
    ],
    ['__proto__', chat('"__proto__":{"stream":true}'), either(error(400), completion())],
    ['constructor', chat('"constructor":{"prototype":{"stream":true}}'), error(400)],
    ['toString', chat('"toString":1,"hasOwnProperty":2'), error(400)],
    ['an empty name', chat('"":1'), error(400)],
    ['1e400', chat('"temperature":1e400'), error(400)],
    ['-0', chat('"temperature":-0'), completion()],
    ['an integer of 20 digits', chat('"seed":99999999999999999999'), either(error(400), completion())],
    ['a number of 100,000 digits', chat(`"seed":${'9'.repeat(100_000)}`), error(400)],
    ['1e-400', chat('"temperature":1e-400'), completion()],
    ['500 levels', chat(`"metadata":${deep(500, '{"a":')}1${'}'.repeat(500)}`), error(400)],
    ['600 levels', chat(`"x":${deep(600, '[', ']')}`), notJson],
    ['a million brackets', '['.repeat(1_000_000), notJson],
    ['a million objects', '{"a":'.repeat(1_000_000), notJson],
    ['500,000 lists side by side', chat(`"x":[${'[],'.repeat(500_000)}[]]`), notJson]
  ].map(([name, body, expect]) => ({ name: `JSON: ${name}`, body, expect })),
  {
    name: 'JSON: an unknown name of 9 MB, reported in a header',
    server: 'warn',
    body: () => chat(`"${'k'.repeat(9_000_000)}":1`),
    expect: ({ status, headers }) =>
      status === 200 && headers['x-mock-refused']?.length < 2100
        ? undefined
        : `the header has ${headers['x-mock-refused']?.length} characters`
  },
  ...['spec', 'warn', 'off'].flatMap(server =>
    [
      ['400,000 unknown names', () => chat(Array.from({ length: 400_000 }, (_, at) => `"k${at}":1`).join(','))],
      ['an unknown name of 9 MB', () => chat(`"${'k'.repeat(9_000_000)}":1`)],
      ['an unknown string of 9 MB', () => chat(`"x":"${'k'.repeat(9_000_000)}"`)],
      [
        '200,000 unknown names in a message',
        () => chat().replace('"role"', `${Array.from({ length: 200_000 }, (_, at) => `"k${at}":1`).join(',')},"role"`)
      ],
      ['a number list of 2 million', () => chat(`"x":[${'1,'.repeat(2_000_000)}1]`)],
      ['strings of escapes', () => chat(`"x":"${'\\u0041'.repeat(1_000_000)}"`)],
      ['strings of quotes and backslashes', () => chat(`"x":"${'\\"\\\\'.repeat(1_500_000)}"`)]
    ].map(([name, body]) => ({
      name: `JSON: ${name}`,
      server,
      body,
      expect: server === 'spec' || / unknown names/.test(name) ? error(400) : completion()
    }))
  )
]
