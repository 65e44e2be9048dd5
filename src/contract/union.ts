/** Rewrites unions of different JSON types as conditions on the type, so that an invalid value has one error instead of many. */
import { isObject, resolveRef } from '../core/json-pointer.js'
import type { OpenApiObject } from './schema-visitor.js'

/** Rewrites a schema in place. The same values stay valid. */
export function foldUnions(document: OpenApiObject, schema: OpenApiObject): void {
  if (schema.discriminator !== undefined || schema.type !== undefined) return
  for (const key of ['oneOf', 'anyOf']) {
    const branches = schema[key]
    if (!Array.isArray(branches) || branches.length < 2) continue
    const types = branches.map(branch => listTypes(document, branch))
    if (!areDisjoint(types)) continue
    delete schema[key]
    schema.type = types.flat()
    const conditions = branches.flatMap((branch, index) =>
      isOnlyType(branch) ? [] : [{ if: { type: types[index] }, then: branch }]
    )
    if (conditions.length > 0) schema.allOf = [...(Array.isArray(schema.allOf) ? schema.allOf : []), ...conditions]
    return
  }
}

function listTypes(document: OpenApiObject, branch: unknown): string[] {
  const target = isObject(branch) && branch.type !== undefined ? branch : resolveRef(document, branch)
  return isObject(target) && target.type !== undefined ? ([target.type].flat() as string[]) : []
}

function areDisjoint(types: string[][]): boolean {
  const all = types.flat().map(type => (type === 'integer' ? 'number' : type))
  return types.every(each => each.length > 0) && new Set(all).size === all.length
}

function isOnlyType(branch: unknown): boolean {
  return (
    isObject(branch) && Object.keys(branch).every(key => key === 'type' || key === 'description' || key === 'title')
  )
}
