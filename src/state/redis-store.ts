/** The store of replicas: what they share is kept in Redis, and each step is one script there, so that no two of them mix. */
import type { Redis } from 'ioredis'
import { Mistake, Refusal } from '../core/api-error.js'
import type { Store } from '../core/store.js'

/** Keys of others may live in the same database. */
const prefix = 'standin:'
// What nobody asked for in a day belongs to a test that is over.
const idleSeconds = 86_400

const scripts = {
  take: `
    local turn = tonumber(redis.call('GET', KEYS[1]) or '0')
    if ARGV[1] ~= '' and turn >= tonumber(ARGV[1]) then return -1 end
    redis.call('SET', KEYS[1], turn + 1, 'EX', ARGV[2])
    return turn`,
  // Each bucket comes as amount, limit and window; what is in use goes back as text, since Redis cuts numbers to integers.
  spend: `
    local now, used, short = tonumber(ARGV[1]), {}, 0
    for i, key in ipairs(KEYS) do
      local amount, limit, window = tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3]), tonumber(ARGV[i * 3 + 1])
      local kept = redis.call('HMGET', key, 'used', 'at')
      used[i] = 0
      if kept[1] then
        used[i] = math.max(0, tonumber(kept[1]) - math.max(0, now - tonumber(kept[2])) * limit / window)
      end
      if short == 0 and used[i] + amount > limit then short = i end
    end
    for i, key in ipairs(KEYS) do
      if short > 0 and i >= short then break end
      used[i] = used[i] + tonumber(ARGV[i * 3 - 1])
      redis.call('HSET', key, 'used', string.format('%.17g', used[i]), 'at', ARGV[1])
      redis.call('PEXPIRE', key, ARGV[i * 3 + 1])
    end
    local told = { tostring(short) }
    for i = 1, #KEYS do told[i + 1] = string.format('%.17g', used[i]) end
    return told`
}

type Scripted = Redis & {
  take(key: string, limit: number | '', idleSeconds: number): Promise<number>
  spend(count: number, ...keysAndFacts: (string | number)[]): Promise<string[]>
}

/**
 * Throws a Mistake when the package is not installed or nobody answers there.
 *
 * @param url `redis://[:password@]host[:port][/database]`, or `rediss://` over TLS
 */
export async function openRedisStore(url: string): Promise<Store> {
  const place = `--store ${new URL(url).protocol}//${new URL(url).host}`
  const { Redis: Client } = await import('ioredis').catch(() => {
    throw new Mistake([`${place}: the package ioredis is missing, expected it beside Standin: npm install ioredis`])
  })
  const redis = new Client(url, { lazyConnect: true, maxRetriesPerRequest: 1, connectTimeout: 3000 }) as Scripted
  // What goes wrong is told to who asked; the client itself goes on trying.
  let trouble: string | undefined
  redis.on('error', ({ message }: Error) => {
    trouble = message
  })
  redis.on('ready', () => {
    trouble = undefined
  })
  await redis.connect().catch(({ message }: Error) => {
    redis.disconnect()
    throw new Mistake([`${place}: ${trouble ?? message}, expected a Redis server that answers there`])
  })
  redis.defineCommand('take', { numberOfKeys: 1, lua: scripts.take })
  redis.defineCommand('spend', { lua: scripts.spend })
  const told = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch(({ message }: Error) => {
      throw new Refusal('store_unreachable', { what: trouble ?? message })
    })
  return {
    take: (key, limit) =>
      told(redis.take(prefix + key, limit ?? '', idleSeconds)).then(turn => (turn < 0 ? undefined : turn)),
    get: key => told(redis.get(prefix + key)).then(value => value ?? undefined),
    set: (key, value) => told(redis.set(prefix + key, value, 'EX', idleSeconds)).then(() => {}),
    async spend(buckets, now) {
      const facts = buckets.flatMap(({ amount, limit, windowMs }) => [amount, limit, windowMs])
      const keys = buckets.map(({ key }) => prefix + key)
      const [short, ...used] = await told(redis.spend(keys.length, ...keys, now, ...facts))
      const spent = { used: used.map(Number) }
      return short === '0' ? spent : { ...spent, short: Number(short) - 1 }
    },
    async forget(start = '') {
      const match = `${prefix}${start.replace(/[\\*?[\]]/g, '\\$&')}*`
      let cursor = '0'
      do {
        const [next, keys] = await told(redis.scan(cursor, 'MATCH', match, 'COUNT', 1000))
        if (keys.length) await told(redis.unlink(...keys))
        cursor = next
      } while (cursor !== '0')
    },
    // One that is gone can't be told goodbye.
    close: () =>
      redis.quit().then(
        () => {},
        () => redis.disconnect()
      )
  }
}
