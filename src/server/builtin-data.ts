/**
 * What ships with Standin: the document with its overlays, the refusals, keys, models and fixtures. Here they are read from
 * their files; the build puts what this module returns into the bundle, so that a start reads and compiles nothing.
 */

import { createChecks } from '../contract/check.js'
import { loadSpec, type Spec } from '../contract/load.js'
import { createAjv } from '../core/ajv.js'
import type { Catalog } from '../core/api-error.js'
import type { Key } from '../core/api-key.js'
import type { ModelTable } from '../core/model.js'
import { asCheck, type Check } from '../core/schema.js'
import { readSource } from '../core/source-file.js'
import { readCatalog } from '../fixtures/error-catalog.js'
import { readKeys } from '../fixtures/keys.js'
import { readDirectory } from '../fixtures/load.js'

export interface Shipped {
  catalog: Catalog
  keys: Record<string, Key>
  models: ModelTable
  /** Each file of fixtures, as it was parsed. */
  fixtures: { path: string; data: unknown }[]
  fixtureCheck: Check
  /** The build has looked at all of it. */
  isChecked: boolean
}

export interface ShippedSpec {
  spec: Spec
  /** By the operation's id. */
  requests: ReadonlyMap<string, Check>
}

/** The folder that holds openapi/ and fixtures/; the same from src/ and from dist/. */
const home = new URL('../../', import.meta.url)
const path = (name: string) => new URL(name, home).pathname

export const assetsDir = new URL('node_modules/@fastify/swagger-ui/static/', home)
export const specFile = path('openapi/chat-completions.yaml')

export async function overlayFiles(): Promise<string[]> {
  const { readdir } = await import('node:fs/promises')
  const names = await readdir(path('openapi/overlays'))
  return names
    .filter(name => /\.ya?ml$/.test(name))
    .sort()
    .map(name => path(`openapi/overlays/${name}`))
}

export async function loadShipped(): Promise<Shipped> {
  const { errors, keys, fixtures } = await readDirectory(path('fixtures'))
  const catalog = readCatalog(errors)
  const schema = (await readSource(path('fixtures/fixture.schema.json'))).data as Record<string, unknown>
  return {
    catalog,
    keys: readKeys(keys ? [keys] : [], new Set(Object.keys(catalog))),
    models: (await readSource(path('fixtures/models.yaml'))).data as ModelTable,
    fixtures: fixtures.map(({ path, data }) => ({ path: path.replace(home.pathname, ''), data })),
    fixtureCheck: asCheck(createAjv({ verbose: true }).compile(schema)),
    isChecked: false
  }
}

export async function loadShippedSpec(): Promise<ShippedSpec> {
  const spec = await loadSpec({ spec: specFile, overlays: await overlayFiles() })
  return { spec, requests: createChecks(spec).request }
}
