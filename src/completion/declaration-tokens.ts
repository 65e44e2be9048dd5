/** Counts the tokens of the tools and the response schema that a request declares. */
import type { ChatRequest, Message } from '../core/openai-types.js'
import { declareFunctions } from './declared-schema.js'
import { isSystemMessage, promptText } from './message-tokens.js'
import type { OverheadContext } from './overhead.js'
import { declareFormat, listDeclaredFunctions } from './tool-prompt.js'

// A schema costs less in a message that also declares tools.
const schemaWithToolsSaving = 3
// The extra cost of a block outside the system message.
const separateMessageTokens = 4

/** Counts the tokens of all declarations. */
export function countDeclarationTokens(context: OverheadContext): number {
  const { request, model, count } = context
  const functions = listDeclaredFunctions(request)
  const systemMessages = request.messages.filter(isSystemMessage)
  const joinsSystem = model.toolsJoinSystem && systemMessages.length > 0
  let tokens = 0
  if (functions.length > 0) {
    tokens += count(declareFunctions(functions)) + model.toolOverhead - (joinsSystem ? separateMessageTokens : 0)
    tokens += countToolChoiceTokens(context)
    // On these models a declaration without an opening comment is one token shorter.
    if (!model.toolsJoinSystem && !functions[0]?.description) tokens -= 1
  }
  const format = request.response_format?.type === 'json_schema' ? request.response_format.json_schema : undefined
  if (format) {
    const block = declareFormat(format, model.toolsJoinSystem ? 'typed' : 'bare')
    tokens +=
      functions.length > 0 ? count(block) - schemaWithToolsSaving : countFormatTokens(block, systemMessages[0], context)
  }
  const first = request.messages[0]
  if (!model.toolsJoinSystem && first && isSystemMessage(first) && (functions.length > 0 || format))
    tokens -= countMergedLines(promptText(first), count)
  return tokens
}

/** The tokens that the line breaks at the ends of instructions share with the empty lines around them. */
function countMergedLines(text: string, count: (text: string) => number): number {
  const [start, end] = [text.slice(0, 16), text.slice(-16)]
  return count(start) + count(end) + 2 - count(`\n\n${start}`) - count(`${end}\n\n`)
}

/** A schema follows the first system message, or is in a separate message. */
function countFormatTokens(block: string, system: Message | undefined, { model, count }: OverheadContext): number {
  if (!system || !model.toolsJoinSystem) return separateMessageTokens + count(block)
  const systemText = promptText(system)
  return Math.max(0, count(`${systemText}\n\n${block}`) - count(systemText))
}

function countToolChoiceTokens({ request, model, count }: OverheadContext): number {
  const { tool_choice: choice, function_call: functionCall } = request
  if (choice === 'none' || functionCall === 'none') return 1
  if (!model.toolsJoinSystem) return 0
  const name = namedFunction(request)
  return name ? 4 + count(` to=functions.${name}`) : 0
}

/** The function that `tool_choice` or `function_call` names. */
function namedFunction({ tool_choice: choice, function_call: functionCall }: ChatRequest): string | undefined {
  if (typeof choice === 'object' && choice) return choice.type === 'function' ? choice.function.name : undefined
  return typeof functionCall === 'object' ? functionCall?.name : undefined
}
