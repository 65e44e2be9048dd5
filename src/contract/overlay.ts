/** Applies OpenAPI Overlays (1.0 and 1.1): lists of actions that change a document, each at a JSONPath (RFC 9535). */
import { ConfigError } from '../core/config-error.js'
import { compileJsonPath, type JsonPath } from '../core/json-path.js'
import { followPath, isObject, type Path, toPointer } from '../core/json-pointer.js'
import type { Source } from '../core/source-file.js'

/** Locates a part of the overlay for messages. */
export type OverlaySource = Pick<Source, 'path' | 'locate'>

export interface OverlayResult {
  document: Record<string, unknown>
  /** Actions whose target matches nothing: the document has changed, or the target is misspelt. */
  warnings: string[]
}

interface OverlayAction {
  index: number
  target: string
  query: JsonPath
  remove: boolean
  update?: unknown
  copy?: JsonPath
}

/**
 * Applies every action in order to a copy of the document.
 *
 * @throws ConfigError with the location when the overlay is malformed or an action cannot be applied
 */
export function applyOverlay(
  document: Record<string, unknown>,
  overlay: unknown,
  source: OverlaySource
): OverlayResult {
  const actions = readActions(overlay, source)
  const root = structuredClone(document)
  const warnings: string[] = []
  for (const action of actions) {
    const locations = findLocations(action.query, root, source, action)
    if (locations.length === 0)
      warnings.push(`${source.path}: action ${action.index}: nothing matches the target ${action.target}`)
    else applyAction(root, locations, action, source)
  }
  return { document: root, warnings }
}

function readActions(overlay: unknown, source: OverlaySource): OverlayAction[] {
  const fail = (path: Path, what: string) => new ConfigError([`${source.locate(toPointer(path))}: ${what}`])
  if (!isObject(overlay)) throw fail([], 'expected an object, as an overlay is')
  if (typeof overlay.overlay !== 'string' || !/^1\.\d+/.test(overlay.overlay))
    throw fail(['overlay'], 'expected `overlay: 1.0.0`, the version of the OpenAPI Overlay format')
  if (!Array.isArray(overlay.actions) || overlay.actions.length === 0)
    throw fail(['actions'], 'expected `actions`, a list of at least one action')
  return overlay.actions.map((action: unknown, index): OverlayAction => {
    const path = ['actions', index]
    if (!isObject(action) || typeof action.target !== 'string')
      throw fail(path, `action ${index}: expected an object with a \`target\``)
    const remove = action.remove === true
    if (!remove && action.update === undefined && action.copy === undefined)
      throw fail(path, `action ${index}: expected \`update\`, \`remove: true\` or \`copy\``)
    const compileQuery = (member: string, text: unknown) => {
      try {
        return compileJsonPath(String(text), maxReads)
      } catch (error) {
        throw fail([...path, member], `action ${index}: ${member}: ${(error as Error).message}`)
      }
    }
    return {
      index,
      target: action.target,
      query: compileQuery('target', action.target),
      remove,
      update: action.update,
      copy: action.copy === undefined ? undefined : compileQuery('copy', action.copy)
    }
  })
}

/** A document has more values than a request, and is read once. */
const maxReads = 5_000_000

function findLocations(query: JsonPath, root: unknown, source: OverlaySource, { index }: OverlayAction): Path[] {
  try {
    return query.locate(root)
  } catch (error) {
    throw new ConfigError([
      `${source.locate(toPointer(['actions', index]))}: action ${index}: the JSONPath ${(error as Error).message}, expected a simpler path`
    ])
  }
}

function applyAction(
  root: Record<string, unknown>,
  locations: Path[],
  action: OverlayAction,
  source: OverlaySource
): void {
  if (action.remove) {
    // From the last to the first, so that the indexes of the nodes still to remove stay valid.
    for (const location of locations.reverse()) removeAt(root, location)
    return
  }
  const [copied] = action.copy ? findLocations(action.copy, root, source, action) : []
  const update = action.copy ? copied && followPath(root, copied) : action.update
  if (action.copy && update === undefined)
    throw new ConfigError([
      `${source.locate(toPointer(['actions', action.index, 'copy']))}: action ${action.index}: nothing to copy`
    ])
  for (const location of locations) updateAt(root, location, update, action, source)
}

function removeAt(root: unknown, location: Path): void {
  const parent = followPath(root, location.slice(0, -1))
  const key = location.at(-1)
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else if (isObject(parent) && key !== undefined) delete parent[key]
}

function updateAt(
  root: unknown,
  location: Path,
  update: unknown,
  { index, target }: OverlayAction,
  source: OverlaySource
): void {
  const current = followPath(root, location)
  // The format appends the update as one entry. Standin also accepts a list of entries.
  if (Array.isArray(current)) current.push(...structuredClone(Array.isArray(update) ? update : [update]))
  else if (isObject(current) && isObject(update)) mergeInto(current, update)
  else
    throw new ConfigError([
      `${source.locate(toPointer(['actions', index, 'target']))}: action ${index}: ${target} is not an object or a list to update`
    ])
}

function mergeInto(target: Record<string, unknown>, update: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(update)) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') continue
    const existing = Object.hasOwn(target, key) ? target[key] : undefined
    if (isObject(existing) && isObject(value)) mergeInto(existing, value)
    else if (Array.isArray(existing) && Array.isArray(value)) existing.push(...structuredClone(value))
    else target[key] = structuredClone(value)
  }
}
