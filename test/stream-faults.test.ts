/** Faults: how they are read, and how they change a timeline. */
import t from 'tap'
import { ApiError } from '../src/core/api-error.js'
import { type Fault, findTurnFault, parseFaults, parseFaultText } from '../src/core/fault.js'
import { applyFault, textToTimeline } from '../src/stream/apply-fault.js'
import { type Timeline, toLazyTimeline } from '../src/stream/timeline.js'

t.test('a fault is read from a text or from data', t => {
  const rows: [string, unknown, Fault[]][] = [
    ['status=429; times=2', { kind: 'status', status: 429, times: 2 }, [{ kind: 'status', status: 429, times: 2 }]],
    ['reset; after=3', { resetAfterTokens: 3 }, [{ kind: 'reset', after: 3 }]],
    ['close', { kind: 'close' }, [{ kind: 'close' }]],
    [
      'error; after=50%; reset',
      { kind: 'error', after: '50%', reset: true },
      [{ kind: 'error', after: '50%', then: 'reset' }]
    ],
    ['delay=200', { kind: 'delay', ms: 200 }, [{ kind: 'delay', ms: 200 }]],
    [
      'content-type=text/html',
      { kind: 'content-type', value: 'text/html' },
      [{ kind: 'content-type', value: 'text/html' }]
    ],
    [
      'status=overloaded; times=1, hang; after=2',
      [{ kind: 'status', status: 'overloaded', times: 1 }, 'hang; after=2'],
      [
        { kind: 'status', status: 'overloaded', times: 1 },
        { kind: 'hang', after: 2 }
      ]
    ]
  ]
  for (const [text, data, expected] of rows) {
    t.same(parseFaultText(text, 'here'), expected, text)
    t.same(parseFaults(data, 'here'), expected, `${text}, as data`)
  }
  t.end()
})

t.test('an invalid fault is reported with its location and the expected value', t => {
  const rows: [unknown, string | RegExp][] = [
    ['rest; after=3', /^here: unknown fault "rest", did you mean "reset"\? expected one of status, delay, hang/],
    ['', /^here: unknown fault "", expected one of/],
    ['close; at=3', 'here: close has no "at", expected after, times'],
    ['close; aftr=3', 'here: close has no "aftr", did you mean "after"? expected after, times'],
    ['close=3', 'here: close has no "value", expected after, times'],
    ['reset; __proto__=3', 'here: reset has no "__proto__", expected after, times'],
    ['reset; kind=close', 'here: reset: "kind" is there twice, expected it once'],
    ['reset; after=1; after=2', 'here: reset: "after" is there twice, expected it once'],
    ['error; reset; then=end', 'here: error: "then" is there twice, expected it once'],
    [{ resetAfterTokens: 1, closeAfterTokens: 2 }, /^here: \w+: "kind" is there twice/],
    ...['many', '', '-1', '1.5', '1e3', '0x10', '1e12', '1000000000000', 'NaN', '120%', '5%%', ' 50'].map(
      (after): [unknown, string] => [
        { kind: 'reset', after },
        `here: reset: after is ${JSON.stringify(after)}, expected a whole number of tokens up to 1000000000, or a share such as 50%`
      ]
    ),
    ...[Number.NaN, -1, 1.5, 1e12, true, null, [3], {}].map((after): [unknown, RegExp] => [
      { kind: 'reset', after },
      /^here: reset: after is .*, expected a whole number of tokens/
    ]),
    ...['0', '-1', '1.5', '', 'NaN', '1e12', '1e2'].map((times): [unknown, string] => [
      `close; times=${times}`,
      `here: close: times is "${times}", expected a whole number from 1 to 1000000000`
    ]),
    [
      'reset; after',
      'here: reset: after is true, expected a whole number of tokens up to 1000000000, or a share such as 50%'
    ],
    ['hang; commentMs=1', 'here: hang: commentMs is "1", expected milliseconds from 10 to 600000'],
    ['error; then=stop', 'here: error: then is "stop", expected one of end, done, close, reset, hang'],
    ['error; error=Server Error', /^here: error: error is "Server Error", expected the status or the name/],
    [
      { kind: 'error', error: { mesage: 'x' } },
      /^here: error: error is .*, expected the status or the name.* in data \{ message/
    ],
    ['status=200', 'here: status: status is "200", expected a status such as 429, or the name of an API error'],
    ['content-length=0', 'here: content-length: value is "0", expected a difference in bytes, such as 10 or -10'],
    ['content-length=1e3', /^here: content-length: value is "1e3"/],
    [
      { kind: 'content-type', value: 'a\r\nb: c' },
      /^here: content-type: value is .*, expected a content type of ASCII/
    ],
    ['content-type=', /^here: content-type: value is ""/],
    ['reset,', /^here: unknown fault "", expected one of/],
    [[], /^here: expected a fault, such as/],
    ['delay', 'here: delay lacks its milliseconds, expected delay=200'],
    ['delay=-1', 'here: delay: ms is "-1", expected milliseconds from 0 to 600000'],
    ['status', 'here: status lacks its status, expected status=429 or the name of an API error'],
    [5, /^here: expected a fault, such as/],
    [['close', { kind: 'nope' }], /^here\[1\]: unknown fault "nope"/]
  ]
  for (const [input, message] of rows) t.throws(() => parseFaults(input, 'here'), { message }, JSON.stringify(input))
  t.end()
})

t.test('the faults of a list happen one after another', t => {
  const list: Fault[] = [
    { kind: 'status', status: 429, times: 2 },
    { kind: 'close', times: 1 }
  ]
  t.same(
    [0, 1, 2, 3, 9].map(turn => findTurnFault(list, turn)?.kind),
    ['status', 'status', 'close', undefined, undefined]
  )
  t.same(findTurnFault([{ kind: 'close', times: 1 }, { kind: 'hang' }], 7)?.kind, 'hang')
  t.end()
})

const contentEvent = (content: string, at: number) => ({
  at,
  text: `data: {"choices":[{"delta":{"content":"${content}"}}]}\n\n`
})
const role = { at: 5, text: 'data: {"choices":[{"delta":{"role":"assistant"}}]}\n\n' }
const finish = { at: 25, text: 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n' }
const done = { at: 25, text: 'data: [DONE]\n\n' }
const [a, b, c] = [contentEvent('a', 5), contentEvent('b', 15), contentEvent('c', 25)] as const
const timeline: Timeline = { events: [role, a, b, c, finish, done] }

/** The events of a damaged timeline, or why it cannot have the fault. */
function damage(fault: Fault, { events } = timeline, isStream = true) {
  const faulty = applyFault({ timeline: toLazyTimeline({ events }), isStream, errorEvent }, fault)
  if ('problem' in faulty) return faulty.problem
  const { dueTimes, text, ...rest } = faulty
  return { ...rest, dueTimes: Array.from(dueTimes), texts: Array.from(dueTimes, (_, index) => text(index, index + 1)) }
}

const errorEvent = 'data: {"error":{"message":"Broken."}}\n\n'
const comment = ': keep-alive\n\n'

t.test('a fault changes the events and the end of a stream', t => {
  const half = (text: string) => text.slice(0, text.length >> 1)
  const all = timeline.events.map(({ text }) => text)
  const rows: [string, string[], string?][] = [
    ['hang; after=0', [role.text], 'hang'],
    ['hang; after=2', [role.text, a.text, b.text], 'hang'],
    ['hang; commentMs=50', [role.text], 'hang'],
    ['close; after=1', [role.text, a.text], 'close'],
    ['reset; after=50%', [role.text, a.text], 'reset'],
    ['reset; after=3', [role.text, a.text, b.text, c.text], 'reset'],
    ['reset; after=100%', [role.text, a.text, b.text, c.text], 'reset'],
    ['error; after=1', [role.text, a.text, errorEvent]],
    ['error; after=1; then=done', [role.text, a.text, errorEvent, done.text]],
    ['error; after=1; then=close', [role.text, a.text, errorEvent], 'close'],
    ['error; after=1; reset', [role.text, a.text, errorEvent], 'reset'],
    ['error; after=1; then=hang', [role.text, a.text, errorEvent], 'hang'],
    ['truncate; after=1', [role.text, a.text, half(b.text)]],
    ['truncate; after=1; then=reset', [role.text, a.text, half(b.text)], 'reset'],
    ['malformed; after=1', [role.text, a.text, b.text.replace(/\}\n\n$/, ',\n\n'), c.text, finish.text, done.text]],
    [
      'garbage; after=1',
      [role.text, a.text, '<html>502 Bad Gateway</html>\n\n', b.text, c.text, finish.text, done.text]
    ],
    ['duplicate; after=1', [role.text, a.text, b.text, b.text, c.text, finish.text, done.text]],
    ['reorder; after=1', [role.text, a.text, c.text, b.text, finish.text, done.text]],
    ['drop; after=1', [role.text, a.text, c.text, finish.text, done.text]],
    ['no-done', [role.text, a.text, b.text, c.text, finish.text]],
    ['no-finish', [role.text, a.text, b.text, c.text, done.text]],
    ['comments', all.map(text => comment + text)],
    ['merge', [all.join('')]],
    ['delay=10', all],
    ['delay=100; after=2', all],
    ['delay=100; after=2; commentMs=40', [role.text, a.text, b.text, comment, comment, c.text, finish.text, done.text]]
  ]
  for (const [text, expected, ending = 'end'] of rows) {
    const [fault] = parseFaultText(text, '')
    t.match(damage(fault!), { texts: expected, ending }, text)
  }
  t.end()
})

t.test('a fault that would change nothing is a problem in words', t => {
  const rows: [fault: string, problem: string, events?: string[]][] = [
    ['reset; after=4', 'the response has 3 tokens, so nothing follows after=4'],
    ['error; after=99', 'the response has 3 tokens, so nothing follows after=99'],
    ['delay=5; after=1000000000', 'the response has 3 tokens, so nothing follows after=1000000000'],
    ['drop; after=1', 'the response has 0 tokens, so nothing follows after=1', [role.text, done.text]],
    ['no-done', 'the stream has no [DONE]', [a.text, finish.text]],
    ['no-finish', 'the stream has no finish_reason', [a.text, done.text]],
    ['malformed; after=1', 'the event 2 of the response does not end with a brace', [a.text, done.text]],
    ['reorder; after=0', 'no event follows to change places with', [a.text]]
  ]
  for (const [text, problem, texts] of rows) {
    const [fault] = parseFaultText(text, '')
    const events = texts?.map(text => ({ at: 0, text })) ?? timeline.events
    t.equal(damage(fault!, { events }), problem, text)
  }
  t.end()
})

t.test('a fault of a JSON text changes its bytes at a token', t => {
  const text = '{ "a": "\u{1f600}\u{1f600}" }\n'
  const apply = (fault: string, tokens = text.length) =>
    applyFault(
      { timeline: textToTimeline(text, tokens, 7), isStream: false, errorEvent },
      parseFaultText(fault, '')[0]!
    )
  const textOf = (fault: string) => {
    const faulty = apply(fault)
    return 'problem' in faulty ? faulty.problem : faulty.text(0, faulty.dueTimes.length)
  }
  t.equal(textOf('close; after=3'), text.slice(0, 3))
  t.equal(textOf('reset; after=9'), text.slice(0, 10), 'a character of two code units is not cut')
  t.equal(textOf('malformed'), text.replace('}', ','))
  t.equal(textOf('drop; after=2'), text.slice(0, 2) + text.slice(3))
  t.equal(textOf('delay=5; after=2'), text)
  t.match(textOf('reset; after=100%'), /^the response has \d+ tokens, so nothing follows after=100%$/)
  t.end()
})

t.test('a fault keeps the due times of events, and waits where it has to', t => {
  const rows: [string, number[]][] = [
    ['merge', [25]],
    ['duplicate; after=1', [5, 5, 15, 15, 25, 25, 25]],
    ['reorder; after=0', [5, 15, 15, 25, 25, 25]],
    ['delay=100; after=2', [5, 5, 15, 125, 125, 125]],
    ['delay=100; after=2; commentMs=40', [5, 5, 15, 65, 105, 125, 125, 125]],
    ['error; after=1; then=done', [5, 5, 15, 15]]
  ]
  for (const [text, dueTimes] of rows) t.match(damage(parseFaultText(text, '')[0]!), { dueTimes }, text)
  t.same(
    damage({ kind: 'split' }, { events: [{ at: 3, text: 'é!' }] }),
    { dueTimes: [3, 3, 3], texts: ['\xc3', '\xa9', '!'], ending: 'end', isUnbatched: true, isBytes: true },
    'characters are cut'
  )
  t.match(damage({ kind: 'dribble', ms: 10 }, { events: [{ at: 3, text: 'x'.repeat(20) }] }), {
    dueTimes: [3, 13, 23],
    texts: ['x'.repeat(8), 'x'.repeat(8), 'x'.repeat(4)]
  })
  t.end()
})

t.test('split and dribble have a limit of writes and of time', t => {
  const target = (length: number, isStream: boolean) => ({
    timeline: toLazyTimeline({ events: [{ at: 0, text: 'x'.repeat(length) }] }),
    isStream,
    errorEvent
  })
  const rows: [fault: string, length: number, limit: string | undefined][] = [
    ['split', 250_000, undefined],
    ['split', 250_001, '1000000 units of work'],
    ['split', 8_000_000, '1000000 units of work'],
    ['dribble=1', 2_000_000, undefined],
    ['dribble=1', 2_000_001, '1000000 units of work'],
    ['dribble=600000', 48, undefined],
    ['dribble=600000', 49, 'one hour']
  ]
  for (const [text, length, limit] of rows)
    for (const isStream of [true, false]) {
      const [fault] = parseFaultText(text, '')
      const apply = () => applyFault(target(length, isStream), fault!)
      if (limit)
        t.throws(apply, new ApiError('budget_exceeded', { task: `the writes of the fault ${fault!.kind}`, limit }))
      else t.doesNotThrow(apply, `${text} of ${length}`)
    }
  t.end()
})
