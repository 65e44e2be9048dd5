/** Answers a question with what the conversation contains. */
import type { Budget } from '../core/budget.js'
import type { ChatRequest } from '../core/openai-types.js'
import { findAttachmentReply } from './attachment-replies.js'
import { answerAboutConversation } from './conversation-questions.js'
import { mentionsAny, mentionsSelf } from './prompt-signs.js'
import { earlierUserText, lastQuestionAt, type PromptText } from './prompt-topic.js'
import { recallFact } from './recalled-facts.js'

/** Answers a question about the conversation, about the user, or about an attachment; undefined if the prompt asks about something else. */
export function recallAnswer(request: ChatRequest, prompt: PromptText, budget: Budget): string | undefined {
  const { system, user } = prompt
  const at = lastQuestionAt(request)
  if (at < 0) return undefined
  const name = request.messages[at]?.name
  const before = { earlier: earlierUserText(request), system, userName: typeof name === 'string' ? name : '' }
  const end = user.slice(-600)
  const asksAboutConversation = request.messages.some(each => each.name) || mentionsAny(end, conversationWords)
  return (
    (Array.isArray(request.messages[at]?.content) ? findAttachmentReply(request.messages[at], prompt) : undefined) ??
    (asksAboutConversation ? answerAboutConversation(request, at, user, budget) : undefined) ??
    (mentionsSelf(end) || (before.earlier && mentionsAny(end, questionWords)) ? recallFact(user, before) : undefined)
  )
}

const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(' '))
const questionWords = wordSet('the what when where which who')
const conversationWords = wordSet(
  'chat conversation did discussion had have how i my repeat say the which who whose you your'
)
