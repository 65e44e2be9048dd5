/** Selects the fault of a request from its header, its fixture or a fault rate. */
import { ApiError, fallbackErrorTemplate } from '../../core/api-error.js'
import { type Fault, findTurnFault } from '../../core/fault.js'
import { sha256Hex } from '../../core/hash.js'
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import { createRandom } from '../../core/random.js'
import { joinStoreKey } from '../../core/short-name.js'
import { defaultErrorNames } from '../../fixtures/error-catalog.js'
import { compileGlob } from '../../fixtures/text-matcher.js'
import type { Exchange } from '../../state/exchange.js'
import type { AppContext } from '../context.js'
import type { ChatCall } from './chat-call.js'

/** The fault of a request, and where it comes from. */
export interface SelectedFault {
  /** Undefined when each fault has happened `times` times. */
  fault: Fault | undefined
  /** The header, the fixture or the rate, for messages. */
  source: string
  isFromHeader: boolean
}

export function selectFault(
  { request, exchange, resolved, model, faults }: ChatCall,
  { store, faultRates }: AppContext
): MaybePromise<SelectedFault | undefined> {
  if (faults) {
    // The header may be long, and the store keeps many counts.
    const id = `header ${sha256Hex(String(request.raw.headers['x-mock-fault']))}`
    return takeFault(faults, id, 'x-mock-fault', exchange, store)
  }
  const { fault: fixtureFault } = resolved
  if (fixtureFault)
    return takeFault(
      fixtureFault.faults,
      `fixture ${fixtureFault.name}`,
      `fixture ${fixtureFault.name}`,
      exchange,
      store
    )
  for (const [index, { fault, rate, model: glob, session, number }] of faultRates.all.entries()) {
    if (session !== undefined && session !== exchange.session) continue
    if (glob !== undefined && !compileGlob(glob)(model.id)) continue
    if (rate < 1 && createRandom('fault', index, exchange.id).next() >= rate) continue
    return takeFault(fault, `rate ${number}`, '/_mock/faults', exchange, store)
  }
  return undefined
}

function takeFault(
  faults: readonly Fault[],
  id: string,
  source: string,
  exchange: Exchange,
  store: AppContext['store']
): MaybePromise<SelectedFault> {
  const isFromHeader = source === 'x-mock-fault'
  // Only faults with `times` need a count of turns.
  if (faults[0]?.times === undefined) return { fault: faults[0], source, isFromHeader }
  return andThen(store.take(joinStoreKey(exchange.session, 'fault', id)), turn => ({
    fault: findTurnFault(faults, turn ?? 0),
    source,
    isFromHeader
  }))
}

/** Creates the API error that a fault names by status or by name, or whose body it has. */
export function createFaultError(
  reference: NonNullable<Fault['error']>,
  { errorCatalog }: Pick<AppContext, 'errorCatalog'>
): ApiError {
  if (typeof reference === 'object') {
    const { more, ...error } = reference
    const body = JSON.stringify({ error: { ...error, ...more } })
    return new ApiError('server_error', {}, undefined, undefined, undefined, body)
  }
  // A reloaded catalog may have lost the error since the fault was checked.
  const name = typeof reference === 'number' ? defaultErrorNames(errorCatalog)[reference] : reference
  return new ApiError(name ?? 'server_error')
}

// OpenAI's own error event is not known. Clients treat this body as an error without a status.
const { message, type, param, code } = fallbackErrorTemplate
export const defaultEventError = { message, type, param, code }
