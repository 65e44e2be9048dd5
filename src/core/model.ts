/** Looks models up in the table of `fixtures/models.yaml`. */
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
  /** The tokens that a tool call costs beside its name and arguments. */
  callOverhead: number
  /** The tokens that a call costs beside its arguments when the request names the tool; null where that makes no difference. */
  namedCallOverhead: number | null
  /** How images are counted; null where they are not supported. */
  image: ImagePrice | null

  /** The tokens of prompt and completion together. */
  contextWindow: number
  /** The tokens of a completion. */
  maxOutput: number
  abilities: Abilities
}

/** Counts an image by tiles of 512 pixels, or by patches of 32 pixels up to `most` patches. */
export type ImagePrice = { by: 'tiles'; base: number; tile: number } | { by: 'patches'; factor: number; most: number }

/** What a model supports. */
export interface Abilities {
  /** The parameters that the model rejects at any value, such as `max_tokens`. */
  refuses: string[]
  /** The parameters that the model accepts only at their default while it reasons. */
  onlyDefault: string[]
  /** The parameters that the model rejects unless `reasoning_effort` is `none`. */
  refusesWhileReasoning: string[]
  /** The accepted roles of messages. */
  roles: string[]
  /** The accepted values of `reasoning_effort`; empty where the parameter is not supported. */
  efforts: string[]
  /** The default of `reasoning_effort`. */
  defaultEffort: string | null
  /** Whether the model accepts function tools while it reasons. */
  toolsWithEffort: boolean
  /** Whether the error for such tools suggests `/v1/responses` alone, and not also an effort of `none`. */
  insistsOnResponses: boolean
  /** Whether the model supports tools. */
  tools: boolean
  /** Whether the model accepts an empty list of tools. */
  emptyTools: boolean
  /** The largest `n`. */
  nMax: number
  /** The largest `top_logprobs`. */
  topLogprobsMax: number
  imageInput: boolean
  /** The roles of messages that may have images. */
  imageRoles: string[]
  /** The accepted values of `prompt_cache_retention`. */
  cacheRetention: string[]
  audioInput: boolean
  audioOutput: boolean
  webSearch: boolean
}

export type ModelKind = 'chat' | 'audio' | 'search' | 'completion' | 'embedding' | 'other'

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
  retired?: boolean
  created?: number
  ownedBy?: string
  /** Whether `GET /models` lists it. @default true */
  listed?: boolean
}

export interface ModelTable {
  families: Record<string, FamilyData>
  models: Record<string, ModelData>
}

/** The models of a server. */
export interface Models {
  /** Finds a model by any name: unknown names get the properties of the most similar known model. */
  get(name: string): Model
  /** The models of `GET /models`. */
  list(): Model[]
}

const maxCachedModels = 1000

export function createModels(table: ModelTable): Models {
  const cache = new Map<string, Model>()
  const names = Object.keys(table.models).sort((a, b) => b.length - a.length)
  const get = (name: string): Model => {
    const cached = cache.get(name)
    if (cached) return cached
    const model = resolveModel(table, names, name)
    if (name.length > maxNameChars) return model
    // Requests decide how many names there are, so the cache has a limit.
    if (cache.size >= maxCachedModels) cache.clear()
    cache.set(name, model)
    return model
  }
  const list = () =>
    Object.keys(table.models)
      .filter(name => table.models[name]?.listed !== false && !table.models[name]?.retired)
      .map(get)
  return { get, list }
}

/** Merges the table of a user into the built-in table, member by member. */
export function mergeModels(base: ModelTable, extra: Partial<ModelTable>): ModelTable {
  const families = { ...base.families }
  for (const [name, data] of Object.entries(extra.families ?? {}))
    families[name] = mergeFamily(families[name] ?? {}, data)
  const models = { ...base.models }
  for (const [name, data] of Object.entries(extra.models ?? {})) models[name] = mergeFamily(models[name] ?? data, data)
  return { families, models }
}

function mergeFamily<T extends FamilyOverrides>(below: T, above: T): T {
  const abilities = below.abilities || above.abilities ? { abilities: { ...below.abilities, ...above.abilities } } : {}
  return { ...below, ...above, ...abilities }
}

/** Resolves a name. An unknown name gets the properties of the known model with which the name starts. */
function resolveModel(table: ModelTable, names: string[], name: string): Model {
  const exact = Object.hasOwn(table.models, name) ? table.models[name] : undefined
  const baseName = name.startsWith('ft:') ? (name.split(':')[1] ?? '') : name
  const closest = exact ?? table.models[names.find(knownName => baseName.startsWith(knownName)) ?? '']
  const family = closest?.family ?? 'default'
  const { snapshot, kind, retired, created, ownedBy, listed, family: _family, ...overrides } = closest ?? { family }
  return {
    ...(mergeFamily(resolveFamily(table, family), overrides) as Family),
    id: name,
    family,
    snapshot: exact ? (snapshot ?? name) : name,
    isKnown: exact !== undefined || (name.startsWith('ft:') && closest !== undefined),
    isListed: exact !== undefined,
    kind: kind ?? 'chat',
    retired: exact?.retired ?? false,
    created: created ?? 1715367049,
    ownedBy: ownedBy ?? 'system'
  }
}

function resolveFamily(table: ModelTable, name: string, seen: string[] = []): FamilyData {
  const data = Object.hasOwn(table.families, name) ? table.families[name] : { like: 'default' }
  const { like, ...fields } = data ?? {}
  // Loading rejects circles of families; `seen` ends any that remain.
  return like && !seen.includes(like) ? mergeFamily(resolveFamily(table, like, [...seen, name]), fields) : fields
}
