/** Reads the last sentences of a message as questions, without the polite words around them. */

/** A sentence that may ask something. */
export interface AskedSentence {
  /** Without the mark at its end and without polite words. */
  text: string
  /** Whether it asks to hear words again. */
  repeats: boolean
  /** The message before the sentence. */
  before: string
}

/** Reads the last sentences of a message, the last one first. */
export function readAskedSentences(message: string): AskedSentence[] {
  const sentences: AskedSentence[] = []
  let end = message.length
  for (const part of message.slice(-maxChars).split(sentenceEnd).reverse()) {
    end -= part.length
    if (part.length > maxSentenceChars || !/\w/.test(part)) continue
    const text = part
      .replaceAll('’', "'")
      .trim()
      .replace(/,?(?: and)?[\s.?!]{0,10}$/, '')
    sentences.push({ ...stripPoliteWords(text), before: message.slice(0, end) })
    if (sentences.length === maxSentences) break
  }
  return sentences
}

// One sentence may ask two things.
const sentenceEnd = /(?<=[.!?]\s|\n)(?=\S)|(?<= and )(?=(?:what|where|who|when|which|how)\b)/i
const maxSentences = 3
const maxChars = 600
const maxSentenceChars = 240

const politeStarts =
  /^(?:(?:and|so|ok|okay|hey|hi|hello|please|now|well|thanks|thank you|great|but|then|alright|also|sorry|by the way)\b[,!.:]?\s+|(?:can|could|would|will|do|did) you (?:please |still |just |by any chance )?|(?:tell|remind|show|give) me (?:again )?(?:of |about )?|(?:I (?:forgot|forget|wonder)|remember|recall|know|guess)\s+|(repeat|quote)\s+)/i
const politeEnds = /,? (?:please|again|by the way|exactly|if you remember)$/i

function stripPoliteWords(sentence: string): Pick<AskedSentence, 'text' | 'repeats'> {
  let text = sentence
  let repeats = false
  for (let round = 0; round < 5; round++) {
    const start = politeStarts.exec(text)
    if (start?.[1]) repeats = true
    const shorter = text.slice(start?.[0].length ?? 0).replace(politeEnds, '')
    if (shorter === text) break
    text = shorter
  }
  return { text, repeats }
}
