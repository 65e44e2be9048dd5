/** Formats the table of options for `--help` and docs/options.md. */
import { type OptionRow, optionTable } from './option-table.js'

/** Formats the lines of `--help`, a line for each option. */
export function formatOptionHelp(): string {
  const formatFlag = ({ flag, hint }: OptionRow) => `  --${flag} ${hint}`.trimEnd()
  const width = Math.max(...optionTable.map(row => formatFlag(row).length)) + 2
  return optionTable
    .map(row => {
      const choices = row.kind.type === 'choice' ? ` (${row.kind.values.join(', ')})` : ''
      const repeatNote = row.kind.type === 'string' && row.kind.list ? '; repeatable' : ''
      const fallback = row.default === undefined || row.kind.type === 'flag' ? '' : ` [${row.default}]`
      return `${formatFlag(row).padEnd(width)}${row.help}${choices}${repeatNote}${fallback}`
    })
    .join('\n')
}

/** Formats docs/options.md. */
export function optionsPage(): string {
  const rows = optionTable.map(({ name, flag, variable, kind, hint, default: fallback, help }) => {
    const choices = kind.type === 'choice' ? `: ${kind.values.map(each => `\`${each}\``).join(', ')}` : ''
    const range =
      kind.type === 'integer' || kind.type === 'number'
        ? ` (${kind.min} to ${kind.max}${kind.keyword ? `, or \`${kind.keyword}\`` : ''})`
        : ''
    const repeatNote = kind.type === 'string' && kind.list ? '; repeatable' : ''
    return `| \`${`--${flag} ${hint}`.trimEnd()}\` | \`${variable}\` | \`${name}\` | ${fallback === undefined ? '' : `\`${fallback}\``} | ${help}${choices}${range}${repeatNote} |`
  })
  return [...pageHead, ...rows, ''].join('\n')
}

const pageHead = [
  '# Options',
  '',
  '<!-- Generated from src/core/option-table.ts: npx tap test/docs.test.ts --test-arg=--write -->',
  '',
  'Each option is a flag, an environment variable, a key of `standin.yaml` in the working directory, and a property of the argument of',
  '`createServer`. Flags win over variables, variables over the file, the file over the defaults.',
  '',
  '- `PORT` and `HOST` work too. `STANDIN_PORT` and `STANDIN_HOST` win over them.',
  '- For several values, repeat the flag, separate the values of a variable with commas, or write a list in `standin.yaml`.',
  '- An invalid option stops the start with exit code 1 and a line with the place and the expected value.',
  '- `createServer` reads neither variables nor `standin.yaml`. Its default for `port` is 0: a free port.',
  '',
  '| flag | variable | key | default | meaning |',
  '|---|---|---|---|---|'
]
