/** Defines API errors and their templates. */
import { abbreviate } from './abbreviate.js'
import { isObject } from './json-pointer.js'
import type { JsonObject } from './openai-types.js'

/** The values of the placeholders of an error's template: `p` is the path of a parameter. */
export type ErrorParams = Record<string, string | number | boolean | null | undefined>

/** Why a body is invalid, for `standin check FILE`. */
export interface ErrorReason {
  /** A keyword of the schema, or a rule of Standin. */
  kind: 'schema' | 'rule'
  /** The keyword and its path in the schema, or the field or step of the rule. */
  detail: string
  /** A JSON pointer into the body. */
  pointer?: string
  /** The id of the rule. */
  rule?: string
  /** How the rule is known, where its error does not say it. */
  evidence?: string
  /** When the service last kept the rule, where its error does not say it. */
  seen?: string
}

/** An HTTP error as data: a name in `fixtures/errors/` and the params of its template. `http/response/send-error.ts` sends it. */
export class ApiError implements Error {
  readonly name = 'ApiError'
  /** The formatted response and its template, once they exist. */
  formatted: { template: ErrorTemplate; body: ErrorResponse } | undefined = undefined

  /**
   * @param errorName the name of its template in `fixtures/errors/`
   * @param params the values for the placeholders of the template
   */
  constructor(
    readonly errorName: string,
    readonly params: ErrorParams = {},
    /** Headers to add to the response. */
    readonly headers: Record<string, string> | undefined = undefined,
    /** Why the body is invalid. */
    readonly reason?: ErrorReason,
    /** Replaces the template of `errorName`. */
    readonly template?: ErrorTemplate,
    /** The exact body of the response; the template then gives status and headers alone. */
    readonly body?: string
  ) {}

  get message(): string {
    return this.errorName
  }
}

// An API error is `instanceof Error`, but has no stack trace, which would cost more than the rest of the request.
Object.setPrototypeOf(ApiError.prototype, Error.prototype)

/** The server of the service that sends the error: each has its own layout and headers. */
export type Layer =
  | 'edge'
  | 'backend'
  | 'embeddings'
  | 'stored'
  | 'gate'
  | 'models'
  | 'models-gate'
  | 'models-delete'
  | 'router'
  | 'proxy'
  | 'azure'
  | 'azure-gate'

/** An entry of `fixtures/errors/`. In `message`, `param` and `headers`, `{{ p }}` is replaced by the error param `p`. */
export interface ErrorTemplate {
  /** The HTTP status. */
  status: number
  /** The server of the service that sends it. */
  layer: Layer
  /** The message of the error. */
  message: string
  /** The `type` of the error, such as `invalid_request_error`. */
  type: string | null
  /** The path of the parameter. */
  param: string | null
  /** The `code` of the error, such as `invalid_api_key`. */
  code: string | null
  /** The members of `error` after `code`, as JSON. They have no placeholders. */
  more?: JsonObject
  /** A header with an empty value is not sent. */
  headers?: Record<string, string>
  /** Whether the response has the headers `x-ratelimit-…`. @default true for the backend, and for a 429 of the edge */
  rateLimitHeaders?: boolean
  /** The params of an error that a fixture, key or fault names. */
  defaults?: ErrorParams
  /** Whether this error is the response to its status in `Prefer: code=429`. */
  default?: boolean
  /** How the message is known: recorded, measured, documented, thread, inferred, or standin (its own). */
  evidence?: string
  /** When the service was last seen to send this error: `2026-08`, or with the day `2026-08-29`. */
  seen?: string
  /** Where it was seen. */
  source?: string
  /** A sentence for docs/errors.md: when the service sends this error. */
  when?: string
}

/** The members that every error has. */
export const errorMemberNames: readonly string[] = ['message', 'type', 'param', 'code']

/** Whether a value can be the further members of an error. */
export const isFurtherMembers = (value: unknown): boolean =>
  isObject(value) && !errorMemberNames.some(name => Object.hasOwn(value, name))

export type ErrorCatalog = Record<string, ErrorTemplate>

/** The error if a catalog lacks even `server_error`, and the error event of a broken stream. */
export const fallbackErrorTemplate: ErrorTemplate = {
  status: 500,
  layer: 'backend',
  message: 'The server had an error while processing your request. Sorry about that!',
  type: 'server_error',
  param: null,
  code: null
}

/** The HTTP response of an error. It is shared between requests, so nothing may change it. */
export interface ErrorResponse {
  /** The HTTP status. */
  status: number
  /** The headers of this error, beside those of every response. */
  headers: Readonly<Record<string, string>>
  /** Absent when the response has no body. */
  contentType?: string | undefined
  /** The exact text of the body. */
  body: string
}

/** Returns the names of the placeholders in a template. */
export const findParamNames = (text: string): string[] =>
  [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name]) => name!)

/** Splits a template: texts at the even places, and the parameter names between them at the odd places. */
export const splitTemplate = (text: string): [string, ...string[]] =>
  text.split(/\{\{\s*(\w+)\s*\}\}/) as [string, ...string[]]

/** Compiles a template. A placeholder without a value becomes empty, so that no response shows template syntax. */
export function compileErrorTemplate(text: string): (...params: (ErrorParams | undefined)[]) => string {
  const [start, ...rest] = splitTemplate(text)
  if (!rest.length) return () => start
  return (...params) => {
    let filled = start
    for (let at = 0; at < rest.length; at += 2) filled += `${findParam(rest[at]!, params)}${rest[at + 1]}`
    return filled
  }
}

// A request may have a name of many megabytes, and a response must not repeat it.
const maxParamChars = 10_000

function findParam(name: string, params: (ErrorParams | undefined)[]): unknown {
  const value = params.find(each => each?.[name] != null)?.[name] ?? ''
  return typeof value === 'string' ? abbreviate(value, maxParamChars) : value
}
