/** Responds to operations without a specific handler with an example of the document or a sample of its schema. */
import type { Operation } from '../../contract/operations.js'
import { type SelectedResponse, selectResponse } from '../../contract/select-response.js'
import { ApiError } from '../../core/api-error.js'
import { toHeaderValue } from '../../core/header-rules.js'
import { formatJson } from '../../core/json-format.js'
import { createRandom } from '../../core/random.js'
import { sample } from '../../sample/sample.js'
import type { AppContext, Handler } from '../context.js'
import { setSource } from '../exchange.js'
import { readPreference } from '../prefer.js'
import { createHead } from '../response/headers.js'
import { ResponseStream } from '../response/response-stream.js'
import { generateOrRefuse } from '../unanswerable.js'
import { createOperationBodyReader } from './operation-body.js'

export function createExampleHandler(context: AppContext, operation: Operation): Handler {
  const { contract, errorCatalog, options, scheduler } = context
  const readBody = createOperationBodyReader(context, operation)
  return async (request, reply) => {
    const { body, bodyError } = readBody(request)
    if (bodyError) throw bodyError
    const chosen = selectResponse(operation, {
      ...readPreference(request, errorCatalog),
      accept: request.headers.accept,
      body,
      headers: request.headers as Record<string, string>
    })
    if (chosen.kind === 'unknown')
      throw new ApiError('unknown_preference', {
        what: chosen.parameter,
        asked: chosen.requested,
        known: chosen.available.join(', ') || 'none'
      })
    setSource(request.exchange, 'example')
    const { status } = chosen
    const head = createHead(request, 'stored')
    const response = new ResponseStream(request, reply)
    // As in Microcks, the delay counts from the start of the request.
    const send = (body: { text: string; contentType?: string }) =>
      operation.microcks.delayMs > 0
        ? response.sendAfter(operation.microcks.delayMs, { status, head, ...body }, scheduler)
        : response.send({ status, head, ...body })
    if (chosen.kind === 'empty') return send({ text: '' })
    const value =
      chosen.kind === 'example'
        ? chosen.value
        : sampleResponse(chosen, contract.schemas, options.seed ?? '', request.url)
    const text = typeof value === 'string' && !chosen.mediaType.includes('json') ? value : formatJson(value, 0)
    return send({ text, contentType: toHeaderValue(chosen.mediaType) })
  }
}

function sampleResponse(
  { schema }: SelectedResponse & { kind: 'schema' },
  root: Record<string, unknown>,
  seed: string,
  url: string
): unknown {
  return generateOrRefuse(() =>
    sample({ $ref: schema.replace(/^[^#]*/, '') }, { random: createRandom(seed, url), root })
  )
}
