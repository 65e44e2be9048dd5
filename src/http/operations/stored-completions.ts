/** The operations on stored completions: list, get, change the metadata, delete, and the messages of one. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { StoredCompletion } from '../../completion/stored-completion.js'
import type { Operation } from '../../contract/operations.js'
import { convertSchemaErrors } from '../../contract/schema-errors.js'
import { ApiError } from '../../core/api-error.js'
import { formatJson } from '../../core/json-format.js'
import { parametersWhere, requestParameters } from '../../core/request-parameters.js'
import type { SchemaCheck } from '../../core/schema.js'
import { parseBody } from '../body.js'
import type { AppContext, Handler } from '../context.js'
import { setWarning } from '../exchange.js'
import { readPreference } from '../prefer.js'
import { createHead, jsonContentType } from '../response/headers.js'
import { sendResponse } from '../response/response-stream.js'
import { addWarning } from '../response/send-error.js'
import { readValidationMode } from '../validation-mode.js'
import { createExampleHandler } from './examples.js'
import { createPage, type Page, type PageQuery, readTextParam } from './paging.js'
import { createSeededCompletions } from './seeded-completions.js'

type CreateBody = (request: FastifyRequest, seeded: readonly StoredCompletion[]) => unknown

export function createStoredHandlers(context: AppContext): Record<string, (operation: Operation) => Handler> {
  const { broadcast, stored } = context
  const checkUpdate = context.contract.findBodyCheck('updateChatCompletion')
  const findCompletion = (request: FastifyRequest, seeded: readonly StoredCompletion[]): StoredCompletion => {
    const id = (request.params as { completion_id: string }).completion_id
    const found = stored.find(request.exchange.session, id, seeded)
    if (!found) throw new ApiError('completion_not_found', { id })
    return found
  }
  const createHandler = createHandlerFactory(context)
  return {
    listChatCompletions: createHandler((request, seeded) => listCompletions(context, request, seeded)),
    getChatCompletion: createHandler((request, seeded) => findCompletion(request, seeded).item),
    updateChatCompletion: createHandler((request, seeded) => {
      const metadata = readMetadata(request, checkUpdate)
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

/** Makes a handler of each function that creates a body. */
function createHandlerFactory(context: AppContext) {
  const loadSeeded = createSeededCompletions(context)
  return (createBody: CreateBody) => (operation: Operation) => {
    const exampleHandler = createExampleHandler(context, operation)
    return async (request: FastifyRequest, reply: FastifyReply) => {
      // A response that `Prefer` requests comes from the document, as for other operations.
      const { code, example } = readPreference(request)
      if (code !== undefined || example !== undefined) return exampleHandler(request, reply)
      const seeded = await loadSeeded()
      const body = retryWithoutQuery(request, context, () => createBody(request, seeded))
      const head = createHead(request, 'stored')
      addWarning(head, context.errorCatalog, request.exchange.warning)
      const text = formatJson(body, 0, floatKeys)
      return sendResponse(request, reply, { status: 200, head, contentType: jsonContentType, text })
    }
  }
}

/** Where the validation mode allows it, reports the API error of a query and leaves the query out. */
function retryWithoutQuery(request: FastifyRequest, { options }: AppContext, createBody: () => unknown): unknown {
  try {
    return createBody()
  } catch (error) {
    const mode = readValidationMode(request, options.validate)
    if (mode === 'spec' || !(error instanceof ApiError) || !Object.keys(request.query as object).length) throw error
    if (mode === 'warn') setWarning(request.exchange, error)
    request.query = {}
    return createBody()
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
