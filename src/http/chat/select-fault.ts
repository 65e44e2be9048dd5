/** Selects the fault of a request from its header, its fixture or a fault rate. */
import { ApiError } from '../../core/api-error.js'
import { type Fault, findTurnFault, parseFaultText } from '../../core/fault.js'
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import { createRandom } from '../../core/random.js'
import { joinStoreKey } from '../../core/short-name.js'
import { defaultErrorNames } from '../../fixtures/error-catalog.js'
import { compileGlob } from '../../fixtures/text-matcher.js'
import type { Exchange } from '../../state/exchange.js'
import type { AppContext } from '../context.js'
import { parseMockHeader } from '../prefer.js'
import type { ChatCall } from './chat-call.js'

export function selectFault(
  { request, exchange, resolved, model }: ChatCall,
  { store, faultRates }: AppContext
): MaybePromise<Fault | undefined> {
  const header = request.raw.headers['x-mock-fault']
  if (header !== undefined) {
    const faults = parseMockHeader(() => parseFaultText(String(header), 'x-mock-fault'))
    return takeFault(faults, `header ${header}`, exchange, store)
  }
  const { fault: fixtureFault } = resolved
  if (fixtureFault) return takeFault(fixtureFault.faults, `fixture ${fixtureFault.name}`, exchange, store)
  for (const [index, { fault, rate, model: glob, session }] of faultRates.all.entries()) {
    if (session !== undefined && session !== exchange.session) continue
    if (glob !== undefined && !compileGlob(glob)(model.id)) continue
    if (rate < 1 && createRandom('fault', index, exchange.id).next() >= rate) continue
    return takeFault(fault, `rate ${index}`, exchange, store)
  }
  return undefined
}

function takeFault(
  faults: readonly Fault[],
  name: string,
  exchange: Exchange,
  store: AppContext['store']
): MaybePromise<Fault | undefined> {
  // Only faults with `times` need a count of turns.
  if (faults[0]?.times === undefined) return faults[0]
  return andThen(store.take(joinStoreKey(exchange.session, 'fault', name)), turn => findTurnFault(faults, turn ?? 0))
}

/** Creates the API error of a `status` fault. */
export function createFaultError({ status }: Fault, { errorCatalog }: AppContext): ApiError {
  const names = defaultErrorNames(errorCatalog)
  const name = typeof status === 'number' ? names[String(status)] : status
  if (name && Object.hasOwn(errorCatalog, name)) return new ApiError(name)
  throw new ApiError('bad_mock_header', {
    problem: `fault: no refusal stands for ${status}, expected a name of docs/errors.md or one of ${Object.keys(names).join(', ')}`
  })
}
