/** Compiles regular expressions for an engine that takes linear time, so that no pattern and no text can hang the server. */
import { RE2JS } from 're2js'
import { ConfigError } from './config-error.js'

/** A compiled regular expression. */
export interface LinearRegex {
  /** Whether the text, or a part of it, matches. */
  test(text: string): boolean
  /** Returns the named groups of the first match. A group that took no part is an empty text. */
  exec(text: string): Record<string, string> | undefined
  /** Names the groups in the order of the pattern. */
  groupNames: readonly string[]
  /** Tells expressions apart, as AJV requires. */
  toString(): string
}

/** The flags of JavaScript that the engine has. `u` is always on; `d`, `g` and `y` change nothing for a single test. */
const flagValues: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  s: RE2JS.DOTALL,
  m: RE2JS.MULTILINE,
  u: 0,
  d: 0,
  g: 0,
  y: 0
}

const maxPatternLength = 10_000

/**
 * Compiles a pattern in the syntax of JavaScript.
 *
 * @param written the pattern as the user wrote it, for messages
 * @throws ConfigError when the engine cannot express the pattern
 */
export function compileLinearRegex(pattern: string, flags = '', written = `/${pattern}/${flags}`): LinearRegex {
  const shown = written.length > 100 ? `${written.slice(0, 100)}…` : written
  if (pattern.length > maxPatternLength)
    throw new ConfigError([
      `the regular expression ${shown} has ${pattern.length} characters, expected at most ${maxPatternLength}`
    ])
  let flagBits = 0
  for (const flag of flags) {
    const value = flagValues[flag]
    if (value === undefined) throw new ConfigError([`unknown flag "${flag}" in ${shown}, expected i, s, m or u`])
    flagBits |= value
  }
  const regex = compile(pattern, flagBits, shown)
  const groupNames = Object.keys(regex.namedGroups())
  return {
    test: text => regex.matcher(text).find(),
    exec(text) {
      const matcher = regex.matcher(text)
      if (!matcher.find()) return undefined
      return Object.fromEntries(groupNames.map(name => [name, matcher.group(name) ?? '']))
    },
    groupNames,
    toString: () => `/${pattern}/${flags}`
  }
}

function compile(pattern: string, flagBits: number, shown: string): RE2JS {
  try {
    // The translation would drop its backslash, and so change its meaning.
    if (namedReference.test(pattern)) throw new Error('a back-reference by name')
    return RE2JS.compile(RE2JS.translateRegExp(pattern.replace(propertyName, '\\$1{')), flagBits)
  } catch (error) {
    const reason = (error as Error).message.replace(/^error parsing regexp: /, '')
    throw new ConfigError([`${shown} is not a supported regex (${reason}), expected ${explainUnsupported(pattern)}`])
  }
}

// The engine knows the values of these properties, and not their names.
const propertyName = /\\([pP])\{(?:Script|sc|General_Category|gc)=/g

const namedReference = /^(?:[^\\]|\\[^k])*\\k</s

/** Syntax that only engines with backtracking have, and what to write instead. */
const unsupportedSyntax: readonly [syntax: RegExp, advice: string][] = [
  [/\(\?<?[=!]/, 'a regex without look-around; use a second condition, or `not`'],
  [/\\[1-9]|\\k</, 'a regex without back-references'],
  [/\(\?>|[+*?}]\+/, 'a regex without atomic groups and possessive quantifiers'],
  [/\{\d+(?:,\d*)?\}/, 'counts of at most 1000 in all, such as {1,1000}; use + or * for more'],
  [/\\p\{[^}]*[=a-z]{2}/i, 'a Unicode class with a short name, such as \\p{L} or \\p{Greek}']
]

const explainUnsupported = (pattern: string): string =>
  unsupportedSyntax.find(([syntax]) => syntax.test(pattern))?.[1] ??
  'a regex of RE2: without look-around and back-references'
