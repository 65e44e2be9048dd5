#!/usr/bin/env node
/** Starts the bundled command from the code cache that the build made, where this Node can use it. */
import { executionAsyncResource } from 'node:async_hooks'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { constants, Script } from 'node:vm'

// V8 forgets the hidden class of what nextTick queues when a full collection finds none of it alive, and from then on takes
// the slow way for each, six times a request. The start makes such collections, so one is kept from before them.
export const pinnedResource = await new Promise(resolve => process.nextTick(() => resolve(executionAsyncResource())))

const distDirectory = dirname(fileURLToPath(import.meta.url))

/** Runs a CommonJS file of the bundle. A cache of another Node version is refused by V8, and the file is compiled instead. */
function runScript(name: string): unknown {
  const filename = join(distDirectory, name)
  // The build writes ASCII alone, which V8 takes as it is.
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    cachedData: readIfExists(`${filename}.cache`),
    importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER
  })
  const module = { exports: {} }
  script.runInThisContext()(module.exports, createRequire(filename), module, filename, distDirectory, runScript)
  // The build asks for what has been compiled once the server has answered.
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
