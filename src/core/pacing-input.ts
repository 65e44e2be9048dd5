/** How a person gives the pace of an answer, and what a pace may not be. */
import { Mistake } from './api-error.js'
import { nearest } from './source-file.js'
import { timingProfiles } from './timing-profiles.js'

const profiles: Readonly<Record<string, TimingInput>> = timingProfiles

/** A number, or numbers drawn anew each time: between two, around a mean, or as a log-normal by median and sigma or by two percentiles. */
export type Distribution =
  | number
  | { min: number; max: number }
  | { mean: number; sd: number }
  | { median: number; sigma: number }
  | { p50: number; p95: number }
  /** One of these, each as likely. */
  | readonly number[]

/** Times are in milliseconds. */
export interface TimingInput {
  /** From the request to the first token. */
  firstTokenMs?: Distribution
  /** From one token to the next. */
  interTokenMs?: Distribution
  /** Another way to give `interTokenMs`. */
  tokensPerSecond?: Distribution
  /** What each token of the prompt adds before the first token. */
  prefillMsPerToken?: number
  /** What each other open stream adds, as a share: with 0.01 and a hundred of them everything takes twice as long. */
  loadFactor?: number
  /** How much each gap may be shorter or longer, as a share of it: 0.2 is up to a fifth. */
  jitter?: number
  /** A named pace that the rest changes. */
  profile?: string
  /** When each piece of a recorded answer came, counted from its request, in place of all that is above. */
  chunkMs?: readonly number[]
  /** When a recorded stream ended, where that was later than its last piece. */
  endMs?: number
}

const distributions = ['firstTokenMs', 'interTokenMs', 'tokensPerSecond'] as const
const shares = ['prefillMsPerToken', 'loadFactor', 'jitter'] as const
const recorded = ['chunkMs', 'endMs'] as const
const names: readonly string[] = [...distributions, ...shares, 'profile', ...recorded]
const forms =
  'a number, uniform(min, max), normal(mean, sd), lognormal(median, sigma), lognormal(p50=…, p95=…) or list(…)'

/** Reads `gpt-4o`, or `firstTokenMs=lognormal(200, 0.5), interTokenMs=20`. `place` says where it stands. */
export function readTiming(text: string, place: string): TimingInput {
  const given: Record<string, unknown> = {}
  // Commas and semicolons separate, but not within parentheses.
  for (const part of text.split(/[,;](?![^(]*\))/).map(word => word.trim())) {
    const [name = '', value] = part.split(/=(.*)/s).map(word => word.trim())
    if (value === undefined && !names.includes(name)) given.profile = name
    else if (!names.includes(name)) throw unknownName(name, place)
    else given[name] = name === 'profile' ? value : distributionIn(value ?? '', name, place)
  }
  return checkTiming(given, place)
}

function unknownName(name: string, place: string): Mistake {
  const near = nearest(name, names)
  return new Mistake([
    `${place}: unknown timing "${name}", ${near ? `did you mean "${near}"? ` : ''}expected ${names.join(', ')}`
  ])
}

function distributionIn(text: string, name: string, place: string): unknown {
  const [, form, inside = ''] = /^(\w+)\((.*)\)$/s.exec(text) ?? []
  if (!form) return text === '' ? Number.NaN : Number(text)
  const pairs = inside
    .split(/[,\s]+/)
    .filter(Boolean)
    .map(word => word.split('='))
  const numbers = pairs.map(pair => Number(pair.at(-1)))
  const named = Object.fromEntries(pairs.filter(pair => pair.length === 2).map(([key, value]) => [key, Number(value)]))
  const [a, b] = numbers
  if (form === 'list') return numbers
  if (Object.keys(named).length) return named
  if (form === 'uniform') return { min: a, max: b }
  if (form === 'normal') return { mean: a, sd: b }
  if (form === 'lognormal') return { median: a, sigma: b }
  throw new Mistake([`${place}: ${name} knows no ${form}(), expected ${forms}`])
}

/** Answers the timing with its profile filled in. Throws a Mistake that says what it may not be. */
export function checkTiming(given: unknown, place: string): TimingInput {
  if (typeof given === 'string') return readTiming(given, place)
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new Mistake([`${place}: expected the name of a profile, or ${names.join(', ')}`])
  const { profile, ...own } = given as Record<string, unknown>
  for (const name of Object.keys(own)) if (!names.includes(name)) throw unknownName(name, place)
  for (const name of distributions)
    if (own[name] !== undefined) checkDistribution(own[name], `${place}: ${name}`, name === 'tokensPerSecond')
  for (const name of shares) {
    const value = own[name]
    if (value !== undefined && !(typeof value === 'number' && value >= 0 && Number.isFinite(value)))
      throw new Mistake([`${place}: ${name} is ${shown(value)}, expected a number of at least 0`])
  }
  if (Number(own.jitter) > 1) throw new Mistake([`${place}: jitter is ${own.jitter}, expected a share from 0 to 1`])
  if (own.interTokenMs !== undefined && own.tokensPerSecond !== undefined)
    throw new Mistake([`${place}: interTokenMs and tokensPerSecond say the same, expected one of them`])
  checkRecorded(own, profile, place)
  return { ...profileOf(profile, own, place), ...own }
}

function checkRecorded(own: Record<string, unknown>, profile: unknown, place: string): void {
  const { chunkMs, endMs } = own
  if (chunkMs === undefined && endMs === undefined) return
  const other = profile === undefined ? Object.keys(own).find(name => !recorded.includes(name as never)) : 'profile'
  if (other) throw new Mistake([`${place}: chunkMs says the whole pace, expected no ${other} beside it`])
  const rises = (value: unknown, at: number, all: unknown[]) =>
    typeof value === 'number' && Number.isFinite(value) && value >= (at ? Number(all[at - 1]) : 0)
  if (!Array.isArray(chunkMs) || !chunkMs.length || !chunkMs.every(rises))
    throw new Mistake([`${place}: chunkMs is ${shown(chunkMs)}, expected a list of numbers that never fall`])
  if (endMs !== undefined && !rises(endMs, 1, [chunkMs.at(-1)]))
    throw new Mistake([`${place}: endMs is ${shown(endMs)}, expected a number of at least ${chunkMs.at(-1)}`])
}

/** How fast recorded answers are played: 2 is twice as fast, `none` as if no pace had been recorded. */
export type ReplaySpeed = number | 'none'

/** A pace at the speed that replays have; one that nobody recorded stays as it is. */
export function replayed(timing: TimingInput | undefined, speed: ReplaySpeed): TimingInput | undefined {
  if (!timing?.chunkMs || speed === 1) return timing
  if (speed === 'none') return undefined
  const { chunkMs, endMs } = timing
  return { chunkMs: chunkMs.map(ms => ms / speed), ...(endMs === undefined ? {} : { endMs: endMs / speed }) }
}

function profileOf(name: unknown, own: object, place: string): TimingInput {
  if (name === undefined) return {}
  if (typeof name === 'string' && Object.hasOwn(profiles, name)) {
    const { interTokenMs: _gap, tokensPerSecond: _rate, ...rest } = profiles[name]!
    return 'interTokenMs' in own || 'tokensPerSecond' in own ? rest : profiles[name]!
  }
  const known = Object.keys(profiles)
  const near = nearest(String(name), known)
  throw new Mistake([
    `${place}: no profile is called "${name}", ${near ? `did you mean "${near}"? ` : ''}expected one of ${known.join(', ')}; or ${names.join('=…, ')}=…`
  ])
}

const shown = (value: unknown) => (typeof value === 'number' ? String(value) : JSON.stringify(value))

function checkDistribution(given: unknown, place: string, isRate: boolean): void {
  const wrong = (why: string) => new Mistake([`${place} ${why}`])
  const least = isRate ? 'above 0' : 'of at least 0'
  const isGood = (value: unknown) =>
    typeof value === 'number' && Number.isFinite(value) && (isRate ? value > 0 : value >= 0)
  if (typeof given === 'number' || typeof given === 'string') {
    if (!isGood(given)) throw wrong(`is ${shown(given)}, expected a number ${least}, or ${forms}`)
    return
  }
  if (Array.isArray(given)) {
    if (!given.length || !given.every(isGood)) throw wrong(`is ${shown(given)}, expected numbers ${least} in its list`)
    return
  }
  const map = (given ?? {}) as Record<string, unknown>
  const keys = Object.keys(map).sort().join()
  if (!['max,min', 'mean,sd', 'median,sigma', 'p50,p95'].includes(keys))
    throw wrong(`has ${keys || 'nothing'}, expected min and max, mean and sd, median and sigma, or p50 and p95`)
  for (const [key, value] of Object.entries(map))
    if (!(typeof value === 'number' && Number.isFinite(value) && value >= 0))
      throw wrong(`has ${key} ${shown(value)}, expected a number of at least 0`)
  const { min, max, p50, p95, median } = map as Record<string, number>
  if (min! > max!) throw wrong(`has min ${min} above max ${max}, expected it below`)
  if (p50! > p95!) throw wrong(`has p95 ${p95} below p50 ${p50}, expected it above`)
  if (p50 === 0 || median === 0) throw wrong('has a median of 0, expected one above')
}
