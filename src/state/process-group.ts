/** What processes that answer as one have in common; a process alone has it all to itself. */
import type { Store } from '../core/store.js'
import type { RpcHandler } from './rpc-channel.js'

export interface ProcessGroup {
  store: Store
  /** Asks every process, this one too; answers what each said. */
  broadcast(command: string, ...args: unknown[]): Promise<unknown[]>
  /** What a process that runs already was told since its start; nothing when this is the first. */
  snapshot(): Promise<unknown>
  /** Says who answers here when some process asks. */
  setHandler(handler: RpcHandler): void
  close(): void | Promise<void>
}

export function createSingleProcessGroup(store: Store): ProcessGroup {
  let handler: RpcHandler | undefined
  return {
    store,
    broadcast: async (command, ...args) => [await handler?.(command, args)],
    snapshot: async () => undefined,
    setHandler(newHandler) {
      handler = newHandler
    },
    close: () => store.close?.()
  }
}
