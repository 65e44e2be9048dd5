/** Responds to operations without a specific handler with an example of the document or a sample of its schema. */
import type { Operation } from '../../contract/operations.js'
import { type SelectedResponse, selectResponse } from '../../contract/select-response.js'
import { ApiError } from '../../core/api-error.js'
import { toHeaderValue } from '../../core/header-rules.js'
import { formatJson } from '../../core/json-format.js'
import { createRandom } from '../../core/random.js'
import { sample } from '../../sample/sample.js'
import { parseBody } from '../body.js'
import type { AppContext, Handler } from '../context.js'
import { setSource } from '../exchange.js'
import { readPreference } from '../prefer.js'
import { createHead } from '../response/headers.js'
import { ResponseStream } from '../response/response-stream.js'
import { generateOrRefuse } from '../unanswerable.js'

export function createExampleHandler(
  { contract, errorCatalog, options, scheduler }: AppContext,
  operation: Operation
): Handler {
  const check = contract.findBodyCheck(operation.id)
  return async (request, reply) => {
    const body = request.exchange.body?.length || operation.isRequestRequired ? parseBody(request) : undefined
    const schemaError = body === undefined ? undefined : check?.(body)[0]
    if (schemaError)
      throw new ApiError('invalid_request', {
        p: schemaError.instancePath.slice(1).replaceAll('/', '.') || null,
        what: `${schemaError.instancePath || 'the body'} ${schemaError.message}`
      })
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
