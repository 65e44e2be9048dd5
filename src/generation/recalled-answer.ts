/** Answers a question with what the conversation contains. */
import type { Budget } from '../core/budget.js'
import type { ChatRequest } from '../core/openai-types.js'
import { answerAboutConversation } from './conversation-questions.js'
import { earlierUserText, lastQuestionAt, type PromptText } from './prompt-topic.js'
import { recallFact } from './recalled-facts.js'

/** Answers a question about the conversation or about the user; undefined if the prompt asks about something else. */
export function recallAnswer(request: ChatRequest, { system, user }: PromptText, budget: Budget): string | undefined {
  const at = lastQuestionAt(request)
  if (at < 0) return undefined
  const name = request.messages[at]?.name
  const before = { earlier: earlierUserText(request), system, userName: typeof name === 'string' ? name : '' }
  return answerAboutConversation(request, at, user, budget) ?? recallFact(user, before)
}
