/** Reads what a start needs: what ships, and in its place or beside it the user's own document, fixtures, refusals and keys. */
import { access, constants, mkdir } from 'node:fs/promises'
import { ConfigError, type ErrorCatalog } from '../core/api-error.js'
import type { ApiKey } from '../core/api-key.js'
import { type ModelTable, mergeModels } from '../core/model.js'
import { validateModelTable } from '../core/model-table.js'
import type { Options } from '../core/options.js'
import { inlineSource, readSource, type Source } from '../core/source-file.js'
import { readErrorCatalog } from '../fixtures/error-catalog.js'
import { readApiKeys } from '../fixtures/keys.js'
import { type FixtureDirectory, readFixtureDirectory } from '../fixtures/load.js'
import type { FixtureSchema } from '../fixtures/reply-problems.js'
import { listOverlayFiles, loadBuiltinData, loadBuiltinSpec, type SpecWithChecks, specFile } from './builtin-data.js'

export interface LoadedConfig extends SpecWithChecks {
  errorCatalog: ErrorCatalog
  keys: Record<string, ApiKey>
  modelTable: ModelTable
  /** The fixtures to compile: the user's, or else those that ship. */
  fixtureSources: Source[]
  fixtureSchema: FixtureSchema
}

/** Throws one Mistake with the problems of all files, so that one start tells of everything. */
export async function loadConfig(options: Options): Promise<LoadedConfig> {
  const builtin = await loadBuiltinData()
  const directories = await readUserDirectories((options.fixtures ?? []).filter(path => path !== 'none'))
  const errors = directories.flatMap(({ errors }) => errors)
  const errorCatalog =
    builtin.isChecked && !errors.length
      ? builtin.errorCatalog
      : readErrorCatalog([{ path: 'shipped', data: builtin.errorCatalog }, ...errors])
  const errorNames = new Set(Object.keys(errorCatalog))
  return {
    ...(await loadSpecWithChecks(options)),
    errorCatalog,
    keys: {
      ...builtin.keys,
      ...readApiKeys(
        directories.flatMap(({ keys }) => keys ?? []),
        errorNames
      )
    },
    modelTable: await loadModels(options.models, builtin.modelTable),
    fixtureSources: options.fixtures
      ? directories.flatMap(({ fixtures }) => fixtures)
      : builtin.fixtureFiles.map(({ path, data }) => ({ ...inlineSource(path, data), isChecked: builtin.isChecked })),
    fixtureSchema: { check: builtin.fixtureCheck, errorNames }
  }
}

/** The options with a directory that recordings go to: the first of the fixtures, or `fixtures`, made when it is missing. */
export async function withRecordingDirectory(options: Options): Promise<Options & { fixtures: [string, ...string[]] }> {
  const [directory = 'fixtures', ...others] = options.fixtures ?? []
  const toConfigError = (error: NodeJS.ErrnoException) =>
    new ConfigError([`${directory}: can't be written to (${error.code}), expected a directory for what is recorded`])
  try {
    await mkdir(directory, { recursive: true })
    await access(directory, constants.W_OK)
  } catch (error) {
    throw toConfigError(error as NodeJS.ErrnoException)
  }
  return { ...options, fixtures: [directory, ...others] }
}

async function loadModels(path: string | undefined, builtin: ModelTable): Promise<ModelTable> {
  if (!path) return builtin
  const { data } = await readSource(path)
  const problems = validateModelTable(data, builtin)
  if (problems.length) throw new ConfigError(problems.map(problem => `${path}: ${problem}`))
  return mergeModels(builtin, data as Partial<ModelTable>)
}

async function readUserDirectories(paths: readonly string[]): Promise<FixtureDirectory[]> {
  const directories: FixtureDirectory[] = []
  const problems: string[] = []
  for (const path of paths)
    await readFixtureDirectory(path).then(
      directory => directories.push(directory),
      error => {
        if (!(error instanceof ConfigError)) throw error
        problems.push(...error.problems)
      }
    )
  if (problems.length) throw new ConfigError(problems)
  return directories
}

async function loadSpecWithChecks({ spec, overlay }: Options): Promise<SpecWithChecks> {
  if (!spec && !overlay) return loadBuiltinSpec()
  // The compiler of validators is loaded only for a document that did not ship.
  const [{ loadSpec }, { createSpecChecks }] = await Promise.all([
    import('../contract/load.js'),
    import('../contract/check.js')
  ])
  const overlays = overlay ? overlay.filter(file => file !== 'none') : spec ? [] : await listOverlayFiles()
  const loaded = await loadSpec({ spec: spec ?? specFile, overlays })
  return { spec: loaded, requestChecks: createSpecChecks(loaded).request }
}
