/** The store of a worker: every verb of it is asked of the primary, which keeps what all share. */
import type { Store } from '../core/store.js'
import type { RpcChannel } from './rpc-channel.js'

const storeMethods: { [method in Exclude<keyof Store, 'close'>]: true } = {
  take: true,
  get: true,
  set: true,
  spend: true,
  forget: true
}

export function createIpcStore(channel: RpcChannel): Store {
  const toRemoteMethod = (method: string) =>
    [method, (...args: unknown[]) => channel.call(`store.${method}`, ...args)] as const
  return Object.fromEntries(Object.keys(storeMethods).map(toRemoteMethod)) as unknown as Store
}

/** The primary's side: what a worker asks is done on the store at hand. */
export function callStore(store: Store, name: string, args: unknown[]): unknown {
  const method = name.slice('store.'.length)
  if (!Object.hasOwn(storeMethods, method)) throw new Error(`no verb of the store is called ${method}`)
  return (store as unknown as Record<string, (...args: unknown[]) => unknown>)[method]!(...args)
}
