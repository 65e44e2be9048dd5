/** Replaces src/server/builtin-data.ts in the bundle: the build has read and compiled everything. */
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createLazySpec } from '../../contract/lazy-spec.js'
import { type SchemaCheck, toSchemaCheck } from '../../core/schema.js'
import type { BuiltinData } from '../../server/builtin-data.js'

export type EmbeddedData = Omit<BuiltinData, 'fixtureCheck' | 'isChecked'>

/** JSON of EmbeddedData and of SmallSpec. The build puts it in. */
declare const standinData: string
declare const standinSpec: string

// The bundle lies in dist/.
const path = (name: string) => new URL(`../${name}`, import.meta.url).pathname

export const embeddedModule: typeof import('../../server/builtin-data.js') = {
  assetsDir: new URL('./assets/', import.meta.url),
  pageDir: new URL('./page/', import.meta.url),
  specFile: path('openapi/chat-completions.yaml'),
  adminSpecFile: path('openapi/admin.yaml'),
  async listOverlayFiles() {
    const names = await readdir(path('openapi/overlays'))
    return names
      .filter(name => /\.ya?ml$/.test(name))
      .sort()
      .map(name => path(`openapi/overlays/${name}`))
  },
  async loadBuiltinData() {
    const data: EmbeddedData = JSON.parse(standinData)
    return { ...data, fixtureCheck, isChecked: true }
  },
  async loadBuiltinSpec() {
    const { requests } = await import('./request-checks.js')
    return {
      spec: createLazySpec(JSON.parse(standinSpec), part =>
        JSON.parse(readFileSync(new URL(`./${part}.json`, import.meta.url), 'utf8'))
      ),
      requestChecks: new Map(Object.entries(requests).map(([id, validate]) => [id, toSchemaCheck(validate)]))
    }
  }
}

/** The fixtures that ship are checked, so most starts never compile this. */
function fixtureCheck(value: unknown): ReturnType<SchemaCheck> {
  const { check } = require('./fixture-check.js') as typeof import('./fixture-check.js')
  return toSchemaCheck(check)(value)
}
