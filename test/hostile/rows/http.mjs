/** Requests that are invalid or odd as HTTP. */

import { formatRequest } from '../client.mjs'
import { closed, completion, either, error, noFailure, status } from '../expect.mjs'

const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }] }
const text = JSON.stringify(chat)
const head = (line, ...headers) => [
  `${line}\r\n${['host: localhost', 'connection: close', ...headers].join('\r\n')}\r\n\r\n`
]
const post = (...headers) =>
  head(
    'POST /v1/chat/completions HTTP/1.1',
    'authorization: Bearer sk-test',
    'content-type: application/json',
    ...headers
  )[0]
const invalid = either(error(400), closed)
const raw = (name, parts, expect, options = {}) => ({ name, parts: () => parts, expect, ...options })
const chunk = data => `${data.length.toString(16)}\r\n${data}\r\n`

export const inputs = [
  // Bytes that are not HTTP.
  raw('a TLS client hello', [Buffer.from('16030100c8010000c403031234567890', 'hex')], invalid),
  raw('binary garbage', [Buffer.alloc(5000, 0xff)], invalid),
  raw('an SSH banner', ['SSH-2.0-OpenSSH_9.0\r\n'], invalid),
  raw('only line breaks, then the end', ['\r\n\r\n\r\n'], closed, { end: 'fin' }),
  raw('a connection that says nothing', [''], closed, { end: 'fin' }),
  raw('half a request line, then the end', ['POST /v1/ch'], invalid, { end: 'fin' }),
  raw('half a header, then the end', ['POST /v1/chat/completions HTTP/1.1\r\nhost: loc'], invalid, { end: 'fin' }),
  raw('half a header, then a reset', ['POST /v1/chat/completions HTTP/1.1\r\nhost: loc'], closed, { end: 'reset' }),
  raw('HTTP/0.9', ['GET /v1/models\r\n\r\n'], either(invalid, error(401))),
  raw('HTTP/2.0 in the request line', head('GET /v1/models HTTP/2.0'), error(400)),
  raw('the preface of HTTP/2', ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], invalid),
  raw('HTTP/3.7', head('GET /v1/models HTTP/3.7'), error(400)),
  raw('a lower-case method', head('get /v1/models HTTP/1.1'), error(400)),
  raw('an unknown method', head('BREW /v1/models HTTP/1.1'), error(400)),
  raw('spaces before the method', head('   GET /v1/models HTTP/1.1'), error(400)),
  raw('a path with spaces', head('GET /v1/mo dels HTTP/1.1'), error(400)),
  raw('CONNECT', head('CONNECT localhost:443 HTTP/1.1'), either(closed, status(404), error(400))),
  raw('TRACE', head('TRACE /v1/models HTTP/1.1'), status(404)),
  raw(
    'an upgrade to h2c',
    head('GET /_mock/health HTTP/1.1', 'upgrade: h2c', 'http2-settings: AAMAAABkAAQAAP__'),
    status(200)
  ),
  raw(
    'an upgrade to WebSocket',
    head('GET /_mock/health HTTP/1.1', 'upgrade: websocket', 'sec-websocket-key: x'),
    status(200)
  ),
  // Headers.
  raw('two Host headers', head('GET /_mock/health HTTP/1.1', 'host: evil.test'), error(400)),
  raw('no Host header', ['GET /_mock/health HTTP/1.1\r\nconnection: close\r\n\r\n'], status(400)),
  raw('a NUL in a header', head('GET /_mock/health HTTP/1.1', 'x-odd: a\0b'), error(400)),
  raw('a header without a colon', head('GET /_mock/health HTTP/1.1', 'x-odd'), error(400)),
  raw('a header name with a space', head('GET /_mock/health HTTP/1.1', 'x odd: 1'), error(400)),
  raw('an empty header name', head('GET /_mock/health HTTP/1.1', ': 1'), error(400)),
  raw('a folded header', head('GET /_mock/health HTTP/1.1', 'x-odd: a\r\n b'), either(error(400), status(200))),
  raw('a header of 40 kB', head('GET /_mock/health HTTP/1.1', `x-odd: ${'a'.repeat(40_000)}`), error(431)),
  raw(
    '2,000 headers',
    head('GET /_mock/health HTTP/1.1', ...Array.from({ length: 2000 }, (_, at) => `x-${at}: 1`)),
    either(status(200), error(431))
  ),
  raw(
    'a header name __proto__',
    head('GET /_mock/health HTTP/1.1', '__proto__: 1', 'constructor: 2', 'tostring: 3'),
    status(200)
  ),
  raw(
    'Latin-1 bytes in a key',
    [Buffer.from(post('content-length: 2').replace('sk-test', 'sk-\xe9\xff').concat('{}'), 'latin1')],
    error(400)
  ),
  // The length of the body.
  raw(
    'a length and chunks (request smuggling)',
    [post('content-length: 6', 'transfer-encoding: chunked'), '0\r\n\r\nG'],
    error(400)
  ),
  raw('two lengths', [post('content-length: 3', 'content-length: 4'), '{}  '], error(400)),
  raw('a negative length', [post('content-length: -1'), '{}'], error(400)),
  raw('a length with a plus', [post('content-length: +2'), '{}'], error(400)),
  raw('a length in hexadecimal', [post('content-length: 0x2'), '{}'], error(400)),
  raw('a length of 20 digits', [post('content-length: 99999999999999999999'), '{}'], either(error(400), error(413))),
  raw('a length of 1 TB', [post('content-length: 1099511627776')], error(413)),
  raw('a length that is too large, then the end', [post('content-length: 500'), text], either(closed, error(400)), {
    end: 'fin'
  }),
  raw('a length that is too large, then a reset', [post('content-length: 500'), text], closed, { end: 'reset' }),
  raw('a length that is too small', [post('content-length: 20'), text], error(400), { responses: 1 }),
  raw('an unknown transfer encoding', [post('transfer-encoding: gzip'), text], either(error(400), status(501))),
  raw(
    'chunked twice',
    [post('transfer-encoding: chunked, chunked'), chunk(text), '0\r\n\r\n'],
    either(error(400), completion())
  ),
  raw(
    'a chunk size that is no number',
    [post('transfer-encoding: chunked'), 'zz\r\n{}\r\n0\r\n\r\n'],
    either(error(400), closed)
  ),
  raw(
    'a chunk size of 20 digits',
    [post('transfer-encoding: chunked'), 'fffffffffffffffffffff\r\n'],
    either(error(400), closed)
  ),
  raw(
    'a chunk that is cut',
    [post('transfer-encoding: chunked'), chunk(text).slice(0, 30)],
    either(closed, error(400)),
    { end: 'fin' }
  ),
  raw(
    'a chunk extension of 20 kB',
    [post('transfer-encoding: chunked'), `2;x=${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`],
    either(error(400), error(413), closed)
  ),
  raw('chunks of a byte', [post('transfer-encoding: chunked'), ...[...text].map(chunk), '0\r\n\r\n'], completion()),
  raw('a trailer', [post('transfer-encoding: chunked'), chunk(text), '0\r\nx-late: 1\r\n\r\n'], completion()),
  raw(
    'a trailer of 40 kB',
    [post('transfer-encoding: chunked'), chunk(text), `0\r\nx-late: ${'a'.repeat(40_000)}\r\n\r\n`],
    either(completion(), error(431), closed)
  ),
  raw('no body, but a content type', [post()], error(400)),
  raw('Expect: 100-continue', [post('expect: 100-continue', `content-length: ${text.length}`), text], response =>
    completion()(response.responses.at(-1) ?? response)
  ),
  raw(
    'Expect: something else',
    [post('expect: the-inquisition', `content-length: ${text.length}`), text],
    either(status(417), completion())
  ),
  raw('a body after GET', head('GET /_mock/health HTTP/1.1', 'content-length: 5').concat('hello'), status(200)),
  raw(
    '100 requests at once on a connection',
    [Array.from({ length: 100 }, () => 'GET /_mock/health HTTP/1.1\r\nhost: localhost\r\n\r\n').join('')],
    response =>
      response.responses.length === 100 && response.responses.every(each => each.status === 200)
        ? undefined
        : `${response.responses.length} responses`,
    { responses: 100 }
  ),
  raw(
    'garbage after a request',
    [formatRequest({ body: chat, headers: { connection: 'keep-alive' } }), '\0\0garbage\r\n\r\n'],
    response => (response.responses[0]?.status === 200 ? undefined : `the first response is ${response.status}`)
  ),
  raw('a head in 200 parts', [...post(`content-length: ${text.length}`)].concat(text), completion()),
  // Paths.
  ...[
    ['a path of 10 kB', `/v1/${'a'.repeat(10_000)}`, status(404)],
    ['a model id of 5 kB', `/v1/models/${'m'.repeat(5000)}`, status(404)],
    ['an invalid percent encoding', '/v1/models/%E0%A4%A', status(404)],
    ['a NUL in a path', '/v1/models/%00', status(404)],
    ['a path that climbs', '/v1/../../../etc/passwd', status(404)],
    ['an encoded path that climbs', '/_mock/docs/..%2f..%2f..%2fetc%2fpasswd', status(404)],
    ['an encoded path that climbs in the page', '/_mock/docs/static/%2e%2e/%2e%2e/package.json', status(404)],
    ['two slashes', '//v1/models', status(404)],
    ['a star', '*', either(status(404), error(400))],
    ['an absolute URL of another host', 'http://evil.test/v1/models', noFailure],
    ['__proto__ as a path', '/__proto__', status(404)],
    ['__proto__ as a model', '/v1/models/__proto__', status(404)],
    ['constructor as a stored completion', '/v1/chat/completions/constructor', status(404)],
    ['a query of 20 kB', `/v1/models?${'a=1&'.repeat(5000)}`, status(200)],
    ['a query with __proto__', '/v1/chat/completions?__proto__[x]=1&limit=1&metadata[__proto__]=1', noFailure],
    ['a query with a broken percent', '/_mock/requests?session=%E0%A4%A', noFailure],
    ['a limit that is no number', '/v1/chat/completions?limit=many', error(400)],
    ['a limit of 400 digits', `/v1/chat/completions?limit=${'9'.repeat(400)}`, error(400)],
    ['a limit of the journal that is negative', '/_mock/requests?limit=-1', error(400)]
  ].map(([name, path, expect]) => ({ name, method: 'GET', path, expect })),
  {
    name: 'an odd URL in the HAR export',
    method: 'GET',
    path: '/_mock/requests?format=har',
    parts: () => [
      formatRequest({ method: 'GET', path: '//[::bad', headers: { connection: 'keep-alive' } }),
      formatRequest({ method: 'GET', path: '/_mock/requests?format=har' })
    ],
    expect: response =>
      response.responses.at(-1)?.status === 200 ? undefined : `the export is ${response.responses.at(-1)?.status}`
  },
  { name: 'HEAD where GET answers', method: 'HEAD', path: '/v1/models', expect: status(200) },
  { name: 'HEAD of the health', method: 'HEAD', path: '/_mock/health', expect: status(200) },
  { name: 'OPTIONS without Origin', method: 'OPTIONS', path: '/v1/chat/completions', expect: status(204) },
  { name: 'a slash at the end', path: '/v1/chat/completions/', body: chat, expect: completion() },
  { name: 'PUT where POST answers', method: 'PUT', body: chat, expect: noFailure },
  {
    name: 'DELETE with a body',
    method: 'DELETE',
    path: '/v1/chat/completions/chatcmpl-x',
    body: chat,
    expect: status(404)
  },
  // Content types and encodings.
  ...[
    ['text/plain', error(400)],
    ['application/json; charset=utf-16', either(error(400), completion())],
    ['multipart/form-data; boundary=x', error(400)],
    ['application/json;'.repeat(1000), noFailure],
    ['', error(400)]
  ].map(([type, expect]) => ({
    name: `the content type ${type.slice(0, 40)}`,
    headers: { 'content-type': type },
    body: chat,
    expect
  })),
  {
    name: 'a body that claims to be compressed',
    headers: { 'content-encoding': 'gzip' },
    body: chat,
    expect: noFailure
  },
  {
    name: 'an unknown content encoding',
    headers: { 'content-encoding': 'zstd, br, gzip' },
    body: chat,
    expect: noFailure
  },
  { name: 'a body above the limit', body: () => `{"model":"${'x'.repeat(11 * 1024 * 1024)}"}`, expect: error(413) },
  {
    name: 'chunks above the limit',
    parts: () => [
      post('transfer-encoding: chunked'),
      ...Array.from({ length: 12 }, () => chunk('x'.repeat(1024 * 1024))),
      '0\r\n\r\n'
    ],
    expect: either(error(413), closed)
  },
  // Keys.
  ...[
    ['no key', undefined, 'missing'],
    ['an empty key', 'Bearer ', 'missing'],
    ['a key of 30 kB', `Bearer ${'k'.repeat(30_000)}`, 'any'],
    ['the key __proto__', 'Bearer __proto__', 'any'],
    ['the key constructor', 'Bearer constructor', 'any'],
    ['Basic without base64', 'Basic ???', 'missing'],
    ['another scheme', 'Digest username="x"', 'missing']
  ].map(([name, authorization, kind]) => ({
    name,
    headers: { authorization },
    body: chat,
    expect: kind === 'missing' ? error(401) : completion()
  }))
]
