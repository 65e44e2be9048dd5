/** Checks whether Python's `re` compiles a regex: the service checks every `pattern` with it. Constructs of JavaScript differ. */

/** Whether a regex has only constructs that Python knows. Takes linear time, and accepts what it does not know. */
export function isPythonRegex(source: string): boolean {
  return new PythonRegexScanner(source).isValid()
}

/** The letters that Python accepts after a backslash, outside and inside of a class. */
const escapeLetters = new Set('AabBdDfnNrsStuUvwWxZ')
const classEscapeLetters = new Set('abdDfnNrsStuUvwWx')
const anchorLetters = new Set('AbBZ')
const hexLengths: Record<string, number> = { x: 2, u: 4, U: 8 }
const isLetter = (char: string | undefined) => char !== undefined && /[A-Za-z]/.test(char)

/** What may follow `(?`: lookarounds, names, comments, groups with flags, atomic groups and conditions. */
const groupStart = /^(?:[:=!>#(]|<[=!]|P<[A-Za-z_]\w*>|P=[A-Za-z_]\w*(?=\))|[aiLmsux]+(?=\))|[aiLmsux]*-?[imsx]+:)/

class PythonRegexScanner {
  #at = 0
  #openGroups = 0

  constructor(readonly source: string) {}

  isValid(): boolean {
    const { source } = this
    // Whether a quantifier may follow.
    let isRepeatable = false
    while (this.#at < source.length) {
      const char = source[this.#at]!
      this.#at++
      if (char === '\\') {
        isRepeatable = !anchorLetters.has(source[this.#at]!)
        if (!this.#skipEscape(escapeLetters)) return false
      } else if (char === '[') {
        if (!this.#skipClass()) return false
        isRepeatable = true
      } else if (char === '(') {
        if (!this.#skipGroupStart()) return false
        isRepeatable = false
      } else if (char === ')') {
        if (this.#openGroups-- === 0) return false
        isRepeatable = true
      } else if (this.#skipQuantifier(char)) {
        if (!isRepeatable) return false
        isRepeatable = false
      } else isRepeatable = !'|^$'.includes(char)
    }
    return this.#openGroups === 0
  }

  #skipEscape(letters: ReadonlySet<string>): boolean {
    const char = this.source[this.#at]
    if (char === undefined || (isLetter(char) && !letters.has(char))) return false
    this.#at++
    const digits = hexLengths[char]
    if (digits === undefined) return true
    const isHex = /^[0-9A-Fa-f]+$/.test(this.source.slice(this.#at, this.#at + digits))
    const isComplete = this.#at + digits <= this.source.length
    this.#at += digits
    return isHex && isComplete
  }

  #skipClass(): boolean {
    const { source } = this
    if (source[this.#at] === '^') this.#at++
    // A bracket that comes first is a character of the class.
    for (let isFirst = true; this.#at < source.length; isFirst = false) {
      const char = source[this.#at]!
      this.#at++
      if (char === ']' && !isFirst) return true
      if (char === '\\' && !this.#skipEscape(classEscapeLetters)) return false
    }
    return false
  }

  #skipGroupStart(): boolean {
    this.#openGroups++
    if (this.source[this.#at] !== '?') return true
    this.#at++
    const start = groupStart.exec(this.source.slice(this.#at, this.#at + 100))?.[0]
    if (start === undefined) return false
    this.#at += start.length
    return true
  }

  /** Skips a quantifier with its `?` or `+`. A brace that is no quantifier is a character. */
  #skipQuantifier(char: string): boolean {
    if (char === '{') {
      const bounds = /^(?:\d+(?:,\d*)?|,\d*)\}/.exec(this.source.slice(this.#at, this.#at + 24))?.[0]
      if (bounds === undefined) return false
      this.#at += bounds.length
    } else if (char !== '*' && char !== '+' && char !== '?') return false
    const next = this.source[this.#at]
    if (next === '?' || next === '+') this.#at++
    return true
  }
}
