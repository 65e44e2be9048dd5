/** Stands for a module in the bundle, and loads it when one of its exports is first used. */

export interface BuiltinNames {
  /** The exports that are global too; most need no loading. */
  global: string[]
  own: string[]
}

/** JSON of the names of each module of Node. The build puts it in. */
declare const standinBuiltins: string
const builtinNames: Record<string, BuiltinNames> = JSON.parse(standinBuiltins)

/** Returns an object with these exports of the module that `load` loads. */
export function lazyModule(names: readonly string[], load: () => object): object {
  const exports = {}
  let loaded: object | undefined
  for (const name of names)
    defineGetter(exports, name, () => {
      loaded ??= load()
      return Reflect.get(loaded, name)
    })
  return exports
}

/** Returns an object with the exports of a module of Node. */
export function lazyBuiltin(module: string): object {
  const { own, global } = builtinNames[module]!
  const load = () => process.getBuiltinModule(module) as object
  const exports = lazyModule(own, load)
  // The build may have run on a version of Node that has more globals.
  for (const name of global)
    defineGetter(exports, name, () => Reflect.get(globalThis, name) ?? Reflect.get(load(), name))
  return exports
}

/** Returns the function `assert` with its members. Only a failure loads the module. */
export function lazyAssert(): object {
  const members = lazyBuiltin('assert')
  const assert = (value: unknown, message?: string | Error) => {
    if (value) return
    const loaded: (value: unknown, message?: string | Error) => void = process.getBuiltinModule('assert')
    loaded(value, message)
  }
  return Object.defineProperties(assert, Object.getOwnPropertyDescriptors(members))
}

const defineGetter = (exports: object, name: string, get: () => unknown) =>
  Object.defineProperty(exports, name, { enumerable: true, get })
