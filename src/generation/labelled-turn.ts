/** Finds the next turn of an agent that answers in labelled lines: `Thought:`, `Action:`, `Action Input:`, `Final Answer:`. */
import type { JsonObject } from '../core/openai-types.js'
import { chooseAgentTool } from './agent-fields.js'
import type { PromptText } from './prompt-topic.js'
import { objectSchema } from './type-words.js'

const toolList = /\bone of:? ?\[?([\w ,'"-]{1,400}?)[\]\n.]/i
const observation = /^\s*Observation: ?\S/m

/** The lines of the next turn: a call of a tool without result, or the final answer. */
export function findLabelledTurn({ system, user }: PromptText): JsonObject | undefined {
  const instructions = `${system}\n${user}`
  const action = /^\s*Action:([^\n]*)/m.exec(instructions)
  if (!action || !/^\s*Thought:/m.test(instructions)) return undefined
  const question = user.slice(Math.max(0, user.lastIndexOf('Question:')))
  const tools =
    (toolList.exec(action[1]!) ?? toolList.exec(instructions))?.[1]
      ?.split(',')
      .map(tool => tool.trim().replace(/^["']|["']$/g, ''))
      .filter(Boolean) ?? []
  const finalLabel = /^\s*Final Answer:/m.test(instructions) ? 'Final Answer' : 'Answer'
  const hasResult = observation.test(question.replace(/^\s*Observation: (?:the result|tool response)[^\n]*/gim, ''))
  if (hasResult || !tools.length)
    return objectSchema({ Thought: { const: 'I now know the final answer.' }, [finalLabel]: { type: 'string' } })
  const tool = chooseAgentTool(tools, { system: instructions, user: question })
  const input = /^Question: *([^\n]+)/.exec(question)?.[1] ?? user.trim().split('\n').at(-1)!
  const isJson = /Action Input:[^\n]*(?:JSON|\{)/i.test(instructions)
  return objectSchema({
    Thought: { const: `I need to use ${tool} to answer the question.` },
    Action: { const: tool },
    'Action Input': { const: isJson ? JSON.stringify({ input: input.slice(0, 400) }) : input.slice(0, 400) }
  })
}
