/** Reads the text of messages and of tool calls. */
import type { ContentPart, Message, ToolCall } from './openai-types.js'

/**
 * The text of a message: its content, or the texts of its content parts joined.
 *
 * @param partText reads the text of a part; by default parts other than text are empty
 */
export function messageText(
  message: Pick<Message, 'content'> | null | undefined,
  separator = '',
  partText: (part: ContentPart) => string = textOfPart
): string {
  const content = message?.content
  if (typeof content === 'string') return content
  return Array.isArray(content) ? content.map(partText).join(separator) : ''
}

/** The text of a content part, or the model's refusal in it. */
export const textOrRefusal = (part: ContentPart): string => part.text ?? part.refusal ?? ''

/** The name of a function call or custom tool call. */
export const toolCallName = ({ function: called, custom }: ToolCall): string => called?.name ?? custom?.name ?? ''

/** The arguments of a function call or the input of a custom tool call. */
export const toolCallArguments = ({ function: called, custom }: ToolCall): string =>
  called?.arguments ?? custom?.input ?? ''

const textOfPart = (part: ContentPart): string => part.text ?? ''
