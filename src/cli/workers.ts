/** Many processes that answer as one: a primary that keeps what is shared, and workers that share a port. */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import type { Logger } from 'pino'
import { ConfigError } from '../core/api-error.js'
import type { Store } from '../core/store.js'
import { formatUrl } from '../server/listen-errors.js'
import { callStore, createIpcStore } from '../state/ipc-store.js'
import type { ProcessGroup } from '../state/process-group.js'
import { openRpcChannel, type RpcChannel, type RpcHandler } from '../state/rpc-channel.js'

export const isWorker = cluster.isWorker

export interface Primary {
  /** Where the workers listen. */
  readonly url: string
  /** Tells the workers to close, and waits till they are gone. */
  close(): Promise<void>
}

/** A worker that falls before it ever listened is a start that failed; later ones are replaced. */
export async function startWorkers(
  workerCount: number | 'auto',
  argv: readonly string[],
  log: Logger,
  store: Store
): Promise<Primary> {
  cluster.setupPrimary({ args: [...argv], serialization: 'advanced' })
  const channels = new Map<number, RpcChannel>()
  const readyIds = new Set<number>()
  // A worker is told everything from the moment on at which it asks what was before.
  const joinedIds = new Set<number>()
  let closing = false
  let url = ''
  let onStartFailure: ((error: Error) => void) | undefined

  const broadcast = (name: string, args: unknown[]) =>
    Promise.all([...joinedIds].map(id => channels.get(id)!.call(name, ...args)))
  const fork = (): Worker => {
    const worker = cluster.fork()
    const channel = openRpcChannel(worker, (name, args) => {
      if (name.startsWith('store.')) return callStore(store, name, args)
      if (name === 'broadcast') return broadcast(String(args[0]), args.slice(1))
      if (name === 'snapshot') {
        joinedIds.add(worker.id)
        return requestSnapshot()
      }
      throw new Error(`no question is called ${name}`)
    })
    channels.set(worker.id, channel)
    worker.once('listening', ({ address, addressType, port }) => {
      readyIds.add(worker.id)
      url = formatUrl(address, addressType === 6, port)
    })
    worker.once('exit', (code, signal) => {
      channel.close()
      channels.delete(worker.id)
      joinedIds.delete(worker.id)
      const wasReady = readyIds.delete(worker.id)
      if (closing) return
      if (!wasReady)
        return onStartFailure?.(new ConfigError([`a worker ended with ${code ?? signal} before it could serve`]))
      log.error({ worker: worker.process.pid, code, signal }, 'a worker fell and is replaced')
      fork()
    })
    return worker
  }
  // What was added at run time reaches a new worker through one that has it.
  const requestSnapshot = async () => {
    const [id] = readyIds
    return id === undefined ? undefined : channels.get(id)!.call('snapshot')
  }
  const close = async () => {
    closing = true
    const workers = Object.values(cluster.workers ?? {}).filter(worker => worker !== undefined)
    const exits = workers.map(worker => (worker.isDead() ? undefined : once(worker, 'exit')))
    for (const worker of workers) worker.process.kill('SIGTERM')
    await Promise.all(exits)
    await store.close?.()
  }
  const count = workerCount === 'auto' ? availableParallelism() : workerCount
  const starting = Array.from({ length: count }, () => once(fork(), 'listening'))
  try {
    await Promise.race([
      Promise.all(starting),
      new Promise((_, reject) => {
        onStartFailure = reject
      })
    ])
  } catch (error) {
    await close()
    throw error
  }
  onStartFailure = undefined
  return { url, close }
}

/** What a worker shares with the others, through its primary. */
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
