/** Finds values in the text of JSON, whose numbers change when they are parsed: `99.0` becomes 99. Pure. */

const quote = 0x22
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/**
 * Returns the text of the number at a path, or undefined when no number is there. The JSON must be valid. Of several members
 * with one name the last counts, as in `JSON.parse`.
 */
export function findNumberText(json: string, path: readonly string[]): string | undefined {
  let at = skipSpace(json, 0)
  for (const step of path) {
    at = findChild(json, at, step)
    if (at < 0) return undefined
  }
  return /[-0-9]/.test(json[at] ?? '') ? json.slice(at, findValueEnd(json, at)).trimEnd() : undefined
}

/** Returns the index of the quotation mark that ends a string, or the length of the text. */
export function findStringEnd(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let slashes = 0
    while (json.charCodeAt(end - 1 - slashes) === backslash) slashes++
    if (slashes % 2 === 0) return end
  }
  return json.length
}

/** Returns the index of a member or item of the list or object at an index, or -1. */
function findChild(json: string, container: number, step: string): number {
  const isList = json.charCodeAt(container) === openBracket
  if (!isList && json.charCodeAt(container) !== openBrace) return -1
  let found = -1
  let item = 0
  for (let at = skipSpace(json, container + 1); at < json.length; item++) {
    const first = json.charCodeAt(at)
    if (first === closeBracket || first === closeBrace) break
    let isChild = isList && String(item) === step
    if (!isList) {
      const end = findStringEnd(json, at)
      isChild = readKey(json.slice(at, end + 1)) === step
      at = skipSpace(json, skipSpace(json, end + 1) + 1)
    }
    if (isChild) found = at
    if (isChild && isList) break
    at = skipSpace(json, findValueEnd(json, at))
    if (json[at] === ',') at = skipSpace(json, at + 1)
  }
  return found
}

const readKey = (text: string): string => (text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1))

function findValueEnd(json: string, start: number): number {
  let depth = 0
  for (let at = start; at < json.length; at++) {
    const char = json.charCodeAt(at)
    if (char === quote) at = findStringEnd(json, at)
    else if (char === openBracket || char === openBrace) depth++
    else if (char === closeBracket || char === closeBrace) {
      // The end of a number is also that of its container.
      if (depth === 0) return at
      depth--
    } else if (depth === 0 && char === 0x2c) return at
    else continue
    if (depth === 0) return at + 1
  }
  return json.length
}

function skipSpace(json: string, start: number): number {
  let at = start
  while (at < json.length && json.charCodeAt(at) <= 0x20) at++
  return at
}
