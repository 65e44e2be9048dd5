/** Defines a group of processes that serve as one server, and the group of a single process. */
import type { FileRecord } from '../core/file-reader.js'
import type { Store } from '../core/store.js'
import type { RpcHandler } from './rpc-channel.js'

/** When files are read. A reload does not read all files of the start. */
export type LoadOccasion = 'start' | 'reload'

export interface ProcessGroup {
  store: Store
  /** Runs a command in every process of the group, including this one. Returns all results. */
  broadcast(command: string, ...args: unknown[]): Promise<unknown[]>
  /** Returns what was added to a running process of the group, or undefined in its first process. */
  snapshot(): Promise<unknown>
  /**
   * Keeps the files that a process has read without a mistake, for the processes that join later. Those of a reload take the place of
   * the same files of the start, and of those of an earlier reload.
   */
  keepFiles(occasion: LoadOccasion, record: FileRecord): Promise<void>
  keptFiles(): Promise<FileRecord | undefined>
  /** Sets the function that runs the commands in this process. */
  setHandler(handler: RpcHandler): void
  close(): void | Promise<void>
}

export function createSingleProcessGroup(store: Store): ProcessGroup {
  let handler: RpcHandler | undefined
  return {
    store,
    broadcast: async (command, ...args) => [await handler?.(command, args)],
    snapshot: async () => undefined,
    keepFiles: async () => {},
    keptFiles: async () => undefined,
    setHandler(newHandler) {
      handler = newHandler
    },
    close: () => store.close?.()
  }
}
