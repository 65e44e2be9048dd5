/** Loads the configuration of a server: the built-in data, and the user's document, fixtures, errors, keys and models. */
import { access, constants, mkdir } from 'node:fs/promises'
import type { ErrorCatalog } from '../core/api-error.js'
import type { ApiKey } from '../core/api-key.js'
import { ConfigError, settleAll } from '../core/config-error.js'
import { type FileReader, readDisk } from '../core/file-reader.js'
import { type ModelTable, mergeModels } from '../core/model.js'
import { validateModelTable } from '../core/model-table.js'
import type { Options } from '../core/options.js'
import { inlineSource, readSource, type Source } from '../core/source-file.js'
import { listErrorReferences, readErrorCatalog } from '../fixtures/error-catalog.js'
import type { Fixture } from '../fixtures/fixture.js'
import { type FixtureDirectory, readFixtureDirectory } from '../fixtures/fixture-files.js'
import type { StoredInput } from '../fixtures/input.js'
import { readApiKeys } from '../fixtures/keys.js'
import { collectStoredInputs, compileFixtures } from '../fixtures/load.js'
import type { FixtureSchema } from '../fixtures/reply-problems.js'
import { findWarnings } from '../fixtures/warnings.js'
import { listOverlayFiles, loadBuiltinData, loadBuiltinSpec, type SpecWithChecks, specFile } from './builtin-data.js'

export interface LoadedConfig extends FixtureConfig, SpecWithChecks {}

/** What a reload reads again. */
export interface FixtureConfig {
  errorCatalog: ErrorCatalog
  keys: Record<string, ApiKey>
  /** The names of the built-in keys, which are no secrets. */
  builtinKeyNames: ReadonlySet<string>
  modelTable: ModelTable
  /** The user's fixtures, or else the built-in fixtures; not compiled. */
  fixtureSources: Source[]
  /** Where the fixtures come from, in words. */
  origins: string[]
  /** Directories without fixtures, one line each. */
  warnings: string[]
  fixtureSchema: FixtureSchema
}

/** Throws one ConfigError with the problems of all fixtures, errors and keys, or else of another file. */
export async function loadConfig(options: Options, readFile: FileReader = readDisk): Promise<LoadedConfig> {
  const specWithChecks = await loadSpecWithChecks(options, readFile)
  const config = await loadFixtureConfig(options, specWithChecks.spec.operations, readFile)
  return { ...config, ...specWithChecks, warnings: [...specWithChecks.spec.warnings, ...config.warnings] }
}

/** @param operations those that fixtures can answer */
export async function loadFixtureConfig(
  options: Options,
  operations: FixtureSchema['operations'],
  readFile: FileReader
): Promise<FixtureConfig> {
  const builtin = await loadBuiltinData()
  const directories = await settleAll(
    (options.fixtures ?? []).filter(path => path !== 'none').map(path => readFixtureDirectory(path, readFile))
  )
  const errors = directories.flatMap(({ errors }) => errors)
  const errorCatalog =
    builtin.isChecked && !errors.length
      ? builtin.errorCatalog
      : readErrorCatalog([{ path: 'built-in errors', data: builtin.errorCatalog }, ...errors])
  const errorReferences = listErrorReferences(errorCatalog)
  return {
    errorCatalog,
    keys: {
      ...builtin.keys,
      ...readApiKeys(
        directories.flatMap(({ keys }) => keys ?? []),
        errorReferences.errorNames
      )
    },
    builtinKeyNames: new Set(Object.keys(builtin.keys)),
    modelTable: await loadModels(options.models, builtin.modelTable, errorReferences.errorNames, readFile),
    fixtureSources: options.fixtures
      ? directories.flatMap(({ fixtures }) => fixtures)
      : builtin.fixtureFiles.map(({ path, data }) => ({ ...inlineSource(path, data), isChecked: builtin.isChecked })),
    origins: options.fixtures ? directories.map(describeDirectory) : ['the built-in fixtures'],
    // A recording begins with an empty directory.
    warnings: options.unmatched === 'record' ? [] : directories.filter(isWithoutFixtures).map(explainEmptyDirectory),
    fixtureSchema: { check: builtin.fixtureCheck, operations, ...errorReferences }
  }
}

/** Adds the directory of recordings to the options: the first of `fixtures`, or else `./fixtures`. Creates it if needed. */
export async function withRecordingDirectory(options: Options): Promise<Options & { fixtures: [string, ...string[]] }> {
  const [directory = 'fixtures', ...others] = options.fixtures ?? []
  try {
    await mkdir(directory, { recursive: true })
    await access(directory, constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError([`${directory}: can't be written to (${code}), expected a directory for recordings`])
  }
  return { ...options, fixtures: [directory, ...others] }
}

interface CompiledSources {
  fixtures: Fixture[]
  stored: StoredInput[]
}

/** Compiles fixtures. Throws one ConfigError with the problems of all of them. */
export async function compileSources(sources: readonly Source[], schema: FixtureSchema): Promise<CompiledSources> {
  return { fixtures: await compileFixtures(sources, schema), stored: collectStoredInputs(sources) }
}

/** Compiles the fixtures of a configuration, and finds those that can never match. */
export async function compileConfig(config: FixtureConfig): Promise<CompiledSources & { warnings: string[] }> {
  const compiled = await compileSources(config.fixtureSources, config.fixtureSchema)
  return { ...compiled, warnings: [...config.warnings, ...findWarnings(compiled.fixtures)] }
}

async function loadModels(
  path: string | undefined,
  builtin: ModelTable,
  errorNames: ReadonlySet<string>,
  readFile: FileReader
): Promise<ModelTable> {
  if (!path) return builtin
  const { data } = await readSource(path, readFile)
  const problems = validateModelTable(data, builtin, errorNames)
  if (problems.length) throw new ConfigError(problems.map(problem => `${path}: ${problem}`))
  return mergeModels(builtin, data as Partial<ModelTable>)
}

const describeDirectory = ({ path, fixtures }: FixtureDirectory) =>
  `${path} (${fixtures.length} ${fixtures.length === 1 ? 'file' : 'files'})`

const isWithoutFixtures = ({ fixtures }: FixtureDirectory) => !fixtures.length

function explainEmptyDirectory({ path, errors, keys, otherFiles }: FixtureDirectory): string {
  const found = [
    ...(errors.length ? ['errors/'] : []),
    ...(keys ? ['keys.yaml'] : []),
    ...otherFiles.slice(0, 3),
    ...(otherFiles.length > 3 ? ['…'] : [])
  ]
  const content = found.length ? `it has only ${found.join(', ')}` : 'it is empty'
  return `${path}: the directory has no fixtures (${content}), expected files that end in .yaml, .yml or .json`
}

async function loadSpecWithChecks({ spec, overlay }: Options, readFile: FileReader): Promise<SpecWithChecks> {
  if (!spec && !overlay) return loadBuiltinSpec()
  // The compiler of validators is loaded only for the user's documents.
  const { loadUserSpec } = await import('./user-spec.js')
  const overlays = overlay ? overlay.filter(file => file !== 'none') : spec ? [] : await listOverlayFiles()
  return loadUserSpec({ spec: spec ?? specFile, overlays }, readFile)
}
