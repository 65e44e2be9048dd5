/** Opens the store that `--store` names. */
import { ConfigError } from '../core/config-error.js'
import type { Store, StoreLog } from '../core/store.js'
import { createMemoryStore } from './memory-store.js'

/** Throws a ConfigError when the location is malformed. Waits at most five seconds for a server that does not respond. */
export async function openStore(location: string, log: StoreLog): Promise<Store> {
  if (location === 'memory') return createMemoryStore()
  if (!/^rediss?:\/\//.test(location) || !URL.canParse(location))
    throw new ConfigError([`--store ${location}: expected memory, or redis://host:port`])
  const { openRedisStore } = await import('./redis-store.js')
  return openRedisStore(location, log)
}
