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
import { compileConfig, compileSources, type LoadedConfig, loadConfig } from './load-config.js'

/** What a server reads from files. `fixtures`, `keys` and `errorCatalog` stay the same objects when they are reloaded. */
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
  const kept = await group?.keptFiles()
  const { config, compiled } = await loadAndCompile(options, log, group, kept)
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
    isFromGroup: kept !== undefined,
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
      const next = await loadAndCompile(options, log, group)
      fixtureSchema = next.config.fixtureSchema
      fixtures.replace(next.compiled.fixtures, next.compiled.stored)
      keys.replace(next.config.keys)
      for (const name of Object.keys(errorCatalog)) delete errorCatalog[name]
      Object.assign(errorCatalog, next.config.errorCatalog)
      problems = []
      log.info({ fixtures: next.compiled.fixtures.length }, 'changed files were reloaded')
    } catch (error) {
      problems =
        error instanceof ConfigError ? error.problems : [`the files can't be read: ${(error as Error).message}`]
      log.error({ problems }, 'changed files are broken; the last good state stays')
    }
  }
}

/** @param kept the files of the group, in place of those on the disk */
async function loadAndCompile(
  options: Options,
  log: AppContext['log'],
  group: ProcessGroup | undefined,
  kept?: FileRecord
) {
  const record: FileRecord = new Map()
  const config = await loadConfig(options, kept ? createRecordReader(kept) : createFileRecorder(record))
  const compiled = await compileConfig(config)
  for (const warning of compiled.warnings) log.warn(warning)
  if (!kept) await group?.keepFiles(record)
  return { config, compiled }
}
