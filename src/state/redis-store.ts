/** Keeps the shared state of replicas in Redis. Each step is one Lua script, so that steps are atomic. */
import type { Redis } from 'ioredis'
import { ApiError } from '../core/api-error.js'
import { ConfigError } from '../core/config-error.js'
import type { Store } from '../core/store.js'

/** Other programs may have keys in the same database. */
const prefix = 'standin:'
// A key that was not used for a day belongs to a test that has ended.
const idleSeconds = 86_400

const luaScripts = {
  take: `
    local turn = tonumber(redis.call('GET', KEYS[1]) or '0')
    if ARGV[1] ~= '' and turn >= tonumber(ARGV[1]) then return -1 end
    redis.call('SET', KEYS[1], turn + 1, 'EX', ARGV[2])
    return turn`,
  // ARGV has amount, limit and window of each bucket. The results are strings, because Redis truncates numbers to integers.
  spend: `
    local now, used, full = tonumber(ARGV[1]), {}, 0
    for i, key in ipairs(KEYS) do
      local amount, limit, window = tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3]), tonumber(ARGV[i * 3 + 1])
      local saved = redis.call('HMGET', key, 'used', 'at')
      used[i] = 0
      if saved[1] then
        used[i] = math.max(0, tonumber(saved[1]) - math.max(0, now - tonumber(saved[2])) * limit / window)
      end
      if full == 0 and used[i] + amount > limit then full = i end
    end
    for i, key in ipairs(KEYS) do
      if full > 0 and i >= full then break end
      used[i] = used[i] + tonumber(ARGV[i * 3 - 1])
      redis.call('HSET', key, 'used', string.format('%.17g', used[i]), 'at', ARGV[1])
      redis.call('PEXPIRE', key, ARGV[i * 3 + 1])
    end
    local result = { tostring(full) }
    for i = 1, #KEYS do result[i + 1] = string.format('%.17g', used[i]) end
    return result`
}

type ScriptedRedis = Redis & {
  take(key: string, limit: number | '', idleSeconds: number): Promise<number>
  spend(count: number, ...keysAndArgs: (string | number)[]): Promise<string[]>
}

/**
 * Throws a ConfigError when the package ioredis is missing, or when no server responds.
 *
 * @param url `redis://[:password@]host[:port][/database]`, or `rediss://` over TLS
 */
export async function openRedisStore(url: string): Promise<Store> {
  const location = `--store ${new URL(url).protocol}//${new URL(url).host}`
  const { Redis: Client } = await import('ioredis').catch(() => {
    throw new ConfigError([
      `${location}: the package ioredis is missing, expected it beside Standin: npm install ioredis`
    ])
  })
  const redis = new Client(url, { lazyConnect: true, maxRetriesPerRequest: 1, connectTimeout: 3000 }) as ScriptedRedis
  // Each call reports the error of the connection; the client reconnects in the background.
  let connectionError: string | undefined
  redis.on('error', ({ message }: Error) => {
    connectionError = message
  })
  redis.on('ready', () => {
    connectionError = undefined
  })
  await redis.connect().catch(({ message }: Error) => {
    redis.disconnect()
    throw new ConfigError([`${location}: ${connectionError ?? message}, expected a running Redis server`])
  })
  redis.defineCommand('take', { numberOfKeys: 1, lua: luaScripts.take })
  redis.defineCommand('spend', { lua: luaScripts.spend })
  const withStoreErrors = <T>(result: Promise<T>): Promise<T> =>
    result.catch(({ message }: Error) => {
      throw new ApiError('store_unreachable', { what: connectionError ?? message })
    })
  return {
    take: (key, limit) =>
      withStoreErrors(redis.take(prefix + key, limit ?? '', idleSeconds)).then(turn => (turn < 0 ? undefined : turn)),
    get: key => withStoreErrors(redis.get(prefix + key)).then(value => value ?? undefined),
    set: (key, value) => withStoreErrors(redis.set(prefix + key, value, 'EX', idleSeconds)).then(() => {}),
    async spend(buckets, now) {
      const bucketArgs = buckets.flatMap(({ amount, limit, windowMs }) => [amount, limit, windowMs])
      const keys = buckets.map(({ key }) => prefix + key)
      const [fullPosition, ...used] = await withStoreErrors(redis.spend(keys.length, ...keys, now, ...bucketArgs))
      const usage = { used: used.map(Number) }
      return fullPosition === '0' ? usage : { ...usage, fullIndex: Number(fullPosition) - 1 }
    },
    async forget(start = '') {
      const match = `${prefix}${start.replace(/[\\*?[\]]/g, '\\$&')}*`
      let cursor = '0'
      do {
        const [nextCursor, keys] = await withStoreErrors(redis.scan(cursor, 'MATCH', match, 'COUNT', 1000))
        if (keys.length) await withStoreErrors(redis.unlink(...keys))
        cursor = nextCursor
      } while (cursor !== '0')
    },
    // `quit` fails when the connection is lost.
    close: () =>
      redis.quit().then(
        () => {},
        () => redis.disconnect()
      )
  }
}
