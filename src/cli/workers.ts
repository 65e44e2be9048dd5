/** Runs several worker processes as one server. The primary process holds what the workers share. */
import cluster, { type Worker } from 'node:cluster'
import { type AddressInfo, createServer } from 'node:net'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { ConfigError } from '../core/config-error.js'
import type { FileRecord } from '../core/file-reader.js'
import type { Options } from '../core/options.js'
import type { Store } from '../core/store.js'
import type { ServerFacts } from '../http/context.js'
import { formatUrl } from '../server/listen-errors.js'
import { callStore, createIpcStore } from '../state/ipc-store.js'
import type { LoadOccasion, ProcessGroup } from '../state/process-group.js'
import { openRpcChannel, type RpcChannel, type RpcHandler } from '../state/rpc-channel.js'
import { createBackOff } from './back-off.js'
import { type Heartbeat, startHeartbeat } from './heartbeat.js'

export const isWorker = cluster.isWorker

export interface RunningServer {
  /** The address of the server. Undefined in a worker, because the primary prints it. */
  readonly url?: string
  close(): Promise<void>
  /** Reads the files of the user again. */
  reload(): Promise<void>
  describe(): Promise<ServerFacts>
}

/** How long a worker may do nothing else than one piece of work. */
const hangMs = 15_000
/** How long a worker may take to exit after its server has closed. */
const exitMs = 1000

/** A worker that exits before it listens fails the start; a worker that exits later is replaced. */
export async function startWorkers(
  options: Options,
  argv: readonly string[],
  log: Logger,
  store: Store
): Promise<RunningServer> {
  cluster.setupPrimary({ args: [...argv], serialization: 'advanced' })
  const primary = new Primary(options, log, store)
  await primary.start(options.workers === 'auto' ? availableParallelism() : options.workers)
  return {
    url: primary.url,
    close: () => primary.close(),
    reload: async () => primary.reload(),
    describe: () => primary.describe()
  }
}

/** Node's `once` rejects at the error of a message to a worker that ends, and the close would fail with it. */
const waitFor = (worker: Worker, event: 'exit' | 'listening') =>
  new Promise<void>(resolve => worker.once(event, () => resolve()))

/** Returns a free port. Returns 0 if the host has none: the workers then report the reason. */
const findFreePort = (host: string) =>
  new Promise<number>(resolve => {
    const server = createServer()
    server.once('error', () => resolve(0))
    server.listen(0, host, () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

/** Forks workers, replaces those that exit, and connects them. */
class Primary {
  url = ''
  readonly #channels = new Map<number, RpcChannel>()
  readonly #readyIds = new Set<number>()
  // A worker receives all commands from the moment at which it requests the snapshot of the earlier ones.
  readonly #joinedIds = new Set<number>()
  readonly #nextDelayMs = createBackOff()
  /** The files of the last loads without a mistake. New workers read these, so that all workers have the same. */
  readonly #keptFiles: Partial<Record<LoadOccasion, FileRecord>> = {}
  readonly #closing = new AbortController()
  #onStartFailure: ((error: Error) => void) | undefined

  #options: Options

  constructor(
    options: Options,
    readonly log: Logger,
    readonly store: Store
  ) {
    this.#options = options
    // A signal may end the primary while its workers start. A worker that loses its primary then may never exit.
    process.once('exit', () => {
      for (const worker of this.#workers) worker.process.kill('SIGKILL')
    })
  }

  async start(count: number): Promise<void> {
    // Node shares a port only among workers that listen with the same number, and 0 is not the number of a later worker.
    const { host, port } = this.#options
    if (port === 0) this.#options = { ...this.#options, port: await findFreePort(host) }
    const failure = new Promise<never>((_, reject) => {
      this.#onStartFailure = reject
    })
    try {
      await Promise.race([
        Promise.all(Array.from({ length: count }, () => waitFor(this.#fork(), 'listening'))),
        failure
      ])
    } catch (error) {
      await this.close()
      throw error
    }
    this.#onStartFailure = undefined
  }

  /** Stops the workers, and waits until they have exited. A worker that does not exit in time is killed. */
  async close(): Promise<void> {
    this.#closing.abort()
    const workers = this.#workers.filter(worker => !worker.isDead())
    const exits = workers.map(worker => waitFor(worker, 'exit'))
    for (const worker of workers) worker.process.kill('SIGTERM')
    const killTimer = setTimeout(() => {
      for (const worker of workers) worker.process.kill('SIGKILL')
    }, this.#options.closeMs + exitMs)
    await Promise.all(exits)
    clearTimeout(killTimer)
    await this.store.close?.()
  }

  /** Asks a worker, because all workers have the same. */
  async describe(): Promise<ServerFacts> {
    const [id] = this.#readyIds
    return (await this.#channels.get(id!)!.call('describe')) as ServerFacts
  }

  reload(): void {
    for (const worker of this.#workers) worker.process.kill('SIGHUP')
  }

  get #workers(): Worker[] {
    return Object.values(cluster.workers ?? {}).filter(worker => worker !== undefined)
  }

  #fork(): Worker {
    const worker = cluster.fork()
    const { pid } = worker.process
    const channel = openRpcChannel(worker, (name, args) => this.#handleCall(worker.id, name, args))
    this.#channels.set(worker.id, channel)
    // A message to a worker that has just died. Its exit follows.
    worker.on('error', () => {})
    const kill = () => {
      this.log.error({ worker: pid, hangMs }, 'a worker hangs and is killed')
      worker.process.kill('SIGKILL')
    }
    let heartbeat: Heartbeat | undefined
    worker.once('listening', ({ address, port }) => {
      heartbeat = startHeartbeat(() => channel.call('ping'), hangMs, kill)
      this.#readyIds.add(worker.id)
      this.url = formatUrl(address, port, this.#options)
    })
    worker.once('exit', (code, signal) => {
      heartbeat?.close()
      channel.close()
      this.#channels.delete(worker.id)
      this.#joinedIds.delete(worker.id)
      const wasReady = this.#readyIds.delete(worker.id)
      if (this.#closing.signal.aborted) return
      if (!wasReady && this.#onStartFailure)
        return this.#onStartFailure(new ConfigError([`a worker exited with ${code ?? signal} before it listened`]))
      const delayMs = this.#nextDelayMs(performance.now())
      this.log.error({ worker: pid, code, signal, delayMs }, 'a worker exited and is replaced')
      sleep(delayMs, undefined, { signal: this.#closing.signal }).then(
        () => void this.#fork(),
        () => {}
      )
    })
    return worker
  }

  #handleCall(workerId: number, name: string, args: unknown[]): unknown {
    if (name.startsWith('store.')) return callStore(this.store, name, args)
    if (name === 'options') return this.#options
    if (name === 'keptFiles') {
      const { start, reload = [] } = this.#keptFiles
      return start && new Map([...start, ...reload])
    }
    if (name === 'keepFiles') {
      this.#keptFiles[args[0] as LoadOccasion] = args[1] as FileRecord
      return undefined
    }
    if (name === 'broadcast') {
      const [command, ...commandArgs] = args
      return this.#broadcast(String(command), commandArgs)
    }
    if (name === 'snapshot') {
      this.#joinedIds.add(workerId)
      const [readyId] = this.#readyIds
      return readyId === undefined ? undefined : this.#channels.get(readyId)!.call('snapshot')
    }
    throw new Error(`unknown call ${name}`)
  }

  /** Returns the results of all workers that live until they respond. */
  async #broadcast(command: string, args: unknown[]): Promise<unknown[]> {
    const calls = [...this.#joinedIds].map(async id => {
      try {
        return [await this.#channels.get(id)!.call(command, ...args)]
      } catch (error) {
        if (this.#channels.has(id)) throw error
        return []
      }
    })
    return (await Promise.all(calls)).flat()
  }
}

/** Returns the options of the primary; undefined in a process without one. */
export async function receiveOptions(): Promise<Options | undefined> {
  if (!isWorker) return undefined
  // Without its primary, a worker ends at once. Node's own exit sometimes waits forever for threads of a start.
  process.prependOnceListener('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  const channel = openRpcChannel(process as never, () => undefined)
  const options = (await channel.call('options')) as Options
  channel.close()
  return options
}

/** Joins a worker to the others, through its primary. */
export function joinWorkers(): ProcessGroup {
  let handler: RpcHandler = () => {
    throw new Error('this worker is not ready')
  }
  const channel = openRpcChannel(process as never, (name, args) => (name === 'ping' ? undefined : handler(name, args)))
  return {
    store: createIpcStore(channel),
    broadcast: (name, ...args) => channel.call('broadcast', name, ...args) as Promise<unknown[]>,
    snapshot: () => channel.call('snapshot'),
    keepFiles: (occasion, record) => channel.call('keepFiles', occasion, record) as Promise<void>,
    keptFiles: () => channel.call('keptFiles') as Promise<FileRecord | undefined>,
    setHandler(newHandler) {
      handler = newHandler
    },
    close: channel.close
  }
}
