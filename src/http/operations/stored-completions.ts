/** The operations on stored completions: list, get, change the metadata, delete, and the messages of one. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { StoredCompletion } from '../../completion/stored-completion.js'
import type { Operation } from '../../contract/operations.js'
import { convertSchemaErrors } from '../../contract/schema-errors.js'
import { ApiError } from '../../core/api-error.js'
import { formatJson } from '../../core/json-format.js'
import { parametersWhere, requestParameters } from '../../core/request-parameters.js'
import { parseBody } from '../body.js'
import type { AppContext, Handler } from '../context.js'
import { readPreference } from '../prefer.js'
import { createHead } from '../response/headers.js'
import { sendResponse } from '../response/send.js'
import { formatWarning, readValidationMode } from '../validation-mode.js'
import { createExampleHandler } from './examples.js'
import { createPage, type PageQuery, readTextParam } from './paging.js'
import { createSeededCompletions } from './seeded-completions.js'

type CreateStoredBody = (request: FastifyRequest, seeded: readonly StoredCompletion[]) => unknown

export function createStoredHandlers(context: AppContext): Record<string, (operation: Operation) => Handler> {
  const { broadcast, stored, models, contract } = context
  const loadSeeded = createSeededCompletions(context)
  const checkUpdate = contract.findBodyCheck('updateChatCompletion')

  const createHandler = (createBody: CreateStoredBody) => (operation: Operation) => {
    const exampleHandler = createExampleHandler(context, operation)
    return async (request: FastifyRequest, reply: FastifyReply) => {
      // Who prefers a certain answer gets it from the document, here as elsewhere.
      const { code, example } = readPreference(request)
      if (code !== undefined || example !== undefined) return exampleHandler(request, reply)
      const seeded = await loadSeeded()
      const body = formatJson(
        retryWithoutQuery(request, () => createBody(request, seeded)),
        0,
        floatKeys
      )
      const head = createHead(request, 'stored')
      const { warning } = request.exchange
      if (warning) head.set('x-mock-refused', formatWarning(context.errorCatalog, warning))
      return sendResponse(request, reply, {
        status: 200,
        head,
        contentType: 'application/json',
        text: body
      })
    }
  }

  /** A query that is refused is told of, if the request is not to be judged strictly, and left out. */
  function retryWithoutQuery(request: FastifyRequest, createBody: () => unknown): unknown {
    try {
      return createBody()
    } catch (error) {
      const mode = readValidationMode(request, context.options.validate)
      if (mode === 'spec' || !(error instanceof ApiError) || !Object.keys(request.query as object).length) throw error
      if (mode === 'warn') request.exchange.warning = error
      request.query = {}
      return createBody()
    }
  }

  function findCompletion(request: FastifyRequest, seeded: readonly StoredCompletion[]): StoredCompletion {
    const id = (request.params as { completion_id: string }).completion_id
    const found = stored.find(request.exchange.session, id, seeded)
    if (!found) throw new ApiError('completion_not_found', { id })
    return found
  }

  function readMetadata(request: FastifyRequest): Record<string, string> {
    const body = parseBody(request)
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ApiError('body_not_json')
    const schemaErrors = checkUpdate?.(body) ?? []
    if (schemaErrors.length) throw convertSchemaErrors(body, schemaErrors, {})
    return (body as { metadata?: Record<string, string> | null }).metadata ?? {}
  }

  return {
    listChatCompletions: createHandler((request, seeded) => {
      const query = request.query as PageQuery
      const entries = stored.entries(request.exchange.session, seeded)
      const model = readTextParam(query, 'model')
      const snapshot = model && models.get(model).snapshot
      const metadataFilter = readMetadataFilter(query)
      return createPage(
        entries.map(({ id, value }) => ({ id, value: value?.item })),
        {
          query,
          order: 'desc',
          isIncluded: item =>
            (!snapshot || item.model === snapshot) &&
            metadataFilter.every(([key, value]) => findText(item.metadata, key) === value)
        }
      )
    }),
    getChatCompletion: createHandler((request, seeded) => findCompletion(request, seeded).item),
    updateChatCompletion: createHandler((request, seeded) => {
      const metadata = readMetadata(request)
      const found = findCompletion(request, seeded)
      const updated = { ...found, item: { ...found.item, metadata } }
      void broadcast('keepStored', request.exchange.session, updated)
      return updated.item
    }),
    deleteChatCompletion: createHandler((request, seeded) => {
      const found = findCompletion(request, seeded)
      void broadcast('removeStored', request.exchange.session, { id: found.id, created: found.created })
      return { object: 'chat.completion.deleted', id: found.id, deleted: true }
    }),
    getChatCompletionMessages: createHandler((request, seeded) => {
      const entries = findCompletion(request, seeded).messages.map(value => ({ id: value.id, value }))
      return createPage(entries, { query: request.query as PageQuery, order: 'asc' })
    })
  }
}

/** The pairs of `metadata[key]=value`. */
function readMetadataFilter(query: PageQuery): [string, string][] {
  return Object.keys(query).flatMap(name => {
    const key = /^metadata\[(.*)\]$/s.exec(name)?.[1]
    return key === undefined ? [] : [[key, readTextParam(query, name) ?? '']]
  })
}

const findText = (texts: Record<string, string>, key: string) => (Object.hasOwn(texts, key) ? texts[key] : undefined)

/** The names under which a stored completion carries floats. */
const floatKeys: ReadonlySet<string> = new Set([
  'logprob',
  ...parametersWhere(requestParameters.createChatCompletion, 'isFloat')
])
