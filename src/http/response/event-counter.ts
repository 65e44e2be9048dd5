/** Counts the server-sent events that end in each text of a stream. */

/** An event ends with an empty line. JSON escapes line breaks, so no event contains an empty line. */
export function createEventCounter(): (text: string) => number {
  let endsInNewline = false
  return text => {
    const lines = text.includes('\r') ? text.replaceAll('\r', '') : text
    const joined = endsInNewline ? `\n${lines}` : lines
    let count = 0
    for (let at = joined.indexOf('\n\n'); at >= 0; at = joined.indexOf('\n\n', at + 2)) count++
    endsInNewline = joined.endsWith('\n') && !joined.endsWith('\n\n')
    return count
  }
}
