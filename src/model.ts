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
  /** Tokens the service adds after the last message. */
  promptTail: number
  /** Tokens that declaring tools costs beside the declarations themselves. */
  toolOverhead: number
  /** Tokens a plain text answer costs beside its text. */
  answerOverhead: number
  /** Tokens a tool call costs beside its name and arguments. */
  callOverhead: number
  contextWindow: number
  maxOutput: number
}

export interface Model extends Family {
  /** The name as it was asked for. */
  id: string
  /** The name that answers carry. */
  snapshot: string
  family: string
  known: boolean
  kind: 'chat' | 'audio' | 'search' | 'completion' | 'embedding' | 'other'
  retired: boolean
  created: number
  ownedBy: string
}

export type FamilyData = Partial<Family> & { like?: string }
export interface ModelData extends Partial<Family> {
  family: string
  /** The snapshot an alias is answered with; absent when the name answers as itself. */
  snapshot?: string
  kind?: Model['kind']
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
  of(name: string): Model
  list(): Model[]
}

const longest = 1000

export function createModels(table: ModelTable): Models {
  const cache = new Map<string, Model>()
  const names = Object.keys(table.models).sort((a, b) => b.length - a.length)
  const of = (name: string): Model => {
    const cached = cache.get(name)
    if (cached) return cached
    const model = resolve(table, names, name)
    // Names come from requests, so the cache is bounded by starting over.
    if (cache.size >= longest) cache.clear()
    cache.set(name, model)
    return model
  }
  const list = () =>
    Object.keys(table.models)
      .filter(name => table.models[name]?.listed !== false && !table.models[name]?.retired)
      .map(of)
  return { of, list }
}

/** An unknown name is answered as itself, with the arithmetic of the known model whose name it begins with. */
function resolve(table: ModelTable, names: string[], name: string): Model {
  const exact = Object.hasOwn(table.models, name) ? table.models[name] : undefined
  const bare = name.startsWith('ft:') ? (name.split(':')[1] ?? '') : name
  const near = exact ?? table.models[names.find(known => bare.startsWith(known)) ?? '']
  const family = near?.family ?? 'default'
  return {
    ...(familyOf(table, family) as Family),
    ...strip(near ?? {}),
    id: name,
    family,
    snapshot: exact?.snapshot ?? name,
    known: exact !== undefined,
    kind: near?.kind ?? 'chat',
    retired: exact?.retired ?? false,
    created: near?.created ?? 1715367049,
    ownedBy: near?.ownedBy ?? 'system'
  }
}

function familyOf(table: ModelTable, name: string): FamilyData {
  const { like, ...own } = table.families[name] ?? { like: 'default' }
  return like ? { ...familyOf(table, like), ...own } : own
}

function strip({ family, snapshot, kind, retired, created, ownedBy, listed, ...facts }: Partial<ModelData>): Partial<Family> {
  return facts
}
