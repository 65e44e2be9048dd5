/** Many processes that answer as one: a primary that keeps what is shared, and workers that share a port. */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import type { Logger } from 'pino'
import { Mistake } from '../core/api-error.js'
import type { Store } from '../core/store.js'
import { urlOf } from '../server/listen-errors.js'
import { answerForStore, createIpcStore } from '../state/ipc-store.js'
import type { Shared } from '../state/process-group.js'
import { type Answer, type Line, openLine } from '../state/rpc-channel.js'

export const isWorker = cluster.isWorker

export interface Primary {
  /** Where the workers listen. */
  readonly url: string
  /** Tells the workers to close, and waits till they are gone. */
  close(): Promise<void>
}

/** A worker that falls before it ever listened is a start that failed; later ones are replaced. */
export async function startWorkers(
  wanted: number | 'auto',
  argv: readonly string[],
  log: Logger,
  store: Store
): Promise<Primary> {
  cluster.setupPrimary({ args: [...argv], serialization: 'advanced' })
  const lines = new Map<number, Line>()
  const ready = new Set<number>()
  // A worker is told everything from the moment on at which it asks what was before.
  const joined = new Set<number>()
  let closing = false
  let url = ''
  let failed: ((error: Error) => void) | undefined

  const everyone = (name: string, args: unknown[]) =>
    Promise.all([...joined].map(id => lines.get(id)!.ask(name, ...args)))
  const fork = (): Worker => {
    const worker = cluster.fork()
    const line = openLine(worker, (name, args) => {
      if (name.startsWith('store.')) return answerForStore(store, name, args)
      if (name === 'everyone') return everyone(String(args[0]), args.slice(1))
      if (name === 'snapshot') {
        joined.add(worker.id)
        return snapshot()
      }
      throw new Error(`no question is called ${name}`)
    })
    lines.set(worker.id, line)
    worker.once('listening', ({ address, addressType, port }) => {
      ready.add(worker.id)
      url = urlOf(address, addressType === 6, port)
    })
    worker.once('exit', (code, signal) => {
      line.close()
      lines.delete(worker.id)
      joined.delete(worker.id)
      const served = ready.delete(worker.id)
      if (closing) return
      if (!served) return failed?.(new Mistake([`a worker ended with ${code ?? signal} before it could serve`]))
      log.error({ worker: worker.process.pid, code, signal }, 'a worker fell and is replaced')
      fork()
    })
    return worker
  }
  // What was added at run time reaches a new worker through one that has it.
  const snapshot = async () => {
    const [id] = ready
    return id === undefined ? undefined : lines.get(id)!.ask('snapshot')
  }
  const close = async () => {
    closing = true
    const workers = Object.values(cluster.workers ?? {}).filter(worker => worker !== undefined)
    const gone = workers.map(worker => (worker.isDead() ? undefined : once(worker, 'exit')))
    for (const worker of workers) worker.process.kill('SIGTERM')
    await Promise.all(gone)
    await store.close?.()
  }
  const count = wanted === 'auto' ? availableParallelism() : wanted
  const started = Array.from({ length: count }, () => once(fork(), 'listening'))
  try {
    await Promise.race([
      Promise.all(started),
      new Promise((_, reject) => {
        failed = reject
      })
    ])
  } catch (error) {
    await close()
    throw error
  }
  failed = undefined
  return { url, close }
}

/** What a worker shares with the others, through its primary. */
export function joinWorkers(): Shared {
  let answer: Answer = () => {
    throw new Error('this worker is not ready')
  }
  const line = openLine(process as never, (name, args) => answer(name, args))
  return {
    store: createIpcStore(line),
    ask: (name, ...args) => line.ask('everyone', name, ...args) as Promise<unknown[]>,
    snapshot: () => line.ask('snapshot'),
    answerWith(next) {
      answer = next
    },
    close: line.close
  }
}
