/** Every option once: its flag, variable, key of standin.yaml, default, meaning. Help, docs and parsing come from this table. */
import { parseArgs } from 'node:util'
import { ConfigError } from './api-error.js'
import type { ReplaySpeed } from './pacing-input.js'

export interface Options {
  port: number
  host: string
  spec?: string
  overlay?: string[]
  fixtures?: string[]
  key?: string[]
  models?: string
  unknownModels: 'answer' | 'refuse'
  seed?: string
  unmatched: 'invent' | 'refuse' | 'record'
  /** The service that is asked for what no fixture answers. */
  upstream?: string
  /** The variable that holds the upstream's key. */
  keyFromEnv?: string
  upstreamTimeoutMs: number
  replaySpeed: ReplaySpeed
  validate: ValidationMode
  timing?: string
  bodyLimitMb: number
  journalMb: number
  /** 0 is for ever. */
  sessionIdleMinutes: number
  adminKey?: string
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
  closeMs: number
  watch: boolean
  openModels: boolean
  /** `memory`, or the address of a Redis. */
  store: string
  /** Processes that answer; `auto` is one for each core. */
  workers: number | 'auto'
}

/** What becomes of a request that the service would refuse: its refusal, an answer that tells of it, or an answer. */
export type ValidationMode = 'spec' | 'warn' | 'off'

export const validationModes: readonly ValidationMode[] = ['spec', 'warn', 'off']

type OptionKind =
  | { type: 'string'; list?: boolean }
  | { type: 'integer' | 'number'; min: number; max: number; keyword?: string }
  | { type: 'flag' }
  | { type: 'choice'; values: readonly string[] }

export interface OptionRow {
  name: keyof Options
  flag: string
  variable: string
  kind: OptionKind
  default?: string | number | boolean
  hint: string
  help: string
}

const defineOption = (
  name: keyof Options,
  kind: OptionKind,
  hint: string,
  help: string,
  fallback?: string | number | boolean
): OptionRow => {
  const flag = name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
  return {
    name,
    flag,
    variable: `STANDIN_${flag.replaceAll('-', '_').toUpperCase()}`,
    kind,
    default: fallback,
    hint,
    help
  }
}
const textKind: OptionKind = { type: 'string' }
const listKind: OptionKind = { type: 'string', list: true }
const flagKind: OptionKind = { type: 'flag' }

export const optionTable: readonly OptionRow[] = [
  defineOption('port', { type: 'integer', min: 0, max: 65535 }, 'N', 'port to listen on; 0 takes a free one', 4010),
  defineOption('host', textKind, 'ADDRESS', 'address to listen on', '127.0.0.1'),
  defineOption('spec', textKind, 'FILE', 'OpenAPI document to serve instead of the shipped one'),
  defineOption(
    'overlay',
    listKind,
    'FILE',
    'OpenAPI Overlay to apply to the document instead of the shipped ones; `none` applies none'
  ),
  defineOption(
    'fixtures',
    listKind,
    'DIR',
    'directory (or file) of fixtures, errors/ and keys.yaml; `none` leaves out those that ship'
  ),
  defineOption('key', listKind, 'KEY', 'API key to accept; once one is given, only these and those of keys.yaml are'),
  defineOption('models', textKind, 'FILE', 'models of your own, beside those that are known'),
  defineOption(
    'unknownModels',
    { type: 'choice', values: ['answer', 'refuse'] },
    'HOW',
    'what to do when a model is not known',
    'answer'
  ),
  defineOption('seed', textKind, 'TEXT', 'makes answers, ids and times the same on every run'),
  defineOption(
    'unmatched',
    { type: 'choice', values: ['invent', 'refuse', 'record'] },
    'HOW',
    'what to do when no fixture matches; record asks --upstream',
    'invent'
  ),
  defineOption('upstream', textKind, 'URL', 'OpenAI-compatible service to record, as in https://api.openai.com/v1'),
  defineOption(
    'keyFromEnv',
    textKind,
    'NAME',
    "variable with the upstream's key; without it the client's own is passed on"
  ),
  defineOption(
    'upstreamTimeoutMs',
    { type: 'integer', min: 1, max: 3600000 },
    'MS',
    'how long the upstream may say nothing',
    120000
  ),
  defineOption(
    'replaySpeed',
    { type: 'number', min: 0.001, max: 1000, keyword: 'none' },
    'N',
    'speed of recorded answers: 2 is twice as fast, `none` does not wait',
    1
  ),
  defineOption(
    'validate',
    { type: 'choice', values: validationModes },
    'HOW',
    'whether to refuse what the service would refuse: spec does, warn answers and tells, off answers',
    'spec'
  ),
  defineOption('timing', textKind, 'TIMING', 'pace of answers, such as `firstTokenMs=200, interTokenMs=20`'),
  defineOption('bodyLimitMb', { type: 'integer', min: 1, max: 512 }, 'MB', 'largest request body, in MiB', 10),
  defineOption(
    'journalMb',
    { type: 'integer', min: 0, max: 4096 },
    'MB',
    'memory for the journal of exchanges, in MiB; 0 keeps none',
    32
  ),
  defineOption(
    'sessionIdleMinutes',
    { type: 'integer', min: 0, max: 525600 },
    'N',
    'minutes that a session may be silent before what is its own is dropped; 0 is for ever',
    1440
  ),
  defineOption(
    'watch',
    flagKind,
    '',
    'takes changes of fixtures, errors and keys up at once; a broken file changes nothing',
    false
  ),
  defineOption('openModels', flagKind, '', 'lets the models be read without a key', false),
  defineOption(
    'workers',
    { type: 'integer', min: 1, max: 256, keyword: 'auto' },
    'N',
    'processes that answer as one; `auto` is one for each core',
    1
  ),
  defineOption(
    'store',
    textKind,
    'WHERE',
    'where sequences, states and limits are kept: `memory`, or `redis://host:port` for replicas that share them',
    'memory'
  ),
  defineOption('adminKey', textKind, 'KEY', 'bearer key that /_mock/ asks for; without it /_mock/ is open'),
  defineOption(
    'logLevel',
    { type: 'choice', values: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] },
    'LEVEL',
    'how much to log; `warn` is the fastest that still tells of trouble',
    'info'
  ),
  defineOption(
    'closeMs',
    { type: 'integer', min: 0, max: 600000 },
    'MS',
    'how long open streams may go on after SIGTERM',
    10000
  )
]

/** Options as a caller of `createServer` may give them: a list option also takes a single value. */
export type ServerOptions = Partial<{
  [K in keyof Options]: Options[K] | (Options[K] extends string[] | undefined ? string : never)
}>

/** Where a value came from, for messages: `--port`, `STANDIN_PORT`, `standin.yaml:3:7: port`, `port`. */
type OptionValue = { row: OptionRow; value: unknown; location: string }

export interface OptionSources {
  argv?: readonly string[]
  env?: Record<string, string | undefined>
  /** The parsed standin.yaml, with the place of each key for messages. */
  file?: { values: Record<string, unknown>; locate(key: string): string }
  serverOptions?: ServerOptions
}

/**
 * Settles every option: flags win over variables, variables over the file, the file over the defaults.
 * Throws a Mistake that names each wrong one.
 */
export function resolveOptions({ argv = [], env = {}, file, serverOptions = {} }: OptionSources): Options {
  const problems: string[] = []
  const found = new Map<string, OptionValue>()
  const addValue = (name: string, value: unknown, location: string) => {
    const row = optionTable.find(row => row.name === name || row.flag === name)
    if (row) found.set(row.name, { row, value, location })
    else problems.push(`${location}: unknown option, expected one of ${optionTable.map(row => row.name).join(', ')}`)
  }
  for (const [key, value] of Object.entries(file?.values ?? {})) addValue(key, value, file!.locate(key))
  // PORT and HOST are what platforms set; the named variables win over them.
  for (const [variable, name] of [
    ['PORT', 'port'],
    ['HOST', 'host']
  ] as const)
    if (env[variable]) addValue(name, env[variable], variable)
  for (const row of optionTable)
    if (env[row.variable] !== undefined) addValue(row.name, env[row.variable], row.variable)
  for (const [flag, value] of Object.entries(parseFlags(argv, problems))) addValue(flag, value, `--${flag}`)
  for (const [name, value] of Object.entries(serverOptions)) if (value !== undefined) addValue(name, value, name)
  const options: Record<string, unknown> = {}
  for (const row of optionTable) {
    const { value, location } = found.get(row.name) ?? { value: row.default, location: row.name }
    if (value === undefined) continue
    const parsed = parseOption(row, value)
    if (parsed instanceof Error) problems.push(`${location}: ${parsed.message}`)
    else options[row.name] = parsed
  }
  if (problems.length) throw new ConfigError(problems)
  return options as unknown as Options
}

function parseOption({ kind }: OptionRow, value: unknown): unknown {
  const printed = JSON.stringify(value)
  if (kind.type === 'string' && kind.list) {
    const values = Array.isArray(value)
      ? value
      : typeof value === 'string'
        ? value.split(',').map(part => part.trim())
        : [value]
    return values.every(value => typeof value === 'string' && value !== '') && values.length
      ? values
      : new Error(`expected a text or a list of texts, got ${printed}`)
  }
  if (kind.type === 'string')
    return typeof value === 'string' || typeof value === 'number'
      ? String(value)
      : new Error(`expected a text, got ${printed}`)
  if (kind.type === 'choice')
    return kind.values.includes(String(value)) ? value : new Error(`expected ${kind.values.join(', ')}; got ${printed}`)
  if (kind.type === 'flag') {
    const parsed = booleanValues[String(value)]
    return parsed === undefined ? new Error(`expected true or false, got ${printed}`) : parsed
  }
  if (kind.keyword !== undefined && value === kind.keyword) return value
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && numberPatterns[kind.type].test(value)
        ? Number(value)
        : Number.NaN
  return (kind.type === 'number' || Number.isInteger(number)) && number >= kind.min && number <= kind.max
    ? number
    : new Error(
        `expected ${kind.keyword ? `${kind.keyword} or ` : ''}a ${kind.type === 'integer' ? 'whole ' : ''}number from ${kind.min} to ${kind.max}, got ${printed}`
      )
}

const numberPatterns = { integer: /^\d+$/, number: /^\d+(\.\d+)?$/ }

const booleanValues: Record<string, boolean> = { true: true, '1': true, yes: true, false: false, '0': false, no: false }

/** What the variable holds that an option names. It is no option itself, so that nothing shows it. */
export const readVariable = (name: string): string | undefined => process.env[name]

function parseFlags(argv: readonly string[], problems: string[]): Record<string, unknown> {
  const options = Object.fromEntries(
    optionTable.map(({ flag, kind }) => [
      flag,
      {
        type: kind.type === 'flag' ? ('boolean' as const) : ('string' as const),
        multiple: kind.type === 'string' && kind.list === true
      }
    ])
  )
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
    for (const argument of positionals)
      problems.push(`${argument}: unexpected argument; options are written --name value`)
    return values
  } catch (error) {
    problems.push(`${(error as Error).message.split('. ')[0]}; see standin --help`)
    return {}
  }
}

/** The lines of `--help`, one option each. */
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

/** docs/options.md: the same table as a page. */
export function optionsPage(): string {
  const rows = optionTable.map(({ name, flag, variable, kind, hint, default: fallback, help }) => {
    const choices = kind.type === 'choice' ? `: ${kind.values.map(each => `\`${each}\``).join(', ')}` : ''
    const range =
      kind.type === 'integer' || kind.type === 'number'
        ? ` (${kind.min} to ${kind.max}${kind.keyword ? `, or \`${kind.keyword}\`` : ''})`
        : ''
    const repeatNote = kind.type === 'string' && kind.list ? '; may be given several times' : ''
    return `| \`${`--${flag} ${hint}`.trimEnd()}\` | \`${variable}\` | \`${name}\` | ${fallback === undefined ? '' : `\`${fallback}\``} | ${help}${choices}${range}${repeatNote} |`
  })
  return [...pageHead, ...rows, ''].join('\n')
}

const pageHead = [
  '# Options',
  '',
  '<!-- Generated from the table in src/core/options.ts by optionsPage(). -->',
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
  'A wrong option ends the start with exit code 1 and one line with its place and the expected value.',
  '',
  '`createServer` reads neither variables nor `standin.yaml`. Its `port` is 0 by default: a free port.',
  '',
  '| flag | variable | key | default | meaning |',
  '|---|---|---|---|---|'
]
