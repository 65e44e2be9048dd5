/** Verifies requests of the journal. */
import { type VerifyResult, verify } from '../../fixtures/verify.js'
import type { ExchangeRecord } from '../../state/exchange-record.js'
import type { AppContext } from '../context.js'

/** @throws a ConfigError if the expectation is invalid */
export const verifyRequests = (
  { contract, compileFixtures }: AppContext,
  expected: unknown,
  records: readonly ExchangeRecord[]
): Promise<VerifyResult> =>
  verify(expected, records, {
    operations: contract.operations,
    async compile(match, name) {
      // An error is the reply that every operation can have.
      const { fixtures } = await compileFixtures({ match, reply: { error: 'server_error' } }, name)
      return fixtures[0]!.conditions
    }
  })
