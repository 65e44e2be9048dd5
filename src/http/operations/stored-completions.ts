/** The operations on stored completions: list, get, change the metadata, delete, and the messages of one. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { StoredCompletion } from '../../completion/stored-completion.js'
import type { Operation } from '../../contract/operations.js'
import { refusalOf } from '../../contract/schema-errors.js'
import { Refusal } from '../../core/api-error.js'
import { layOut } from '../../core/json-format.js'
import { parseBody } from '../body.js'
import type { Handler, Rooms } from '../context.js'
import { preferenceOf } from '../prefer.js'
import { headOf } from '../response/headers.js'
import { send } from '../response/send.js'
import { validationOf, warningOf } from '../validation-mode.js'
import { createExamples } from './examples.js'
import { pageOf, type Query, textAsked } from './paging.js'
import { createPreloaded } from './seeded-completions.js'

type Answer = (request: FastifyRequest, shared: readonly StoredCompletion[]) => unknown

export function createStoredHandlers(rooms: Rooms): Record<string, (operation: Operation) => Handler> {
  const { everywhere, stored, models, spec } = rooms
  const preloaded = createPreloaded(rooms)
  const checkUpdate = spec.request('updateChatCompletion')

  const handlerOf = (answer: Answer) => (operation: Operation) => {
    const examples = createExamples(rooms, operation)
    return async (request: FastifyRequest, reply: FastifyReply) => {
      // Who prefers a certain answer gets it from the document, here as elsewhere.
      const { code, example } = preferenceOf(request)
      if (code !== undefined || example !== undefined) return examples(request, reply)
      const shared = await preloaded()
      const body = layOut(
        leniently(request, () => answer(request, shared)),
        0,
        floats
      )
      const head = headOf(request, 'stored')
      const { warning } = request.exchange
      if (warning) head.set('x-mock-refused', warningOf(rooms.catalog, warning))
      return send(request, reply, {
        status: 200,
        head,
        contentType: 'application/json',
        text: body
      })
    }
  }

  /** A query that is refused is told of, if the request is not to be judged strictly, and left out. */
  function leniently(request: FastifyRequest, answer: () => unknown): unknown {
    try {
      return answer()
    } catch (error) {
      const mode = validationOf(request, rooms.options.validate)
      if (mode === 'spec' || !(error instanceof Refusal) || !Object.keys(request.query as object).length) throw error
      if (mode === 'warn') request.exchange.warning = error
      request.query = {}
      return answer()
    }
  }

  function named(request: FastifyRequest, shared: readonly StoredCompletion[]): StoredCompletion {
    const id = (request.params as { completion_id: string }).completion_id
    const found = stored.find(request.exchange.session, id, shared)
    if (!found) throw new Refusal('completion_not_found', { id })
    return found
  }

  function metadataOf(request: FastifyRequest): Record<string, string> {
    const body = parseBody(request)
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Refusal('body_not_json')
    const complaints = checkUpdate?.(body) ?? []
    if (complaints.length) throw refusalOf(body, complaints, {})
    return (body as { metadata?: Record<string, string> | null }).metadata ?? {}
  }

  return {
    listChatCompletions: handlerOf((request, shared) => {
      const query = request.query as Query
      const places = stored.entries(request.exchange.session, shared)
      const model = textAsked(query, 'model')
      const snapshot = model && models.of(model).snapshot
      const metadata = metadataAsked(query)
      return pageOf(
        places.map(({ id, value }) => ({ id, value: value?.item })),
        {
          query,
          order: 'desc',
          isWanted: item =>
            (!snapshot || item.model === snapshot) &&
            metadata.every(([key, value]) => ownText(item.metadata, key) === value)
        }
      )
    }),
    getChatCompletion: handlerOf((request, shared) => named(request, shared).item),
    updateChatCompletion: handlerOf((request, shared) => {
      const metadata = metadataOf(request)
      const found = named(request, shared)
      const changed = { ...found, item: { ...found.item, metadata } }
      void everywhere('keepStored', request.exchange.session, changed)
      return changed.item
    }),
    deleteChatCompletion: handlerOf((request, shared) => {
      const found = named(request, shared)
      void everywhere('removeStored', request.exchange.session, { id: found.id, created: found.created })
      return { object: 'chat.completion.deleted', id: found.id, deleted: true }
    }),
    getChatCompletionMessages: handlerOf((request, shared) => {
      const places = named(request, shared).messages.map(value => ({ id: value.id, value }))
      return pageOf(places, { query: request.query as Query, order: 'asc' })
    })
  }
}

/** The pairs of `metadata[key]=value`. */
function metadataAsked(query: Query): [string, string][] {
  return Object.keys(query).flatMap(name => {
    const key = /^metadata\[(.*)\]$/s.exec(name)?.[1]
    return key === undefined ? [] : [[key, textAsked(query, name) ?? '']]
  })
}

const ownText = (texts: Record<string, string>, key: string) => (Object.hasOwn(texts, key) ? texts[key] : undefined)

/** The names under which a stored completion carries floats. */
const floats = new Set(['logprob', 'top_p', 'temperature', 'presence_penalty', 'frequency_penalty'])
