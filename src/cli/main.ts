/** Runs the command `standin`. */
import { existsSync } from 'node:fs'
import type { Logger } from 'pino'
import { ConfigError } from '../core/config-error.js'
import { findNearest } from '../core/edit-distance.js'
import { isLoopbackAddress, readAllowedHosts } from '../core/host-name.js'
import { formatOptionHelp } from '../core/option-docs.js'
import { type Options, readVariable } from '../core/options.js'
import { resolveOptions } from '../core/resolve-options.js'
import { readSource } from '../core/source-file.js'
import { resolveUpstream } from '../core/upstream-options.js'
import { version } from '../core/version.js'
import type { ServerFacts } from '../http/context.js'
import { formatUrl } from '../server/listen-errors.js'
import type { RunningServer } from './workers.js'

const help = `standin ${version}: a mock server for OpenAI's Chat Completions API

Usage
  standin [serve] [options]   start the server (the default)
  standin record --upstream URL [options]
                              start the server, forward requests that no fixture matches, and record the responses as fixtures
  standin check [options]     check the document, overlays and fixtures; exit 1 and print file:line:column of each problem;
                              --verbose adds the repairs of the built-in document, and where the fixtures come from
  standin check FILE…         print how the service responds to a request body (- is standard input); exit 1 if it rejects one
  standin import FILE…        convert recordings (HAR, vcrpy, Ruby VCR, go-vcr) or aimock's fixtures to fixtures on standard output
  standin tail URL            show the requests of another server as they come; --admin-key KEY, --session, --status, --operation,
                              --fixture, --model, --text and --unmatched select some
  standin health [options]    check that the server at --host and --port is ready; exit 0 or 1
  standin --help, --version

Options
${formatOptionHelp()}

Each option is also an environment variable (STANDIN_PORT; PORT and HOST work too) and a key of standin.yaml in the working
directory (port, bodyLimitMb). Flags take precedence over variables, and variables over the file.
`

const runRecord = (options: Options) => runServe({ ...options, unmatched: 'record' })

const commands = {
  serve: runServe,
  check: () => runCheck([]),
  import: () => runImport([]),
  tail: () => runTail([]),
  health: runHealth,
  record: runRecord
}

async function main(argv: string[]): Promise<void> {
  if (argv.includes('--help') || argv.includes('-h') || argv[0] === 'help') return print(help)
  if (argv.includes('--version') || argv.includes('-v')) return print(`${version}\n`)
  const [command = '', ...rest] = argv
  const hasCommand = /^[a-z]/.test(command)
  if (command === 'check') return runCheck(rest)
  if (command === 'import') return runImport(rest)
  if (command === 'tail') return runTail(rest)
  if (hasCommand && !Object.hasOwn(commands, command)) throw new ConfigError([explainUnknownCommand(command)])
  const options = (await receiveOptions()) ?? (await readOptions(hasCommand ? rest : argv))
  await commands[(hasCommand ? command : 'serve') as keyof typeof commands](options)
}

function explainUnknownCommand(command: string): string {
  const names = Object.keys(commands)
  const nearest = findNearest(command, names)
  return `${command}: unknown command, ${nearest ? `did you mean ${nearest}? ` : ''}expected ${names.join(', ')}; see standin --help`
}

/** A reader that has left, as `head` does, is no mistake. */
const print = (text: string) =>
  void process.stdout.write(text, error => {
    if (!error || (error as NodeJS.ErrnoException).code === 'EPIPE') return
    process.stderr.write(`standin: the output can't be written (${error.message})\n`)
    process.exitCode = 1
  })

/** Only a worker has options from its primary, so that all workers have the same when standin.yaml changes. */
const receiveOptions = async () => (process.send ? (await import('./workers.js')).receiveOptions() : undefined)

async function readOptions(argv: string[]): Promise<Options> {
  const path = ['standin.yaml', 'standin.yml'].find(existsSync)
  if (!path) return resolveOptions({ argv, env: process.env })
  const source = await readSource(path)
  const values = (source.data ?? {}) as Record<string, unknown>
  if (typeof values !== 'object' || Array.isArray(values))
    throw new ConfigError([`${source.locate('')}: expected options, as in "port: 4010"`])
  return resolveOptions({ argv, env: process.env, file: { values, locate: key => source.locate('', key) } })
}

async function runServe(options: Options): Promise<void> {
  const [{ openLog }, { handleSignals }] = await Promise.all([import('../server/log.js'), import('./signals.js')])
  const log = await openLog(options.logLevel)
  const isTerminal = Boolean(process.stderr.isTTY)
  // Checked here, so that not every worker reports the same problem.
  resolveUpstream(options, readVariable)
  readAllowedHosts(options.allowHost)
  let server: RunningServer | undefined
  await handleSignals({
    close: async () => server?.close(),
    reload: async () => server?.reload(),
    closeMs: options.closeMs + 2000,
    log
  })
  server = await (options.workers === 1
    ? serveSingle(options, log, isTerminal)
    : serveCluster(options, log, isTerminal))
  // The server goes on when this line cannot be written.
  if (server.url) process.stdout.write(`Standin listens on ${server.url}/v1 (page: ${server.url}/_mock/)\n`)
  if (server.url && !isLoopbackAddress(options.host)) process.stdout.write(describeAccess(options))
  if (server.url && isTerminal && log.isLevelEnabled('info')) await printBanner(server.url, await server.describe())
}

const describeAccess = ({ host, adminKey }: Options) =>
  adminKey === undefined
    ? `On ${host}, everybody who reaches the port can use /_mock/. To close it, set --admin-key KEY or STANDIN_ADMIN_KEY.\n`
    : `On ${host}, /_mock/ requires the admin key.\n`

async function printBanner(url: string, facts: ServerFacts): Promise<void> {
  const [{ formatBanner }, { readStyle }] = await Promise.all([
    import('../server/banner.js'),
    import('../server/terminal-log.js')
  ])
  process.stderr.write(formatBanner(url, facts, readStyle(process.stderr)))
}

async function serveSingle(options: Options, log: Logger, isTerminal: boolean): Promise<RunningServer> {
  const { openServer } = await import('../server/server.js')
  const server = await openServer(options, log, undefined, isTerminal)
  const { close, reload, describe } = server
  return { url: await server.listen(), close, reload, describe }
}

/** Starts the workers in the primary. Each worker runs the same command, and serves here. */
async function serveCluster(options: Options, log: Logger, isTerminal: boolean): Promise<RunningServer> {
  const { isWorker, joinWorkers, startWorkers } = await import('./workers.js')
  if (!isWorker) {
    const { openStore } = await import('../state/open-store.js')
    return startWorkers(options, process.argv.slice(2), log, await openStore(options.store, log))
  }
  const { openServer } = await import('../server/server.js')
  const { listen, close, reload, describe } = await openServer(options, log, joinWorkers(), isTerminal)
  await listen()
  return { close, reload, describe }
}

/** Arguments without a flag before them are files with request bodies; all others are options. */
async function runCheck(words: string[]): Promise<void> {
  const argv = words.filter(word => word !== '--verbose')
  const isVerbose = argv.length < words.length
  const files = argv.filter(
    (argument, index) => (argument === '-' || !argument.startsWith('-')) && !takesValue(argv[index - 1])
  )
  const options = await readOptions(argv.filter(argument => !files.includes(argument)))
  if (!files.length) {
    const { checkConfig } = await import('./check-config.js')
    return print(await checkConfig(options, isVerbose))
  }
  const { checkRequests } = await import('./check-request.js')
  const { report, rejected } = await checkRequests(files, options)
  print(report)
  if (rejected) process.exitCode = 1
}

async function runImport(files: string[]): Promise<void> {
  if (!files.length) throw new ConfigError(['standin import: no file, expected recordings to import'])
  const [{ importFixtures, requireFixtures }, { loadBuiltinData }, { formatYaml }] = await Promise.all([
    import('../fixtures/import.js'),
    import('../server/builtin-data.js'),
    import('../core/source-file.js')
  ])
  const { errorCatalog } = await loadBuiltinData()
  const { fixtures, skipped } = requireFixtures(
    importFixtures(await Promise.all(files.map(file => readSource(file))), errorCatalog)
  )
  print(await formatYaml({ fixtures }))
  for (const line of skipped) process.stderr.write(`standin: skipped: ${line}\n`)
}

/** Ctrl-C, or a reader of the output that leaves, ends it without a mistake. */
async function runTail(argv: string[]): Promise<void> {
  const { followRequests } = await import('./tail.js')
  const controller = new AbortController()
  const end = () => controller.abort()
  process.once('SIGINT', end).once('SIGTERM', end)
  process.stdout.once('error', end)
  await followRequests(argv, controller.signal)
}

const takesValue = (argument: string | undefined) => /^--[\w-]+$/.test(argument ?? '')

async function runHealth(options: Options): Promise<void> {
  const { host, port } = options
  const address = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  const url = `${formatUrl(address, port, options)}/_mock/ready`
  const { fetchOwnUrl } = await import('./own-url.js')
  const { status, text } = await fetchOwnUrl(url, 3000).catch((error: Error) => {
    throw new ConfigError([`${url}: no response (${error.message}), expected a server that is ready`])
  })
  if (status !== 200) throw new ConfigError([`${url}: ${text}`])
  print(`${text}\n`)
}

// Without a listener, output that cannot be written would end the process.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {})

main(process.argv.slice(2)).catch((error: unknown) => {
  const text =
    error instanceof ConfigError
      ? error.problems.map(problem => `standin: ${problem}`).join('\n')
      : String((error as Error).stack)
  process.stderr.write(`${text}\n`)
  process.exitCode = 1
  // Open handles must not keep the process alive.
  setImmediate(() => process.exit(1))
})
