/** Reloads fixtures, errors and keys when a file changes; a broken file keeps the last good state. */
import { ConfigError } from '../core/config-error.js'
import { createFileRecorder, createRecordReader, type FileRecord } from '../core/file-reader.js'
import type { Options } from '../core/options.js'
import { inlineSource } from '../core/source-file.js'
import { createFixtureStore, type FixtureStore } from '../fixtures/fixture-store.js'
import { type ApiKeys, createApiKeys } from '../fixtures/keys.js'
import { regexesToText } from '../fixtures/text-matcher.js'
import type { AppContext } from '../http/context.js'
import type { ProcessGroup } from '../state/process-group.js'
import {
  compileConfig,
  compileSources,
  type FixtureConfig,
  type LoadedConfig,
  loadConfig,
  loadFixtureConfig
} from './load-config.js'

/** What a server reads from files. A reload changes what `fixtures`, `keys` and `errorCatalog` contain, and nothing else. */
export interface ReloadableConfig
  extends Pick<LoadedConfig, 'builtinKeyNames' | 'errorCatalog' | 'modelTable' | 'requestChecks' | 'spec'>,
    Pick<AppContext, 'compileFixtures'> {
  fixtures: FixtureStore
  keys: ApiKeys
  fixtureSchema(): LoadedConfig['fixtureSchema']
  /** Whether these files are from the other processes, and not from the disk. */
  isFromGroup: boolean
  /** Where the fixtures of files come from, in words. */
  origins: readonly string[]
  /** The problems of the last reload, one line each; empty when it succeeded. */
  problems(): readonly string[]
  /** Reloads run one after another. */
  reload(): Promise<void>
}

/** @param group a process that joins it begins with the files that the other processes use, which may be gone from the disk */
export async function loadReloadableConfig(
  options: Options,
  log: AppContext['log'],
  group: ProcessGroup | undefined
): Promise<ReloadableConfig> {
  const { config, compiled, isFromGroup } = await loadAtStart(options, log, group)
  const { builtinKeyNames, errorCatalog, modelTable, requestChecks, spec } = config
  const fixtures = createFixtureStore(compiled.fixtures, compiled.stored)
  const keys = createApiKeys(config.keys, options.key)
  let { fixtureSchema } = config
  let problems: readonly string[] = []
  let reloading = Promise.resolve()
  return {
    builtinKeyNames,
    errorCatalog,
    modelTable,
    requestChecks,
    spec,
    fixtures,
    keys,
    fixtureSchema: () => fixtureSchema,
    isFromGroup,
    origins: config.origins,
    problems: () => problems,
    async compileFixtures(data, name, session) {
      const plain = regexesToText(data)
      const source = inlineSource(name, Array.isArray(plain) ? { fixtures: plain } : plain)
      const added = await compileSources([source], fixtureSchema)
      if (session !== undefined) for (const fixture of added.fixtures) fixture.session = session
      return added
    },
    reload() {
      reloading = reloading.then(reload)
      return reloading
    }
  }

  async function reload(): Promise<void> {
    try {
      // All files are read before anything is replaced, so that a broken file changes nothing.
      const files: FileRecord = new Map()
      const next = await loadFixtureConfig(options, spec.operations, createFileRecorder(files))
      const compiled = await compileAndWarn(next, log)
      await group?.keepFiles('reload', files)
      fixtureSchema = next.fixtureSchema
      fixtures.replace(compiled.fixtures, compiled.stored)
      keys.replace(next.keys)
      for (const name of Object.keys(errorCatalog)) delete errorCatalog[name]
      Object.assign(errorCatalog, next.errorCatalog)
      problems = []
      log.info({ fixtures: compiled.fixtures.length }, 'changed files were reloaded')
    } catch (error) {
      problems =
        error instanceof ConfigError ? error.problems : [`the files can't be read: ${(error as Error).message}`]
      log.error({ problems }, 'changed files are broken; the last good state stays')
    }
  }
}

/** Loads the files that the group keeps, or else those on the disk. */
async function loadAtStart(options: Options, log: AppContext['log'], group: ProcessGroup | undefined) {
  const kept = await group?.keptFiles()
  const files: FileRecord = new Map()
  const config = await loadConfig(options, kept ? createRecordReader(kept) : createFileRecorder(files))
  const compiled = await compileAndWarn(config, log)
  if (!kept) await group?.keepFiles('start', files)
  return { config, compiled, isFromGroup: kept !== undefined }
}

async function compileAndWarn(config: FixtureConfig, log: AppContext['log']) {
  const compiled = await compileConfig(config)
  for (const warning of compiled.warnings) log.warn(warning)
  return compiled
}
