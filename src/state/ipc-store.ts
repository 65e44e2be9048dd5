/** The store of a worker: every verb of it is asked of the primary, which keeps what all share. */
import type { Store } from '../core/store.js'
import type { Line } from './rpc-channel.js'

const verbs: { [verb in Exclude<keyof Store, 'close'>]: true } = {
  take: true,
  get: true,
  set: true,
  spend: true,
  forget: true
}

export function createIpcStore(line: Line): Store {
  const ask = (verb: string) => [verb, (...args: unknown[]) => line.ask(`store.${verb}`, ...args)] as const
  return Object.fromEntries(Object.keys(verbs).map(ask)) as unknown as Store
}

/** The primary's side: what a worker asks is done on the store at hand. */
export function answerForStore(store: Store, name: string, args: unknown[]): unknown {
  const verb = name.slice('store.'.length)
  if (!Object.hasOwn(verbs, verb)) throw new Error(`no verb of the store is called ${verb}`)
  return (store as unknown as Record<string, (...args: unknown[]) => unknown>)[verb]!(...args)
}
