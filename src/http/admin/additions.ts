/** Adds fixtures, keys and faults to every process, up to a limit of memory. A wrong addition fails before any process adds a part. */
import { ApiError } from '../../core/api-error.js'
import type { ApiKey } from '../../core/api-key.js'
import { type FaultRate, parseFaultRate } from '../../core/fault-rate.js'
import { fixedLimits } from '../../core/fixed-limits.js'
import { estimateBytes, formatBytes } from '../../core/memory-size.js'
import { inlineSource } from '../../core/source-file.js'
import { checkFaultErrors, listErrorReferences } from '../../fixtures/error-catalog.js'
import { compiledBytes, nextFixtureName } from '../../fixtures/fixture-store.js'
import { readApiKeys } from '../../fixtures/keys.js'
import type { AppContext } from '../context.js'

/** @param session undefined adds the fixtures for all sessions */
export async function addFixtures(context: AppContext, data: unknown, session: string | undefined) {
  const { compileFixtures, fixtures, store, broadcast } = context
  const compiled = await compileFixtures(data, 'fixture')
  const newBytes = [...compiled.fixtures, ...compiled.stored].reduce((sum, each) => sum + compiledBytes(each), 0)
  checkRoom('fixtures', fixtures.addedBytes + newBytes)
  // Numbers are never reused, so the names of unnamed fixtures stay unique after a removal.
  const name = await nextFixtureName(store)
  const [result] = await broadcast('addFixtures', data, name, session)
  const { added = [], stored = [] } = result ?? {}
  return { added, ...(stored.length ? { stored } : {}) }
}

export async function addKeys({ errorCatalog, keys, broadcast }: AppContext, data: unknown) {
  const newKeys: Record<string, ApiKey> = readApiKeys([inlineSource('keys', data)], new Set(Object.keys(errorCatalog)))
  checkRoom('keys', estimateBytes({ ...keys.added, ...newKeys }))
  await broadcast('setKeys', newKeys)
  return newKeys
}

export async function addFaultRate(
  { errorCatalog, faultRates, broadcast }: AppContext,
  data: unknown,
  session: string | undefined
): Promise<FaultRate> {
  const rate = parseFaultRate(data, session)
  checkFaultErrors(rate.fault, 'faults: fault', listErrorReferences(errorCatalog))
  checkRoom('faults', estimateBytes([...faultRates.all, rate]))
  await broadcast('addFaults', rate)
  return rate
}

const additionLimits = {
  fixtures: fixedLimits.addedFixtures,
  keys: fixedLimits.addedKeys,
  faults: fixedLimits.addedFaults
}

/** @param bytes the memory of all additions of this kind, the new ones included */
function checkRoom(kind: keyof typeof additionLimits, bytes: number): void {
  const limit = additionLimits[kind]
  if (bytes > limit) throw new ApiError('addition_limit', { kind, size: formatBytes(bytes), limit: formatBytes(limit) })
}
