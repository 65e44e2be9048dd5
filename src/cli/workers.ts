/** Runs several worker processes as one server: the primary holds what they share, and they listen on one port. */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import type { Logger } from 'pino'
import { ConfigError } from '../core/config-error.js'
import type { Store } from '../core/store.js'
import { formatUrl } from '../server/listen-errors.js'
import { callStore, createIpcStore } from '../state/ipc-store.js'
import type { ProcessGroup } from '../state/process-group.js'
import { openRpcChannel, type RpcChannel, type RpcHandler } from '../state/rpc-channel.js'

export const isWorker = cluster.isWorker

export interface RunningServer {
  /** The address of the server. Undefined in a worker, because the primary prints it. */
  readonly url?: string
  close(): Promise<void>
}

/** A worker that exits before it listens fails the start; a worker that exits later is replaced. */
export async function startWorkers(
  workerCount: number | 'auto',
  argv: readonly string[],
  log: Logger,
  store: Store
): Promise<RunningServer> {
  cluster.setupPrimary({ args: [...argv], serialization: 'advanced' })
  const primary = new Primary(log, store)
  await primary.start(workerCount === 'auto' ? availableParallelism() : workerCount)
  return { url: primary.url, close: () => primary.close() }
}

/** Forks workers, replaces those that exit, and connects them. */
class Primary {
  url = ''
  readonly #channels = new Map<number, RpcChannel>()
  readonly #readyIds = new Set<number>()
  // A worker receives all commands from the moment at which it requests the snapshot of the earlier ones.
  readonly #joinedIds = new Set<number>()
  #closing = false
  #onStartFailure: ((error: Error) => void) | undefined

  constructor(
    readonly log: Logger,
    readonly store: Store
  ) {}

  async start(count: number): Promise<void> {
    const failure = new Promise<never>((_, reject) => {
      this.#onStartFailure = reject
    })
    try {
      await Promise.race([Promise.all(Array.from({ length: count }, () => once(this.#fork(), 'listening'))), failure])
    } catch (error) {
      await this.close()
      throw error
    }
    this.#onStartFailure = undefined
  }

  /** Stops the workers, and waits until they have exited. */
  async close(): Promise<void> {
    this.#closing = true
    const workers = Object.values(cluster.workers ?? {}).filter(worker => worker !== undefined)
    const exits = workers.map(worker => (worker.isDead() ? undefined : once(worker, 'exit')))
    for (const worker of workers) worker.process.kill('SIGTERM')
    await Promise.all(exits)
    await this.store.close?.()
  }

  #fork(): Worker {
    const worker = cluster.fork()
    const channel = openRpcChannel(worker, (name, args) => this.#handleCall(worker.id, name, args))
    this.#channels.set(worker.id, channel)
    worker.once('listening', ({ address, port }) => {
      this.#readyIds.add(worker.id)
      this.url = formatUrl(address, port)
    })
    worker.once('exit', (code, signal) => {
      channel.close()
      this.#channels.delete(worker.id)
      this.#joinedIds.delete(worker.id)
      const wasReady = this.#readyIds.delete(worker.id)
      if (this.#closing) return
      if (!wasReady)
        return this.#onStartFailure?.(new ConfigError([`a worker exited with ${code ?? signal} before it listened`]))
      this.log.error({ worker: worker.process.pid, code, signal }, 'a worker exited and is replaced')
      this.#fork()
    })
    return worker
  }

  #handleCall(workerId: number, name: string, args: unknown[]): unknown {
    if (name.startsWith('store.')) return callStore(this.store, name, args)
    if (name === 'broadcast') {
      const [command, ...commandArgs] = args
      const channels = [...this.#joinedIds].map(id => this.#channels.get(id)!)
      return Promise.all(channels.map(channel => channel.call(String(command), ...commandArgs)))
    }
    if (name === 'snapshot') {
      this.#joinedIds.add(workerId)
      const [readyId] = this.#readyIds
      return readyId === undefined ? undefined : this.#channels.get(readyId)!.call('snapshot')
    }
    throw new Error(`unknown call ${name}`)
  }
}

/** Joins a worker to the others, through its primary. */
export function joinWorkers(): ProcessGroup {
  let handler: RpcHandler = () => {
    throw new Error('this worker is not ready')
  }
  const channel = openRpcChannel(process as never, (name, args) => handler(name, args))
  return {
    store: createIpcStore(channel),
    broadcast: (name, ...args) => channel.call('broadcast', name, ...args) as Promise<unknown[]>,
    snapshot: () => channel.call('snapshot'),
    setHandler(newHandler) {
      handler = newHandler
    },
    close: channel.close
  }
}
