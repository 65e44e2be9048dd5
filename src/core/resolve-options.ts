/** Resolves options from flags, variables, `standin.yaml` and the argument of `createServer`. */
import { ConfigError } from './config-error.js'
import { isDay } from './day.js'
import { editDistance, findNearest, findSimilar } from './edit-distance.js'
import { type OptionRow, optionTable } from './option-table.js'
import type { Options, ServerOptions } from './options.js'
import { parseFlags } from './parse-flags.js'

interface OptionValue {
  row: OptionRow
  value: unknown
  /** For messages: `--port`, `STANDIN_PORT`, `standin.yaml:3:7` or `port`. */
  location: string
}

export interface OptionSources {
  /** The arguments of the command, without its name. */
  argv?: readonly string[]
  env?: Record<string, string | undefined>
  /** The parsed `standin.yaml`; `locate` returns `file:line:column` of a key. */
  file?: { values: Record<string, unknown>; locate(key: string): string }
  /** The argument of `createServer`. */
  serverOptions?: ServerOptions
}

/**
 * Resolves every option: flags win over variables, variables over the file, the file over the defaults.
 *
 * @throws ConfigError with a line for each invalid option
 */
export function resolveOptions({ argv = [], env = {}, file, serverOptions = {} }: OptionSources): Options {
  const problems: string[] = []
  const values = new Map<string, OptionValue>()
  const addValue = (name: string, value: unknown, location: string, isInFile = false) => {
    const row = optionTable.find(row => row.name === name || row.flag === name)
    if (row) values.set(row.name, { row, value, location })
    else problems.push(`${location}: unknown option${isInFile ? ` "${name}"` : ''}${suggestOption(name)}`)
  }
  for (const [key, value] of Object.entries(file?.values ?? {})) addValue(key, value, file!.locate(key), true)
  // Hosting platforms set PORT and HOST. The variables of Standin win over them.
  for (const [variable, name] of [
    ['PORT', 'port'],
    ['HOST', 'host']
  ] as const)
    if (env[variable]) addValue(name, env[variable], variable)
  for (const variable of Object.keys(env).filter(isOptionVariable)) {
    const row = optionTable.find(row => row.variable === variable)
    const similar = row ? undefined : findSimilarVariable(variable)
    if (similar) problems.push(`${variable}: unknown option, did you mean ${similar}?`)
    if (row && !isServiceAddress(env[variable])) addValue(row.name, env[variable], variable)
  }
  for (const [flag, value] of Object.entries(parseFlags(argv, problems))) addValue(flag, value, `--${flag}`)
  for (const [name, value] of Object.entries(serverOptions)) if (value !== undefined) addValue(name, value, name)
  const options: Record<string, unknown> = {}
  for (const row of optionTable) {
    const { value, location } = values.get(row.name) ?? { value: row.default, location: row.name }
    if (value === undefined) continue
    const parsed = parseOption(row, value)
    if (parsed instanceof Error) problems.push(`${location}: ${parsed.message}`)
    else options[row.name] = parsed
  }
  if (problems.length) throw new ConfigError(problems)
  return options as unknown as Options
}

function suggestOption(name: string): string {
  const names = optionTable.map(row => row.name)
  const [similar] = findSimilar(name, names, 1)
  return similar ? `, did you mean "${similar}"?` : `, expected one of ${names.join(', ')}`
}

/** Programs may have variables of their own that begin with STANDIN_, so only a typing error is a mistake. */
function findSimilarVariable(variable: string): string | undefined {
  const withoutPrefix = (name: string) => name.replace(/^STANDIN_/, '')
  const name = withoutPrefix(variable)
  // One letter in five, since TEST_KEY is no typing error for TLS_KEY.
  const limit = Math.max(1, Math.floor(name.length / 5))
  return optionTable.find(row => editDistance(name, withoutPrefix(row.variable), limit) <= limit)?.variable
}

// Kubernetes describes a service by the name of `standin` in variables such as STANDIN_PORT=tcp://…, and others with SERVICE or a port.
const isOptionVariable = (name: string) => /^STANDIN_(?!SERVICE_|PORT_\d)/.test(name)
const isServiceAddress = (value: unknown) => /^(tcp|udp|sctp):\/\//.test(String(value))

function parseOption({ kind, hint }: OptionRow, value: unknown): unknown {
  const printed = JSON.stringify(value)
  if (kind.type === 'string' && kind.list) {
    const values = Array.isArray(value)
      ? value
      : typeof value === 'string'
        ? value.split(',').map(part => part.trim())
        : [value]
    if (values.length > 1 && values.includes('none'))
      return new Error(`expected either none or ${hint}, got both; ${hint} already replaces what is built in`)
    const isValid = (each: unknown) =>
      typeof each === 'string' && each !== '' && (kind.form?.pattern.test(each) ?? true)
    return values.every(isValid) && values.length
      ? values
      : new Error(`expected ${kind.form?.expected ?? 'a string'} or a list of them, got ${printed}`)
  }
  if (kind.type === 'string')
    return typeof value === 'string' || typeof value === 'number'
      ? String(value)
      : new Error(`expected a string, got ${printed}`)
  if (kind.type === 'day')
    return typeof value === 'string' && isDay(value)
      ? value
      : new Error(`expected a day of the calendar such as 2026-10-24, got ${printed}`)
  if (kind.type === 'choice')
    return kind.values.includes(String(value))
      ? value
      : new Error(`expected ${kind.values.join(', ')}; got ${printed}${didYouMean(String(value), kind.values)}`)
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

function didYouMean(value: string, values: readonly string[]): string {
  const nearest = findNearest(value, values)
  return nearest ? `, did you mean ${nearest}?` : ''
}

const numberPatterns = { integer: /^\d+$/, number: /^\d+(\.\d+)?$/ }

const booleanValues: Record<string, boolean> = { true: true, '1': true, yes: true, false: false, '0': false, no: false }
