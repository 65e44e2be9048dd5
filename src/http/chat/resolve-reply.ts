/** Resolves the reply to a chat request: the reply of a fixture, or a generated reply. */
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import type { Fixture } from '../../fixtures/fixture.js'
import { createMatchSubject, type MatchSubject } from '../../fixtures/match-subject.js'
import { endsWithRetryableError } from '../../fixtures/recorded-fixture.js'
import { type SelectedFixture, selectFixture } from '../../fixtures/select.js'
import type { Pacing } from '../../stream/pacing.js'
import type { AppContext } from '../context.js'
import type { IdentityFactory } from '../identity.js'
import { type ChatCall, type ChatStep, next } from './chat-call.js'
import { createFixtureReplies } from './fixture-reply.js'
import { createPendingSender } from './pending-reply.js'
import { createUnmatchedReplies } from './unmatched-reply.js'

/** The step sets no reply when the upstream has to respond. */
export function createResolveStep(context: AppContext, identities: IdentityFactory, fallbackPacing: Pacing): ChatStep {
  const { errorCatalog, fixtures, store } = context
  const resolveFromFixture = createFixtureReplies(
    context,
    identities,
    createPendingSender(context, identities, fallbackPacing),
    fallbackPacing
  )
  const resolveUnmatched = createUnmatchedReplies(context, identities, fallbackPacing.outputTokens)
  const isRecording = context.options.unmatched === 'record'

  return call => {
    const { exchange, chat, original, request } = call
    const subject = createMatchSubject(chat, request.raw.headers, exchange.key, original)
    // Read before the store responds, because a fixture may be added meanwhile.
    const { all } = fixtures
    const selecting = selectFixture(fixtures.candidates(subject), subject, store, exchange.session)
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
