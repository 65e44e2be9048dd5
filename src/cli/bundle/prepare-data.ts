/** Reads and compiles at build what the bundle is not to read and compile at each start. The build runs it in dist/.build/. */
import { readFile, writeFile } from 'node:fs/promises'
import { encodingNames, loadVocabulary } from '../../completion/load-vocabulary.js'
import type { SmallSpec } from '../../contract/lazy-spec.js'
import { standaloneCheck, standaloneSource } from '../../contract/standalone.js'
import { loadBuiltinData, loadBuiltinSpec } from '../../server/builtin-data.js'
import type { EmbeddedData } from './embedded-data.js'
import type { BuiltinNames } from './lazy-module.js'

/**
 * Writes the files in dist/ that the bundle reads or is made of, and returns the constants of src/cli/bundle/ as esbuild
 * defines them.
 */
export async function prepareData(dist: URL, builtins: string[]): Promise<Record<string, string>> {
  const { errorCatalog, keys, modelTable, fixtureFiles } = await loadBuiltinData()
  const { spec } = await loadBuiltinSpec()
  const { document, schemas, ...rest } = spec
  const data: EmbeddedData = { errorCatalog, keys, modelTable, fixtureFiles }
  const smallSpec: SmallSpec = rest
  const fixtureSchema = JSON.parse(await readFile(new URL('../fixtures/fixture.schema.json', dist), 'utf8'))
  const files = {
    'document.json': JSON.stringify(document),
    'schemas.json': JSON.stringify(schemas),
    '.build/request-checks.js': standaloneSource(spec),
    '.build/fixture-check.js': standaloneCheck(fixtureSchema)
  }
  for (const name of encodingNames) await writeFile(new URL(`${name}.vocabulary`, dist), await loadVocabulary(name))
  for (const [name, text] of Object.entries(files)) await writeFile(new URL(name, dist), text)
  const names = await Promise.all(builtins.map(async name => [name, await namesOf(name)]))
  return {
    standinData: textLiteral(data),
    standinSpec: textLiteral(smallSpec),
    standinBuiltins: textLiteral(Object.fromEntries(names))
  }
}

/** V8 parses JSON in a text faster than the same object in code. */
const textLiteral = (value: unknown) => JSON.stringify(JSON.stringify(value))

async function namesOf(builtin: string): Promise<BuiltinNames> {
  const exports: Record<string, unknown> = await import(`node:${builtin}`)
  const names = Object.keys(exports).filter(name => name !== 'default')
  // Some versions of Node export names whose value is undefined.
  const isGlobal = (name: string) => exports[name] !== undefined && Reflect.get(globalThis, name) === exports[name]
  return { global: names.filter(isGlobal), own: names.filter(name => !isGlobal(name)) }
}
