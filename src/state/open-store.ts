/** Opens the store that an option names. */
import { Mistake } from '../core/api-error.js'
import type { Store } from '../core/store.js'
import { createMemoryStore } from './memory-store.js'

/** Throws a Mistake when the option names none, or one that can't be reached. */
export async function openStore(where: string): Promise<Store> {
  if (where === 'memory') return createMemoryStore()
  if (!/^rediss?:\/\//.test(where) || !URL.canParse(where))
    throw new Mistake([`--store ${where}: expected memory, or redis://host:port`])
  const { openRedisStore } = await import('./redis-store.js')
  return openRedisStore(where)
}
