/** Any operation without a handler of its own answers from the document: its examples, or a sample of its schema. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Operation } from '../../contract/operations.js'
import { type Chosen, chooseResponse } from '../../contract/select-response.js'
import { Refusal } from '../../core/api-error.js'
import { layOut } from '../../core/json-format.js'
import { createChance } from '../../core/random.js'
import { sample, Unsatisfiable } from '../../sample/sample.js'
import { parseBody } from '../body.js'
import type { Handler, Rooms } from '../context.js'
import { preferenceOf } from '../prefer.js'
import { headOf } from '../response/headers.js'
import { send } from '../response/send.js'

export function createExamples({ spec, options }: Rooms, operation: Operation): Handler {
  const check = spec.request(operation.id)
  return async (request, reply) => {
    const body = request.exchange.body?.length || operation.requestRequired ? parseBody(request) : undefined
    const complaint = body === undefined ? undefined : check?.(body)[0]
    if (complaint)
      throw new Refusal('invalid_request', {
        p: complaint.instancePath.slice(1).replaceAll('/', '.') || null,
        what: `${complaint.instancePath || 'the body'} ${complaint.message}`
      })
    const chosen = chooseResponse(operation, {
      ...preferenceOf(request),
      accept: request.headers.accept,
      body,
      headers: request.headers as Record<string, string>
    })
    if (chosen.kind === 'unknown')
      throw new Refusal('unknown_preference', {
        what: chosen.what,
        asked: chosen.asked,
        known: chosen.known.join(', ') || 'none'
      })
    await delayOf(operation, request.exchange.startedAt)
    const { status } = chosen
    const head = headOf(request, 'stored')
    if (chosen.kind === 'empty') return send(request, reply, { status, head, text: '' })
    const value = chosen.kind === 'example' ? chosen.value : sampled(chosen, spec.root, options.seed ?? '', request.url)
    const text = typeof value === 'string' && !chosen.mediaType.includes('json') ? value : layOut(value, 0)
    return send(request, reply, { status, head, contentType: chosen.mediaType, text })
  }
}

function sampled(
  { schema }: Chosen & { kind: 'schema' },
  root: Record<string, unknown>,
  seed: string,
  url: string
): unknown {
  try {
    return sample({ $ref: schema.replace(/^[^#]*/, '') }, { chance: createChance(seed, url), root })
  } catch (error) {
    if (error instanceof Unsatisfiable) throw new Refusal('unanswerable_schema', { what: error.message })
    throw error
  }
}

// The delay counts from the start of the request, as Microcks counts it.
async function delayOf({ microcks }: Operation, startedAt: number): Promise<void> {
  const rest = microcks.delayMs - (performance.now() - startedAt)
  if (microcks.delayMs > 0 && rest > 0) await wait(rest)
}
