/** Looks models up in the table of `fixtures/models.yaml`. */
import type { Abilities } from './abilities.js'
import { maxNameChars } from './fixed-limits.js'

/** What the models of a family have in common: how they count tokens, and what they support. */
export interface Family {
  encoding: 'o200k_base' | 'cl100k_base'
  /** Whether the model spends hidden reasoning tokens. */
  reasoning: boolean
  /** Whether choices have `logprobs: null` when the request does not set `logprobs`. */
  logprobsKey: boolean
  /** The `system_fingerprint`: `set` is `fp_` and ten hex digits, `null` is null, `empty` is ''. */
  fingerprint: 'set' | 'null' | 'empty'
  /** Whether completions have a `service_tier`. */
  serviceTier: boolean
  /** Whether `usage` counts tokens written to the prompt cache. */
  cacheWriteTokens: boolean

  /** The tokens that the service adds after the last message. */
  promptTail: number
  /** Whether tools and schemas are part of the system message. */
  toolsJoinSystem: boolean
  /** The tokens that tools cost beside their declarations. */
  toolOverhead: number
  /** The extra tokens of an earlier assistant message. */
  historyOverhead: number
  /** The extra tokens of an earlier tool call. */
  callHistoryOverhead: number
  /** The extra tokens of a tool's result. */
  resultOverhead: number
  /** The extra tokens of several tool calls in a message. */
  parallelOverhead: number
  /** The tokens that a completion with text costs beside its text. */
  answerOverhead: number
  /** The extra tokens of a completion with text when the request has tools. */
  toolAnswerOverhead: number
  /** The tokens around reasoning in the two overheads of an output. */
  reasoningOverhead: number
  /** The tokens that a tool call costs beside its name and arguments. */
  callOverhead: number
  /** The tokens that a call costs beside its arguments when the request names the tool; null where that makes no difference. */
  namedCallOverhead: number | null
  /** How images are counted; null where they are not supported. */
  image: ImagePrice | null

  /** The tokens of prompt and completion together. */
  contextWindow: number
  /** The tokens of a prompt, where the service has a limit of its own for them. */
  inputLimit: number | null
  /** The tokens of a completion. */
  maxOutput: number
  /** The smallest limit of the output with which the model can begin a message. A smaller limit is an error. */
  leastOutput: number
  /** The numbers in a vector of an embedding model. */
  dimensions: number
  /** Whether an embedding model takes the parameter `dimensions`. */
  shortVectors: boolean
  /** The precision of a vector's numbers: `half` has 16 bits, `single` has 32. */
  vectorPrecision: 'half' | 'single'
  /** The name of the error with which chat rejects the model; null for a model of chat. */
  refusal: string | null
  abilities: Abilities
}

/** Counts an image by tiles of 512 pixels, or by patches of 32 pixels up to `most` patches, and adds `base`. */
export type ImagePrice =
  | { by: 'tiles'; base: number; tile: number }
  | { by: 'patches'; factor: number; most: number; base?: number }

export type ModelKind = 'chat' | 'audio' | 'search' | 'completion' | 'embedding' | 'moderation' | 'other'

export interface Model extends Family {
  /** The name in the request. */
  id: string
  /** The name in the response. */
  snapshot: string
  family: string
  /** Whether the table has the model, or the base of a fine-tuned model. */
  isKnown: boolean
  /** Whether the table has the model under this name. */
  isListed: boolean
  /** Whether Standin knows what the model supports: a known model, a similar name, or a name in the vendor's form. */
  hasKnownAbilities: boolean
  kind: ModelKind
  /** Whether the service has shut the model down. */
  retired: boolean
  /** Unix time in seconds. */
  created: number
  ownedBy: string
}

type FamilyOverrides = Partial<Omit<Family, 'abilities'>> & { abilities?: Partial<Abilities> }

/** A family in the table: the differences to the family `like`. */
export type FamilyData = FamilyOverrides & { like?: string }

/** A model in the table: the differences to its family. */
export interface ModelData extends FamilyOverrides {
  family: string
  /** The name in responses. @default the model's own name */
  snapshot?: string
  kind?: ModelKind
  /** Whether the service was seen to reject the model because it is shut down. @default false */
  retired?: boolean
  /** The day on which the service shuts the model down, such as `2026-10-23`. It counts only with the option `asOf`. */
  shutdown?: string
  created?: number
  ownedBy?: string
  /** Whether `GET /models` lists it. @default true */
  listed?: boolean
}

export interface ModelTable {
  /** The family of names in the vendor's form that are not in the table. @default 'default' */
  newest?: string
  families: Record<string, FamilyData>
  models: Record<string, ModelData>
}

/** The models of a server. */
export interface Models {
  /**
   * Finds a model by any name. An unknown name gets the properties of the known model with whose name it begins, or else, in the
   * vendor's form, those of the newest family.
   */
  get(name: string): Model
  /** The models of `GET /models`. */
  list(): Model[]
}

const maxCachedModels = 1000

/** @param asOf the day whose shutdowns count, such as `2026-10-24`; without it, none counts */
export function createModels(table: ModelTable, asOf?: string): Models {
  const cache = new Map<string, Model>()
  const names = Object.keys(table.models).sort((a, b) => b.length - a.length)
  const get = (name: string): Model => {
    const cached = cache.get(name)
    if (cached) return cached
    const model = resolveModel(table, names, name, asOf)
    if (name.length > maxNameChars) return model
    // Requests decide how many names there are, so the cache has a limit.
    if (cache.size >= maxCachedModels) cache.clear()
    cache.set(name, model)
    return model
  }
  const list = () =>
    Object.keys(table.models)
      .filter(name => table.models[name]?.listed !== false)
      .map(get)
      .filter(({ retired }) => !retired)
  return { get, list }
}

/** Merges the table of a user into the built-in table, member by member. */
export function mergeModels(base: ModelTable, extra: Partial<ModelTable>): ModelTable {
  const families = { ...base.families }
  for (const [name, data] of Object.entries(extra.families ?? {}))
    families[name] = mergeFamily(families[name] ?? {}, data)
  const models = { ...base.models }
  for (const [name, data] of Object.entries(extra.models ?? {})) models[name] = mergeFamily(models[name] ?? data, data)
  const newest = extra.newest ?? base.newest
  return { ...(newest !== undefined && { newest }), families, models }
}

function mergeFamily<T extends FamilyOverrides>(below: T, above: T): T {
  const abilities = below.abilities || above.abilities ? { abilities: { ...below.abilities, ...above.abilities } } : {}
  return { ...below, ...above, ...abilities }
}

function resolveModel(table: ModelTable, names: string[], name: string, asOf: string | undefined): Model {
  const exact = Object.hasOwn(table.models, name) ? table.models[name] : undefined
  const baseName = name.startsWith('ft:') ? (name.split(':')[1] ?? '') : name
  const closest = exact ?? table.models[names.find(knownName => isVariant(baseName, knownName)) ?? '']
  const isVendors = vendorsNames.test(baseName)
  const family = closest?.family ?? (isVendors ? table.newest : undefined) ?? 'default'
  const {
    snapshot,
    kind,
    retired,
    shutdown,
    created,
    ownedBy,
    listed,
    family: _family,
    ...overrides
  } = closest ?? ({ family } as ModelData)
  return {
    ...(mergeFamily(resolveFamily(table, family), overrides) as Family),
    id: name,
    family,
    snapshot: exact ? (snapshot ?? name) : name,
    isKnown: exact !== undefined || (name.startsWith('ft:') && closest !== undefined),
    isListed: exact !== undefined,
    hasKnownAbilities: closest !== undefined || isVendors,
    kind: kind ?? 'chat',
    retired: exact !== undefined && (retired === true || isShutDown(shutdown, asOf)),
    created: created ?? 1715367049,
    ownedBy: ownedBy ?? 'system'
  }
}

const vendorsNames = /^(gpt-|chatgpt-|chat-|codex-|o\d)/

/** Whether a name is another's name with something added, such as a date. */
const isVariant = (name: string, knownName: string) =>
  name.startsWith(knownName) && (name.length === knownName.length || name[knownName.length] === '-')

// Days in this form sort as text.
const isShutDown = (shutdown: string | undefined, asOf: string | undefined) =>
  shutdown !== undefined && asOf !== undefined && shutdown <= asOf

function resolveFamily(table: ModelTable, name: string, seen: string[] = []): FamilyData {
  const data = Object.hasOwn(table.families, name) ? table.families[name] : { like: 'default' }
  const { like, ...fields } = data ?? {}
  // Loading rejects circles of families; `seen` ends any that remain.
  return like && !seen.includes(like) ? mergeFamily(resolveFamily(table, like, [...seen, name]), fields) : fields
}
