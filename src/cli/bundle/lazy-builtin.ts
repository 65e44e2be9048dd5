/** Stands for a module of Node in the bundle, and loads that module when one of its exports is first used. */

export interface BuiltinNames {
  /** The exports that are global too; most need no loading. */
  global: string[]
  own: string[]
}

/** JSON of the names by module. The build puts it in. */
declare const standinBuiltins: string
const names: Record<string, BuiltinNames> = JSON.parse(standinBuiltins)

export function lazyBuiltin(name: string): object {
  const stand = {}
  let builtin: object | undefined
  const read = (key: string) => {
    builtin ??= process.getBuiltinModule(name) as object
    return Reflect.get(builtin, key)
  }
  const define = (key: string, get: () => unknown) => Object.defineProperty(stand, key, { enumerable: true, get })
  const { own, global } = names[name]!
  for (const key of own) define(key, () => read(key))
  // The build may have run on a version of Node that has more globals.
  for (const key of global) define(key, () => Reflect.get(globalThis, key) ?? read(key))
  return stand
}
