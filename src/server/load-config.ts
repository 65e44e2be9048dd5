/** Reads what a start needs: what ships, and in its place or beside it the user's own document, fixtures, refusals and keys. */
import { access, constants, mkdir } from 'node:fs/promises'
import { type Catalog, Mistake } from '../core/api-error.js'
import type { Key } from '../core/api-key.js'
import { type ModelTable, mergeModels } from '../core/model.js'
import { checkModels } from '../core/model-table.js'
import type { Options } from '../core/options.js'
import { inlineSource, readSource, type Source } from '../core/source-file.js'
import { readCatalog } from '../fixtures/error-catalog.js'
import type { Forms } from '../fixtures/fixture-schema.js'
import { readKeys } from '../fixtures/keys.js'
import { type Directory, readDirectory } from '../fixtures/load.js'
import { loadShipped, loadShippedSpec, overlayFiles, type ShippedSpec, specFile } from './builtin-data.js'

export interface Files extends ShippedSpec {
  catalog: Catalog
  keys: Record<string, Key>
  models: ModelTable
  /** The fixtures to compile: the user's, or else those that ship. */
  fixtures: Source[]
  forms: Forms
}

/** Throws one Mistake with the problems of all files, so that one start tells of everything. */
export async function readFiles(options: Options): Promise<Files> {
  const shipped = await loadShipped()
  const own = await readOwn((options.fixtures ?? []).filter(path => path !== 'none'))
  const errors = own.flatMap(({ errors }) => errors)
  const catalog =
    shipped.isChecked && !errors.length
      ? shipped.catalog
      : readCatalog([{ path: 'shipped', data: shipped.catalog }, ...errors])
  const refusals = new Set(Object.keys(catalog))
  return {
    ...(await specOf(options)),
    catalog,
    keys: {
      ...shipped.keys,
      ...readKeys(
        own.flatMap(({ keys }) => keys ?? []),
        refusals
      )
    },
    models: await modelsOf(options.models, shipped.models),
    fixtures: options.fixtures
      ? own.flatMap(({ fixtures }) => fixtures)
      : shipped.fixtures.map(({ path, data }) => ({ ...inlineSource(path, data), isChecked: shipped.isChecked })),
    forms: { check: shipped.fixtureCheck, refusals }
  }
}

/** The options with a directory that recordings go to: the first of the fixtures, or `fixtures`, made when it is missing. */
export async function withDirectory(options: Options): Promise<Options & { fixtures: [string, ...string[]] }> {
  const [directory = 'fixtures', ...others] = options.fixtures ?? []
  const problem = (error: NodeJS.ErrnoException) =>
    new Mistake([`${directory}: can't be written to (${error.code}), expected a directory for what is recorded`])
  try {
    await mkdir(directory, { recursive: true })
    await access(directory, constants.W_OK)
  } catch (error) {
    throw problem(error as NodeJS.ErrnoException)
  }
  return { ...options, fixtures: [directory, ...others] }
}

async function modelsOf(path: string | undefined, shipped: ModelTable): Promise<ModelTable> {
  if (!path) return shipped
  const { data } = await readSource(path)
  const problems = checkModels(data, shipped)
  if (problems.length) throw new Mistake(problems.map(problem => `${path}: ${problem}`))
  return mergeModels(shipped, data as Partial<ModelTable>)
}

async function readOwn(paths: readonly string[]): Promise<Directory[]> {
  const directories: Directory[] = []
  const problems: string[] = []
  for (const path of paths)
    await readDirectory(path).then(
      directory => directories.push(directory),
      error => {
        if (!(error instanceof Mistake)) throw error
        problems.push(...error.problems)
      }
    )
  if (problems.length) throw new Mistake(problems)
  return directories
}

async function specOf({ spec, overlay }: Options): Promise<ShippedSpec> {
  if (!spec && !overlay) return loadShippedSpec()
  // The compiler of validators is loaded only for a document that did not ship.
  const [{ loadSpec }, { createChecks }] = await Promise.all([
    import('../contract/load.js'),
    import('../contract/check.js')
  ])
  const overlays = overlay ? overlay.filter(file => file !== 'none') : spec ? [] : await overlayFiles()
  const loaded = await loadSpec({ spec: spec ?? specFile, overlays })
  return { spec: loaded, requests: createChecks(loaded).request }
}
