/** Resolves the reply to an unmatched request: a generated reply, or an API error that names the nearest fixture. */
import { generateReply } from '../../completion/generate-reply.js'
import { ApiError } from '../../core/api-error.js'
import type { CompletionReply } from '../../core/reply.js'
import { describeNearMisses, type TriedFixtures } from '../../fixtures/near-misses.js'
import type { AppContext } from '../context.js'
import { openBudget, setTriedFixtures } from '../exchange.js'
import type { IdentityFactory } from '../identity.js'
import { generateOrRefuse } from '../unanswerable.js'
import { type ChatCall, next } from './chat-call.js'
import { createGeneratedReplyCache } from './resolved-reply.js'

export function createUnmatchedReplies({ options }: AppContext, identities: IdentityFactory) {
  const findOrGenerate = createGeneratedReplyCache()

  return (call: ChatCall, tried: TriedFixtures): boolean => {
    const { exchange, chat, request } = call
    setTriedFixtures(exchange, tried)
    if (options.unmatched !== 'invent') {
      const [nearest] = describeNearMisses(tried, chat, request.raw.headers, exchange.key)
      throw new ApiError('unmatched_fixture', { nearest: nearest && `The nearest is ${nearest}.` })
    }
    call.resolved = findOrGenerate(exchange.body ?? '', () => generate(call))
    return next
  }

  function generate({ chat, model, exchange }: ChatCall): CompletionReply {
    const random = identities.contentRandom(chat)
    return { kind: 'completion', ...generateOrRefuse(() => generateReply(chat, model, random, openBudget(exchange))) }
  }
}
