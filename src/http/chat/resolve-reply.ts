/** Resolves the reply to a request: the reply of a fixture, or a generated reply. */
import type { FixtureOperation } from '../../core/fixture-operations.js'
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import type { Fixture } from '../../fixtures/fixture.js'
import { createMatchSubject, type MatchSubject } from '../../fixtures/match-subject.js'
import type { TriedFixtures } from '../../fixtures/near-misses.js'
import { endsWithRetryableError } from '../../fixtures/recorded-fixture.js'
import { type SelectedFixture, selectFixture } from '../../fixtures/select.js'
import type { AppContext } from '../context.js'
import { type ChatCall, type ChatStep, next } from './chat-call.js'

/** How an operation resolves its replies. */
export interface ReplySources {
  operation: FixtureOperation
  /** Whether the upstream responds where no fixture does. The step then sets no reply. */
  isRecording: boolean
  resolveFromFixture(call: ChatCall, selected: SelectedFixture): MaybePromise<boolean>
  resolveUnmatched(call: ChatCall, tried: TriedFixtures): boolean
}

export function createResolveStep({ errorCatalog, fixtures, store }: AppContext, sources: ReplySources): ChatStep {
  const { operation, isRecording, resolveFromFixture, resolveUnmatched } = sources
  return call => {
    const { exchange, chat, original, request } = call
    const subject = createMatchSubject(chat, request.raw.headers, exchange.key, original, operation)
    // Read before the store responds, because a fixture may be added meanwhile.
    const { all, candidates } = fixtures.of(operation)
    const selecting = selectFixture(candidates(subject), subject, store, exchange.session)
    return andThen<SelectedFixture | undefined, boolean>(selecting, selected => resolve(call, selected, all, subject))
  }

  function resolve(
    call: ChatCall,
    selected: SelectedFixture | undefined,
    fixtures: readonly Fixture[],
    { heldBack }: MatchSubject
  ): MaybePromise<boolean> {
    if (isRecording && (!selected || endsWithRetryableError(selected.fixture.input, errorCatalog))) return next
    if (!selected) return resolveUnmatched(call, { fixtures, session: call.exchange.session, heldBack })
    return resolveFromFixture(call, selected)
  }
}
