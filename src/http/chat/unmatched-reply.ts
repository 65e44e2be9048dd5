/** Resolves the reply to an unmatched request: a generated reply, or an API error that names the nearest fixture. */

import { ApiError } from '../../core/api-error.js'
import type { CompletionReply } from '../../core/reply.js'
import { describeNearMisses, type TriedFixtures } from '../../fixtures/near-misses.js'
import { generateReply } from '../../generation/generate-reply.js'
import { readMinTokens } from '../../generation/output-tokens.js'
import type { AppContext } from '../context.js'
import { openBudget, setSource, setTriedFixtures } from '../exchange.js'
import type { IdentityFactory } from '../identity.js'
import { generateOrRefuse } from '../unanswerable.js'
import { type ChatCall, next } from './chat-call.js'
import { setReplyLength } from './fill-reply.js'
import { createGeneratedReplyCache } from './resolved-reply.js'

export function createUnmatchedReplies(
  { options }: AppContext,
  identities: IdentityFactory,
  defaultOutputTokens: number | undefined
) {
  const findOrGenerate = createGeneratedReplyCache()

  return (call: ChatCall, tried: TriedFixtures): boolean => {
    const { exchange, chat, request } = call
    setTriedFixtures(exchange, tried)
    if (options.unmatched !== 'invent') {
      const [nearest] = describeNearMisses(tried, chat, request.raw.headers, exchange.key)
      throw new ApiError('unmatched_fixture', { nearest: nearest && `The nearest is ${nearest}.` })
    }
    setSource(exchange, 'generated')
    const count = (call.timing ? call.timing.outputTokens : defaultOutputTokens) ?? readMinTokens(call.original)
    call.resolved = findOrGenerate(exchange.body ?? '', count, () => generate(call, count))
    return next
  }

  function generate(call: ChatCall, count: number | undefined): CompletionReply {
    const { chat, model, exchange } = call
    const random = identities.contentRandom(chat)
    const reply: CompletionReply = {
      kind: 'completion',
      ...generateOrRefuse(() => generateReply(chat, model, random, openBudget(exchange)))
    }
    return setReplyLength(reply, count, call, identities)
  }
}
