/** What is known of a model: its snapshot, its family's arithmetic and what it can do. The data is fixtures/models.yaml. */

export interface Family {
  encoding: 'o200k_base' | 'cl100k_base'
  /** Spends hidden reasoning tokens; its choices have no `logprobs` key. */
  reasoning: boolean
  /** Whether choices carry `logprobs: null` when none were asked for. */
  logprobsKey: boolean
  /** `set`: fp_ and ten hex digits; `null` or `empty` as recorded. */
  fingerprint: 'set' | 'null' | 'empty'
  serviceTier: boolean
  /** Whether usage tells of tokens written to the prompt cache. */
  cacheWriteTokens: boolean

  /** Tokens the service adds after the last message. */
  promptTail: number
  /** Whether tools and schemas share the place of the system message. */
  toolsJoinSystem: boolean
  /** Tokens that declaring tools costs beside the declarations themselves. */
  toolOverhead: number
  /** Tokens an assistant's message, a call, a result and several calls at once cost again, as history, beside the usual. */
  historyOverhead: number
  callHistoryOverhead: number
  resultOverhead: number
  parallelOverhead: number
  /** Tokens a plain text answer costs beside its text. */
  answerOverhead: number
  /** Tokens a plain answer costs again where tools are declared. */
  toolAnswerOverhead: number
  /** Tokens a tool call costs beside its name and arguments. */
  callOverhead: number
  /** Tokens a call costs beside its arguments when the request names the tool; null where that changes nothing. */
  namedCallOverhead: number | null
  /** How pictures are priced; null where they are refused. */
  image: ImagePrice | null

  contextWindow: number
  maxOutput: number
  abilities: Abilities
}

/** By tiles of 512 pixels, or by patches of 32 of which no more than `most` are counted. */
export type ImagePrice = { by: 'tiles'; base: number; tile: number } | { by: 'patches'; factor: number; most: number }

/** What a model takes and what it refuses. */
export interface Abilities {
  /** Parameters that the model refuses at any value, such as `max_tokens`, `stop` or `logit_bias`. */
  refuses: string[]
  /** Parameters that the model takes only at their default. */
  onlyDefault: string[]
  /** Parameters that the model refuses unless `reasoning_effort` is `none`. */
  refusesWhileReasoning: string[]
  roles: string[]
  /** Accepted values of `reasoning_effort`; empty where the parameter is refused. */
  efforts: string[]
  /** What `reasoning_effort` is when the request doesn't say. */
  defaultEffort: string | null
  /** Whether function tools are taken while the model reasons. */
  toolsWithEffort: boolean
  /** Whether the refusal of those points to `/v1/responses` alone, and not to an effort of `none` as well. */
  insistsOnResponses: boolean
  tools: boolean
  nMax: number
  topLogprobsMax: number
  imageInput: boolean
  audioInput: boolean
  audioOutput: boolean
  webSearch: boolean
}

export type ModelKind = 'chat' | 'audio' | 'search' | 'completion' | 'embedding' | 'other'

export interface Model extends Family {
  /** The name as it was asked for. */
  id: string
  /** The name that answers carry. */
  snapshot: string
  family: string
  isKnown: boolean
  kind: ModelKind
  retired: boolean
  created: number
  ownedBy: string
}

type FamilyOverrides = Partial<Omit<Family, 'abilities'>> & { abilities?: Partial<Abilities> }

/** A family says only where it differs from the one it is like. */
export type FamilyData = FamilyOverrides & { like?: string }

export interface ModelData extends FamilyOverrides {
  family: string
  /** The snapshot an alias is answered with; absent when the name answers as itself. */
  snapshot?: string
  kind?: ModelKind
  retired?: boolean
  created?: number
  ownedBy?: string
  listed?: boolean
}

export interface ModelTable {
  families: Record<string, FamilyData>
  models: Record<string, ModelData>
}

/** Looks models up by name; each name is resolved once. */
export interface Models {
  get(name: string): Model
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
    // Names come from requests, so the cache is bounded by starting over.
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

/** Lays a user's own table over ours: what it says of a family or a model replaces only what it names. */
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

/** An unknown name is answered as itself, with the arithmetic of the known model whose name it begins with. */
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
    kind: kind ?? 'chat',
    retired: exact?.retired ?? false,
    created: created ?? 1715367049,
    ownedBy: ownedBy ?? 'system'
  }
}

function resolveFamily(table: ModelTable, name: string, seen: string[] = []): FamilyData {
  const data = Object.hasOwn(table.families, name) ? table.families[name] : { like: 'default' }
  const { like, ...fields } = data ?? {}
  // A table is checked when it is loaded; a circle that got past that ends here.
  return like && !seen.includes(like) ? mergeFamily(resolveFamily(table, like, [...seen, name]), fields) : fields
}
