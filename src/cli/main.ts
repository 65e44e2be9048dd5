/** The `standin` command. */
import { existsSync } from 'node:fs'
import type { Logger } from 'pino'
import { ConfigError } from '../core/api-error.js'
import { formatOptionHelp } from '../core/option-docs.js'
import { type Options, readVariable } from '../core/options.js'
import { resolveOptions } from '../core/resolve-options.js'
import { readSource } from '../core/source-file.js'
import { resolveUpstream } from '../core/upstream-options.js'
import { version } from '../core/version.js'
import { checkConfig } from './check-config.js'

const help = `standin ${version}: a mock server that stands in for OpenAI's Chat Completions API

Usage
  standin [serve] [options]   serve (the default)
  standin record --upstream URL [options]
                              serve, ask the upstream for what no fixture answers, and write fixtures of what it says
  standin check [options]     check the document, overlays and fixtures; exit 1 with file:line:column of what is wrong
  standin check FILE…         say what the service would say to a request's body (- is standard input); exit 1 when it would refuse
  standin import FILE…        make fixtures, on standard output, of recordings (HAR, vcrpy, Ruby VCR, go-vcr) or of aimock's fixtures
  standin health [options]    ask the server at --host and --port whether it is ready; exit 0 or 1
  standin --help, --version

Options
${formatOptionHelp()}

Each option is also a variable (STANDIN_PORT; PORT and HOST work too) and a key of standin.yaml in the working directory
(port, bodyLimitMb). Flags win over variables, variables over the file.
`

const runRecord = (options: Options) => runServe({ ...options, unmatched: 'record' })

const commands = {
  serve: runServe,
  check: () => runCheck([]),
  import: () => runImport([]),
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
  if (hasCommand && !Object.hasOwn(commands, command))
    throw new ConfigError([
      `${command}: unknown command, expected ${Object.keys(commands).join(', ')}; see standin --help`
    ])
  const options = await readOptions(hasCommand ? rest : argv)
  await commands[(hasCommand ? command : 'serve') as keyof typeof commands](options)
}

const print = (text: string) => void process.stdout.write(text)

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
  const { openLog } = await import('../server/log.js')
  const log = await openLog(options.logLevel)
  // Workers would each tell of what is wrong.
  resolveUpstream(options, readVariable)
  const server = await (options.workers === 1 ? serveSingle(options, log) : serveCluster(options, log))
  if (server.url) print(`Standin listens on ${server.url}/v1 (page: ${server.url}/_mock/)\n`)
  const { default: closeWithGrace } = await import('close-with-grace')
  closeWithGrace({ delay: options.closeMs + 2000, logger: false }, async ({ err }) => {
    if (err) log.fatal({ err }, 'unexpected error')
    await server.close()
    log.flush()
  })
}

interface RunningServer {
  /** Where it listens; a worker leaves it to its primary to say so. */
  url?: string
  close(): Promise<void>
}

async function serveSingle(options: Options, log: Logger): Promise<RunningServer> {
  const { openServer } = await import('../server/server.js')
  const server = await openServer(options, log)
  return { url: await server.listen(), close: server.close }
}

/** The primary starts workers, and each of them comes here again as a worker. */
async function serveCluster(options: Options, log: Logger): Promise<RunningServer> {
  const { isWorker, joinWorkers, startWorkers } = await import('./workers.js')
  if (!isWorker) {
    const { openStore } = await import('../state/open-store.js')
    return startWorkers(options.workers, process.argv.slice(2), log, await openStore(options.store))
  }
  const { openServer } = await import('../server/server.js')
  const server = await openServer(options, log, joinWorkers())
  await server.listen()
  return { close: server.close }
}

/** Words without a flag before them are files with requests; all else is options. */
async function runCheck(argv: string[]): Promise<void> {
  const files = argv.filter(
    (argument, index) => (argument === '-' || !argument.startsWith('-')) && !takesValue(argv[index - 1])
  )
  const options = await readOptions(argv.filter(argument => !files.includes(argument)))
  if (!files.length) return print(await checkConfig(options))
  const { checkRequests } = await import('./check-request.js')
  const { report, rejected } = await checkRequests(files, options)
  print(report)
  if (rejected) process.exitCode = 1
}

async function runImport(files: string[]): Promise<void> {
  if (!files.length) throw new ConfigError(['standin import: no file, expected recordings to make fixtures of'])
  const [{ importFixtures, requireFixtures }, { loadBuiltinData }, { formatYaml }] = await Promise.all([
    import('../fixtures/import.js'),
    import('../server/builtin-data.js'),
    import('../core/source-file.js')
  ])
  const { errorCatalog } = await loadBuiltinData()
  const { fixtures, skipped } = requireFixtures(importFixtures(await Promise.all(files.map(readSource)), errorCatalog))
  print(await formatYaml({ fixtures }))
  for (const line of skipped) process.stderr.write(`standin: left out: ${line}\n`)
}

const takesValue = (argument: string | undefined) => /^--[\w-]+$/.test(argument ?? '')

async function runHealth({ host, port }: Options): Promise<void> {
  const address = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host
  const url = `http://${address}:${port}/_mock/ready`
  const response = await fetch(url, { signal: AbortSignal.timeout(3000) }).catch((error: Error) => {
    throw new ConfigError([
      `${url}: no answer (${(error.cause as Error | undefined)?.message ?? error.message}), expected a server that is ready`
    ])
  })
  const text = await response.text()
  if (!response.ok) throw new ConfigError([`${url}: ${text}`])
  print(`${text}\n`)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const text =
    error instanceof ConfigError
      ? error.problems.map(problem => `standin: ${problem}`).join('\n')
      : String((error as Error).stack)
  process.stderr.write(`${text}\n`)
  process.exitCode = 1
  // What was opened before the failure must not keep the process.
  setImmediate(() => process.exit(1))
})
