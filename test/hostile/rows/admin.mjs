/** Requests to the endpoints under `/_mock/` that must not reach them. */
import { error, noFailure, status } from '../expect.mjs'

const fixture = { match: { lastUser: 'planted' }, reply: { text: 'Evil.' } }
const evil = { origin: 'http://evil.test' }
const own = { authorization: 'Bearer sk-admin' }

const writes = [
  ['POST', '/_mock/fixtures', fixture],
  ['DELETE', '/_mock/fixtures'],
  ['POST', '/_mock/faults', { fault: 'reset', rate: 1 }],
  ['DELETE', '/_mock/faults'],
  ['PUT', '/_mock/keys', { keys: { 'sk-evil': {} } }],
  ['DELETE', '/_mock/keys'],
  ['POST', '/_mock/reset'],
  ['DELETE', '/_mock/requests'],
  ['DELETE', '/_mock/sessions/sk-test']
]
const reads = [
  '/_mock/requests',
  '/_mock/unmatched',
  '/_mock/sessions',
  '/_mock/fixtures',
  '/_mock/faults',
  '/_mock/keys',
  '/_mock/metrics',
  '/_mock/load',
  '/_mock/requests?format=har',
  '/_mock/requests?format=fixtures'
]
const noCors = response =>
  response.headers['access-control-allow-origin'] === undefined ? undefined : 'another origin may read it'

export const inputs = [
  ...writes.flatMap(([method, path, body]) => [
    { name: `${method} ${path} of another origin`, method, path, body, headers: evil, expect: error(403) },
    {
      name: `${method} ${path} of the origin null`,
      method,
      path,
      body,
      headers: { origin: 'null' },
      expect: error(403)
    },
    {
      name: `${method} ${path} of a cross-site page`,
      method,
      path,
      body,
      headers: { 'sec-fetch-site': 'cross-site' },
      expect: error(403)
    },
    {
      name: `${method} ${path} of another port`,
      method,
      path,
      body,
      headers: { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' },
      expect: error(403)
    },
    { name: `${method} ${path} without the admin key`, server: 'guarded', method, path, body, expect: error(401) },
    ...(body
      ? [
          {
            name: `${method} ${path} as text`,
            method,
            path,
            body,
            headers: { 'content-type': 'text/plain' },
            expect: error(415)
          }
        ]
      : [])
  ]),
  ...reads.flatMap(path => [
    { name: `GET ${path} of another origin`, method: 'GET', path, headers: evil, expect: noCors },
    { name: `GET ${path} without the admin key`, server: 'guarded', method: 'GET', path, expect: error(401) },
    {
      name: `GET ${path} with a host that was rebound`,
      method: 'GET',
      path,
      headers: { host: 'evil.test' },
      expect: error(421)
    }
  ]),
  ...[
    'evil.test',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    'evil.test:4010',
    '169.254.169.254',
    '[2001:db8::1]',
    'evil.localhost.test',
    '127.0.0.1@evil.test'
  ].map(host => ({
    name: `the host ${host}`,
    headers: { host },
    body: { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }] },
    expect: error(421)
  })),
  ...['localhost', 'LOCALHOST:80', '127.0.0.1', '127.1.2.3:99', '[::1]', 'app.localhost', 'localhost.'].map(host => ({
    name: `the host ${host}`,
    headers: { host },
    body: { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }] },
    expect: status(200)
  })),
  {
    name: 'a preflight for /_mock/',
    method: 'OPTIONS',
    path: '/_mock/fixtures',
    headers: { ...evil, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    expect: noCors
  },
  {
    name: 'health without the admin key',
    server: 'guarded',
    method: 'GET',
    path: '/_mock/health',
    expect: status(200)
  },
  { name: 'ready without the admin key', server: 'guarded', method: 'GET', path: '/_mock/ready', expect: status(200) },
  {
    name: 'an admin key that is longer',
    server: 'guarded',
    method: 'GET',
    path: '/_mock/requests',
    headers: { authorization: 'Bearer sk-admin2' },
    expect: error(401)
  },
  {
    name: 'the admin key',
    server: 'guarded',
    method: 'GET',
    path: '/_mock/requests',
    headers: own,
    expect: status(200)
  },
  ...[
    '{',
    '[]',
    '5',
    '"a"',
    'null',
    '{"count":-1}',
    '{"match":5}',
    '{"match":{"lastUser":"/(/"}}',
    '{"nothing":1}',
    `{"match":{"jsonPath":"$${'..*'.repeat(20)}"}}`
  ].map(body => ({ name: `verify with ${body.slice(0, 40)}`, path: '/_mock/verify', body, expect: noFailure })),
  ...[
    '{',
    '[]',
    '5',
    '{"fault":"reset"}',
    '{"rate":1}',
    '{"fault":"explode","rate":1}',
    '{"fault":"reset","rate":5}',
    '{"fault":"reset","rate":-1}',
    '{"fault":"reset","rate":"x"}'
  ].map(body => ({ name: `a fault ${body}`, path: '/_mock/faults', body, expect: noFailure, reset: true })),
  ...[
    '{',
    '[]',
    '5',
    '{"sk-a":5}',
    '{"sk-a":{"refusal":"nothing"}}',
    '{"sk-a":{"evil":1}}',
    '{"sk-a":{"requestsPerMinute":-1}}',
    '{"sk-a":{"organization":"a\\r\\nx: 1"}}'
  ].map(body => ({ name: `keys ${body}`, method: 'PUT', path: '/_mock/keys', body, expect: error(400) }))
]
