/** Any operation without a handler of its own answers from the document: its examples, or a sample of its schema. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Operation } from '../../contract/operations.js'
import { type SelectedResponse, selectResponse } from '../../contract/select-response.js'
import { ApiError } from '../../core/api-error.js'
import { formatJson } from '../../core/json-format.js'
import { createRandom } from '../../core/random.js'
import { sample, Unsatisfiable } from '../../sample/sample.js'
import { parseBody } from '../body.js'
import type { AppContext, Handler } from '../context.js'
import { readPreference } from '../prefer.js'
import { createHead } from '../response/headers.js'
import { sendResponse } from '../response/response-stream.js'

export function createExampleHandler({ contract, options }: AppContext, operation: Operation): Handler {
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
      ...readPreference(request),
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
    await waitForDelay(operation, request.exchange.startedAt)
    const { status } = chosen
    const head = createHead(request, 'stored')
    if (chosen.kind === 'empty') return sendResponse(request, reply, { status, head, text: '' })
    const value =
      chosen.kind === 'example'
        ? chosen.value
        : sampleResponse(chosen, contract.schemas, options.seed ?? '', request.url)
    const text = typeof value === 'string' && !chosen.mediaType.includes('json') ? value : formatJson(value, 0)
    return sendResponse(request, reply, { status, head, contentType: chosen.mediaType, text })
  }
}

function sampleResponse(
  { schema }: SelectedResponse & { kind: 'schema' },
  root: Record<string, unknown>,
  seed: string,
  url: string
): unknown {
  try {
    return sample({ $ref: schema.replace(/^[^#]*/, '') }, { random: createRandom(seed, url), root })
  } catch (error) {
    if (error instanceof Unsatisfiable) throw new ApiError('unanswerable_schema', { what: error.message })
    throw error
  }
}

// The delay counts from the start of the request, as Microcks counts it.
async function waitForDelay({ microcks }: Operation, startedAt: number): Promise<void> {
  const remainingMs = microcks.delayMs - (performance.now() - startedAt)
  if (microcks.delayMs > 0 && remainingMs > 0) await sleep(remainingMs)
}
