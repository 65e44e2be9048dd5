/** Parses and checks the pace of responses that users write. */
import { ConfigError } from './config-error.js'
import { suggestWords } from './edit-distance.js'
import { timingProfiles } from './timing-profiles.js'

const timingProfileTable: Readonly<Record<string, TimingInput>> = timingProfiles

/**
 * A number, or a distribution from which each use draws a number: uniform, normal, log-normal by median and sigma, or log-normal by two
 * percentiles.
 */
export type Distribution =
  | number
  | {
      /** The smallest number of a uniform distribution. */
      min: number
      /** The largest number of a uniform distribution. */
      max: number
    }
  | {
      /** The mean of a normal distribution; negative numbers count as 0. */
      mean: number
      /** The standard deviation. */
      sd: number
    }
  | {
      /** The median of a log-normal distribution. */
      median: number
      /** The standard deviation of its logarithm. */
      sigma: number
    }
  | {
      /** The median of a log-normal distribution. */
      p50: number
      /** Its 95th percentile. */
      p95: number
    }
  /** One of these numbers, all equally likely. */
  | readonly number[]

/** The pace of a response. Times are in milliseconds. */
export interface TimingInput {
  /** The time from the request to the first token. @default 0 */
  firstTokenMs?: Distribution
  /** The time from one token to the next. @default 0 */
  interTokenMs?: Distribution
  /** Replaces `interTokenMs`: 50 is 20 ms for each token. */
  tokensPerSecond?: Distribution
  /** The time before the first token that each token of the prompt adds. @default 0 */
  prefillMsPerToken?: number
  /** The share of time that each other open stream adds: with 0.01 and 100 streams, everything takes twice as long. @default 0 */
  loadFactor?: number
  /** The share by which each gap may be shorter or longer, from 0 to 1. @default 0 */
  jitter?: number
  /** The number of tokens of each generated text, which also replaces the text of a fixture. */
  outputTokens?: number
  /** The name of a profile, such as `gpt-4o`; other members override those of the profile. */
  profile?: string
  /** The times of the chunks of a recorded response, counted from the request. No other member but `endMs` may be set. */
  chunkMs?: readonly number[]
  /** The time of the end of a recorded stream. @default the time of the last chunk */
  endMs?: number
}

/** No token is due later after the one before it. A test that waits longer has a mistake. */
export const maxTimingMs = 3_600_000
const maxLoadFactor = 1000
/** No model has a longer output. */
export const maxOutputTokens = 128_000
/** A slower stream sends nothing for longer than any client waits. */
export const minTokensPerSecond = 0.001

const distributionFields = ['firstTokenMs', 'interTokenMs', 'tokensPerSecond'] as const
const numberFields = ['prefillMsPerToken', 'loadFactor', 'jitter'] as const
const recordedFields = ['chunkMs', 'endMs'] as const
const timingFields: readonly string[] = [
  ...distributionFields,
  ...numberFields,
  'outputTokens',
  'profile',
  ...recordedFields
]
const distributionForms =
  'a number, uniform(min, max), normal(mean, sd), lognormal(median, sigma), lognormal(p50=…, p95=…) or list(…)'

/** Parses `gpt-4o`, or `firstTokenMs=lognormal(200, 0.5), interTokenMs=20`. @param location for messages */
export function parseTimingString(text: string, location: string): TimingInput {
  const fields: Record<string, unknown> = {}
  // Commas and semicolons separate, but not within parentheses.
  for (const part of text.split(/[,;](?![^(]*\))/).map(word => word.trim())) {
    const [name = '', value] = part.split(/=(.*)/s).map(word => word.trim())
    if (value === undefined && /^\d+(\.\d+)?(ms|s)?$/.test(name)) throw bareNumberError(name, location)
    if (value === undefined && !timingFields.includes(name)) fields.profile = name
    else if (!timingFields.includes(name)) throw unknownFieldError(name, location)
    else fields[name] = name === 'profile' ? value : parseDistribution(value ?? '', name, location)
  }
  return parseTiming(fields, location)
}

function bareNumberError(written: string, location: string): ConfigError {
  const ms = Number.parseFloat(written) * (written.endsWith('s') && !written.endsWith('ms') ? 1000 : 1)
  return new ConfigError([
    `${location}: ${written} has no name, expected firstTokenMs=${ms} (the time to the first token) or interTokenMs=${ms} (between tokens)`
  ])
}

function unknownFieldError(name: string, location: string): ConfigError {
  return new ConfigError([`${location}: unknown timing "${name}", ${suggestWords(name, timingFields)}`])
}

function parseDistribution(text: string, name: string, location: string): unknown {
  const [, form, argumentsText = ''] = /^(\w+)\((.*)\)$/s.exec(text) ?? []
  if (!form) return text === '' ? Number.NaN : Number(text)
  const pairs = argumentsText
    .split(/[,\s]+/)
    .filter(Boolean)
    .map(word => word.split('='))
  const numbers = pairs.map(pair => Number(pair.at(-1)))
  const namedNumbers = Object.fromEntries(
    pairs.filter(pair => pair.length === 2).map(([key, value]) => [key, Number(value)])
  )
  const [a, b] = numbers
  if (form === 'list') return numbers
  if (Object.keys(namedNumbers).length) return namedNumbers
  if (form === 'uniform') return { min: a, max: b }
  if (form === 'normal') return { mean: a, sd: b }
  if (form === 'lognormal') return { median: a, sigma: b }
  throw new ConfigError([`${location}: ${name} has no distribution ${form}(), expected ${distributionForms}`])
}

/**
 * Parses a pace, and fills in its profile.
 *
 * @throws ConfigError with the location when a member is invalid
 */
export function parseTiming(input: unknown, location: string): TimingInput {
  if (typeof input === 'string') return parseTimingString(input, location)
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new ConfigError([`${location}: expected the name of a profile, or ${timingFields.join(', ')}`])
  const { profile, ...settings } = input as Record<string, unknown>
  for (const name of Object.keys(settings)) if (!timingFields.includes(name)) throw unknownFieldError(name, location)
  for (const name of distributionFields)
    if (settings[name] !== undefined)
      checkDistribution(settings[name], `${location}: ${name}`, name === 'tokensPerSecond')
  for (const name of ['firstTokenMs', 'interTokenMs'] as const)
    checkMaximum(settings[name], `${location}: ${name} has`, maxTimingMs)
  for (const name of numberFields) {
    const value = settings[name]
    if (value !== undefined && !(typeof value === 'number' && value >= 0 && Number.isFinite(value)))
      throw new ConfigError([`${location}: ${name} is ${printValue(value)}, expected a number of at least 0`])
    checkMaximum(value, `${location}: ${name} is`, name === 'prefillMsPerToken' ? maxTimingMs : maxLoadFactor)
  }
  checkOutputTokens(settings.outputTokens, location)
  if (Number(settings.jitter) > 1)
    throw new ConfigError([`${location}: jitter is ${settings.jitter}, expected a share from 0 to 1`])
  if (settings.interTokenMs !== undefined && settings.tokensPerSecond !== undefined)
    throw new ConfigError([`${location}: interTokenMs and tokensPerSecond mean the same, expected only one of them`])
  checkRecordedTiming(settings, profile, location)
  return { ...findProfile(profile, settings, location), ...settings }
}

function checkOutputTokens(count: unknown, location: string): void {
  const limit = `expected a whole number from 1 to ${maxOutputTokens}`
  if (count !== undefined && !(Number.isInteger(count) && Number(count) >= 1 && Number(count) <= maxOutputTokens))
    throw new ConfigError([`${location}: outputTokens is ${printValue(count)}, ${limit}`])
}

function checkRecordedTiming(settings: Record<string, unknown>, profile: unknown, location: string): void {
  const { chunkMs, endMs } = settings
  if (chunkMs === undefined && endMs === undefined) return
  const conflict =
    profile === undefined ? Object.keys(settings).find(name => !recordedFields.includes(name as never)) : 'profile'
  if (conflict)
    throw new ConfigError([`${location}: chunkMs sets the complete pace, expected no ${conflict} beside it`])
  const isRising = (value: unknown, at: number, all: unknown[]) =>
    typeof value === 'number' && Number.isFinite(value) && value >= (at ? Number(all[at - 1]) : 0)
  if (!Array.isArray(chunkMs) || !chunkMs.length || !chunkMs.every(isRising))
    throw new ConfigError([
      `${location}: chunkMs is ${printValue(chunkMs)}, expected a list of numbers that never fall`
    ])
  checkMaximum([chunkMs.at(-1), endMs ?? 0], `${location}: the last time is`, maxTimingMs)
  if (endMs !== undefined && !isRising(endMs, 1, [chunkMs.at(-1)]))
    throw new ConfigError([
      `${location}: endMs is ${printValue(endMs)}, expected a number of at least ${chunkMs.at(-1)}`
    ])
}

/** @param values a number, or a list or map of numbers */
function checkMaximum(values: unknown, start: string, limit: number): void {
  for (const value of typeof values === 'object' ? Object.values(values ?? {}) : [values])
    if (Number(value) > limit)
      throw new ConfigError([
        `${start} ${value}, expected at most ${limit}${limit === maxTimingMs ? ' milliseconds, which is an hour' : ''}`
      ])
}

/** The speed of recorded responses: 2 is twice as fast, `none` plays them without delay. */
export type ReplaySpeed = number | 'none'

/** Applies a replay speed to a recorded pace. Other paces stay unchanged. */
export function applyReplaySpeed(timing: TimingInput | undefined, speed: ReplaySpeed): TimingInput | undefined {
  if (!timing?.chunkMs || speed === 1) return timing
  if (speed === 'none') return undefined
  const { chunkMs, endMs } = timing
  return { chunkMs: chunkMs.map(ms => ms / speed), ...(endMs === undefined ? {} : { endMs: endMs / speed }) }
}

function findProfile(name: unknown, settings: object, location: string): TimingInput {
  if (name === undefined) return {}
  if (typeof name === 'string' && Object.hasOwn(timingProfileTable, name)) {
    const { interTokenMs: _gap, tokensPerSecond: _rate, ...rest } = timingProfileTable[name]!
    return 'interTokenMs' in settings || 'tokensPerSecond' in settings ? rest : timingProfileTable[name]!
  }
  const profileNames = Object.keys(timingProfileTable)
  throw new ConfigError([
    `${location}: unknown profile "${name}", ${suggestWords(String(name), profileNames, 'one of ')}; or ${timingFields.join('=…, ')}=…`
  ])
}

const printValue = (value: unknown) => (typeof value === 'number' ? String(value) : JSON.stringify(value))

function checkDistribution(input: unknown, location: string, isRate: boolean): void {
  const distributionError = (problem: string) => new ConfigError([`${location} ${problem}`])
  const minimum = isRate ? minTokensPerSecond : 0
  const minimumPhrase = `of at least ${minimum}`
  const isValid = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value >= minimum
  if (typeof input === 'number' || typeof input === 'string') {
    if (!isValid(input))
      throw distributionError(`is ${printValue(input)}, expected a number ${minimumPhrase}, or ${distributionForms}`)
    return
  }
  if (Array.isArray(input)) {
    if (!input.length || !input.every(isValid))
      throw distributionError(`is ${printValue(input)}, expected numbers ${minimumPhrase} in its list`)
    return
  }
  const parameters = (input ?? {}) as Record<string, unknown>
  const keys = Object.keys(parameters).sort().join()
  if (!['max,min', 'mean,sd', 'median,sigma', 'p50,p95'].includes(keys))
    throw distributionError(
      `has ${keys || 'nothing'}, expected min and max, mean and sd, median and sigma, or p50 and p95`
    )
  for (const [key, value] of Object.entries(parameters))
    if (!(typeof value === 'number' && Number.isFinite(value) && value >= 0))
      throw distributionError(`has ${key} ${printValue(value)}, expected a number of at least 0`)
  const { min, max, p50, p95, median } = parameters as Record<string, number>
  if (min! > max!) throw distributionError(`has min ${min} above max ${max}, expected it below`)
  if (p50! > p95!) throw distributionError(`has p95 ${p95} below p50 ${p50}, expected it above`)
  if (p50 === 0 || median === 0) throw distributionError('has a median of 0, expected a median above 0')
}
