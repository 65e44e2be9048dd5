/** Gives workers the store of the primary: each call of a method goes over the channel between them. */
import type { Store } from '../core/store.js'
import type { RpcChannel } from './rpc-channel.js'

const storeMethods: { [method in Exclude<keyof Store, 'close'>]: true } = {
  take: true,
  get: true,
  set: true,
  spend: true,
  forget: true,
  findProblem: true
}

/** The worker's side. */
export function createIpcStore(channel: RpcChannel): Store {
  const toRemoteMethod = (method: string) =>
    [method, (...args: unknown[]) => channel.call(`store.${method}`, ...args)] as const
  return Object.fromEntries(Object.keys(storeMethods).map(toRemoteMethod)) as unknown as Store
}

/** The primary's side: calls the method that a worker names, as in `store.take`. */
export function callStore(store: Store, name: string, args: unknown[]): unknown {
  const method = name.slice('store.'.length)
  if (!Object.hasOwn(storeMethods, method)) throw new Error(`the store has no method ${method}`)
  return (store as unknown as Record<string, (...args: unknown[]) => unknown>)[method]!(...args)
}
