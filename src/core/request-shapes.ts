/** Defines the shapes of the objects in a chat request: what `core/chat-request.ts` says about each, for values of strangers. */
import { anyObject, anyValue, either, flag, listOf, nullable, objectOf, type Shape, text } from './shape.js'

const contentPart = objectOf(
  {
    type: text,
    text,
    refusal: text,
    image_url: objectOf({ url: text, detail: text }),
    input_audio: objectOf({ data: text, format: text }),
    file: objectOf({ filename: text, file_data: text, file_id: text })
  },
  { type: 'text' }
)

const content = either(text, listOf(contentPart))

const functionCall = objectOf({ name: text, arguments: text }, { name: '', arguments: '' })

const toolCall = objectOf(
  {
    id: text,
    type: text,
    function: functionCall,
    custom: objectOf({ name: text, input: text }, { name: '', input: '' })
  },
  { id: '', type: 'function' }
)

export const message = objectOf(
  {
    role: text,
    content: nullable(content),
    name: text,
    tool_calls: nullable(listOf(toolCall)),
    tool_call_id: text,
    function_call: nullable(functionCall),
    refusal: nullable(text),
    audio: nullable(objectOf({ id: text }, { id: '' }))
  },
  { role: 'user' }
)

export const functionDefinition = objectOf(
  { name: text, description: text, parameters: nullable(anyObject), strict: nullable(flag) },
  { name: '' }
)

/** The object that names one function or custom tool. */
export const namedChoice = objectOf({ name: text }, { name: '' })

const toolMembers = objectOf(
  {
    type: text,
    function: functionDefinition,
    custom: objectOf({ name: text, description: text, format: anyObject }, { name: '' })
  },
  { type: 'function' }
)

/** A value of which the member that `type` names is an object. */
const withMemberOfType =
  (shape: (value: unknown) => Record<string, unknown> | undefined): Shape =>
  value => {
    const fitted = shape(value)
    return fitted && anyObject(fitted[String(fitted.type)]) ? fitted : undefined
  }

export const tool = withMemberOfType(toolMembers)

export const toolChoice = either(
  text,
  withMemberOfType(
    objectOf({
      type: text,
      function: namedChoice,
      custom: namedChoice,
      allowed_tools: objectOf({ mode: text, tools: listOf(anyObject) }, { mode: 'auto', tools: [] })
    })
  )
)

export const responseFormat = objectOf(
  {
    type: text,
    json_schema: objectOf({ name: text, description: text, schema: anyObject, strict: nullable(flag) }, { name: '' })
  },
  { type: 'text' }
)

export const streamOptions = objectOf({ include_usage: flag, include_obfuscation: flag })

export const audioOutput = objectOf({ voice: anyValue, format: text }, { format: 'wav' })

export const prediction = objectOf({ type: text, content }, { type: 'content', content: '' })
