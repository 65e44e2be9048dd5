/** Tells the instructions of a prompt from the text that they are about. */

/** A prompt in its two parts. */
export interface PromptTask {
  /** The instructions, if a text follows them. */
  task: string
  /** The text that has the values. */
  data: string
}

const extracting =
  /\b(?:extract|identify|find|list|get|collect|parse|read|pull|fill|recogni[sz]e|determine|count|retrieve|analy[sz]e|process)\b/i
const textNouns =
  'texts?|sentences?|paragraphs?|passage|documents?|articles?|reviews?|e-?mail|message|notes?|story|description|input|content|data|transcript|conversation|report'
const textHeading = new RegExp(`^\\W{0,4}(?:the |input |user )?(?:${textNouns})\\W{0,4}$`, 'i')
const textNoun = new RegExp(`\\b(?:${textNouns})\\b`, 'i')
const pointing = /\b(?:following|this|given|below|provided|next)\b/i
const maxTaskChars = 600

const quotedSentence =
  /\b(?:from|of|in)\s["“‘'`](?=[^"“”‘’'`\n]{1,300}\s(?:is|are|was|were|has|have|had|will|wants?|likes?|lives?|needs?|costs?|bought|paid|[a-z]{3,20}ed)\s)([^"“”‘’`\n]{3,600})["”’'`]/

/**
 * Splits `Extract the names from the following text: …` at the colon, and `Extract the name from "Ann is 30"` at the
 * quote. A prompt of another form is all text.
 */
export function splitTask(prompt: string): PromptTask {
  const start = prompt.slice(0, 2 * maxTaskChars)
  const quoted = extracting.test(start) ? quotedSentence.exec(start) : null
  if (quoted) return { task: prompt.slice(0, quoted.index), data: quoted[1]! }
  const colon = prompt.slice(0, maxTaskChars).search(/:(?=[\s"'“‘`])/)
  const task = prompt.slice(0, Math.max(0, colon))
  const data = prompt.slice(colon + 1).trim()
  if (colon < 0 || data === '' || !extracting.test(task)) return { task: '', data: prompt }
  const lineStart = task.lastIndexOf('\n') + 1
  const lead = task.slice(lineStart)
  const isLead = lineStart > 0 && textHeading.test(lead)
  if (
    !isLead &&
    !/\b(?:from|process the following)\s{0,9}$/i.test(lead) &&
    !(pointing.test(lead) && textNoun.test(lead))
  )
    return { task: '', data: prompt }
  return { task, data: removeQuotes(data) }
}

/** A text in quotes is no quote of the prompt. */
const removeQuotes = (text: string): string => {
  const first = text[0]!
  const closing = { '"': '"', "'": "'", '`': '`', '“': '”', '‘': '’' }[first]
  const isQuote = closing !== undefined && text.endsWith(closing) && text.indexOf(closing, 1) === text.length - 1
  return isQuote && text.length > 2 ? text.slice(1, -1) : text
}

const creating =
  /\b(?:generate|create|invent|imagine|make up|come up with|suggest|write|propose|give me|show me|random|fake|mock|dummy|sample|examples?)\b/i

/** Whether a prompt wants values that no text has. */
export const wantsInvention = (prompt: string): boolean => creating.test(prompt.slice(0, maxTaskChars))
