/** What processes that answer as one have in common; a process alone has it all to itself. */
import type { Store } from '../core/store.js'
import type { Answer } from './rpc-channel.js'

export interface Shared {
  store: Store
  /** Asks every process, this one too; answers what each said. */
  ask(name: string, ...args: unknown[]): Promise<unknown[]>
  /** What a process that runs already was told since its start; nothing when this is the first. */
  snapshot(): Promise<unknown>
  /** Says who answers here when some process asks. */
  answerWith(answer: Answer): void
  close(): void | Promise<void>
}

export function createAlone(store: Store): Shared {
  let answer: Answer | undefined
  return {
    store,
    ask: async (name, ...args) => [await answer?.(name, args)],
    snapshot: async () => undefined,
    answerWith(next) {
      answer = next
    },
    close: () => store.close?.()
  }
}
