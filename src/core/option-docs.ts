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
  '<!-- Generated from src/core/option-table.ts by optionsPage() in src/core/option-docs.ts. -->',
  '',
  'This page lists every option of the command and of `createServer`.',
  '',
  '```bash',
  'standin --port 4010 --unmatched refuse',
  '```',
  '',
  'An option is a flag, an environment variable, or a property of the argument of `createServer`. Or it is a key of the',
  'file `standin.yaml` in the working directory:',
  '',
  '```yaml',
  '# standin.yaml',
  'port: 4010',
  'unmatched: refuse',
  '```',
  '',
  '```bash',
  'standin',
  '```',
  '',
  'A flag comes before a variable, a variable before the file, the file before the default. `PORT` and `HOST` work too; the',
  'named variables come before them.',
  '',
  'For several values, repeat the flag, separate the values of a variable by commas, or write a list in `standin.yaml`.',
  '',
  'A wrong option ends the start with exit code 1 and one line with its place, the expected value and often a suggestion.',
  'An unknown flag or key is wrong, and so is a variable whose name is almost that of an option.',
  '',
  '`createServer` reads neither variables nor `standin.yaml`. Its `port` is 0 by default: a free port.',
  '',
  '| flag | variable | key | default | meaning |',
  '|---|---|---|---|---|'
]
