/** Lists the tools of a request, and finds which of them already have a result. */
import { messageText, toolCallArguments, toolCallName } from '../core/message-text.js'
import type { ChatRequest, FunctionDefinition, Tool } from '../core/openai-types.js'
import { asksForRetry, isResultMessage } from './tool-results.js'

/** A function or custom tool of a request in one form. */
export interface CallableTool {
  name: string
  description?: string
  type: 'function' | 'custom'
  parameters?: FunctionDefinition['parameters']
  format?: NonNullable<Tool['custom']>['format']
}

/** Lists the tools of a request, or its legacy functions if it has no tools. */
export function listCallableTools(request: ChatRequest): CallableTool[] {
  const tools = (request.tools ?? []).flatMap((tool): CallableTool[] =>
    tool.custom ? [{ ...tool.custom, type: 'custom' }] : tool.function ? [{ ...tool.function, type: 'function' }] : []
  )
  return tools.length
    ? tools
    : (request.functions ?? []).map(({ name, description, parameters }) => ({
        name,
        description,
        parameters,
        type: 'function'
      }))
}

/** Whether an answer may have several calls. */
export const allowsParallelCalls = ({ parallel_tool_calls, functions }: ChatRequest): boolean =>
  parallel_tool_calls !== false && !functions?.length

/** The results of a conversation. */
export interface ToolHistory {
  /** The index of the last result of each tool; for `anyTool` of a call that no message has. */
  resultAt: ReadonlyMap<string, number>
  /** The tools whose last result asks for another try. */
  retried: ReadonlySet<string>
  /** The index of the last result; -1 without results. */
  lastResultAt: number
  /** The index of the last user message; -1 without one. */
  lastUserAt: number
}

const anyTool = ''
/** After so many results that ask for another try, a loop ends. */
const maxTries = 3

/** Finds which tools have results. */
export function readToolHistory({ messages }: ChatRequest): ToolHistory {
  const names = new Map<string, string>()
  const resultAt = new Map<string, number>()
  const lastUserAt = messages.findLastIndex(({ role }) => role === 'user')
  const tries = new Map<string, number>()
  const retried = new Set<string>()
  let lastResultAt = -1
  for (const [index, message] of messages.entries()) {
    for (const call of message.tool_calls ?? []) names.set(call.id, toolCallName(call))
    if (!isResultMessage(message)) continue
    const name = names.get(message.tool_call_id ?? '') ?? message.name ?? anyTool
    lastResultAt = index
    resultAt.set(name, index)
    retried.delete(name)
    if (index < lastUserAt || name === anyTool) continue
    if (!asksForRetry(messageText(message, ' '))) continue
    const count = (tries.get(name) ?? 0) + 1
    tries.set(name, count)
    if (count >= maxTries) continue
    retried.add(name)
    resultAt.delete(name)
  }
  return { resultAt, retried, lastResultAt, lastUserAt }
}

/** The index of the last result of a tool; -1 without one. A result of an unknown call counts for all tools. */
export const lastResultOf = ({ name }: CallableTool, { resultAt }: ToolHistory): number =>
  Math.max(resultAt.get(name) ?? -1, resultAt.get(anyTool) ?? -1)

/** The words of the last messages before an index, with the arguments of their calls. */
export function wordsBefore({ messages }: ChatRequest, end: number): ReadonlySet<string> {
  let text = ''
  for (let at = end - 1; at >= 0 && text.length < maxHistoryChars; at--) {
    const { tool_calls: calls } = messages[at]!
    text += ` ${messageText(messages[at], ' ').slice(0, maxHistoryChars)} ${(calls ?? []).map(toolCallArguments).join(' ')}`
  }
  return new Set(
    text
      .slice(0, 2 * maxHistoryChars)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
  )
}

const maxHistoryChars = 8000
