/** The bytes of every known API error, with the headers that it has and those that it lacks. */
import { createServer as createHttpServer, ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import t from 'tap'
import { ResponseHead } from '../src/http/response/headers.js'
import { createEventWriter, openRawBody, resetConnection, writeComplete } from '../src/http/response/node-internals.js'
import { checksUntilClose } from '../src/http/silent-connections.js'
import { loadBuiltinData } from '../src/server/builtin-data.js'
import { ask, build, masked } from './helper.js'

interface TestRequest {
  method?: 'GET' | 'POST' | 'DELETE'
  url?: string
  key?: string | null
  headers?: Record<string, string>
  body?: unknown
  /** How many times the same request was sent before. */
  after?: number
  /** Whether the server rejects unknown models. */
  strict?: boolean
}

interface ExpectedResponse {
  layer: keyof typeof layers
  status: number
  /** The body of an API error, or a pattern for the body of a success. */
  text: string | RegExp
}

type Row = [
  sentence: string,
  request: TestRequest,
  expected: ExpectedResponse,
  more?: { has?: Record<string, string>; lacks?: string[] }
]

const rateLimitHeader = (name: string) => `x-ratelimit-${name}`
const requests = ['limit-requests', 'remaining-requests', 'reset-requests'].map(rateLimitHeader)
const tokens = ['limit-tokens', 'remaining-tokens', 'reset-tokens'].map(rateLimitHeader)
const limits = [...requests, ...tokens]
const ours = { 'openai-version': '2020-10-01', 'openai-processing-ms': /^\d+$/ }
const account = { 'openai-organization': 'standin-org', 'openai-project': 'proj_Standin0000000000000000' }
const openai = [...Object.keys(ours), ...Object.keys(account)]
const proxy = { 'x-content-type-options': 'nosniff', 'x-openai-proxy-wasm': 'v0.1' }
const numeric = (names: string[]) => Object.fromEntries(names.map(name => [name, /^\d/]))
// Headers that no response of the service has.
const never = ['access-control-allow-origin', 'cache-control', 'openai-model', 'www-authenticate', 'x-should-retry']

// The service has several servers behind one URL, each with its own headers.
const layers = {
  edge: {
    has: { 'content-type': 'application/json; charset=utf-8', vary: 'Origin', ...proxy },
    lacks: [...openai, ...limits, 'access-control-expose-headers', 'retry-after']
  },
  limited: {
    has: { 'content-type': 'application/json; charset=utf-8', vary: 'Origin', ...proxy, ...numeric(limits) },
    lacks: [...openai, 'access-control-expose-headers']
  },
  backend: {
    has: { 'content-type': 'application/json', ...ours, ...account, ...proxy, ...numeric(limits) },
    lacks: ['vary', 'retry-after']
  },
  // API errors from before the tokens are counted.
  uncounted: {
    has: { 'content-type': 'application/json', ...ours, ...account, ...proxy, ...numeric(requests) },
    lacks: ['vary', 'retry-after', ...tokens]
  },
  stream: {
    has: { 'content-type': 'text/event-stream; charset=utf-8', ...ours, ...account, ...proxy, ...numeric(limits) },
    lacks: ['vary', 'x-accel-buffering']
  },
  stored: { has: { 'content-type': 'application/json', ...ours, ...proxy }, lacks: ['vary', ...limits] },
  models: {
    has: { 'content-type': 'application/json', ...ours, ...proxy },
    lacks: ['vary', ...Object.keys(account), ...limits]
  },
  // Responses to requests without a key, other than creating a chat completion.
  withoutKey: { has: { 'content-type': 'application/json', ...proxy }, lacks: ['vary', ...openai, ...limits] },
  router: {
    has: { 'x-content-type-options': 'nosniff' },
    lacks: ['content-type', 'vary', 'x-openai-proxy-wasm', ...openai, ...limits]
  },
  proxied: {
    has: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' },
    lacks: ['x-request-id', 'vary', 'x-openai-proxy-wasm', 'retry-after', ...openai, ...limits]
  }
}

type ErrorFields = [message: string, param?: string | null, code?: string | null]
const quoted = (text: string | null) => JSON.stringify(text)
const usual = 'invalid_request_error'

const edge = (status: number, message: string, code: string | null = null, type = usual): ExpectedResponse => ({
  layer: 'edge',
  status,
  text: `{
    "error": {
        "message": ${quoted(message)},
        "type": "${type}",
        "param": null,
        "code": ${quoted(code)}
    }
}
`
})
const limited = (message: string, type: string, code = 'rate_limit_exceeded'): ExpectedResponse => ({
  ...edge(429, message, code, type),
  layer: 'limited'
})
const twoSpaces = (
  layer: ExpectedResponse['layer'],
  status: number,
  [message, param = null, code = null]: ErrorFields,
  type = usual
) => ({
  layer,
  status,
  text: `{
  "error": {
    "message": ${quoted(message)},
    "type": "${type}",
    "param": ${quoted(param)},
    "code": ${quoted(code)}
  }
}`
})
const backend = (...words: ErrorFields): ExpectedResponse => twoSpaces('backend', 400, words)
const uncounted = (...words: ErrorFields): ExpectedResponse => twoSpaces('uncounted', 400, words)
const failed = (status: number, message: string): ExpectedResponse =>
  twoSpaces('backend', status, [message], 'server_error')
const success: ExpectedResponse = { layer: 'backend', status: 200, text: /^\{\n {2}"id": "chatcmpl-[\s\S]*\n\}\n$/ }

const user = { role: 'user', content: 'Hi' }
const chat = (patch: object = {}, rest: TestRequest = {}): TestRequest => ({
  body: { model: 'gpt-4o', messages: [user], ...patch },
  ...rest
})
const terra = (patch: object = {}) => chat({ model: 'gpt-5.6-terra', ...patch })
const withoutReasoning = (patch: object = {}) => terra({ reasoning_effort: 'none', ...patch })
const withMessages = (...messages: unknown[]) => chat({ messages })
/** A request for which a fixture returns the named API error. */
const namedError = (name: string, patch: object = {}) =>
  chat({ messages: [{ role: 'user', content: `please ${name}` }], ...patch })
const get = (url: string, rest: TestRequest = {}): TestRequest => ({ method: 'GET', url, ...rest })

const missing = (p: string): ErrorFields => [`Missing required parameter: '${p}'.`, p, 'missing_required_parameter']
const unknown = (p: string, hint = ''): ErrorFields => [`Unknown parameter: '${p}'.${hint}`, p, 'unknown_parameter']
const type = (p: string, want: string, got: string): ErrorFields => [
  `Invalid type for '${p}': expected ${want}, but got ${got} instead.`,
  p,
  'invalid_type'
]
const value = (p: string, given: string, values: string): ErrorFields => [
  `Invalid value: '${given}'. Supported values are: ${values}.`,
  p,
  'invalid_value'
]
const emptyArray = (p: string): ErrorFields => [
  `Invalid '${p}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
  p,
  'empty_array'
]
const longArray = (p: string, most: number, length: number): ErrorFields => [
  `Invalid '${p}': array too long. Expected an array with maximum length ${most}, but got an array with length ${length} instead.`,
  p,
  'array_above_max_length'
]
const longString = (p: string, most: number, length: number): ErrorFields => [
  `Invalid '${p}': string too long. Expected a string with maximum length ${most}, but got a string with length ${length} instead.`,
  p,
  'string_above_max_length'
]
const below = (kind: 'integer' | 'decimal', p: string, least: number, given: number): ErrorFields => [
  `Invalid '${p}': ${kind} below minimum value. Expected a value >= ${least}, but got ${given} instead.`,
  p,
  `${kind}_below_min_value`
]
const above = (kind: 'integer' | 'decimal', p: string, most: number, given: number): ErrorFields => [
  `Invalid '${p}': ${kind} above maximum value. Expected a value <= ${most}, but got ${given} instead.`,
  p,
  `${kind}_above_max_value`
]
const unsupportedParameter = (p: string, hint = ''): ErrorFields => [
  `Unsupported parameter: '${p}' is not supported with this model.${hint}`,
  p,
  'unsupported_parameter'
]
const unsupportedValue = (p: string, given: string, hint = ''): ErrorFields => [
  `Unsupported value: '${p}' does not support ${given} with this model.${hint}`,
  p,
  'unsupported_value'
]

const noKey =
  "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API from your browser and are prompted for a username and password. You can obtain an API key from https://platform.openai.com/account/api-keys."
const wrongKey = (shown: string) =>
  edge(
    401,
    `Incorrect API key provided: ${shown}. You can find your API key at https://platform.openai.com/account/api-keys.`,
    'invalid_api_key'
  )
const notJson = edge(
  400,
  "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble figuring out how to fix this, please contact us through our help center at help.openai.com.)"
)
const noModel = edge(400, 'you must provide a model parameter')
const notFound = (model: string) =>
  edge(404, `The model \`${model}\` does not exist or you do not have access to it.`, 'model_not_found')
const retired = edge(
  404,
  'The model `gpt-3.5-turbo-0613` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations',
  'model_not_found'
)
const more = 'Visit https://platform.openai.com/account/rate-limits to learn more.'
const reached = (what: string, wait: string, organization = 'org-abc', rest = '') =>
  `Rate limit reached for gpt-4o in organization ${organization} on ${what}. Please try again in ${wait}. ${more}${rest}`
const nobody = 'org-000000000000000000000000'
const tooLarge = (requested: number, model = 'gpt-4o', organization = 'org-abc') =>
  limited(
    `Request too large for ${model} in organization ${organization} on tokens per min (TPM): Limit 30000, Requested ${requested}. The input or output tokens must be reduced in order to run successfully. ${more}`,
    'tokens'
  )

const edgeRows: Row[] = [
  ['the error for a missing key explains how to send one', chat({}, { key: null }), edge(401, noKey)],
  ['a missing key is reported before an empty body', { body: {}, key: null }, edge(401, noKey)],
  ['a wrong key of up to 12 characters is not masked', chat({}, { key: 'sk-fake-key' }), wrongKey('sk-fake-key')],
  ['a wrong key of 11 characters is not masked', chat({}, { key: 'invalid_key' }), wrongKey('invalid_key')],
  [
    'a longer wrong key shows its first 8 and last 4 characters',
    chat({}, { key: 'bad-key-0123456789test' }),
    wrongKey('bad-key-**********test')
  ],
  [
    'a wrong key of 16 characters is masked in the middle',
    chat({}, { key: 'sk-wrongabcd-key' }),
    wrongKey('sk-wrong****-key')
  ],
  [
    'a wrong key of 16 characters is masked with any prefix',
    chat({}, { key: 'test-conabcd-key' }),
    wrongKey('test-con****-key')
  ],
  [
    'a wrong project key shows its prefix',
    chat({}, { key: 'sk-proj-0123456789abcd' }),
    wrongKey('sk-proj-**********abcd')
  ],
  ['a wrong key is reported before an empty body', { body: {}, key: 'sk-fake-key' }, wrongKey('sk-fake-key')],
  [
    'a wrong key is reported before a retired model',
    chat({ model: 'gpt-3.5-turbo-0613' }, { key: 'sk-fake-key' }),
    wrongKey('sk-fake-key')
  ],
  ['a body that is not JSON gets an API error', { body: '{' }, notJson],
  ['a model that is a number gets the error for a body that is not JSON', { body: { model: 7 } }, notJson],
  ['a body without a model gets an API error', { body: { messages: [user] } }, noModel],
  ['an empty model counts as missing', chat({ model: '' }), noModel],
  ['a model that is null counts as missing', chat({ model: null }), noModel],
  [
    'without a JSON content type, the model counts as missing',
    chat({}, { headers: { 'content-type': 'text/plain' } }),
    noModel
  ],
  ['a missing model is reported before missing messages', { body: {} }, noModel],
  ['an unknown model is not found', chat({ model: 'gpt-nope' }, { strict: true }), notFound('gpt-nope')],
  [
    'an unknown model is reported before other errors of the body',
    chat({ model: 'gpt-nope', messages: 5, zzz: 1 }, { strict: true }),
    notFound('gpt-nope')
  ],
  [
    'the error of the key sk-no-model names the requested model',
    chat({ model: 'gpt-x' }, { key: 'sk-no-model' }),
    notFound('gpt-x')
  ],
  [
    'the error model_not_found of a fixture names the requested model',
    namedError('model_not_found'),
    notFound('gpt-4o')
  ],
  [
    'Prefer: code=404 names the requested model',
    chat({ model: 'gpt-x' }, { headers: { prefer: 'code=404' } }),
    notFound('gpt-x')
  ],
  ['a retired snapshot is deprecated', chat({ model: 'gpt-3.5-turbo-0613' }), retired],
  [
    'a retired snapshot is reported before other errors of the body',
    chat({ model: 'gpt-3.5-turbo-0613', messages: 5, zzz: 1 }),
    retired
  ],
  [
    'the error for a project without the model names the project and the model',
    chat({ model: 'gpt-4o-mini' }, { key: 'sk-acme-without' }),
    edge(403, 'Project `proj_acme` does not have access to model `gpt-4o-mini`', 'model_not_found')
  ],
  [
    'without a project of the key, the error names the project of the response headers',
    chat({}, { key: 'sk-forbidden' }),
    edge(403, 'Project `proj_Standin0000000000000000` does not have access to model `gpt-4o`', 'model_not_found')
  ],
  [
    'a fixture may return the error of a project without the model',
    namedError('project_without_model', { model: 'gpt-4.1' }),
    edge(403, 'Project `proj_Standin0000000000000000` does not have access to model `gpt-4.1`', 'model_not_found')
  ],
  [
    'the error for a restricted key names the missing scope',
    namedError('missing_scope'),
    edge(
      401,
      "You have insufficient permissions for this operation. Missing scopes: model.request. Check that you have the correct role in your organization (Reader, Writer, Owner) and project (Member, Owner), and if you're using a restricted API key, that it has the necessary scopes.",
      'missing_scope'
    )
  ],
  [
    'an embedding model cannot be used for chat',
    chat({ model: 'text-embedding-3-small' }),
    edge(403, 'You are not allowed to sample from this model')
  ],
  [
    'a country may not be supported',
    namedError('country_not_supported'),
    edge(
      403,
      'Country, region, or territory not supported',
      'unsupported_country_region_territory',
      'request_forbidden'
    )
  ],
  [
    'a request may need more tokens than the limit per minute',
    chat({ messages: [{ role: 'user', content: 'x'.repeat(800_000) }] }, { key: 'sk-small' }),
    tooLarge(200_002),
    {
      has: {
        'x-ratelimit-limit-requests': '500',
        'x-ratelimit-limit-tokens': '30000',
        'x-ratelimit-remaining-requests': '499',
        'x-ratelimit-reset-requests': '120ms',
        'x-ratelimit-reset-tokens': '0s'
      },
      lacks: ['retry-after', 'retry-after-ms']
    }
  ],
  [
    'the requested tokens are a quarter of the characters plus 2, without max_completion_tokens',
    chat(
      { messages: [{ role: 'user', content: 'x'.repeat(120_000) }], max_completion_tokens: 4096 },
      { key: 'sk-small-too' }
    ),
    tooLarge(30_002)
  ],
  [
    'the error request_too_large of a fixture names the requested model',
    namedError('request_too_large', { model: 'gpt-4.1' }),
    tooLarge(200_002, 'gpt-4.1', nobody)
  ],
  [
    'the tokens of a minute may be used up',
    chat({ messages: [{ role: 'user', content: 'Hello!' }] }, { key: 'sk-tpm', after: 2 }),
    limited(reached('tokens per min (TPM): Limit 10, Used 8, Requested 4', '12s'), 'tokens'),
    { has: { 'retry-after': '12', 'retry-after-ms': '12000' } }
  ],
  [
    'a fixture may return the error for used up tokens',
    namedError('tokens_rate_limit_exceeded'),
    limited(reached('tokens per min (TPM): Limit 30000, Used 29900, Requested 187', '174ms', nobody), 'tokens'),
    { has: { 'x-ratelimit-limit-tokens': '30000', 'x-ratelimit-remaining-tokens': '100' } }
  ],
  [
    'the requests of a minute may be used up',
    chat({}, { key: 'sk-rpm', after: 3 }),
    limited(reached('requests per min (RPM): Limit 3, Used 3, Requested 1', '20s'), 'requests'),
    { has: { 'x-ratelimit-remaining-requests': '0', 'retry-after': '20', 'retry-after-ms': '20000' } }
  ],
  [
    'the error for a key without requests left names its organization and the requested model',
    chat({ model: 'gpt-4o' }, { key: 'sk-acme-limited' }),
    limited(reached('requests per min (RPM): Limit 500, Used 500, Requested 1', '120ms', 'org-acme'), 'requests'),
    {
      has: {
        'x-ratelimit-limit-requests': '500',
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-limit-tokens': '30000',
        'x-ratelimit-remaining-tokens': '29999'
      }
    }
  ],
  [
    'Prefer: code=429 returns the error for used up requests',
    chat({}, { headers: { prefer: 'code=429' } }),
    limited(reached('requests per min (RPM): Limit 500, Used 500, Requested 1', '120ms', nobody), 'requests')
  ],
  [
    'the error for an account without a payment method suggests to add one',
    namedError('rate_limit_exceeded_free'),
    limited(
      reached(
        'requests per day (RPD): Limit 200, Used 200, Requested 1',
        '7m12s',
        nobody,
        ' You can increase your rate limit by adding a payment method to your account at https://platform.openai.com/account/billing.'
      ),
      'requests'
    )
  ],
  [
    'an account without credit gets an API error',
    chat({}, { key: 'sk-exhausted' }),
    edge(
      429,
      'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.',
      'insufficient_quota',
      'insufficient_quota'
    )
  ],
  [
    'a long prompt for gpt-4.1 counts in limits of its own, with a name of their own',
    chat({ model: 'gpt-4.1-nano', messages: [{ role: 'user', content: 'x'.repeat(512_004) }] }, { key: 'sk-long' }),
    limited(
      `Request too large for gpt-4.1-nano-long-context in organization org-abc on tokens per min (TPM): Limit 100000, Requested 128003. The input or output tokens must be reduced in order to run successfully. ${more}`,
      'tokens'
    )
  ],
  [
    'a shorter prompt for gpt-4.1 counts in the limits of the model',
    chat({ model: 'gpt-4.1-nano', messages: [{ role: 'user', content: 'x'.repeat(511_992) }] }, { key: 'sk-long' }),
    limited(
      `Request too large for gpt-4.1-nano in organization org-abc on tokens per min (TPM): Limit 30000, Requested 128000. The input or output tokens must be reduced in order to run successfully. ${more}`,
      'tokens'
    )
  ],
  [
    'a long prompt for another model counts in the limits of the model',
    chat({ model: 'gpt-5', messages: [{ role: 'user', content: 'x'.repeat(512_004) }] }, { key: 'sk-long' }),
    limited(
      `Request too large for gpt-5 in organization org-abc on tokens per min (TPM): Limit 30000, Requested 128003. The input or output tokens must be reduced in order to run successfully. ${more}`,
      'tokens'
    )
  ],
  [
    'an OpenAI-Organization header that cannot be an id names no organization',
    chat({}, { headers: { 'openai-organization': 'null' } }),
    edge(401, 'No such organization: null.', 'invalid_organization')
  ],
  [
    'an unknown fine-tuned model is not found, although its base is known',
    chat({ model: 'ft:gpt-4o-mini-2024-07-18:acme::a1' }, { strict: true }),
    notFound('ft:gpt-4o-mini-2024-07-18:acme::a1')
  ]
]

const verify =
  'Please go to: https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just verified, it can take up to 15 minutes for access to propagate.'

// What the service says about an account, and what the network says before it.
const accountRows: Row[] = [
  [
    'the owner of a key may be a member of no organization',
    namedError('no_organization'),
    edge(
      401,
      'You must be a member of an organization to use the API. Please contact us through our help center at help.openai.com.',
      'no_organization'
    )
  ],
  [
    'an account may be closed',
    namedError('account_deactivated'),
    edge(
      401,
      'The OpenAI account associated with this API key has been deactivated. If you are the developer for this OpenAI app, please check your email for more information. If you are seeing this error while using another app or site, please reach out to them for more help.',
      'account_deactivated'
    )
  ],
  [
    'an organization may not allow the address of the client',
    namedError('ip_not_authorized'),
    edge(401, 'Your IP is not authorized to access this organization.', 'ip_not_authorized')
  ],
  [
    'an unverified organization does not find the model',
    namedError('organization_not_verified_for_model', { model: 'gpt-5' }),
    edge(404, `Your organization must be verified to use the model \`gpt-5\`. ${verify}`, 'model_not_found')
  ],
  [
    'an account without active billing gets no limits',
    namedError('billing_not_active'),
    edge(
      429,
      'Your account is not active, please check your billing details on our website.',
      'billing_not_active',
      'billing_not_active'
    )
  ],
  [
    'an account without prepaid credit gets no limits',
    namedError('credit_balance_exhausted'),
    edge(
      429,
      'You have no credits remaining. Add credits to continue using the API at https://platform.openai.com/settings/organization/billing/.',
      'credit_balance_exhausted',
      'insufficient_quota'
    )
  ],
  [
    'a flagged prompt gets the error of the backend',
    namedError('invalid_prompt', { model: 'gpt-5' }),
    backend(
      'Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt: https://platform.openai.com/docs/guides/reasoning#advice-on-prompting',
      null,
      'invalid_prompt'
    )
  ],
  [
    'a project may not allow a service tier',
    namedError('service_tier_not_allowed'),
    backend(
      'Invalid service_tier argument: The requested service tier is not allowed for this project.',
      'service_tier'
    )
  ],
  [
    'the tokens of a free account have a limit',
    namedError('tokens_rate_limit_exceeded_free', { model: 'gpt-4o' }),
    limited(
      reached(
        'tokens per min (TPM): Limit 100000, Used 96749, Requested 19126',
        '114h18m0s',
        nobody,
        ' You can increase your rate limit by adding a payment method to your account at https://platform.openai.com/account/billing.'
      ),
      'tokens'
    ),
    { has: { 'retry-after': '411480', 'x-ratelimit-limit-tokens': '100000', 'x-ratelimit-remaining-tokens': '3251' } }
  ],
  [
    'requests may come too quickly below all limits',
    namedError('slow_down'),
    limited(
      'Slow down. Your request rate increased too quickly. Reduce your request rate, and increase it gradually.',
      'rate_limit_error',
      'slow_down'
    ),
    { lacks: ['retry-after'] }
  ],
  [
    'an overloaded server has a code',
    namedError('server_is_overloaded'),
    twoSpaces(
      'backend',
      503,
      ['Our servers are currently overloaded. Please try again later.', null, 'server_is_overloaded'],
      'service_unavailable_error'
    )
  ],
  [
    'the proxy before the service sends plain text without an id',
    namedError('upstream_connect_error'),
    {
      layer: 'proxied',
      status: 503,
      text: 'upstream connect error or disconnect/reset before headers. reset reason: connection timeout'
    }
  ]
]

const tool = (more: object = {}) => ({ type: 'function', function: { name: 'get_weather', ...more } })
const roles = "'system', 'assistant', 'user', 'function', 'tool', and 'developer'"
const tiers = "one of 'auto', 'default', 'fast', 'flex', or 'priority'"

const schemaRows: Row[] = [
  ['messages are required', { body: { model: 'gpt-4o' } }, uncounted(...missing('messages'))],
  [
    'a content part needs a type',
    withMessages(user, { role: 'user', content: [{ text: 'x' }] }),
    backend(...missing('messages[1].content[0].type'))
  ],
  ['a message needs a role', withMessages({}), backend(...missing('messages[0].role'))],
  [
    'a function tool needs a function',
    chat({ tools: [{ type: 'function' }] }),
    backend(...missing('tools[0].function'))
  ],
  [
    'a function needs a name',
    chat({ tools: [{ type: 'function', function: {} }] }),
    backend(...missing('tools[0].function.name'))
  ],
  [
    'a tool choice of type function needs a function',
    chat({ tools: [tool()], tool_choice: { type: 'function' } }),
    backend(...missing('tool_choice.function'))
  ],
  [
    'a tool choice of type function needs a function name',
    chat({ tools: [tool()], tool_choice: { type: 'function', function: {} } }),
    backend(...missing('tool_choice.function.name'))
  ],
  ['a function_call needs a name', chat({ function_call: {} }), backend(...missing('function_call.name'))],
  ['a function definition needs a name', chat({ functions: [{}] }), backend(...missing('functions[0].name'))],
  ['a response format needs a type', chat({ response_format: {} }), backend(...missing('response_format.type'))],
  [
    'a response format of type json_schema needs a json_schema',
    chat({ response_format: { type: 'json_schema' } }),
    backend(...missing('response_format.json_schema'))
  ],
  [
    'a json_schema needs a name',
    chat({ response_format: { type: 'json_schema', json_schema: {} } }),
    backend(...missing('response_format.json_schema.name'))
  ],
  ['moderation needs a model', chat({ moderation: {} }), backend(...missing('moderation.model'))],
  ['a parameter may be unknown', terra({ zzz_unknown: 1 }), backend(...unknown('zzz_unknown'))],
  [
    'the error for an unknown parameter suggests two similar ones',
    terra({ stor: 1 }),
    backend(...unknown('stor', " Did you mean 'stop' or 'store'?"))
  ],
  [
    'the error for an unknown parameter suggests a similar one',
    terra({ temperatur: 1 }),
    backend(...unknown('temperatur', " Did you mean 'temperature'?"))
  ],
  [
    'a parameter that the body already has is not suggested',
    terra({ messagess: [] }),
    backend(...unknown('messagess'))
  ],
  [
    'an option in stream_options may be unknown',
    chat({ stream: true, stream_options: { bogus: 1 } }),
    backend(...unknown('stream_options.bogus'))
  ],
  [
    'an option in prompt_cache_options may be unknown',
    chat({ prompt_cache_options: { bogus: 1 } }),
    backend(...unknown('prompt_cache_options.bogus'))
  ],
  ...['audio', 'modalities', 'web_search_options', 'reasoning', 'text'].map(
    (name): Row => [
      `a reasoning model does not know ${name}`,
      terra({ [name]: name === 'modalities' ? ['text'] : {} }),
      backend(...unknown(name))
    ]
  ),
  ['a message may have unknown members', withMessages({ ...user, unknown: 1 }), success],
  ['a message is an object', withMessages('x'), uncounted(...type('messages[0]', 'an object', 'a string'))],
  ...(['temperature', 'top_p', 'presence_penalty', 'frequency_penalty'] as const).map(
    (name): Row => [`${name} is a decimal`, chat({ [name]: 'x' }), backend(...type(name, 'a decimal', 'a string'))]
  ),
  ['n is an integer', chat({ n: 1.5 }), backend(...type('n', 'an integer', 'a decimal number'))],
  ['seed is an integer', chat({ seed: true }), backend(...type('seed', 'an integer', 'a boolean'))],
  ['stream is a boolean', chat({ stream: 1 }), backend(...type('stream', 'a boolean', 'an integer'))],
  ['user is a string', chat({ user: { a: 1 } }), backend(...type('user', 'a string', 'an object'))],
  [
    'stream_options are an object',
    chat({ stream: true, stream_options: [] }),
    backend(...type('stream_options', 'an object', 'an array'))
  ],
  [
    'messages are not a string',
    chat({ messages: 'x' }),
    uncounted(...type('messages', 'an array of objects', 'a string'))
  ],
  ['messages are not null', chat({ messages: null }), uncounted(...type('messages', 'an array of objects', 'null'))],
  ['tools are a list', chat({ tools: {} }), backend(...type('tools', 'an array of objects', 'an object'))],
  [
    'functions are a list of definitions',
    chat({ functions: 1 }),
    backend(...type('functions', 'an array of function definitions', 'an integer'))
  ],
  [
    'metadata is a metadata object',
    chat({ metadata: 'x' }),
    backend(...type('metadata', 'a metadata object', 'a string'))
  ],
  [
    'metadata values are strings',
    chat({ metadata: { k: 1 } }),
    backend(...type('metadata.k', 'a string', 'an integer'))
  ],
  [
    'content is a string or an array of parts',
    withMessages({ role: 'user', content: 5 }),
    backend(...type('messages[0].content', 'one of a string or array of objects', 'an integer'))
  ],
  [
    'prompt_cache_retention is one of two strings',
    chat({ prompt_cache_retention: 1 }),
    backend(...type('prompt_cache_retention', "one of 'in_memory' or '24h'", 'an integer'))
  ],
  [
    'service_tier is one of five strings',
    chat({ service_tier: 1 }),
    backend(...type('service_tier', tiers, 'an integer'))
  ],
  [
    'tool_choice is one of three strings or an object',
    chat({ tools: [tool()], tool_choice: 5 }),
    backend(...type('tool_choice', "one of one of 'none', 'auto', or 'required' or object", 'an integer'))
  ],
  [
    'image_url is an object, not a string',
    withMessages({
      role: 'user',
      content: [
        { type: 'text', text: 'x' },
        { type: 'image_url', image_url: 'x' }
      ]
    }),
    backend(...type('messages[0].content[1].image_url', 'an object', 'a string'))
  ],
  [
    'a role is one of six',
    withMessages({ role: 'robot', content: 'x' }),
    backend(...value('messages[0].role', 'robot', roles))
  ],
  [
    'a long value is shortened to its ends',
    withMessages({ role: `PIN${'x'.repeat(80)}def`, content: 'x' }),
    backend(...value('messages[0].role', 'PIN...def', roles))
  ],
  [
    'a tool_choice string is one of three',
    chat({ tools: [tool()], tool_choice: 'x' }),
    backend(...value('tool_choice', 'x', "'none', 'auto', and 'required'"))
  ],
  [
    'a response format type is one of three',
    chat({ response_format: { type: 'x' } }),
    backend(...value('response_format.type', 'x', "'json_object', 'json_schema', and 'text'"))
  ],
  [
    'the service tier scale is not supported',
    chat({ service_tier: 'scale' }),
    backend(...value('service_tier', 'scale', "'auto', 'default', 'fast', 'flex', and 'priority'"))
  ],
  [
    'verbosity is one of three',
    terra({ verbosity: 'x' }),
    backend(...value('verbosity', 'x', "'low', 'medium', and 'high'"))
  ],
  [
    'a list of two values has no comma',
    chat({ prompt_cache_options: { mode: 'x' } }),
    backend(...value('prompt_cache_options.mode', 'x', "'implicit' and 'explicit'"))
  ],
  ['messages are not empty', chat({ messages: [] }), backend(...emptyArray('messages'))],
  [
    'tool_calls are not empty',
    withMessages(user, { role: 'assistant', tool_calls: [] }),
    backend(...emptyArray('messages[1].tool_calls'))
  ],
  [
    'a function name is not empty',
    chat({ tools: [tool({ name: '' })] }),
    backend(
      "Invalid 'tools[0].function.name': empty string. Expected a string with minimum length 1, but got an empty string instead.",
      'tools[0].function.name',
      'empty_string'
    )
  ],
  [
    'there are at most four stop sequences',
    chat({ stop: ['1', '2', '3', '4', '5'] }),
    backend(...longArray('stop', 4, 5))
  ],
  ['there are at most 128 tools', chat({ tools: Array(129).fill(tool()) }), backend(...longArray('tools', 128, 129))],
  [
    'a metadata value has at most 512 characters',
    chat({ metadata: { k: 'v'.repeat(513) } }),
    backend(...longString('metadata.k', 512, 513))
  ],
  [
    'a prompt_cache_key has at most 64 characters',
    chat({ prompt_cache_key: 'k'.repeat(65) }),
    backend(...longString('prompt_cache_key', 64, 65))
  ],
  [
    'a metadata key has at most 64 characters',
    chat({ metadata: { ['k'.repeat(65)]: 'v' } }),
    backend(
      "Invalid property name in 'metadata': 'kkk...kkk' is too long. Expected a string with maximum length 64, but got a string with length 65 instead.",
      `metadata.${'k'.repeat(65)}`,
      'property_name_above_max_length'
    )
  ],
  [
    'metadata has at most 16 keys',
    chat({ metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v'])) }),
    backend(
      "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object with 17 properties instead.",
      'metadata',
      'object_above_max_properties'
    )
  ],
  ['n is at least 1', chat({ n: 0 }), backend(...below('integer', 'n', 1, 0))],
  [
    'max_completion_tokens is at least 1',
    chat({ max_completion_tokens: 0 }),
    backend(...below('integer', 'max_completion_tokens', 1, 0))
  ],
  [
    'top_logprobs is at least 0',
    chat({ logprobs: true, top_logprobs: -1 }),
    backend(...below('integer', 'top_logprobs', 0, -1))
  ],
  ['n is at most 8 for a reasoning model', terra({ n: 9 }), backend(...above('integer', 'n', 8, 9))],
  ['n is at most 128 for other models', chat({ n: 129 }), backend(...above('integer', 'n', 128, 129))],
  ['temperature is at most 2', chat({ temperature: 200 }), backend(...above('decimal', 'temperature', 2, 200))],
  ['temperature is at least 0', chat({ temperature: -1 }), backend(...below('decimal', 'temperature', 0, -1))],
  ...(['presence_penalty', 'frequency_penalty'] as const).flatMap((name): Row[] => [
    [`${name} is at most 2`, chat({ [name]: 2.5 }), backend(...above('decimal', name, 2, 2.5))],
    [`${name} is at least -2`, chat({ [name]: -2.5 }), backend(...below('decimal', name, -2, -2.5))]
  ]),
  [
    'a function name matches a pattern',
    chat({ tools: [tool({ name: 'a b' })] }),
    backend(
      "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
      'tools[0].function.name',
      'invalid_value'
    )
  ],
  [
    'characters outside ASCII are unchanged in a message',
    withMessages({ role: 'röbot…', content: 'x' }),
    backend(...value('messages[0].role', 'röbot…', roles))
  ]
]

const efforts = " Supported values are: 'none', 'low', 'medium', 'high', and 'xhigh'."
// The optional parameters that gpt-5.6 supports.
const optional =
  'functions function_call tools tool_choice parallel_tool_calls max_completion_tokens n temperature top_p presence_penalty frequency_penalty logprobs top_logprobs user seed moderation safety_identifier prompt_cache_options prompt_cache_key prompt_cache_retention response_format service_tier max_tokens reasoning_effort logit_bias stop stream stream_options store metadata prediction verbosity'.split(
    ' '
  )
const onlyDefault = ' Only the default (1) value is supported.'

const modelRows: Row[] = [
  [
    'a reasoning model needs max_completion_tokens instead of max_tokens',
    chat({ model: 'gpt-5-nano', max_tokens: 5 }),
    backend(...unsupportedParameter('max_tokens', " Use 'max_completion_tokens' instead."))
  ],
  [
    'max_tokens of a reasoning model is reported before a low temperature and missing content',
    chat({ model: 'gpt-5-nano', max_tokens: 0, temperature: -0.5, messages: [{ role: 'user', content: null }] }),
    backend(...unsupportedParameter('max_tokens', " Use 'max_completion_tokens' instead."))
  ],
  [
    'o1-mini does not support stop',
    chat({ model: 'o1-mini', stop: ['stop'] }),
    backend(...unsupportedParameter('stop'))
  ],
  ...(
    [
      ['logit_bias', { 1: 1 }],
      ['prediction', { type: 'content', content: 'x' }],
      ['stop', 'x'],
      ['frequency_penalty', 1],
      ['presence_penalty', 1],
      ['logprobs', true]
    ] as const
  ).map(
    ([name, given]): Row => [
      `a reasoning model does not support ${name}`,
      terra({ [name]: given }),
      backend(...unsupportedParameter(name))
    ]
  ),
  [
    'o1-mini does not support system messages',
    chat({ model: 'o1-mini', messages: [{ role: 'system', content: 'x' }, user] }),
    backend(...unsupportedValue('messages[0].role', "'system'"))
  ],
  [
    'gpt-5.6 does not support function messages',
    terra({ messages: [user, { role: 'function', name: 'f', content: 'x' }] }),
    backend(...unsupportedValue('messages[1].role', "'function'"))
  ],
  [
    'a reasoning model supports one temperature',
    terra({ temperature: 0.5 }),
    backend(...unsupportedValue('temperature', '0.5', onlyDefault))
  ],
  ['a reasoning model supports one top_p', terra({ top_p: 0.5 }), backend(...unsupportedParameter('top_p'))],
  [
    'an effort that is an object is written as Python prints it',
    terra({ reasoning_effort: { __probe__: 'wrong type' } }),
    backend(...unsupportedValue('reasoning_effort', "{'__probe__': 'wrong type'}", efforts))
  ],
  [
    'gpt-5.6 does not support minimal effort',
    terra({ reasoning_effort: 'minimal' }),
    backend(...unsupportedValue('reasoning_effort', "'minimal'", efforts))
  ],
  [
    'gpt-5.6 without a suffix does not support minimal effort either',
    chat({ model: 'gpt-5.6', reasoning_effort: 'minimal' }),
    backend(...unsupportedValue('reasoning_effort', "'minimal'", efforts))
  ],
  [
    'gpt-5.6 does not support max effort',
    terra({ reasoning_effort: 'max' }),
    backend(...unsupportedValue('reasoning_effort', "'max'", efforts))
  ],
  [
    'a reasoning model accepts temperature and logprobs with the effort none',
    withoutReasoning({ temperature: 0.5, logprobs: true }),
    success
  ],
  ...optional.map((name): Row => [`${name} may be null`, terra({ [name]: null }), success])
]

const noTools = (name: string): ErrorFields => [
  `Invalid value for '${name}': '${name}' is only allowed when 'tools' are specified.`,
  name
]
const undeclared: ErrorFields = [
  "Invalid value for 'function_call': no function named 'f' was specified in the 'functions' parameter.",
  'function_call'
]
const noContent = (i: number): ErrorFields => [
  "Invalid value for 'content': expected a string, got null.",
  `messages.[${i}].content`
]
const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } })
const calling = (...ids: string[]) => ({ role: 'assistant', content: null, tool_calls: ids.map(call) })
const unanswered = (ids: string, i: number): ErrorFields => [
  `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids}`,
  `messages.[${i}].role`
]
const result = (content?: unknown) => ({ role: 'tool', tool_call_id: 'call_1', content })
const strict = (schema: object) => ({
  response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } }
})
const badSchema = (problem: string): ErrorFields => [
  `Invalid schema for response_format 'answer': ${problem}`,
  'response_format'
]
const reasonsWithTools = (model: string): ErrorFields => [
  `Function tools with reasoning_effort are not supported for ${model} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`,
  'reasoning_effort'
]
const onlyResponses = (model: string): ErrorFields => [
  `Function tools with reasoning_effort are not supported for ${model} in /v1/chat/completions. Please use /v1/responses instead.`,
  'reasoning_effort'
]
const picture = (url: string) => ({ role: 'user', content: [{ type: 'image_url', image_url: { url } }] })
const text = (content: string) => ({ role: 'user', content })

const combinationRows: Row[] = [
  [
    'top_logprobs requires logprobs',
    withoutReasoning({ top_logprobs: 2 }),
    backend("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", 'top_logprobs')
  ],
  [
    'gpt-5.6 has at most five top_logprobs',
    withoutReasoning({ logprobs: true, top_logprobs: 21 }),
    backend("Invalid value for 'top_logprobs': must be less than or equal to 5.", 'top_logprobs')
  ],
  [
    'stream_options require a stream',
    chat({ stream_options: { include_usage: true } }),
    backend("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options')
  ],
  ['tool_choice requires tools', chat({ tool_choice: 'auto' }), backend(...noTools('tool_choice'))],
  [
    'parallel_tool_calls require tools',
    withoutReasoning({ parallel_tool_calls: true }),
    backend(...noTools('parallel_tool_calls'))
  ],
  [
    'tool_choice names a declared function',
    chat({ tools: [tool()], tool_choice: tool({ name: 'f' }) }),
    backend(...undeclared)
  ],
  [
    'function_call names a declared function',
    chat({ functions: [{ name: 'g' }], function_call: { name: 'f' } }),
    backend(...undeclared)
  ],
  ...['bogus', 'auto', 5, undefined].map(
    (given): Row => [
      `a choice of tools of type ${given} requires a function`,
      chat({ tools: [tool()], tool_choice: { type: given } }),
      backend(...missing('tool_choice.function'))
    ]
  ),
  ...[undefined, null].flatMap((content): Row[] => [
    [
      `a system message needs content, not ${content}`,
      withMessages(user, { role: 'system', content }),
      backend(...noContent(1))
    ],
    [`a user message needs content, not ${content}`, withMessages({ role: 'user', content }), backend(...noContent(0))],
    [
      `an assistant message without calls needs content, not ${content}`,
      withMessages(user, { role: 'assistant', content }),
      backend(...noContent(1))
    ],
    [
      `a tool message needs content, not ${content}`,
      withMessages(user, calling('call_1'), result(content)),
      backend(...noContent(2))
    ],
    [
      `a function message needs content, not ${content}`,
      withMessages(user, { role: 'function', name: 'f', content }),
      backend(...noContent(1))
    ]
  ]),
  ...(
    [
      ['calls', { tool_calls: [call('call_1')] }],
      ['a call', { function_call: { name: 'f', arguments: '{}' } }],
      ['a refusal', { refusal: 'No.' }],
      ['audio', { audio: { id: 'audio_1' } }]
    ] as const
  ).map(
    ([what, members]): Row => [
      `an assistant message with ${what} needs no content`,
      chat({
        model: 'gpt-audio',
        modalities: ['text', 'audio'],
        audio: { voice: 'alloy', format: 'wav' },
        messages: [user, { role: 'assistant', ...members }, ...(what === 'calls' ? [result('x')] : [])]
      }),
      success
    ]
  ),
  [
    'a developer message needs content',
    withMessages(user, { role: 'developer' }),
    backend(...missing('messages[1].content'))
  ],
  [
    'the content of a developer message is not null',
    withMessages(user, { role: 'developer', content: null }),
    backend(...type('messages[1].content', 'one of a string or array of objects', 'null'))
  ],
  ...['', []].flatMap((content): Row[] =>
    [
      ...['system', 'user', 'assistant', 'developer'].map(role => [user, { role, content }]),
      [user, calling('call_1'), result(content)],
      [user, { role: 'function', name: 'f', content }]
    ].map(messages => [
      `content of a ${messages.at(-1)!.role} message may be ${JSON.stringify(content)}`,
      withMessages(...messages),
      success
    ])
  ),
  [
    'a tool message responds to a tool call',
    withMessages(user, result('x')),
    backend(
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
      'messages.[1].role'
    )
  ],
  ['a tool call needs a response', withMessages(user, calling('call_1'), user), backend(...unanswered('call_1', 2))],
  [
    'the error names all tool calls without a response',
    withMessages(user, calling('call_1', 'call_2'), user),
    backend(...unanswered('call_1, call_2', 2))
  ],
  [
    'the error names the one of two tool calls without a response',
    withMessages(user, calling('call_1', 'call_2'), result('x')),
    backend(...unanswered('call_2', 2))
  ],
  [
    'the type json_object requires the word json in the messages',
    chat({ response_format: { type: 'json_object' } }),
    backend(
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      'messages'
    )
  ],
  [
    'a strict schema forbids further members',
    chat(strict({ type: 'object', properties: {} })),
    backend(...badSchema("In context=(), 'additionalProperties' is required to be supplied and to be false."))
  ],
  [
    'a strict schema requires all its members',
    chat(
      strict({
        type: 'object',
        properties: {
          x: { type: 'object', properties: { y: { type: 'string' } }, required: [], additionalProperties: false }
        },
        required: ['x'],
        additionalProperties: false
      })
    ),
    backend(
      ...badSchema(
        "In context=('properties', 'x'), 'required' is required to be supplied and to be an array including every key in properties. Missing 'y'."
      )
    )
  ],
  [
    'a strict function forbids further members',
    chat({ tools: [tool({ strict: true, parameters: { type: 'object', properties: {} } })] }),
    backend(
      "Invalid schema for function 'get_weather': In context=(), 'additionalProperties' is required to be supplied and to be false.",
      'tools[0].function.parameters',
      'invalid_function_parameters'
    )
  ],
  [
    'max_tokens and max_completion_tokens exclude each other',
    chat({ max_tokens: 5, max_completion_tokens: 5 }),
    backend(
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
      'max_tokens',
      'invalid_parameter_combination'
    )
  ],
  ...['max_tokens', 'max_completion_tokens'].map(
    (name): Row => [
      `${name} is limited by the output of the model`,
      chat({ [name]: 99999 }),
      backend(
        'max_tokens is too large: 99999. This model supports at most 16384 completion tokens, whereas you provided 99999.',
        name,
        'invalid_value'
      )
    ]
  ),
  [
    'messages may be longer than the context of the model',
    chat({ model: 'gpt-4', messages: [text('hello '.repeat(9000))] }),
    backend(
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 9008 tokens. Please reduce the length of the messages.",
      'messages',
      'context_length_exceeded'
    )
  ],
  [
    'messages may leave too little room for the completion',
    chat({ model: 'gpt-4', messages: [text('hello '.repeat(1000))], max_tokens: 8000 }),
    backend(
      "This model's maximum context length is 8192 tokens. However, you requested 9008 tokens (1008 in the messages, 8000 in the completion). Please reduce the length of the messages or completion.",
      'messages',
      'context_length_exceeded'
    )
  ],
  [
    'a completion model cannot be used for chat',
    chat({ model: 'gpt-3.5-turbo-instruct' }),
    twoSpaces('backend', 404, [
      'This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?',
      'model'
    ])
  ],
  [
    'most models do not support web search',
    chat({ web_search_options: {} }),
    backend('Web search options not supported with this model.', 'web_search_options')
  ],
  [
    'most models do not support audio input',
    withMessages(user, user, user, {
      role: 'user',
      content: [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }]
    }),
    backend(
      "Invalid 'messages[3]'. Content blocks are expected to be either text or image_url type.",
      'messages[3]',
      'invalid_value'
    )
  ],
  [
    'the error invalid_image_url of a fixture names the image of the request',
    withMessages(picture('https://example.org/a.png'), text('please invalid_image_url')),
    backend('Error while downloading https://example.org/a.png.', null, 'invalid_image_url')
  ],
  [
    'image data may have an unsupported format',
    withMessages(picture('data:image/jpeg;base64,UGxlYXNlIHNldCBhIHVzZXItYWdlbnQ=')),
    backend(
      "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].",
      null,
      'invalid_image_format'
    )
  ],
  ...['gpt-5.6', 'gpt-5.6-terra', 'gpt-5.6-sol', 'gpt-6', 'gpt-6-luna'].flatMap((model): Row[] => [
    [
      `${model} rejects function tools with a reasoning effort`,
      chat({ model, tools: [tool()], reasoning_effort: 'low' }),
      backend(...reasonsWithTools(model))
    ],
    [
      `${model} rejects function tools without a reasoning effort`,
      chat({ model, tools: [tool()] }),
      backend(...reasonsWithTools(model))
    ],
    [
      `${model} accepts function tools with the effort none`,
      chat({ model, tools: [tool()], reasoning_effort: 'none' }),
      success
    ]
  ]),
  ...['gpt-5.4', 'gpt-5.4-mini', 'gpt-5.5'].flatMap((model): Row[] => [
    [
      `${model} rejects function tools with a reasoning effort`,
      chat({ model, tools: [tool()], reasoning_effort: 'medium' }),
      backend(...onlyResponses(model))
    ],
    [`${model} accepts function tools without a reasoning effort`, chat({ model, tools: [tool()] }), success]
  ]),
  ['gpt-5 reasons over function tools', chat({ model: 'gpt-5', tools: [tool()], reasoning_effort: 'low' }), success],
  [
    'some models stream only for verified organizations',
    namedError('organization_not_verified', { model: 'gpt-5', stream: true }),
    backend(
      'Your organization must be verified to stream this model. Please go to: https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just verified, it can take up to 15 minutes for access to propagate.',
      'stream',
      'unsupported_value'
    )
  ],
  [
    'an unknown prompt_cache_retention gets its own message',
    chat({ prompt_cache_retention: 'x' }),
    backend('Invalid prompt_cache_retention argument', 'prompt_cache_retention')
  ],
  [
    'gpt-5.6 supports only a prompt_cache_retention of 24h',
    terra({ prompt_cache_retention: 'in_memory' }),
    backend('This model is compatible only with 24h extended prompt caching', 'prompt_cache_retention')
  ],
  [
    'the server may fail',
    chat({}, { key: 'sk-error' }),
    failed(500, 'The server had an error while processing your request. Sorry about that!')
  ],
  [
    'the server may fail with the older message, which has the request id',
    namedError('server_error_older'),
    failed(
      500,
      'The server had an error while processing your request. Sorry about that! You can retry your request, or contact us through our help center at help.openai.com if the error persists. (Please include the request ID req_# in your message.)'
    )
  ],
  [
    'the server may fail with the message of its other operations',
    namedError('server_error_with_request_id'),
    failed(
      500,
      'The server had an error processing your request. Sorry about that! You can retry your request, or contact us through our help center at help.openai.com if you keep seeing this error. (Please include the request ID req_# in your email.)'
    )
  ],
  [
    'the engine may be overloaded',
    chat({}, { key: 'sk-overloaded' }),
    failed(503, 'The engine is currently overloaded, please try again later')
  ],
  [
    'Prefer: code=503 returns the error for an overloaded engine',
    chat({}, { headers: { prefer: 'code=503' } }),
    failed(503, 'The engine is currently overloaded, please try again later')
  ],
  [
    'a model may be overloaded',
    namedError('model_overloaded'),
    failed(
      503,
      'That model is currently overloaded with other requests. You can retry your request, or contact us through our help center at help.openai.com if the error persists. (Please include the request ID req_# in your message.)'
    )
  ]
]

const orderRows: Row[] = [
  [
    'missing messages are reported before an unknown parameter',
    { body: { model: 'gpt-4o', zzz: 1 } },
    uncounted(...missing('messages'))
  ],
  [
    'an unknown parameter is reported before messages of a wrong type',
    terra({ zzz: 1, messages: 5 }),
    uncounted(...unknown('zzz'))
  ],
  ['messages are reported before n', chat({ n: 0, messages: [] }), backend(...emptyArray('messages'))],
  [
    'an invalid role of a later message is reported before missing content of an earlier one',
    withMessages({ role: 'user' }, { role: 'robot', content: 'x' }),
    backend(...value('messages[1].role', 'robot', roles))
  ],
  [
    'content of a wrong type in a later message is reported before missing content of an earlier one',
    withMessages({ role: 'user' }, { role: 'user', content: 5 }),
    backend(...type('messages[1].content', 'one of a string or array of objects', 'an integer'))
  ],
  [
    'the last field of a body is reported before an unsupported value of the model',
    terra({ temperature: 0.5, verbosity: 'x' }),
    backend(...value('verbosity', 'x', "'low', 'medium', and 'high'"))
  ],
  [
    'an unsupported value of the model is reported before missing content',
    terra({ temperature: 0.5, messages: [{ role: 'user' }] }),
    backend(...unsupportedValue('temperature', '0.5', onlyDefault))
  ]
]

const unknownModel = twoSpaces('models', 404, ["The model 'nope' does not exist", 'model', 'model_not_found'])
const unknownPath: ExpectedResponse = { layer: 'router', status: 404, text: '' }

const otherRows: Row[] = [
  ['a completion is indented by two spaces and ends with a newline', chat(), success],
  [
    'a stream is compact and ends with [DONE]',
    chat({ stream: true }),
    { layer: 'stream', status: 200, text: /^data: \{"id":"chatcmpl-\w+","object"[\s\S]*\n\ndata: \[DONE\]\n\n$/ }
  ],
  [
    'stored completions are compact',
    get('/v1/chat/completions'),
    { layer: 'stored', status: 200, text: /^\{"object":"list",.*\}$/ }
  ],
  [
    'the error for an unknown stored completion is indented by two spaces',
    get('/v1/chat/completions/chatcmpl-x'),
    twoSpaces('stored', 404, ['Completion chatcmpl-x not found', 'completion_id', 'not_found'])
  ],
  [
    'the list of models is indented by two spaces',
    get('/v1/models'),
    { layer: 'models', status: 200, text: /^\{\n {2}"object": "list",[\s\S]*\n\}$/ }
  ],
  [
    'a model is indented by two spaces',
    get('/v1/models/gpt-4o'),
    { layer: 'models', status: 200, text: /^\{\n {2}"id": "gpt-4o"[\s\S]*\n\}$/ }
  ],
  ['the error for an unknown model is indented by two spaces', get('/v1/models/nope'), unknownModel],
  [
    'the error for deleting an unknown model ends with a newline',
    get('/v1/models/nope', { method: 'DELETE' }),
    { ...unknownModel, text: `${unknownModel.text}\n` }
  ],
  [
    'models without a key get their own message',
    get('/v1/models', { key: null }),
    twoSpaces('withoutKey', 401, ['Missing bearer authentication in header'])
  ],
  ...(['GET', 'POST', 'DELETE'] as const).map(
    (method): Row => [
      `${method} of a stored completion without a key gets its own message`,
      { method, url: '/v1/chat/completions/chatcmpl-x', key: null },
      {
        layer: 'withoutKey',
        status: 401,
        text: '{"error":{"message":"Missing bearer or basic authentication in header","type":"invalid_request_error","param":null,"code":null}}'
      }
    ]
  ),
  [
    'the list of stored completions without a key gets the same message',
    get('/v1/chat/completions', { key: null }),
    {
      layer: 'withoutKey',
      status: 401,
      text: '{"error":{"message":"Missing bearer or basic authentication in header","type":"invalid_request_error","param":null,"code":null}}'
    }
  ],
  ['an unknown path is not found', chat({}, { url: '/v1/nope' }), unknownPath],
  ['an unknown deeper path is not found', chat({}, { url: '/v1/images/foo' }), unknownPath],
  ['an unknown method is not found', chat({}, { url: '/v1/models' }), unknownPath],
  ['an unknown path requires no key', get('/v1/nope', { key: null }), unknownPath]
]

const rows: Row[] = [
  ...edgeRows,
  ...accountRows,
  ...schemaRows,
  ...modelRows,
  ...combinationRows,
  ...orderRows,
  ...otherRows
]

const invalid = { refusal: 'invalid_api_key' }
const keys = {
  'sk-fake-key': invalid,
  invalid_key: invalid,
  'bad-key-0123456789test': invalid,
  'sk-wrongabcd-key': invalid,
  'test-conabcd-key': invalid,
  'sk-proj-0123456789abcd': invalid,
  'sk-acme-without': { refusal: 'project_without_model', project: 'proj_acme' },
  'sk-acme-limited': { refusal: 'rate_limit_exceeded', organization: 'org-acme' },
  'sk-small': { organization: 'org-abc', limits: { requestsPerMinute: 500, tokensPerMinute: 30_000 } },
  'sk-small-too': { organization: 'org-abc', limits: { tokensPerMinute: 30_000 } },
  'sk-tpm': { organization: 'org-abc', limits: { tokensPerMinute: 10 } },
  'sk-long': {
    organization: 'org-abc',
    limits: { tokensPerMinute: 30_000 },
    models: { 'gpt-4.1-nano-long-context': { tokensPerMinute: 100_000 } }
  },
  'sk-rpm': { organization: 'org-abc', limits: { requestsPerMinute: 3 } }
}

const names = rows.flatMap(([, { body }]) => /please (\w+)/.exec(JSON.stringify(body ?? null))?.[1] ?? [])
const servers = { usual: await build(t), strict: await build(t, { unknownModels: 'refuse' }) }
await servers.usual.app.inject({ method: 'PUT', url: '/_mock/keys', payload: { keys } })
await servers.usual.add(
  [...new Set(names)].map(name => ({ match: { lastUser: `/^please ${name}$/` }, reply: { error: name } }))
)

for (const [sentence, { after = 0, strict, ...request }, { layer, status, text }, more = {}] of rows)
  t.test(sentence, async t => {
    const { body, ...options } = { method: 'POST' as const, ...(request.body ? {} : { payload: '' }), ...request }
    const sendOnce = () => ask(strict ? servers.strict : servers.usual, body, options)
    for (let time = 0; time < after; time++) t.equal((await sendOnce()).status, 200)
    const response = await sendOnce()
    t.equal(response.status, status)
    if (typeof text === 'string') t.equal(masked(response), text)
    else t.match(response.text, text)
    const { has, lacks } = layers[layer]
    t.match(response.headers, {
      ...(lacks.includes('x-request-id') ? {} : { 'x-request-id': /^req_[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/ }),
      ...has,
      ...more.has
    })
    const found = Object.keys(response.headers)
    t.same(
      [...never, ...lacks, ...(more.lacks ?? [])].filter(name => found.includes(name)),
      []
    )
    if (layer !== 'stream') t.equal(response.headers['content-length'], String(Buffer.byteLength(response.text)))
  })

t.test('a key, Prefer, a fault and a fixture get the same response for each named error', async t => {
  const { errorCatalog } = await loadBuiltinData()
  const server = await build(t)
  const names = Object.keys(errorCatalog)
  const refusals = Object.fromEntries(names.map(name => [`sk-${name}`, { refusal: name }]))
  await server.app.inject({ method: 'PUT', url: '/_mock/keys', payload: { keys: refusals } })
  await server.add({
    match: { lastUser: '/^please (?<error>\\w+)$/' },
    reply: (_, { match }) => ({ error: match.error! })
  })
  for (const name of names) {
    const request = (content: string) => ({ model: 'gpt-4o', messages: [{ role: 'user', content }] })
    const responses = {
      key: await ask(server, request('Hi'), { key: `sk-${name}` }),
      Prefer: await ask(server, request('Hi'), { headers: { prefer: `code=${name}` } }),
      '?__code': await ask(server, request('Hi'), { url: `/v1/chat/completions?__code=${name}` }),
      fault: await ask(server, request('Hi'), { headers: { 'x-mock-fault': `status=${name}` } }),
      fixture: await ask(server, request(`please ${name}`))
    }
    const show = (response: (typeof responses)['key']) => [
      response.status,
      // The error for a wrong key shows the key.
      name === 'invalid_api_key' ? '' : masked(response),
      Object.keys(response.headers).sort()
    ]
    t.equal(responses.key.status, errorCatalog[name]?.status, name)
    for (const [way, response] of Object.entries(responses))
      t.same(show(response), show(responses.key), `${name}: ${way}`)
  }
})

t.test('there are more than 200 rows with different sentences', async t => {
  t.ok(rows.length > 200, String(rows.length))
  t.equal(new Set(rows.map(([sentence]) => sentence)).size, rows.length, 'each sentence is used once')
})

t.test('the undocumented parts of Node exist, and send the same bytes as the documented ones', async t => {
  t.ok('_storeHeader' in ServerResponse.prototype, 'a head can be a string')
  const ways: Record<string, (raw: ServerResponse) => void> = {
    complete: raw => writeComplete(raw, 201, new ResponseHead('x-request-id: req_1\r\n'), 'Grüße', 7),
    'without a body': raw => writeComplete(raw, 404, new ResponseHead('x-request-id: req_1\r\n'), '', 0),
    events: raw => {
      t.equal(raw.useChunkedEncodingByDefault, true)
      const body = createEventWriter(raw, new ResponseHead('content-type: text/event-stream\r\n'))
      body.write('data: ü\n\n')
      body.write('data: [DONE]\n\n')
      body.end()
    },
    raw: raw => {
      const body = openRawBody(raw, new ResponseHead('content-type: text/plain\r\n'))
      body.write(Buffer.from([0xff, 0x0a]))
      body.write('ÿ\n', 'latin1')
      body.end()
    }
  }
  const server = createHttpServer((request, raw) => {
    const [, name = '', way] = request.url!.split('/').map(decodeURIComponent)
    if (name === 'reset') return resetConnection(raw.socket!)
    // If a program replaces writeHead, Standin uses the documented functions.
    if (way === 'ordinary') raw.writeHead = raw.writeHead.bind(raw)
    ways[name]!(raw)
  })
  t.teardown(() => void server.close())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const fetchBytes = (path: string) =>
    new Promise<string>((resolve, reject) => {
      let bytes = ''
      connect(port, '127.0.0.1', function (this: Socket) {
        this.write(`GET /${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
      })
        .setEncoding('latin1')
        .on('data', text => (bytes += text))
        .on('error', reject)
        .on('close', () => resolve(bytes.replace(/^date: .*$/im, 'date: now')))
    })
  // Newer versions of Node join the chunks of one turn.
  const unchunked = (bytes: string): string => {
    const [head = '', ...parts] = bytes.split('\r\n\r\n')
    let [chunks, body] = [parts.join('\r\n\r\n'), '']
    if (!/^transfer-encoding: chunked/im.test(head)) return bytes.toLowerCase()
    for (let size = Number.parseInt(chunks, 16); size > 0; size = Number.parseInt(chunks, 16)) {
      const start = chunks.indexOf('\r\n') + 2
      body += chunks.slice(start, start + size)
      chunks = chunks.slice(start + size + 2)
    }
    return `${head.toLowerCase().split('\r\n').sort().join('\n')}\n\n${body}`
  }
  for (const name of Object.keys(ways)) {
    const path = encodeURIComponent(name)
    t.equal(unchunked(await fetchBytes(path)), unchunked(await fetchBytes(`${path}/ordinary`)), name)
  }
  t.match(await fetchBytes('events'), /\r\n\r\na\r\ndata: \xc3\xbc\n\n\r\ne\r\ndata: \[DONE\]\n\n\r\n0\r\n\r\n$/)
  t.match(await fetchBytes('raw'), /\r\n\r\n2\r\n\xff\n\r\n2\r\n\xff\n\r\n0\r\n\r\n$/)
  await t.rejects(fetchBytes('reset'), { code: 'ECONNRESET' })
})

/** Checks a condition in each turn of the event loop until it holds. */
async function until(holds: () => unknown): Promise<void> {
  while (!holds()) await new Promise(resolve => setImmediate(resolve))
}

t.test('a silent connection is closed after a time, whatever it waits for', async t => {
  const server = await build(t)
  await server.add({ match: { lastUser: 'long' }, reply: { text: 'long '.repeat(2_400_000), literal: true } })
  const { port } = new URL(await server.listen())
  const request = (content: string, more = '') => {
    const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content }] })
    const length = `content-length: ${body.length}\r\ncontent-type: application/json\r\n`
    return `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer sk-test\r\n${length}${more}\r\n${body}`
  }
  const rows: [string, string, status?: number][] = [
    ['a connection without a request', ''],
    ['the head of a request', 'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n'],
    ['the body of a request', request('Hello!').slice(0, -5)],
    ['a response that hangs before its head', request('Hello!', 'x-mock-fault: hang\r\n'), 0],
    ['a response that hangs after its head', request('Hello!', 'x-mock-fault: hang; after=1\r\n'), 200],
    ['a response that the client does not read', request('long'), 200],
    ['a connection that stays open after its response', request('Hello!'), 200]
  ]
  for (const [name, text, status] of rows) {
    const accepted = new Promise<Socket>(resolve => server.app.server.once('connection', resolve))
    const client = connect({ port: Number(port), host: '127.0.0.1' }).pause()
    client.on('error', () => {})
    const socket = await accepted
    let isClosed = false
    socket.once('close', () => {
      isClosed = true
    })
    client.write(text)
    // The request must arrive before the checks, and its response begin.
    await until(() => socket.bytesRead === text.length && (status === undefined || status === 0 || socket.bytesWritten))
    for (let check = 0; check < checksUntilClose; check++) server.app.checkSilentConnections()
    t.notOk(socket.destroyed, `${name} stays open until the last check`)
    server.app.checkSilentConnections()
    await until(() => isClosed)
    client.destroy()
    t.pass(`${name} is closed`)
    if (status !== undefined) t.equal(server.requests().at(-1)?.status, status, `${name} is in the journal`)
  }
})
