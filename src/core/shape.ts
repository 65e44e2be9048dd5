/** Brings JSON values of strangers to the shape of a type, so that code behind it needs no checks of its own. Pure. */
import { isObject } from './json-pointer.js'

/** Returns the value itself if it has the shape, a repaired copy if it can be repaired, and else undefined. */
export type Shape = (value: unknown) => unknown

export const anyValue: Shape = value => value
export const text: Shape = value => (typeof value === 'string' ? value : undefined)
export const flag: Shape = value => (typeof value === 'boolean' ? value : undefined)
/** JSON such as `1e400` is read as Infinity. */
export const finiteNumber: Shape = value => (Number.isFinite(value) ? value : undefined)
export const anyObject: Shape = value => (isObject(value) ? value : undefined)

export const wholeNumber =
  (min: number): Shape =>
  value =>
    Number.isSafeInteger(value) && Number(value) >= min ? value : undefined

export const nullable =
  (shape: Shape): Shape =>
  value =>
    value === null ? null : shape(value)

/** The first shape that the value has. */
export const either =
  (...shapes: readonly Shape[]): Shape =>
  value => {
    for (const shape of shapes) {
      const fitted = shape(value)
      if (fitted !== undefined) return fitted
    }
    return undefined
  }

/** A list. Items without the shape are left out. */
export const listOf =
  (shape: Shape): Shape =>
  value => {
    if (!Array.isArray(value)) return undefined
    let fitted: unknown[] | undefined
    for (let at = 0; at < value.length; at++) {
      const item = shape(value[at])
      if (item === value[at] && item !== undefined) fitted?.push(item)
      else {
        fitted ??= value.slice(0, at)
        if (item !== undefined) fitted.push(item)
      }
    }
    return fitted ?? value
  }

/** A map from any names to values. Values without the shape are left out. */
export const mapOf =
  (shape: Shape): Shape =>
  value =>
    isObject(value) ? fitMembers(value, () => shape) : undefined

/**
 * An object. Members without their shape are left out, and further members stay as they are.
 *
 * @param defaults replace required members that are absent or left out
 */
export function objectOf(shapes: Readonly<Record<string, Shape>>, defaults: Readonly<Record<string, unknown>> = {}) {
  const byName = new Map(Object.entries(shapes))
  const required = Object.entries(defaults)
  return (value: unknown): Record<string, unknown> | undefined => {
    if (!isObject(value)) return undefined
    let fitted = fitMembers(value, name => byName.get(name))
    for (const [name, fallback] of required)
      if (!Object.hasOwn(fitted, name)) {
        if (fitted === value) fitted = { ...value }
        fitted[name] = fallback
      }
    return fitted
  }
}

function fitMembers(value: Record<string, unknown>, findShape: (name: string) => Shape | undefined) {
  let fitted = value
  for (const name in value) {
    const shape = findShape(name)
    if (!shape) continue
    const member = shape(value[name])
    if (member === value[name] && member !== undefined) continue
    if (fitted === value) fitted = { ...value }
    if (member === undefined) delete fitted[name]
    else fitted[name] = member
  }
  return fitted
}
