/** Opens the store that `--store` names. */
import { ConfigError } from '../core/config-error.js'
import type { Store } from '../core/store.js'
import { createMemoryStore } from './memory-store.js'

/** Throws a ConfigError when the location is malformed or its server does not respond. */
export async function openStore(location: string): Promise<Store> {
  if (location === 'memory') return createMemoryStore()
  if (!/^rediss?:\/\//.test(location) || !URL.canParse(location))
    throw new ConfigError([`--store ${location}: expected memory, or redis://host:port`])
  const { openRedisStore } = await import('./redis-store.js')
  return openRedisStore(location)
}
