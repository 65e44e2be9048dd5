/** Answers what the service would refuse: whether to, how it is told, and what is left of a body that can be answered. */
import type { FastifyRequest } from 'fastify'
import { fieldOf, offendingKey } from '../contract/schema-errors.js'
import { type Catalog, Refusal } from '../core/api-error.js'
import { isObject } from '../core/json-pointer.js'
import type { ChatRequest, Message } from '../core/openai-types.js'
import { type Validation, validations } from '../core/options.js'
import type { Check } from '../core/schema.js'
import { nearest } from '../core/source-file.js'
import { errorBody } from '../fixtures/error-catalog.js'
import type { Fixture } from '../fixtures/fixture.js'
import { subjectOf } from '../fixtures/match.js'
import { matching } from '../fixtures/select.js'
import type { Rooms } from './context.js'

/** How strict to be with a request: its header's word before the server's. */
export function validationOf(request: FastifyRequest, usual: Validation): Validation {
  const asked = request.raw.headers['x-mock-validate']
  if (asked === undefined) return usual
  const word = String(asked).trim()
  const found = validations.find(known => known === word)
  if (found) return found
  const near = nearest(word, validations)
  const hint = near ? `did you mean ${near}? ` : ''
  throw new Refusal('bad_mock_header', {
    problem: `x-mock-validate: ${word}: ${hint}expected one of ${validations.join(', ')}`
  })
}

/** What to answer of a body that is refused; undefined when it stays refused. */
export type Leniency = (request: FastifyRequest, body: ChatRequest, refused: Refusal) => ChatRequest | undefined

export function createLeniency({ options, fixtures, spec }: Rooms): Leniency {
  const check = spec.request('createChatCompletion')
  const outspoken = new WeakMap<readonly Fixture[], readonly Fixture[]>()
  const outspokenOf = (all: readonly Fixture[]) => {
    const known = outspoken.get(all) ?? all.filter(({ validate }) => validate)
    outspoken.set(all, known)
    return known
  }
  /** The word of the fixture that would answer, if any fixture has one. */
  const byFixture = (body: ChatRequest) =>
    outspokenOf(fixtures.all).length ? matching(fixtures.all, subjectOf(body))?.validate : undefined
  return (request, body, refused) => {
    const strict = options.validate === 'spec' && !request.raw.headers['x-mock-validate']
    if (strict && !outspokenOf(fixtures.all).length) return undefined
    const answered = check && !unreadable.has(refused.refusal) ? answerable(body, check) : undefined
    const mode = validationOf(request, (answered && byFixture(answered)) ?? options.validate)
    if (mode === 'spec' || !answered) return undefined
    if (mode === 'warn') request.exchange.warning = refused
    return answered
  }
}

// Without these nothing says what to answer.
const unreadable = new Set(['body_not_json', 'missing_model'])

/** A refusal that is told and not made: its code, parameter and words on one line. */
export function warningOf(catalog: Catalog, refusal: Refusal): string {
  const { status, body } = errorBody(catalog, refusal)
  const { message, param, code } = JSON.parse(body).error
  const words = JSON.stringify(String(message).replace(/[^\x20-\x7e]/g, '?'))
  return `${refusal.refusal}; status=${status}; param=${param ?? 'null'}; code=${code ?? 'null'}; message=${words}`.replace(
    /[^\x20-\x7e]/g,
    '?'
  )
}

/**
 * What of a body can be answered: fields that break their schema are left out, and messages that do are cut down to their role
 * and text. Undefined when there are no messages at all.
 */
export function answerable(body: ChatRequest, check: Check): ChatRequest | undefined {
  if (!Array.isArray(body.messages) || !body.messages.length) return undefined
  const plain = { model: 'gpt-4o', messages: [{ role: 'user', content: '' }] }
  const fits = (message: unknown) => check({ ...plain, messages: [message] }).length === 0
  const messages = body.messages.map(message => (fits(message) ? message : plainMessage(message)))
  // Fields are looked at one by one, since a body may have thousands that break its schema. A document of the user's own may ask for
  // more than a plain body has, which says nothing about them.
  const says = check(plain).length === 0
  const kept = Object.entries(body).filter(
    ([key, value]) => !says || key === 'model' || key === 'messages' || check({ ...plain, [key]: value }).length === 0
  )
  const rest: Record<string, unknown> = { ...Object.fromEntries(kept), messages }
  // What is left breaks it together. Each turn takes a field away, and there are few.
  let turns = 100
  for (let found = check(rest); found.length; found = check(rest)) {
    const key = offendingKey(found) ?? fieldOf(found)
    if (!turns-- || !Object.hasOwn(rest, key) || key === 'messages' || key === 'model') return undefined
    delete rest[key]
  }
  return rest as unknown as ChatRequest
}

function plainMessage(message: unknown): Message {
  const { role, content } = isObject(message) ? message : { role: 'user', content: message }
  const parts = Array.isArray(content) ? content : [content]
  const text = parts.map(part => (isObject(part) ? part.text : part)).filter(part => typeof part === 'string')
  return { role: role === 'system' || role === 'assistant' ? role : 'user', content: text.join('\n') } as Message
}
