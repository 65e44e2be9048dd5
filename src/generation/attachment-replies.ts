/** Finds the words that a prompt wants to hear about an attachment: `If you see an image, reply with "Image"`. */
import type { Message } from '../core/openai-types.js'
import type { PromptText } from './prompt-topic.js'
import { findSaidPhrase } from './said-phrases.js'

const attachments: Readonly<Record<string, RegExp>> = {
  image_url: /^(?:image|picture|photo|photograph|screenshot)$/i,
  file: /^(?:file|document|pdf)$/i,
  input_audio: /^(?:audio|sound|recording|voice message)$/i
}

const condition =
  /\b(?:if|when|whenever)\s(?:(?:you(?:['’]re| are)?\s)?(?:looking at|look at|shown|given|see|seeing|receive|get)|there(?:['’]s| is)|the (?:user|message|input|prompt|question)\s(?:is|has|sends|uploads|attaches|includes|contains|shows)(?: you)?)\s(?:an?\s|any\s|the\s)?(?:attached\s)?([a-z]{3,12}(?: message)?)(?: file)?(?: attached)?,?\s(?:then\s|please\s|always\s)?(?=(?:reply|respond|answer|say|output|return|write)\b)([^\n]{1,400})/gi

const maxConditions = 8

/** Finds the reply that a prompt wants for a message with an attachment of a kind. */
export function findAttachmentReply(message: Message | undefined, { system, user }: PromptText): string | undefined {
  const parts = message?.content
  if (!Array.isArray(parts)) return undefined
  const kinds = Object.entries(attachments).filter(([type]) => parts.some(part => part.type === type))
  if (!kinds.length) return undefined
  let read = 0
  for (const [, noun, reply] of `${system}\n${user}`.matchAll(condition)) {
    if (read++ >= maxConditions) break
    if (kinds.some(([, nouns]) => nouns.test(noun!))) {
      const said = findSaidPhrase(reply!)
      if (said !== undefined) return said
    }
  }
  return undefined
}
