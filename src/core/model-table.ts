/** Checks a user's own table of models, and says what is wrong with it and where. */
import type { ModelTable } from './model.js'

/** What is wrong with a table that a user wrote, each with its path; nothing when it can be merged. */
export function checkModels(table: unknown, base: ModelTable): string[] {
  if (!isRecord(table)) return ['expected an object with `families` and `models`']
  const problems = Object.keys(table)
    .filter(key => key !== 'families' && key !== 'models')
    .map(key => `${key}: unknown key, expected families or models`)
  const families = isRecord(table.families) ? table.families : {}
  const known = (name: unknown) =>
    typeof name === 'string' && (Object.hasOwn(families, name) || Object.hasOwn(base.families, name))
  for (const part of ['families', 'models'] as const) {
    const entries = table[part] ?? {}
    if (!isRecord(entries)) problems.push(`${part}: expected an object`)
    else
      for (const [name, data] of Object.entries(entries)) {
        const path = `${part}.${name}`
        problems.push(...checkFacts(data, path, part === 'families' ? familyShape : modelShape))
        if (!isRecord(data)) continue
        const reference = part === 'families' ? data.like : data.family
        const key = part === 'families' ? 'like' : 'family'
        if (reference !== undefined && !known(reference))
          problems.push(`${path}.${key}: no family is named ${JSON.stringify(reference)}`)
        if (part === 'models' && reference === undefined && !Object.hasOwn(base.models, name))
          problems.push(`${path}.family: missing, a new model needs one`)
        if (part === 'families' && circular(name, families, base)) problems.push(`${path}.like: goes in a circle`)
      }
  }
  return problems
}

type Shape = { [key: string]: string | string[] | Shape }

const abilityShape: Shape = {
  refuses: 'strings',
  onlyDefault: 'strings',
  refusesWhileReasoning: 'strings',
  roles: 'strings',
  efforts: 'strings',
  defaultEffort: 'string or null',
  toolsWithEffort: 'boolean',
  insistsOnResponses: 'boolean',
  tools: 'boolean',
  nMax: 'count',
  topLogprobsMax: 'count',
  imageInput: 'boolean',
  audioInput: 'boolean',
  audioOutput: 'boolean',
  webSearch: 'boolean'
}

const factShape: Shape = {
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
  callOverhead: 'count',
  namedCallOverhead: 'count or null',
  image: 'price or null',
  contextWindow: 'count',
  maxOutput: 'count',
  abilities: abilityShape
}

const familyShape: Shape = { ...factShape, like: 'string' }
const modelShape: Shape = {
  ...factShape,
  family: 'string',
  snapshot: 'string',
  kind: ['chat', 'audio', 'search', 'completion', 'embedding', 'other'],
  retired: 'boolean',
  created: 'count',
  ownedBy: 'string',
  listed: 'boolean'
}

function checkFacts(data: unknown, path: string, shape: Shape): string[] {
  if (!isRecord(data)) return [`${path}: expected an object`]
  return Object.entries(data).flatMap(([key, value]) => {
    const want = Object.hasOwn(shape, key) ? shape[key] : undefined
    if (want === undefined) return [`${path}.${key}: unknown key, expected one of ${Object.keys(shape).join(', ')}`]
    if (Array.isArray(want))
      return want.includes(value as string) ? [] : [`${path}.${key}: expected one of ${want.join(', ')}`]
    if (typeof want === 'object') return checkFacts(value, `${path}.${key}`, want)
    return conforms(value, want) ? [] : [`${path}.${key}: expected ${wanted[want] ?? want}`]
  })
}

const wanted: Record<string, string> = {
  count: 'a whole number that is not negative',
  'count or null': 'a whole number that is not negative, or null',
  strings: 'an array of strings',
  'price or null': '{ by: tiles, base, tile } or { by: patches, factor, most }, or null'
}

function conforms(value: unknown, want: string): boolean {
  if (want.endsWith(' or null') && value === null) return true
  switch (want.replace(' or null', '')) {
    case 'count':
      return Number.isSafeInteger(value) && (value as number) >= 0
    case 'strings':
      return Array.isArray(value) && value.every(each => typeof each === 'string')
    case 'price':
      return (
        isRecord(value) &&
        (value.by === 'tiles'
          ? numbers(value, 'base', 'tile')
          : value.by === 'patches' && numbers(value, 'factor', 'most'))
      )
  }
  return typeof value === want.replace(' or null', '')
}

function numbers(value: Record<string, unknown>, ...keys: string[]): boolean {
  return keys.every(key => typeof value[key] === 'number' && (value[key] as number) >= 0)
}

function circular(name: string, families: Record<string, unknown>, base: ModelTable): boolean {
  const seen = new Set<unknown>()
  for (let at: unknown = name; at !== undefined; ) {
    if (seen.has(at)) return true
    seen.add(at)
    const own = Object.hasOwn(families, at as string) ? families[at as string] : undefined
    const below = Object.hasOwn(base.families, at as string) ? base.families[at as string]?.like : undefined
    at = (isRecord(own) ? own.like : undefined) ?? below
  }
  return false
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
