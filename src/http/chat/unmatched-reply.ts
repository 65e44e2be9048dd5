/** Resolves the reply to an unmatched request: a generated reply, or an API error that names the nearest fixture. */
import { generateReply } from '../../completion/generate-reply.js'
import { ApiError } from '../../core/api-error.js'
import type { CompletionReply } from '../../core/reply.js'
import type { Fixture } from '../../fixtures/fixture.js'
import { describeNearMisses } from '../../fixtures/near-misses.js'
import { Unsatisfiable } from '../../sample/sample.js'
import type { AppContext } from '../context.js'
import { openBudget, setTriedFixtures } from '../exchange.js'
import type { IdentityFactory } from '../identity.js'
import { type ChatCall, next } from './chat-call.js'
import { createGeneratedReplyCache } from './resolved-reply.js'

export function createUnmatchedReplies({ options }: AppContext, identities: IdentityFactory) {
  const findOrGenerate = createGeneratedReplyCache()

  return (call: ChatCall, tried: readonly Fixture[]): boolean => {
    const { exchange, chat } = call
    setTriedFixtures(exchange, tried)
    if (options.unmatched !== 'invent') {
      const [nearest] = describeNearMisses(tried, chat)
      throw new ApiError('unmatched_fixture', { nearest: nearest && `The nearest is ${nearest}.` })
    }
    call.resolved = findOrGenerate(exchange.body ?? '', () => generate(call))
    return next
  }

  function generate({ chat, model, exchange }: ChatCall): CompletionReply {
    try {
      return {
        kind: 'completion',
        ...generateReply(chat, model, identities.contentRandom(chat), openBudget(exchange))
      }
    } catch (error) {
      if (error instanceof Unsatisfiable) throw new ApiError('unanswerable_schema', { what: error.message })
      throw error
    }
  }
}
