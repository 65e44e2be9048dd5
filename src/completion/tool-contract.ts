/** Reads from a request which tools its answer may call, and which it must call. */
import type { ChatRequest, Json, ToolChoice } from '../core/openai-types.js'
import type { Schema } from '../core/schema.js'

/** A tool that a request declares. */
export interface DeclaredTool {
  type: 'function' | 'custom'
  /** The schema that the arguments always satisfy. */
  strictSchema?: Schema
}

/** The calls that a request wants. */
export interface CallChoice {
  /** Whether an answer has no call, any number of calls, or at least one call. */
  calls: 'none' | 'any' | 'some'
  /** The only tools that the answer may call. @default the declared tools */
  allowed?: ReadonlySet<string>
  /** Whether the request names one tool as its choice. */
  isNamed?: true
}

/** The calls that an answer may have. */
export interface ToolContract extends CallChoice {
  declared: ReadonlyMap<string, DeclaredTool>
  allowsParallel: boolean
}

export function readToolContract(request: ChatRequest): ToolContract {
  const { tools, functions, parallel_tool_calls } = request
  const declared = new Map<string, DeclaredTool>()
  for (const { function: called, custom } of tools ?? []) {
    if (called)
      declared.set(called.name, {
        type: 'function',
        ...(called.strict && called.parameters ? { strictSchema: called.parameters } : {})
      })
    else if (custom) declared.set(custom.name, { type: 'custom' })
  }
  if (!declared.size) for (const { name } of functions ?? []) declared.set(name, { type: 'function' })
  return { declared, allowsParallel: parallel_tool_calls !== false, ...readCallChoice(request) }
}

/** Reads `tool_choice`, or `function_call` of a request without tools. */
export const readCallChoice = ({ tools, tool_choice, function_call }: ChatRequest): CallChoice =>
  tools?.length ? readToolChoice(tool_choice) : readFunctionCall(function_call)

const named = (name: string): CallChoice => ({ calls: 'some', allowed: new Set([name]), isNamed: true })

function readFunctionCall(choice: ChatRequest['function_call']): CallChoice {
  if (choice === 'none') return { calls: 'none' }
  return typeof choice === 'object' && choice ? named(choice.name) : { calls: 'any' }
}

function readToolChoice(choice: ToolChoice | null | undefined): CallChoice {
  if (choice === 'none') return { calls: 'none' }
  if (choice === 'required') return { calls: 'some' }
  if (typeof choice !== 'object' || !choice) return { calls: 'any' }
  if (choice.type !== 'allowed_tools')
    return named(choice.type === 'custom' ? choice.custom.name : choice.function.name)
  const { mode, tools } = choice.allowed_tools
  return { calls: mode === 'required' ? 'some' : 'any', allowed: new Set(tools.map(allowedToolName)) }
}

function allowedToolName(tool: Record<string, Json>): string {
  const { name } = (tool.function ?? tool.custom ?? tool) as Record<string, Json>
  return typeof name === 'string' ? name : ''
}
