/** Resolves the reply to a request: the reply of a fixture, or a generated reply. */
import { ApiError } from '../../core/api-error.js'
import type { NamedOperation } from '../../core/fixture-operations.js'
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import type { Fixture } from '../../fixtures/fixture.js'
import { createMatchSubject, type MatchSubject } from '../../fixtures/match-subject.js'
import { describeNearMisses, type TriedFixtures } from '../../fixtures/near-misses.js'
import { endsWithRetryableError } from '../../fixtures/recorded-fixture.js'
import { type SelectedFixture, selectFixture } from '../../fixtures/select.js'
import type { AppContext } from '../context.js'
import { type ChatCall, type ChatStep, next } from './chat-call.js'

/** How an operation resolves its replies. */
export interface ReplySources {
  operation: NamedOperation
  /** Whether the upstream responds where no fixture does. The step then sets no reply. */
  isRecording: boolean
  resolveFromFixture(call: ChatCall, selected: SelectedFixture): MaybePromise<boolean>
  /** @param subject the request as the fixtures saw it */
  resolveUnmatched(call: ChatCall, tried: TriedFixtures, subject: MatchSubject): MaybePromise<boolean>
}

export function createResolveStep({ errorCatalog, fixtures, store }: AppContext, sources: ReplySources): ChatStep {
  const { operation, isRecording, resolveFromFixture, resolveUnmatched } = sources
  return call => {
    const { exchange, chat, original, request } = call
    const { key, url } = exchange
    const subject = createMatchSubject(chat, { original, headers: request.raw.headers, key, operation, url })
    // Read before the store responds, because a fixture may be added meanwhile.
    const { all, candidates } = fixtures.of(operation.id)
    const selecting = selectFixture(candidates(subject), subject, store, exchange.session)
    return andThen<SelectedFixture | undefined, boolean>(selecting, selected => resolve(call, selected, all, subject))
  }

  function resolve(
    call: ChatCall,
    selected: SelectedFixture | undefined,
    fixtures: readonly Fixture[],
    subject: MatchSubject
  ): MaybePromise<boolean> {
    if (isRecording && (!selected || endsWithRetryableError(selected.fixture.input, errorCatalog))) return next
    if (!selected)
      return resolveUnmatched(call, { fixtures, session: call.exchange.session, heldBack: subject.heldBack }, subject)
    return resolveFromFixture(call, selected)
  }
}

/** The API error for a request that no fixture matches, where nothing else may respond. */
export function createUnmatchedError(tried: TriedFixtures, subject: MatchSubject): ApiError {
  const [nearest] = describeNearMisses(tried, subject)
  return new ApiError('unmatched_fixture', { nearest: nearest && `The nearest is ${nearest}.` })
}
