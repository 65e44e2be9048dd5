/** Responds to the operations on stored completions: list, get, update, delete and list messages. */
import type { FastifyRequest } from 'fastify'
import type { StoredCompletion } from '../../completion/stored-completion.js'
import type { Operation } from '../../contract/operations.js'
import { convertSchemaErrors } from '../../contract/schema-errors.js'
import { ApiError } from '../../core/api-error.js'
import type { SchemaCheck } from '../../core/schema.js'
import { parseBody } from '../body.js'
import type { AppContext, Handler } from '../context.js'
import { createPage, type Page, type PageQuery, readTextParam } from './paging.js'
import { createHandlerFactory } from './stored-handler.js'

export function createStoredHandlers(context: AppContext): Record<string, (operation: Operation) => Handler> {
  const { broadcast, stored } = context
  const checkUpdate = context.contract.findBodyCheck('updateChatCompletion')
  const findCompletion = (request: FastifyRequest, seeded: readonly StoredCompletion[]): StoredCompletion => {
    const id = (request.params as { completion_id: string }).completion_id
    const completion = stored.find(request.exchange.session, id, seeded)
    if (!completion) throw new ApiError('completion_not_found', { id })
    return completion
  }
  const createHandler = createHandlerFactory(context)
  return {
    listChatCompletions: createHandler((request, seeded) => listCompletions(context, request, seeded)),
    getChatCompletion: createHandler((request, seeded) => findCompletion(request, seeded).item),
    updateChatCompletion: createHandler((request, seeded) => {
      const metadata = readMetadata(request, checkUpdate)
      const completion = findCompletion(request, seeded)
      const updated = { ...completion, item: { ...completion.item, metadata } }
      return broadcast('keepStored', request.exchange.session, updated).then(() => updated.item)
    }),
    deleteChatCompletion: createHandler((request, seeded) => {
      const completion = findCompletion(request, seeded)
      const { id, created, permanent } = completion
      const deleted = { object: 'chat.completion.deleted', id, deleted: true }
      if (permanent) return deleted
      return broadcast('removeStored', request.exchange.session, { id, created }).then(() => deleted)
    }),
    getChatCompletionMessages: createHandler((request, seeded) => {
      const entries = findCompletion(request, seeded).messages.map(value => ({ id: value.id, value }))
      return createPage(entries, { query: request.query as PageQuery, order: 'asc' })
    })
  }
}

function listCompletions(
  { models, stored }: AppContext,
  request: FastifyRequest,
  seeded: readonly StoredCompletion[]
): Page<StoredCompletion['item']> {
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
}

function readMetadata(request: FastifyRequest, check: SchemaCheck | undefined): Record<string, string> {
  const body = parseBody(request)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ApiError('body_not_json')
  const schemaErrors = check?.(body) ?? []
  if (schemaErrors.length) throw convertSchemaErrors(body, schemaErrors, {})
  return (body as { metadata?: Record<string, string> | null }).metadata ?? {}
}

/** Reads the pairs of `metadata[key]=value`. */
function readMetadataFilter(query: PageQuery): [string, string][] {
  return Object.keys(query).flatMap(name => {
    const key = /^metadata\[(.*)\]$/s.exec(name)?.[1]
    return key === undefined ? [] : [[key, readTextParam(query, name) ?? '']]
  })
}

const findText = (texts: Record<string, string>, key: string) => (Object.hasOwn(texts, key) ? texts[key] : undefined)
