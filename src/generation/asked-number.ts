/** Finds out whether a message wants only a number, and the range of the number. */

/** The range of a number that a message asks for. */
export interface AskedNumber {
  min: number
  max: number
}

const onlyNumber =
  /\b(?:just|only|exactly|simply|nothing but|single)\b[^.?!\n]{0,20}\b(?:numbers?|digits?|integer|numeric(?:al)? (?:value|answer)|result|final answer)\b|\b(?:number|digit|integer|result) only\b|\b(?:as|with|return|output) an? (?:single )?(?:number|integer|digit)\b/i
const picksNumber =
  /\b(?:pick|choose|give(?: me)?|say|think of|generate|tell me|return|name|rate|score|select|output)\b[^.?!\n]{0,60}/i
const range =
  /\b(?:between|from|on a scale (?:of|from)|scale of|in the range)\s*(\d{1,9})\s*(?:and|to|-|–)\s*(\d{1,9})\b|\((\d{1,9})\s*[-–]\s*(\d{1,9})\)/i

/** Finds the number that a message asks for; undefined if words are as good. */
export function findAskedNumber(text: string): AskedNumber | undefined {
  if (!/\d|numbers?\b|digits?\b|integer|numeric|result|answer/i.test(text)) return undefined
  const ends = text.length > 4000 ? `${text.slice(0, 2000)}\n${text.slice(-2000)}` : text
  const match = range.exec(ends)
  const wantsOnly = onlyNumber.test(ends)
  const wantsRange =
    match !== null && picksNumber.test(ends) && /\b(?:number|integer|digit|scale|rate|score|rating)\b/i.test(ends)
  if (!wantsOnly && !wantsRange) return undefined
  if (!match) {
    // The answer is the number of a text that the prompt lists.
    const indexes = [...ends.matchAll(/\bindex="(\d{1,4})"|^(?:Output|Option|Text|Candidate|Answer) (\d{1,4}):/gm)].map(
      ([, a, b]) => Number(a ?? b)
    )
    return indexes.length ? { min: Math.min(...indexes), max: Math.max(...indexes) } : { min: 1, max: 100 }
  }
  const [a, b] = [Number(match[1] ?? match[3]), Number(match[2] ?? match[4])]
  return { min: Math.min(a, b), max: Math.max(a, b) }
}
