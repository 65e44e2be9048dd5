/** Computes what the choices of a completion cost in a response, before they are formatted. */
import type { Budget, BudgetUse } from '../core/budget.js'
import { toolCallArguments } from '../core/message-text.js'
import type { AssistantMessage, ChatRequest } from '../core/openai-types.js'
import type { ChoiceLogprobs } from './logprobs.js'
import type { PlannedCompletion } from './planned-completion.js'

const unitsPerChoice = 20
const charsPerUnit = 200
const bytesPerChar = 2
const unitsPerEvent = 8
const bytesPerEvent = 500
const unitsPerEntry = 3
const bytesPerEntry = 240

/** The cost of each choice of a response: its text, its events, and its log probabilities. */
export function computeChoiceCosts(
  { completion, logprobs, cut }: PlannedCompletion,
  request: ChatRequest
): BudgetUse[] {
  return completion.choices.map(({ message }, index) => {
    const texts = listTexts(message)
    const chars = texts.reduce((sum, text) => sum + text.length, message.audio?.data.length ?? 0)
    const events = request.stream ? texts.reduce((sum, text) => sum + cut(text).length, 3) : 0
    const entries = countEntries(logprobs[index], request)
    return {
      work: unitsPerChoice + Math.ceil(chars / charsPerUnit) + unitsPerEvent * events + unitsPerEntry * entries,
      bytes: bytesPerChar * chars + bytesPerEvent * events + bytesPerEntry * entries
    }
  })
}

/** Spends the cost of the log probabilities of one choice. */
export function spendEntries(logprobs: ChoiceLogprobs, request: ChatRequest, budget: Budget): void {
  const entries = countEntries(logprobs, request)
  budget.spendWork(unitsPerEntry * entries, 'the log probabilities of its choices')
  budget.spendBytes(bytesPerEntry * entries, 'the log probabilities of its choices')
}

/** Each token has an entry, and an entry for each of its alternatives. */
const countEntries = (logprobs: ChoiceLogprobs | undefined, { top_logprobs }: ChatRequest): number =>
  logprobs ? logprobs.pieces.length * (1 + (top_logprobs ?? 0)) : 0

const listTexts = ({ content, refusal, audio, tool_calls, function_call }: AssistantMessage): string[] =>
  [content, refusal, audio?.transcript, function_call?.arguments, ...(tool_calls ?? []).map(toolCallArguments)].filter(
    text => typeof text === 'string'
  )
