/** Brings any JSON value to the shape of a chat request. */
import { isObject, toRecord } from './json-pointer.js'
import type { ChatRequest } from './openai-types.js'
import { requestParameters } from './request-parameters.js'
import { nullable, objectOf } from './shape.js'

const required = { model: '', messages: [] }

const chatRequest = objectOf(
  Object.fromEntries(
    Object.entries(requestParameters.createChatCompletion).map(([name, { shape }]) => [
      name,
      Object.hasOwn(required, name) ? shape : nullable(shape)
    ])
  ),
  required
)

/**
 * Returns the value itself if it is a chat request, as nearly all are. Else returns a copy in which members with wrong
 * types are repaired or left out. Unknown members stay: templates and conditions can read them.
 */
export const toChatRequest = (value: unknown): ChatRequest =>
  (chatRequest(value) ?? { ...required }) as unknown as ChatRequest

/** A body with several inputs as a chat request: each input is a message of the user. */
export const textsToChat = (body: unknown, texts: readonly string[], model?: string): ChatRequest =>
  toChatRequest({
    ...toRecord(body),
    ...(model !== undefined && { model }),
    messages: texts.map(content => ({ role: 'user', content }))
  })

/** Returns the body of a request with a model in place of its own. What is no object stays the same. */
export const withModel = (body: unknown, model: string): unknown => (isObject(body) ? { ...body, model } : body)
