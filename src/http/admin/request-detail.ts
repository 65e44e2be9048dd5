/** Reads all that is known about one request of the journal, also why its fixture replied or none did. */
import { mapTexts } from '../../core/key-mask.js'
import { describeError } from '../../fixtures/error-catalog.js'
import { readSubject, readSubjects } from '../../fixtures/journaled-subject.js'
import { explainMatch, explainNearMisses, type FixtureReason, type TriedFixtures } from '../../fixtures/near-misses.js'
import type { Exchange } from '../../state/exchange.js'
import { createTextMask, readMatchedRequest } from '../../state/exchange-record.js'
import { readUsage } from '../../state/exchange-summary.js'
import type { AppContext } from '../context.js'
import type { RequestDetail } from './readings.js'

export function readRequestDetail(context: AppContext, id: string): RequestDetail | undefined {
  const found = context.journal.find(id)
  if (!found) return undefined
  const { exchange, record } = found
  const { warning, dueMs } = exchange
  const mask = createTextMask(exchange, context.keyMask)
  return {
    ...record,
    dueMs: dueMs && Array.from(dueMs, ms => Math.round(ms * 1000) / 1000),
    why: mapTexts(explainReply(exchange, context), mask.text),
    usage: readUsage(record),
    warningBody: warning && mapTexts(describeError(context.errorCatalog, warning), mask.text)
  }
}

function explainReply(exchange: Exchange, { contract, fixtures }: AppContext): FixtureReason[] {
  const { fixture, triedFixtures } = exchange
  const request = readMatchedRequest(exchange)
  if (triedFixtures)
    return explainNearMisses(
      triedFixtures as TriedFixtures,
      readSubject(request, contract.operations, triedFixtures.input)
    )
  return fixture === undefined ? [] : explainMatch(fixtures.all, fixture, readSubjects(request, contract.operations))
}
