/**
 * Loads the built-in data from its files: the document with its overlays, errors, keys, models and fixtures. The build
 * replaces this module in the bundle by the loaded data, so that a start reads and compiles nothing.
 */

import { createSpecChecks } from '../contract/check.js'
import { loadSpec, type Spec } from '../contract/load.js'
import { createAjv } from '../core/ajv.js'
import type { ErrorCatalog } from '../core/api-error.js'
import type { ApiKey } from '../core/api-key.js'
import type { ModelTable } from '../core/model.js'
import { once } from '../core/once.js'
import { type SchemaCheck, toSchemaCheck } from '../core/schema.js'
import { readSource } from '../core/source-file.js'
import { readErrorCatalog } from '../fixtures/error-catalog.js'
import { readFixtureDirectory } from '../fixtures/fixture-files.js'
import { readApiKeys } from '../fixtures/keys.js'

export interface BuiltinData {
  errorCatalog: ErrorCatalog
  keys: Record<string, ApiKey>
  modelTable: ModelTable
  /** The parsed fixture files. */
  fixtureFiles: { path: string; data: unknown }[]
  fixtureCheck: SchemaCheck
  /** Whether the build has validated the data. */
  isChecked: boolean
}

export interface SpecWithChecks {
  spec: Spec
  /** The checks of request bodies, by operation id. */
  requestChecks: ReadonlyMap<string, SchemaCheck>
}

/** The folder of openapi/ and fixtures/. It is the same from src/ and from dist/. */
const packageRoot = new URL('../../', import.meta.url)
const toPath = (name: string) => new URL(name, packageRoot).pathname

export const assetsDir = new URL('node_modules/@fastify/swagger-ui/static/', packageRoot)
/** The build writes it. */
export const pageDir = new URL('dist/page/', packageRoot)
export const specFile = toPath('openapi/chat-completions.yaml')
export const adminSpecFile = toPath('openapi/admin.yaml')

export async function listOverlayFiles(): Promise<string[]> {
  const { readdir } = await import('node:fs/promises')
  const names = await readdir(toPath('openapi/overlays'))
  return names
    .filter(name => /\.ya?ml$/.test(name))
    .sort()
    .map(name => toPath(`openapi/overlays/${name}`))
}

/** Each server gets a copy, because a program may start many servers, and each adds to its data. */
export async function loadBuiltinData(): Promise<BuiltinData> {
  const { data, fixtureCheck } = await readBuiltinData()
  return { ...structuredClone(data), fixtureCheck, isChecked: false }
}

export async function loadBuiltinSpec(): Promise<SpecWithChecks> {
  const { spec, requestChecks } = await readBuiltinSpec()
  return { spec: structuredClone(spec), requestChecks }
}

const readBuiltinData = once(async () => {
  const { errors, keys, fixtures } = await readFixtureDirectory(toPath('fixtures'))
  const errorCatalog = readErrorCatalog(errors)
  const schema = (await readSource(toPath('fixtures/fixture.schema.json'))).data as Record<string, unknown>
  return {
    data: {
      errorCatalog,
      keys: readApiKeys(keys ? [keys] : [], new Set(Object.keys(errorCatalog))),
      modelTable: (await readSource(toPath('fixtures/models.yaml'))).data as ModelTable,
      fixtureFiles: fixtures.map(({ path, data }) => ({ path: path.replace(packageRoot.pathname, ''), data }))
    },
    fixtureCheck: toSchemaCheck(createAjv({ allErrors: true, verbose: true }).compile(schema))
  }
})

const readBuiltinSpec = once(async () => {
  const spec = await loadSpec({ spec: specFile, overlays: await listOverlayFiles() })
  return { spec, requestChecks: createSpecChecks(spec).request }
})
