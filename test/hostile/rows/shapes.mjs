/** Well-formed JSON whose members have wrong types, under each mode of validation. */
import { completion, either, error } from '../expect.mjs'

const user = { role: 'user', content: 'Hello!' }
const tool = {
  type: 'function',
  function: { name: 'f', parameters: { type: 'object', properties: { a: { type: 'string' } } } }
}
const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }
const messages = (...list) => ({ messages: list })

/** Members that replace those of a valid request. */
const wrongMembers = {
  'an empty function_call in a message': messages(user, { role: 'assistant', content: 'a', function_call: {} }, user),
  'a function_call that is a list': messages(user, { role: 'assistant', content: 'a', function_call: [] }, user),
  'a function_call without arguments': messages(user, { role: 'assistant', function_call: { name: 'f' } }, user),
  'tool_calls that are an object': messages(user, { role: 'assistant', content: 'a', tool_calls: {} }, user),
  'tool_calls with null': messages(user, { role: 'assistant', content: 'a', tool_calls: [null] }, user),
  'tool_calls with a list': messages(user, { role: 'assistant', content: 'a', tool_calls: [[]] }, user),
  'tool_calls without a function': messages(
    user,
    { role: 'assistant', tool_calls: [{ id: 'x', type: 'function' }] },
    user
  ),
  'tool_calls with arguments that are an object': messages(
    user,
    { role: 'assistant', tool_calls: [{ ...call, function: { name: 'f', arguments: {} } }] },
    { role: 'tool', tool_call_id: 'call_1', content: 'a' }
  ),
  'a system message with tool_calls: 5': messages({ role: 'system', content: 'a', tool_calls: 5 }, user),
  'a user message with tool_calls': messages({ ...user, tool_calls: [call] }),
  'a tool message with content: 5': messages(
    user,
    { role: 'assistant', tool_calls: [call] },
    { role: 'tool', tool_call_id: 'call_1', content: 5 }
  ),
  'a tool message without an id': messages(user, { role: 'tool', content: 'a' }),
  'a message that is null': messages(null),
  'a message that is a string': messages('Hello!'),
  'a message that is a list': messages([]),
  'a message without a role': messages({ content: 'Hello!' }),
  'a role that is an object': messages({ role: {}, content: 'Hello!' }),
  'a role __proto__': messages({ role: '__proto__', content: 'a' }),
  'content that is a number': messages({ role: 'user', content: 5 }),
  'content that is an object': messages({ role: 'user', content: {} }),
  'content parts with null': messages({ role: 'user', content: [null] }),
  'content parts with strings': messages({ role: 'user', content: ['a'] }),
  'a content part without a type': messages({ role: 'user', content: [{ text: 'a' }] }),
  'a text part with text: 5': messages({ role: 'user', content: [{ type: 'text', text: 5 }] }),
  'an image part that is a string': messages({ role: 'user', content: [{ type: 'image_url', image_url: 'http://x' }] }),
  'an image part with url: {}': messages({ role: 'user', content: [{ type: 'image_url', image_url: { url: {} } }] }),
  'an image of odd base64': messages({
    role: 'user',
    content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,????' } }]
  }),
  'an image whose header claims 65,535 pixels': messages({
    role: 'user',
    content: [
      {
        type: 'image_url',
        image_url: {
          url: `data:image/png;base64,${Buffer.from('89504e470d0a1a0a0000000d494844520000ffff0000ffff0806000000', 'hex').toString('base64')}`
        }
      }
    ]
  }),
  'an audio part that is null': messages({ role: 'user', content: [{ type: 'input_audio', input_audio: null }] }),
  'audio of odd base64': messages({
    role: 'user',
    content: [{ type: 'input_audio', input_audio: { data: '!!!!', format: 'wav' } }]
  }),
  'a file part that is empty': messages({ role: 'user', content: [{ type: 'file', file: {} }] }),
  'a name that is a list': messages({ ...user, name: ['a'] }),
  'a refusal that is an object': messages(user, { role: 'assistant', content: null, refusal: {} }, user),
  'audio of a message that is a string': messages(user, { role: 'assistant', audio: 'x' }, user),
  'messages that are an object': { messages: { 0: user } },
  'messages that are null': { messages: null },
  'no messages': { messages: [] },
  'a model that is a list': { model: ['gpt-4o'] },
  'a model that is null': { model: null },
  'a model __proto__': { model: '__proto__' },
  'a model of 1 MB': { model: 'm'.repeat(1_000_000) },
  'tools that are an object': { tools: {} },
  'tools with null': { tools: [null] },
  'a tool without a function': { tools: [{ type: 'function' }] },
  'a tool whose name is an object': { tools: [{ type: 'function', function: { name: {} } }] },
  'a tool whose parameters are a list': { tools: [{ type: 'function', function: { name: 'f', parameters: [] } }] },
  'a tool whose parameters are a string': {
    tools: [{ type: 'function', function: { name: 'f', parameters: 'object' } }],
    tool_choice: 'required'
  },
  'a tool named __proto__': {
    tools: [{ type: 'function', function: { name: '__proto__', parameters: { type: 'object', properties: {} } } }],
    tool_choice: 'required'
  },
  'a property named __proto__': {
    tools: [
      {
        type: 'function',
        function: {
          name: 'f',
          parameters: JSON.parse(
            '{"type":"object","properties":{"__proto__":{"type":"string"}},"required":["__proto__"]}'
          )
        }
      }
    ],
    tool_choice: 'required'
  },
  'a tool_choice that is a number': { tools: [tool], tool_choice: 5 },
  'a tool_choice without a name': { tools: [tool], tool_choice: { type: 'function' } },
  'a tool_choice of an undeclared tool': { tools: [tool], tool_choice: { type: 'function', function: { name: 'g' } } },
  'allowed_tools that name no declared tool': {
    tools: [tool],
    tool_choice: {
      type: 'allowed_tools',
      allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'g' } }] }
    }
  },
  'allowed_tools that are empty': { tools: [tool], tool_choice: { type: 'allowed_tools', allowed_tools: {} } },
  'allowed_tools with null': {
    tools: [tool],
    tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [null] } }
  },
  'functions with null': { functions: [null] },
  'a function_call of the request that is a list': { functions: [{ name: 'f' }], function_call: [] },
  'a response_format that is a string': { response_format: 'json_object' },
  'a json_schema that is null': { response_format: { type: 'json_schema', json_schema: null } },
  'a schema that is a list': { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: [] } } },
  'a schema that is true': { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: true } } },
  'a schema with properties: 5': {
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'a', schema: { type: 'object', properties: 5, required: 'a' } }
    }
  },
  'a schema with unknown types': {
    response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: ['text', null, 5] } } }
  },
  'a schema with enum: {}': {
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'a', schema: { type: 'object', properties: { a: { enum: {} } }, required: ['a'] } }
    }
  },
  'a schema whose anyOf has null': {
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'a',
        schema: { type: 'object', properties: { a: { enum: ['x'], anyOf: [null], not: [5] } }, required: ['a'] }
      }
    }
  },
  'a schema with $ref: 5': {
    response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { $ref: 5 } } }
  },
  'a schema with a $ref to nothing': {
    response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { $ref: '#/$defs/none' } } }
  },
  'a schema with a $ref to itself': {
    response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { $ref: '#' } } }
  },
  'a schema with a $ref to a host': {
    response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { $ref: 'http://127.0.0.1:1/x' } } }
  },
  'n that is a string': { n: '3' },
  'n: 0': { n: 0 },
  'n: 1e9': { n: 1e9 },
  'n: 1.5': { n: 1.5 },
  'a stop that is an object': { stop: {} },
  'a stop with null': { stop: [null] },
  'an empty stop': { stop: '' },
  'stream that is a string': { stream: 'yes' },
  'stream_options that are a list': { stream: true, stream_options: [] },
  'stream_options without a stream': { stream_options: { include_usage: true } },
  'logit_bias that is a list': { logit_bias: [1] },
  'logit_bias with odd names': { logit_bias: { __proto__x: 1, a: 'b' } },
  'top_logprobs without logprobs': { top_logprobs: 5 },
  'top_logprobs: -1': { logprobs: true, top_logprobs: -1 },
  'max_tokens: 0': { max_tokens: 0 },
  'max_tokens: -5': { max_tokens: -5 },
  'max_tokens: 1e300': { max_tokens: 1e300 },
  'max_tokens that is a list': { max_tokens: [] },
  'temperature that is an object': { temperature: {} },
  'metadata that is a string': { metadata: 'a', store: true },
  'metadata with objects': { metadata: { a: {} }, store: true },
  'store that is a string': { store: 'yes' },
  'modalities that are a string': { modalities: 'audio' },
  'modalities with null': { modalities: [null] },
  'audio that is a list': { model: 'gpt-4o-audio-preview', modalities: ['text', 'audio'], audio: [] },
  'a prediction that is a string': { prediction: 'a' },
  'a prediction with content: {}': { prediction: { type: 'content', content: {} } },
  'a user that is an object': { user: {} },
  'a service_tier that is a list': { service_tier: [] },
  'a reasoning_effort that is an object': { model: 'o3', reasoning_effort: {} },
  'web_search_options that are a list': { model: 'gpt-4o-search-preview', web_search_options: [] },
  'verbosity that is a number': { model: 'gpt-5', verbosity: 5 },
  'a moderation that is odd': { moderation: 5 }
}

/** The members that the schema of the document or the service allows. */
const allowed =
  /user message with tool_calls|system message with tool_calls|65,535|file part that is empty|a model __proto__|model of 1 MB|named __proto__|name no declared|^a schema|an empty stop/
/** What Standin cannot repair. */
const unrepairable = /^messages that|^no messages|^a model that is/
const refused = either(error(400), error(404))

const rightAnswer = (name, server) => {
  if (server !== 'spec') return unrepairable.test(name) ? refused : completion()
  return allowed.test(name) ? either(completion(), refused) : refused
}

export const inputs = Object.entries(wrongMembers).flatMap(([name, members]) =>
  ['spec', 'warn', 'off'].map(server => ({
    name: `shape: ${name}`,
    server,
    body: { model: 'gpt-4o', messages: [user], ...members },
    expect: rightAnswer(name, server)
  }))
)
