/** Creates the context of a server: its files, its state and its streams. */
import type { StoredCompletion } from '../completion/stored-completion.js'
import { createTokenizer } from '../completion/tokenizer.js'
import { createFaultRates } from '../core/fault-rate.js'
import { fixedLimits } from '../core/fixed-limits.js'
import { createKeyMask } from '../core/key-mask.js'
import { createModels } from '../core/model.js'
import { type Options, readVariable } from '../core/options.js'
import { parseTimingString } from '../core/pacing-input.js'
import { resolveUpstream } from '../core/upstream-options.js'
import { findErrorEvidence } from '../fixtures/error-catalog.js'
import { readSubject } from '../fixtures/journaled-subject.js'
import { describeNearMisses, type TriedFixtures } from '../fixtures/near-misses.js'
import { createRecorder } from '../fixtures/recorder.js'
import type { AppContext } from '../http/context.js'
import { loadHttpRequest } from '../http/recording/upstream-client.js'
import { createDeadEnds } from '../state/dead-ends.js'
import { type ExplainUnmatched, type FindEvidence, toExchangeRecord } from '../state/exchange-record.js'
import { createJournal } from '../state/journal.js'
import { createMetricsCounters, type MetricsCounters } from '../state/metrics-counters.js'
import { createNearestExplainer } from '../state/nearest-fixture.js'
import { openStore } from '../state/open-store.js'
import { createSingleProcessGroup, type ProcessGroup } from '../state/process-group.js'
import { createRequestFeed } from '../state/request-feed.js'
import { createSessionTracker } from '../state/sessions.js'
import { createStoredCompletions } from '../state/stored.js'
import { resolvePacing } from '../stream/pacing.js'
import { type Clock, Scheduler, systemClock } from '../stream/scheduler.js'
import { adminSpecFile, assetsDir, pageDir } from './builtin-data.js'
import { joinProcessGroup } from './cluster-commands.js'
import { withRecordingDirectory } from './load-config.js'
import { loadReloadableConfig, type ReloadableConfig } from './reload.js'
import { createRequestValidator } from './request-validator.js'

interface ServerContext {
  context: AppContext
  group: ProcessGroup
  reload: ReloadableConfig['reload']
  isFromGroup: boolean
}

export async function createContext(
  initialOptions: Options,
  log: AppContext['log'],
  joinedGroup: ProcessGroup | undefined,
  isReadByPerson: boolean
): Promise<ServerContext> {
  const upstream = resolveUpstream(initialOptions, readVariable)
  const recordingOptions = upstream && (await withRecordingDirectory(initialOptions))
  const options = recordingOptions ?? initialOptions
  const config = await loadReloadableConfig(options, log, joinedGroup)
  const group = joinedGroup ?? createSingleProcessGroup(await openStore(options.store, log))
  const keyMask = createKeyMask(config.builtinKeyNames)
  const metricsCounters = createMetricsCounters(keyMask)
  const models = createModels(config.modelTable, options.asOf)
  const tokenizer = createTokenizer()
  const explainUnmatched: ExplainUnmatched = (tried, request) =>
    describeNearMisses(tried as TriedFixtures, readSubject(request, config.spec.operations, tried.input))
  const findEvidence: FindEvidence = apiError => findErrorEvidence(config.errorCatalog, apiError)
  const context: AppContext = {
    options,
    log,
    errorCatalog: config.errorCatalog,
    keys: config.keys,
    keyMask,
    models,
    fixtures: config.fixtures,
    compileFixtures: config.compileFixtures,
    store: group.store,
    journal: createJournal(options.journalMb * 1024 * 1024, explainUnmatched, findEvidence, keyMask),
    explainNearest: isReadByPerson ? createNearestExplainer(explainUnmatched) : undefined,
    requestFeed: createRequestFeed(each => toExchangeRecord(each, explainUnmatched, findEvidence, keyMask)),
    sessions: createSessionTracker(options.sessionIdleMinutes * 60_000),
    metricsCounters,
    deadEnds: createDeadEnds(),
    faultRates: createFaultRates(),
    stored: createStoredCompletions<StoredCompletion>(fixedLimits.storedCompletions),
    recording: recordingOptions && {
      upstream: upstream!,
      httpRequest: await loadHttpRequest(upstream!),
      recorder: createRecorder(recordingOptions.fixtures[0], config.fixtureSchema, config.fixtures.put)
    },
    scheduler: new Scheduler(createClock(metricsCounters), metricsCounters.addLateness, err =>
      log.error({ err }, 'unexpected error')
    ),
    defaultPacing: resolvePacing(options.timing ? parseTimingString(options.timing, '--timing') : undefined),
    contract: createContract(config, models, options, tokenizer),
    tokenizer,
    assetsDir,
    adminSpecFile,
    pageDir,
    fixtureOrigins: config.origins,
    reloadProblems: config.problems,
    broadcast: (command, ...args) => group.broadcast(command, ...args) as never
  }
  await joinProcessGroup(context, group)
  return { context, group, reload: config.reload, isFromGroup: config.isFromGroup }
}

/** A clock whose timers tell when the event loop began to work. */
const createClock = ({ turns }: MetricsCounters): Clock => ({
  ...systemClock,
  after: (delayMs, callback) =>
    systemClock.after(delayMs, () => {
      turns.begin()
      callback()
    })
})

/** The document and the schemas are read when they are needed, because parsing them takes long. */
function createContract(
  { spec, requestChecks }: ReloadableConfig,
  models: AppContext['models'],
  { unknownModels }: Options,
  tokenizer: AppContext['tokenizer']
): AppContext['contract'] {
  return {
    get document() {
      return spec.document
    },
    operations: spec.operations,
    findBodyCheck: id => requestChecks.get(id),
    validateChat: createRequestValidator(spec, requestChecks, { models, unknownModels }, tokenizer),
    get schemas() {
      return spec.schemas
    }
  }
}
