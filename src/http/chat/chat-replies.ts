/** Resolves the reply to a chat request. */
import type { Operation } from '../../contract/operations.js'
import type { Pacing } from '../../stream/pacing.js'
import type { AppContext } from '../context.js'
import type { IdentityFactory } from '../identity.js'
import type { ChatStep } from './chat-call.js'
import { createFixtureReplies } from './fixture-reply.js'
import { createPendingSender } from './pending-reply.js'
import { createResolveStep } from './resolve-reply.js'
import { createUnmatchedReplies } from './unmatched-reply.js'

export const createChatReplies = (
  context: AppContext,
  operation: Operation,
  identities: IdentityFactory,
  fallbackPacing: Pacing
): ChatStep =>
  createResolveStep(context, {
    operation,
    isRecording: context.options.unmatched === 'record',
    resolveFromFixture: createFixtureReplies(
      context,
      identities,
      createPendingSender(context, identities, fallbackPacing),
      fallbackPacing
    ),
    resolveUnmatched: createUnmatchedReplies(context, identities, fallbackPacing.outputTokens)
  })
