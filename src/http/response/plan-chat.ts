/** Plans the completion of a chat request, and spends its cost from the budget of the exchange. */
import { type Identity, planCompletion } from '../../completion/build.js'
import type { EncodingTokenizer } from '../../completion/encoding-tokenizer.js'
import type { PlannedCompletion } from '../../completion/planned-completion.js'
import { countPromptTokens } from '../../completion/prompt-tokens.js'
import { Budget } from '../../core/budget.js'
import type { Model } from '../../core/model.js'
import type { ChatRequest } from '../../core/openai-types.js'
import type { CompletionReply } from '../../core/reply.js'
import type { Exchange } from '../../state/exchange.js'
import { openBudget } from '../exchange.js'

export interface CompletionInput {
  request: ChatRequest
  model: Model
  reply: CompletionReply
  identity: Identity
  /** The exchange whose budget pays. @default a new budget */
  exchange?: Exchange
}

/** Plans the completion. The budget pays for all of its parts. */
export function planChat(
  input: CompletionInput,
  tokens: EncodingTokenizer
): { planned: PlannedCompletion; budget: Budget } {
  const { request, model, reply, identity } = input
  const budget = restartBudget(input)
  const planned = planCompletion({
    request,
    model,
    choices: reply.choices,
    usage: reply.usage,
    modelName: reply.model,
    skipTruncation: reply.skipTruncation,
    prompt: countPromptTokens(request, model, tokens.count),
    identity,
    tokens,
    budget
  })
  return { planned, budget }
}

/** The tokenizer may start the work again, and a cache may refuse what it has built. */
function restartBudget({ exchange }: CompletionInput): Budget {
  if (!exchange) return new Budget()
  const budget = openBudget(exchange)
  budget.restart()
  return budget
}
