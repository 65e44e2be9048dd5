/** Reads how strictly to validate a request, and repairs invalid bodies where the validation mode allows it. */
import type { FastifyRequest } from 'fastify'
import { findErrorField, findExtraKey } from '../contract/schema-errors.js'
import { ApiError } from '../core/api-error.js'
import { findNearest } from '../core/edit-distance.js'
import { isObject } from '../core/json-pointer.js'
import type { ChatRequest, Message } from '../core/openai-types.js'
import { type ValidationMode, validationModes } from '../core/options.js'
import { requestParameters } from '../core/request-parameters.js'
import type { SchemaCheck } from '../core/schema.js'
import { toChatRequest } from '../core/to-chat-request.js'
import type { Fixture } from '../fixtures/fixture.js'
import { createMatchSubject, type SubjectSource } from '../fixtures/match-subject.js'
import { findMatchingFixture } from '../fixtures/select.js'
import type { AppContext } from './context.js'
import { setWarning } from './exchange.js'

/** Returns the validation mode of a request: of its header, or else the server's. */
export function readValidationMode(request: FastifyRequest, defaultMode: ValidationMode): ValidationMode {
  const header = request.raw.headers['x-mock-validate']
  if (header === undefined) return defaultMode
  const requestedMode = String(header).trim()
  const mode = validationModes.find(each => each === requestedMode)
  if (mode) return mode
  const near = findNearest(requestedMode, validationModes)
  const hint = near ? `did you mean ${near}? ` : ''
  throw new ApiError('bad_mock_header', {
    problem: `x-mock-validate: ${requestedMode}: ${hint}expected one of ${validationModes.join(', ')}`
  })
}

/** Returns a valid part of an invalid body, or undefined when the request gets its API error. */
export type BodyRepair = (request: FastifyRequest, body: unknown, bodyError: ApiError) => ChatRequest | undefined

/** @param findValidPart returns the valid part of a body, or undefined if there is none */
export function createBodyRepair(
  { options, fixtures }: Pick<AppContext, 'options' | 'fixtures'>,
  operation: NonNullable<SubjectSource['operation']>,
  findValidPart: (body: unknown) => ChatRequest | undefined
): BodyRepair {
  const modeFixtures = new WeakMap<readonly Fixture[], readonly Fixture[]>()
  const findModeFixtures = (all: readonly Fixture[]) => {
    const cached = modeFixtures.get(all) ?? all.filter(({ validate }) => validate)
    modeFixtures.set(all, cached)
    return cached
  }
  /** Returns the validation mode of the matching fixture. Most servers have no fixture with a mode. */
  const findFixtureMode = (body: ChatRequest, original: unknown, { url }: FastifyRequest['exchange']) => {
    const { all } = fixtures.of(operation.id)
    if (!findModeFixtures(all).length) return undefined
    return findMatchingFixture(all, createMatchSubject(body, { original, operation, url }))?.validate
  }
  return (request, body, bodyError) => {
    const isStrict = options.validate === 'spec' && !request.raw.headers['x-mock-validate']
    if (isStrict && !findModeFixtures(fixtures.of(operation.id).all).length) return undefined
    const repaired = unrepairableErrors.has(bodyError.errorName) ? undefined : findValidPart(body)
    const mode = readValidationMode(
      request,
      (repaired && findFixtureMode(repaired, body, request.exchange)) ?? options.validate
    )
    if (mode === 'spec' || !repaired) return undefined
    if (mode === 'warn') setWarning(request.exchange, bodyError)
    return repaired
  }
}

// A body without JSON or a model has no valid part.
const unrepairableErrors = new Set(['body_not_json', 'missing_model'])

// Fields that only your own document may know. Of further fields, none stays.
const maxUnknownFields = 1000

/**
 * Removes the fields that break their schema, and reduces invalid messages to their role and text. Returns undefined
 * when there are no messages, or the rest is still invalid.
 */
export function removeInvalidFields(body: unknown, check: SchemaCheck): ChatRequest | undefined {
  if (!isObject(body) || !Array.isArray(body.messages) || !body.messages.length) return undefined
  const minimalBody = { model: 'gpt-4o', messages: [{ role: 'user', content: '' }] }
  const isValidMessage = (message: unknown) => check({ ...minimalBody, messages: [message] }).length === 0
  const messages = body.messages.map(message => (isValidMessage(message) ? message : simplifyMessage(message)))
  // Each field is checked alone, because a body may have thousands of invalid fields. A custom document may require
  // more fields than the minimal body has: then this check proves nothing, and all fields stay.
  const acceptsMinimalBody = check(minimalBody).length === 0
  let unknownLeft = maxUnknownFields
  const validFields = Object.entries(body).filter(
    ([key, value]) =>
      !acceptsMinimalBody ||
      key === 'model' ||
      key === 'messages' ||
      ((Object.hasOwn(requestParameters.createChatCompletion, key) || unknownLeft-- > 0) &&
        check({ ...minimalBody, [key]: value }).length === 0)
  )
  const validBody: Record<string, unknown> = { ...Object.fromEntries(validFields), messages }
  // The remaining errors come from combinations of fields. They are few, so each turn removes one field.
  let attempts = 100
  for (let schemaErrors = check(validBody); schemaErrors.length; schemaErrors = check(validBody)) {
    const key = findExtraKey(schemaErrors) ?? findErrorField(schemaErrors)
    if (!attempts-- || !Object.hasOwn(validBody, key) || key === 'messages' || key === 'model') return undefined
    delete validBody[key]
  }
  return toChatRequest(validBody)
}

function simplifyMessage(message: unknown): Message {
  const { role, content } = isObject(message) ? message : { role: 'user', content: message }
  const parts = Array.isArray(content) ? content : [content]
  const text = parts.map(part => (isObject(part) ? part.text : part)).filter(part => typeof part === 'string')
  return { role: role === 'system' || role === 'assistant' ? role : 'user', content: text.join('\n') } as Message
}
