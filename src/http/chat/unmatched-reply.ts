/** Resolves the reply to an unmatched request: a generated reply, or an API error that names the nearest fixture. */

import type { CompletionReply } from '../../core/reply.js'
import type { MatchSubject } from '../../fixtures/match-subject.js'
import type { TriedFixtures } from '../../fixtures/near-misses.js'
import { generateReply } from '../../generation/generate-reply.js'
import { readMinTokens } from '../../generation/output-tokens.js'
import type { AppContext } from '../context.js'
import { openBudget, setSource, setTriedFixtures } from '../exchange.js'
import type { IdentityFactory } from '../identity.js'
import { generateOrRefuse } from '../unanswerable.js'
import { type ChatCall, next } from './chat-call.js'
import { setReplyLength } from './fill-reply.js'
import { createUnmatchedError } from './resolve-reply.js'
import { createGeneratedReplyCache } from './resolved-reply.js'

export function createUnmatchedReplies(
  { options }: AppContext,
  identities: IdentityFactory,
  defaultOutputTokens: number | undefined
) {
  const findOrGenerate = createGeneratedReplyCache()

  return (call: ChatCall, tried: TriedFixtures, subject: MatchSubject): boolean => {
    const { exchange } = call
    setTriedFixtures(exchange, tried)
    if (options.unmatched !== 'invent') throw createUnmatchedError(tried, subject)
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
