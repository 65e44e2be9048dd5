/** Reports a reply that breaks its request. */
import {
  type ContractBreach,
  describeBreach,
  findContractBreach,
  findLimitBreach
} from '../../completion/reply-contract.js'
import { ApiError } from '../../core/api-error.js'
import type { ChatRequest } from '../../core/openai-types.js'
import type { CompletionReply } from '../../core/reply.js'
import { outputLimit } from '../../core/request-parameters.js'
import type { Fixture } from '../../fixtures/fixture.js'
import type { Exchange } from '../../state/exchange.js'
import type { AppContext } from '../context.js'
import { openBudget, setMismatch } from '../exchange.js'
import type { ChatCall } from './chat-call.js'
import type { ResolvedReply } from './resolved-reply.js'

/** Checks whether a fixture's reply keeps what the request demands. */
export interface ReplyCheck {
  /** Reports a breach, or throws it with `strictFixtures`. Returns a check for the completion if it needs one. */
  checkReply(call: ChatCall, reply: CompletionReply, fixture: Fixture): ResolvedReply['checkUsage']
}

export function createReplyCheck({ options: { strictFixtures } }: Pick<AppContext, 'options'>): ReplyCheck {
  // Equal bodies are one request object, so that a repeated request costs no check.
  const checked = new WeakMap<ChatRequest, { reply: CompletionReply; breach: ContractBreach | undefined }>()

  function findBreach({ chat, model, exchange }: ChatCall, reply: CompletionReply): ContractBreach | undefined {
    const last = checked.get(chat)
    if (last?.reply === reply) return last.breach
    const breach = findContractBreach(chat, model, reply, openBudget(exchange))
    checked.set(chat, { reply, breach })
    return breach
  }

  const report = ({ exchange }: ChatCall, breach: ContractBreach | undefined, fixture: Fixture) => {
    if (breach) reportMismatch(exchange, describeBreach(breach), fixture, strictFixtures)
  }

  return {
    checkReply(call, reply, fixture) {
      const { chat } = call
      if (reply.response)
        throw createWrongReply(fixture, 'a response, which only other operations of the document have')
      if (mayBreak(chat, reply)) report(call, findBreach(call, reply), fixture)
      return reply.skipTruncation && outputLimit(chat) !== undefined
        ? completionTokens => report(call, findLimitBreach(chat, completionTokens), fixture)
        : undefined
    }
  }
}

/** Whether a reply could break its request. Most requests demand nothing of a text. */
function mayBreak(chat: ChatRequest, { choices, skipTruncation, verbatim, usage }: CompletionReply): boolean {
  return Boolean(
    chat.response_format ||
      chat.tool_choice ||
      chat.function_call ||
      chat.modalities ||
      skipTruncation ||
      verbatim ||
      usage?.completionTokens !== undefined ||
      choices.some(({ toolCalls }) => toolCalls)
  )
}

/** Reports a mismatch in the response, or throws it. */
export function reportMismatch(
  exchange: Exchange,
  mismatch: string,
  { name, location }: Fixture,
  strictFixtures: boolean
): void {
  setMismatch(exchange, mismatch)
  if (strictFixtures)
    throw new ApiError('mismatched_fixture', { what: name === location ? name : `${name} (${location})`, mismatch })
}

/** The API error for a function whose reply belongs to another operation. */
export const createWrongReply = ({ name, location }: Fixture, what: string): ApiError =>
  new ApiError('reply_failed', { what: `${name} (${location}) answered ${what}` })
