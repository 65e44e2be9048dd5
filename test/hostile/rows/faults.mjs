/** Faults and timings of a request's headers. */
import { closed, completion, either, error } from '../expect.mjs'

const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }] }
const overBudget = error(400, 'budget_exceeded')
const large = { match: { lastUser: 'Large' }, reply: { text: 'a b '.repeat(1_000_000) } }
const largeBody = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Large' }] }
const ended = response => (response.end === 'no response' ? 'no response' : undefined)

export const inputs = [
  ...[
    'explode',
    'delay',
    'delay=-1',
    'delay=1e12',
    'delay=NaN',
    'delay=Infinity',
    'delay=600001',
    'reset; after=-1',
    'reset; after=x',
    'reset; after=1e99',
    'reset; after=200%',
    'reset; times=0',
    'reset; times=-5',
    'reset; evil=1',
    'status=99',
    'status=nothing',
    'status',
    'content-length=x',
    'content-length=1e300',
    'dribble=-5',
    'dribble=1e12',
    ';;;;',
    ',,,,',
    'a'.repeat(20_000),
    'reset,'.repeat(2000),
    '__proto__',
    'constructor; after=1',
    'reset; __proto__=1'
  ].map(fault => ({
    name: `fault: ${fault.slice(0, 60)}`,
    headers: { 'x-mock-fault': fault },
    body,
    expect: error(400, 'bad_mock_header')
  })),
  ...[
    'firstTokenMs=1e12',
    'firstTokenMs=-1',
    'firstTokenMs=NaN',
    'interTokenMs=1e12',
    'tokensPerSecond=0',
    'tokensPerSecond=-1',
    'tokensPerSecond=1e-9',
    'firstTokenMs=uniform(1',
    'firstTokenMs=uniform(5, 1)',
    'jitter=9e9',
    'evil=1',
    'nothing',
    'a'.repeat(20_000),
    '__proto__=1',
    ',,,'
  ].map(timing => ({
    name: `timing: ${timing.slice(0, 60)}`,
    headers: { 'x-mock-timing': timing },
    body,
    expect: error(400, 'bad_mock_header')
  })),
  ...['-1', '1e12', 'abc', 'NaN'].map(delay => ({
    name: `x-microcks-delay: ${delay}`,
    headers: { 'x-microcks-delay': delay },
    body,
    expect: error(400, 'bad_mock_header')
  })),
  ...['code=99999', 'code=', 'example=__proto__', 'example=nothing', `code=${'9'.repeat(5000)}`].map(prefer => ({
    name: `Prefer: ${prefer.slice(0, 40)}`,
    headers: { prefer },
    body,
    expect: either(error(404), error(400), completion())
  })),
  ...[
    'split',
    'merge',
    'duplicate; after=5',
    'reorder; after=5',
    'comments',
    'garbage; after=50%',
    'malformed; after=50%',
    'truncate; after=99%',
    'gzip',
    'content-length=10',
    'content-length=-10',
    'empty',
    'no-done',
    'drop; after=1',
    'close; after=50%',
    'reset; after=50%'
  ].flatMap(fault =>
    [false, true].map(stream => ({
      name: `fault on 4 MB: ${fault}, stream: ${stream}`,
      fixture: large,
      headers: { 'x-mock-fault': fault },
      body: { ...largeBody, stream },
      expect: either(ended, overBudget)
    }))
  ),
  { name: 'fault: close', headers: { 'x-mock-fault': 'close' }, body, expect: closed },
  { name: 'fault: reset', headers: { 'x-mock-fault': 'reset' }, body, expect: closed },
  { name: 'x-mock-session of 20 kB', headers: { 'x-mock-session': 's'.repeat(20_000) }, body, expect: completion() },
  { name: 'x-mock-session __proto__', headers: { 'x-mock-session': '__proto__' }, body, expect: completion() },
  {
    name: 'x-mock-session with odd characters',
    headers: { 'x-mock-session': 'a b*?[]\\%' },
    body,
    expect: completion()
  }
]
