/** Runs the files of the bundle from the code caches that the build made. */
import type { Script } from 'node:vm'

// As in the launcher: an import of a module of Node would read all its exports.
const { readFileSync } = process.getBuiltinModule('node:fs')
const { createRequire } = process.getBuiltinModule('node:module')
const { join } = process.getBuiltinModule('node:path')
const { pathToFileURL } = process.getBuiltinModule('node:url')
const vm = process.getBuiltinModule('node:vm')

/** The names that each file of the bundle can use. The build wraps a file in a function that takes them. */
export const scopeNames = [
  'exports',
  'require',
  'module',
  '__filename',
  '__dirname',
  'standinRun',
  'standinUrl'
] as const

type Scope = Record<(typeof scopeNames)[number], unknown>

/**
 * Returns a function that runs a CommonJS file of the folder and returns its exports; a file runs once. V8 refuses a cache of
 * another Node version, and compiles the file instead.
 */
export function createRunner(home: string, onScript?: (file: string, script: Script) => void) {
  const modules = new Map<string, { exports: unknown }>()
  const run = (name: string): unknown => {
    const known = modules.get(name)
    if (known) return known.exports
    const file = join(home, name)
    // The build writes ASCII alone, which V8 takes as it is.
    const script = new vm.Script(readFileSync(file, 'latin1'), {
      filename: file,
      cachedData: readIfThere(`${file}.cache`),
      importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER
    })
    onScript?.(file, script)
    const module = { exports: {} }
    modules.set(name, module)
    const scope: Scope = {
      exports: module.exports,
      require: createRequire(file),
      module,
      __filename: file,
      __dirname: home,
      standinRun: run,
      standinUrl: pathToFileURL(file).href
    }
    script.runInThisContext()(scope)
    return module.exports
  }
  return run
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}
