/** OpenAPI Overlay 1.0 and 1.1: a document of actions that change another document, each aimed by a JSONPath (RFC 9535). */
import { compile, type JSONPathNode, type JSONPathQuery, type JSONValue } from 'json-p3'
import { Mistake } from '../core/api-error.js'
import { follow, isObject, type Path, toPointer } from '../core/json-pointer.js'
import type { Source } from '../core/source-file.js'

/** Says where in the overlay something stands. */
export type Places = Pick<Source, 'path' | 'place'>

export interface Overlaid {
  document: Record<string, unknown>
  /** Actions that matched nothing: the document has moved on, or the target is misspelt. */
  warnings: string[]
}

interface Action {
  index: number
  target: string
  query: JSONPathQuery
  remove: boolean
  update?: unknown
  copy?: JSONPathQuery
}

/** Applies every action in order to a copy of the document. */
export function applyOverlay(document: Record<string, unknown>, overlay: unknown, places: Places): Overlaid {
  const actions = readActions(overlay, places)
  const root = structuredClone(document)
  const warnings: string[] = []
  for (const action of actions) {
    const nodes = find(action.query, root)
    if (nodes.length === 0)
      warnings.push(`${places.path}: action ${action.index}: nothing matches the target ${action.target}`)
    else apply(root, nodes, action, places)
  }
  return { document: root, warnings }
}

function readActions(overlay: unknown, places: Places): Action[] {
  const fail = (path: Path, what: string) => new Mistake([`${places.place(toPointer(path))}: ${what}`])
  if (!isObject(overlay)) throw fail([], 'an overlay is expected to be an object')
  if (typeof overlay.overlay !== 'string' || !/^1\.\d+/.test(overlay.overlay))
    throw fail(['overlay'], 'expected `overlay: 1.0.0`, the version of the OpenAPI Overlay format')
  if (!Array.isArray(overlay.actions) || overlay.actions.length === 0)
    throw fail(['actions'], 'expected `actions`, a list of at least one action')
  return overlay.actions.map((action: unknown, index): Action => {
    const path = ['actions', index]
    if (!isObject(action) || typeof action.target !== 'string')
      throw fail(path, `action ${index}: expected an object with a \`target\``)
    const remove = action.remove === true
    if (!remove && action.update === undefined && action.copy === undefined)
      throw fail(path, `action ${index}: expected \`update\`, \`remove: true\` or \`copy\``)
    const read = (member: string, text: unknown) => {
      try {
        return compile(String(text))
      } catch (error) {
        throw fail([...path, member], `action ${index}: ${member} is not a JSONPath: ${(error as Error).message}`)
      }
    }
    return {
      index,
      target: action.target,
      query: read('target', action.target),
      remove,
      update: action.update,
      copy: action.copy === undefined ? undefined : read('copy', action.copy)
    }
  })
}

function find(query: JSONPathQuery, root: unknown): JSONPathNode[] {
  return [...query.query(root as JSONValue)]
}

function apply(root: Record<string, unknown>, nodes: JSONPathNode[], action: Action, places: Places): void {
  if (action.remove) {
    // From the last to the first, so that the indexes of those still to be removed stay right.
    for (const { location } of nodes.reverse()) removeAt(root, location)
    return
  }
  const update = action.copy ? find(action.copy, root)[0]?.value : action.update
  if (action.copy && update === undefined)
    throw new Mistake([
      `${places.place(toPointer(['actions', action.index, 'copy']))}: action ${action.index}: nothing to copy`
    ])
  for (const { location } of nodes) updateAt(root, location, update, action, places)
}

function removeAt(root: unknown, location: Path): void {
  const parent = follow(root, location.slice(0, -1))
  const key = location.at(-1)
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else if (isObject(parent) && key !== undefined) delete parent[key]
}

function updateAt(root: unknown, location: Path, update: unknown, { index, target }: Action, places: Places): void {
  const found = follow(root, location)
  // An array takes the update as one more entry; a list of entries is a kindness of ours.
  if (Array.isArray(found)) found.push(...structuredClone(Array.isArray(update) ? update : [update]))
  else if (isObject(found) && isObject(update)) merge(found, update)
  else
    throw new Mistake([
      `${places.place(toPointer(['actions', index, 'target']))}: action ${index}: ${target} is not an object or a list to update`
    ])
}

function merge(target: Record<string, unknown>, update: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(update)) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') continue
    const old = Object.hasOwn(target, key) ? target[key] : undefined
    if (isObject(old) && isObject(value)) merge(old, value)
    else if (Array.isArray(old) && Array.isArray(value)) old.push(...structuredClone(value))
    else target[key] = structuredClone(value)
  }
}
