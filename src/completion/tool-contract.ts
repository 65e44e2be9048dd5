/** Reads from a request which tools its answer may call, and which it must call. */
import type { ChatRequest, Json, ToolChoice } from '../core/openai-types.js'
import type { Schema } from '../core/schema.js'

/** A tool that a request declares. */
export interface DeclaredTool {
  type: 'function' | 'custom'
  /** The schema that the arguments always satisfy. */
  strictSchema?: Schema
}

/** The calls that an answer may have. */
export interface ToolContract {
  declared: ReadonlyMap<string, DeclaredTool>
  /** Whether an answer has no call, any number of calls, or at least one call. */
  calls: 'none' | 'any' | 'some'
  /** The only tools that the answer may call. @default the declared tools */
  allowed?: ReadonlySet<string>
  allowsParallel: boolean
}

export function readToolContract(request: ChatRequest): ToolContract {
  const { tools, functions, tool_choice, function_call, parallel_tool_calls } = request
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
  return {
    declared,
    allowsParallel: parallel_tool_calls !== false,
    ...(tools?.length ? readToolChoice(tool_choice) : readFunctionCall(function_call))
  }
}

type Choice = Pick<ToolContract, 'calls' | 'allowed'>

function readFunctionCall(choice: ChatRequest['function_call']): Choice {
  if (choice === 'none') return { calls: 'none' }
  return typeof choice === 'object' && choice ? { calls: 'some', allowed: new Set([choice.name]) } : { calls: 'any' }
}

function readToolChoice(choice: ToolChoice | null | undefined): Choice {
  if (choice === 'none') return { calls: 'none' }
  if (choice === 'required') return { calls: 'some' }
  if (typeof choice !== 'object' || !choice) return { calls: 'any' }
  if (choice.type !== 'allowed_tools')
    return { calls: 'some', allowed: new Set([choice.type === 'custom' ? choice.custom.name : choice.function.name]) }
  const { mode, tools } = choice.allowed_tools
  return { calls: mode === 'required' ? 'some' : 'any', allowed: new Set(tools.map(allowedToolName)) }
}

function allowedToolName(tool: Record<string, Json>): string {
  const { name } = (tool.function ?? tool.custom ?? tool) as Record<string, Json>
  return typeof name === 'string' ? name : ''
}
