/** Opens the store that an option names. */
import { ConfigError } from '../core/api-error.js'
import type { Store } from '../core/store.js'
import { createMemoryStore } from './memory-store.js'

/** Throws a Mistake when the option names none, or one that can't be reached. */
export async function openStore(location: string): Promise<Store> {
  if (location === 'memory') return createMemoryStore()
  if (!/^rediss?:\/\//.test(location) || !URL.canParse(location))
    throw new ConfigError([`--store ${location}: expected memory, or redis://host:port`])
  const { openRedisStore } = await import('./redis-store.js')
  return openRedisStore(location)
}
