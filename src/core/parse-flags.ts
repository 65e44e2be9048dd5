/** Reads the flags of the command. Every unknown flag is reported, with the flag that it is like. */
import { parseArgs } from 'node:util'
import { findSimilar } from './edit-distance.js'
import { optionTable } from './option-table.js'

/** @param problems gets a line for each mistake */
export function parseFlags(argv: readonly string[], problems: string[]): Record<string, unknown> {
  const options = Object.fromEntries(
    optionTable.map(({ flag, kind }) => [
      flag,
      {
        type: kind.type === 'flag' ? ('boolean' as const) : ('string' as const),
        multiple: kind.type === 'string' && kind.list === true
      }
    ])
  )
  const { tokens } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: false, tokens: true })
  const values: Record<string, unknown> = {}
  // The place of the last unknown flag.
  let unknownAt = Number.NaN
  for (const token of tokens) {
    if (token.kind === 'positional') {
      // The value of an unknown flag is no second mistake.
      if (token.index !== unknownAt + 1)
        problems.push(`${token.value}: unexpected argument; write options as --name value`)
    } else if (token.kind === 'option') {
      const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
      if (!option) {
        unknownAt = token.inlineValue ? Number.NaN : token.index
        problems.push(explainUnknownFlag(token.rawName))
      } else if (option.type === 'boolean') values[token.name] = token.value ?? true
      else if (token.value === undefined || (!token.inlineValue && /^--?[a-z]/.test(token.value)))
        problems.push(
          `${token.rawName}: no value, expected ${token.rawName} VALUE${token.value ? `, found ${token.value}` : ''}`
        )
      else values[token.name] = option.multiple ? [...listOf(values[token.name]), token.value] : token.value
    }
  }
  return values
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** The problem of a flag that no option has. */
function explainUnknownFlag(written: string): string {
  const plainName = written.replace(/^-+/, '').replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
  const [similar] = findSimilar(
    plainName,
    optionTable.map(({ flag }) => flag),
    1
  )
  return `${written}: unknown option${similar ? `, did you mean --${similar}?` : ''}; see standin --help`
}
