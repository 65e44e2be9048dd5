/** Validates the table of models of a user. */
import { isDay } from './day.js'
import { isObject } from './json-pointer.js'
import type { ModelTable } from './model.js'

/**
 * Returns the problems of a user's table, each with its path.
 *
 * @param errorNames the names of all API errors; without them, the names of refusals are not checked
 */
export function validateModelTable(table: unknown, base: ModelTable, errorNames?: ReadonlySet<string>): string[] {
  if (!isObject(table)) return ['expected an object with `families` and `models`']
  const problems = Object.keys(table)
    .filter(key => key !== 'families' && key !== 'models' && key !== 'newest')
    .map(key => `${key}: unknown key, expected families, models or newest`)
  const families = isObject(table.families) ? table.families : {}
  const isKnownFamily = (name: unknown) =>
    typeof name === 'string' && (Object.hasOwn(families, name) || Object.hasOwn(base.families, name))
  if (table.newest !== undefined && !isKnownFamily(table.newest))
    problems.push(`newest: unknown family ${JSON.stringify(table.newest)}`)
  for (const section of ['families', 'models'] as const) {
    const entries = table[section] ?? {}
    if (!isObject(entries)) problems.push(`${section}: expected an object`)
    else
      for (const [name, data] of Object.entries(entries)) {
        const path = `${section}.${name}`
        problems.push(...checkFields(data, path, section === 'families' ? familyShape : modelShape))
        if (!isObject(data)) continue
        const reference = section === 'families' ? data.like : data.family
        const key = section === 'families' ? 'like' : 'family'
        if (reference !== undefined && !isKnownFamily(reference))
          problems.push(`${path}.${key}: unknown family ${JSON.stringify(reference)}`)
        if (typeof data.refusal === 'string' && errorNames?.has(data.refusal) === false)
          problems.push(
            `${path}.refusal: no API error is called ${JSON.stringify(data.refusal)}, docs/errors.md lists them`
          )
        if (section === 'models' && reference === undefined && !Object.hasOwn(base.models, name))
          problems.push(`${path}.family: missing, a new model needs one`)
        if (section === 'families' && isCircularFamily(name, families, base))
          problems.push(`${path}.like: refers to itself in a circle`)
      }
  }
  return problems
}

type FieldShape = { [key: string]: string | string[] | FieldShape }

const abilitiesShape: FieldShape = {
  dialect: ['arguments', 'parameters', 'search'],
  refuses: 'strings',
  onlyDefault: 'strings',
  refusesWhileReasoning: 'strings',
  roles: 'strings',
  efforts: 'strings',
  defaultEffort: 'string or null',
  nullEffort: 'boolean',
  verbosities: 'strings',
  responseFormats: 'strings',
  cacheRetentions: 'strings',
  metadataWithoutStore: 'boolean',
  flexTier: 'boolean',
  toolsWithEffort: 'boolean',
  toolsAtDefaultEffort: 'boolean',
  insistsOnResponses: 'boolean',
  tools: 'boolean',
  emptyTools: 'boolean',
  nMax: 'count',
  logprobs: 'boolean',
  topLogprobsMax: 'count',
  imageInput: 'boolean',
  imageRoles: 'strings',
  audioInput: 'boolean',
  audioOutput: 'boolean',
  needsAudio: 'boolean',
  webSearch: 'boolean'
}

const commonShape: FieldShape = {
  encoding: ['o200k_base', 'cl100k_base'],
  reasoning: 'boolean',
  logprobsKey: 'boolean',
  fingerprint: ['set', 'null', 'empty'],
  serviceTier: 'boolean',
  cacheWriteTokens: 'boolean',
  promptTail: 'count',
  toolsJoinSystem: 'boolean',
  toolOverhead: 'count',
  historyOverhead: 'count',
  callHistoryOverhead: 'count',
  resultOverhead: 'count',
  parallelOverhead: 'count',
  answerOverhead: 'count',
  toolAnswerOverhead: 'count',
  reasoningOverhead: 'count',
  callOverhead: 'count',
  namedCallOverhead: 'count or null',
  image: 'price or null',
  contextWindow: 'count',
  inputLimit: 'count or null',
  maxOutput: 'count',
  leastOutput: 'count',
  dimensions: 'count',
  shortVectors: 'boolean',
  vectorPrecision: ['half', 'single'],
  refusal: 'string or null',
  abilities: abilitiesShape
}

const familyShape: FieldShape = { ...commonShape, like: 'string' }
const modelShape: FieldShape = {
  ...commonShape,
  family: 'string',
  snapshot: 'string',
  kind: ['chat', 'audio', 'search', 'completion', 'embedding', 'moderation', 'other'],
  retired: 'boolean',
  shutdown: 'day',
  created: 'count',
  ownedBy: 'string',
  listed: 'boolean'
}

function checkFields(data: unknown, path: string, shape: FieldShape): string[] {
  if (!isObject(data)) return [`${path}: expected an object`]
  return Object.entries(data).flatMap(([key, value]) => {
    const expected = Object.hasOwn(shape, key) ? shape[key] : undefined
    if (expected === undefined) return [`${path}.${key}: unknown key, expected one of ${Object.keys(shape).join(', ')}`]
    if (Array.isArray(expected))
      return expected.includes(value as string) ? [] : [`${path}.${key}: expected one of ${expected.join(', ')}`]
    if (typeof expected === 'object') return checkFields(value, `${path}.${key}`, expected)
    return hasType(value, expected) ? [] : [`${path}.${key}: expected ${expectedPhrases[expected] ?? expected}`]
  })
}

const expectedPhrases: Record<string, string> = {
  count: 'a whole number that is not negative',
  'count or null': 'a whole number that is not negative, or null',
  day: 'a day such as 2026-10-23',
  strings: 'an array of strings',
  'price or null': '{ by: tiles, base, tile } or { by: patches, factor, most }, or null'
}

function hasType(value: unknown, expected: string): boolean {
  if (expected.endsWith(' or null') && value === null) return true
  switch (expected.replace(' or null', '')) {
    case 'count':
      return Number.isSafeInteger(value) && (value as number) >= 0
    case 'day':
      return typeof value === 'string' && isDay(value)
    case 'strings':
      return Array.isArray(value) && value.every(each => typeof each === 'string')
    case 'price':
      return (
        isObject(value) &&
        (value.by === 'tiles'
          ? areAmounts(value, 'base', 'tile')
          : value.by === 'patches' && areAmounts(value, 'factor', 'most'))
      )
  }
  return typeof value === expected.replace(' or null', '')
}

function areAmounts(value: Record<string, unknown>, ...keys: string[]): boolean {
  return keys.every(key => typeof value[key] === 'number' && (value[key] as number) >= 0)
}

function isCircularFamily(name: string, families: Record<string, unknown>, base: ModelTable): boolean {
  const seen = new Set<unknown>()
  for (let current: unknown = name; current !== undefined; ) {
    if (seen.has(current)) return true
    seen.add(current)
    const entry = Object.hasOwn(families, current as string) ? families[current as string] : undefined
    const baseLike = Object.hasOwn(base.families, current as string)
      ? base.families[current as string]?.like
      : undefined
    current = (isObject(entry) ? entry.like : undefined) ?? baseLike
  }
  return false
}
