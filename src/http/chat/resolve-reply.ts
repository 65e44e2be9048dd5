/** Resolves which reply answers a chat request: a fixture's, or a generated reply. */
import { generateReply } from '../../completion/generate-reply.js'
import { ApiError } from '../../core/api-error.js'
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import type { CompletionReply } from '../../core/reply.js'
import type { Fixture } from '../../fixtures/fixture.js'
import { createMatchSubject } from '../../fixtures/match-subject.js'
import { describeNearMisses } from '../../fixtures/near-misses.js'
import { endsWithRetryableError } from '../../fixtures/recorded-fixture.js'
import { type SelectedFixture, selectFixture } from '../../fixtures/select.js'
import { Unsatisfiable } from '../../sample/sample.js'
import type { AppContext } from '../context.js'
import { setTriedFixtures } from '../exchange.js'
import type { IdentityFactory } from '../identity.js'
import { type ChatCall, type ChatStep, next } from './chat-call.js'
import { createFixtureReplies } from './fixture-reply.js'
import { createGeneratedReplyCache } from './generated-replies.js'

/** Leaves a request without a reply when the upstream has to answer it. */
export function createResolveStep(context: AppContext, identities: IdentityFactory): ChatStep {
  const { errorCatalog, fixtures, options, store } = context
  const resolveFromFixture = createFixtureReplies(context, identities)
  const cacheGenerated = createGeneratedReplyCache()
  const isRecording = options.unmatched === 'record'

  return call => {
    const { exchange, chat, original, request } = call
    const subject = createMatchSubject(chat, request.raw.headers, exchange.key, original)
    // The list of this moment: a fixture may be added while the store is asked for a turn.
    const { all } = fixtures
    const selecting = selectFixture(fixtures.candidates(subject), subject, store, exchange.session)
    return selecting && 'then' in selecting
      ? selecting.then(selected => resolve(call, selected, all))
      : resolve(call, selecting, all)
  }

  function resolve(
    call: ChatCall,
    selected: SelectedFixture | undefined,
    tried: readonly Fixture[]
  ): MaybePromise<boolean> {
    if (isRecording && (!selected || endsWithRetryableError(selected.fixture.input, errorCatalog))) return next
    if (!selected) return resolveUnmatched(call, tried)
    const resolved = resolveFromFixture(call, selected)
    return resolved ? andThen(resolved, () => next) : next
  }

  function resolveUnmatched(call: ChatCall, tried: readonly Fixture[]): boolean {
    const { exchange, chat, model } = call
    setTriedFixtures(exchange, tried)
    if (options.unmatched !== 'invent') {
      const [nearest] = describeNearMisses(tried, chat)
      throw new ApiError('unmatched_fixture', { nearest: nearest && `The nearest is ${nearest}.` })
    }
    call.resolved = cacheGenerated(exchange.body ?? '', () =>
      generateOrThrow(() => ({ kind: 'completion', ...generateReply(chat, model, identities.contentRandom(chat)) }))
    )
    return next
  }
}

function generateOrThrow(generate: () => CompletionReply): CompletionReply {
  try {
    return generate()
  } catch (error) {
    if (error instanceof Unsatisfiable) throw new ApiError('unanswerable_schema', { what: error.message })
    throw error
  }
}
