/** Checks the response headers that people write, so that no head is malformed. */
import { validateHeaderName } from 'node:http'

const setFromBody = 'the server sets it, because it describes the body on the wire'
const setForConnection = 'the server sets it, because it is about the connection'

/** Headers that a reply cannot have, with the reason. */
const reservedHeaders: ReadonlyMap<string, string> = new Map([
  ['content-length', setFromBody],
  ['transfer-encoding', setFromBody],
  ['trailer', setFromBody],
  ['connection', setForConnection],
  ['keep-alive', setForConnection],
  ['proxy-connection', setForConnection],
  ['te', setForConnection],
  ['upgrade', setForConnection],
  ['date', 'the server sets it to the time of the response']
])

// Node allows other characters of Latin-1 too, but writes them in two encodings.
const unprintable = /[^\t\x20-\x7e]/
const everyUnprintable = new RegExp(unprintable, 'g')

/** Whether a header can have this value: printable ASCII and tabs. */
export const isHeaderValue = (value: string): boolean => !unprintable.test(value)

/** Replaces what a header cannot have, such as line breaks, by question marks. */
export const toHeaderValue = (text: string): string => text.replace(everyUnprintable, '?')

/** Whether Node accepts the name of a header. */
function isHeaderName(name: string): boolean {
  try {
    validateHeaderName(name)
    return true
  } catch {
    return false
  }
}

/** Returns what is wrong with a header of a reply, or undefined. */
export function findHeaderProblem(name: string, value: string): string | undefined {
  if (!isHeaderName(name))
    return `${JSON.stringify(name)} is no name of a header, expected letters, digits and hyphens, as in "x-my-header"`
  const reason = reservedHeaders.get(name.toLowerCase())
  if (reason) return `a reply cannot have the header "${name}": ${reason}; remove it`
  if (!isHeaderValue(value))
    return `the header "${name}" is ${JSON.stringify(value)}, expected printable ASCII without line breaks`
  return undefined
}
