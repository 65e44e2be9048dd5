#!/usr/bin/env node
/** Starts the bundled command with the code cache of the build, if this version of Node accepts it. */
import { executionAsyncResource } from 'node:async_hooks'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { constants, Script } from 'node:vm'

// V8 drops the hidden class of the objects that nextTick queues when a full collection finds none of them alive. Each later one
// then takes a slow path, six times a request. So one object is kept from before the collections of the start. The export keeps
// the bundler from removing it.
export const pinnedResource = await new Promise(resolve => process.nextTick(() => resolve(executionAsyncResource())))

const distDirectory = dirname(fileURLToPath(import.meta.url))

/** Runs a CommonJS file of the bundle. V8 rejects the cache of another version of Node, and compiles the file instead. */
function runScript(name: string): unknown {
  const filename = join(distDirectory, name)
  // The bundle is pure ASCII, which V8 uses without conversion.
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    cachedData: readIfExists(`${filename}.cache`),
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER
  })
  const module = { exports: {} }
  script.runInThisContext()(module.exports, createRequire(filename), module, filename, distDirectory, runScript)
  // The build writes the cache of these scripts after the server has served requests.
  if (process.env.STANDIN_WRITE_CACHE)
    Object.assign(globalThis, { standinScripts: { ...compiledScripts(), [filename]: script } })
  return module.exports
}

const compiledScripts = () => (globalThis as { standinScripts?: Record<string, Script> }).standinScripts

function readIfExists(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

runScript('standin.cjs')
