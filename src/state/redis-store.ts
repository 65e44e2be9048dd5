/** Keeps the shared state of replicas in Redis. Each step is one Lua script, so that steps are atomic. */
import { ConfigError } from '../core/config-error.js'
import type { Store, StoreLog } from '../core/store.js'
import { type CheckedRedis, RedisConnection } from './redis-connection.js'

/** Other programs may have keys in the same database. */
const prefix = 'standin:'
// A key that was not used for a day belongs to a test that has ended.
const idleSeconds = 86_400

/** How long the start waits for Redis. */
const startMs = 5000

// A Redis that was stopped for a while runs the commands that it finds, whose clients have an error already.
const refuseLate = `
    local clock = redis.call('TIME')
    if clock[1] * 1000 + clock[2] / 1000 > tonumber(ARGV[1]) then return redis.error_reply('LATE the command came too late') end`

/** ARGV[1] is the time until which a script may run. */
const luaScripts = {
  take: `${refuseLate}
    local turn = tonumber(redis.call('GET', KEYS[1]) or '0')
    if ARGV[2] ~= '' and turn >= tonumber(ARGV[2]) then return -1 end
    redis.call('SET', KEYS[1], turn + 1, 'EX', ARGV[3])
    return turn`,
  put: `${refuseLate}
    return redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])`,
  drop: `${refuseLate}
    return redis.call('UNLINK', unpack(KEYS))`,
  // ARGV has amount, limit and window of each bucket. The results are strings, because Redis truncates numbers to integers.
  spend: `${refuseLate}
    local now, used, full = tonumber(ARGV[2]), {}, 0
    for i, key in ipairs(KEYS) do
      local amount, limit, window = tonumber(ARGV[i * 3]), tonumber(ARGV[i * 3 + 1]), tonumber(ARGV[i * 3 + 2])
      local saved = redis.call('HMGET', key, 'used', 'at')
      used[i] = 0
      if saved[1] then
        used[i] = math.max(0, tonumber(saved[1]) - math.max(0, now - tonumber(saved[2])) * limit / window)
      end
      if full == 0 and used[i] + amount > limit then full = i end
    end
    for i, key in ipairs(KEYS) do
      if full > 0 and i >= full then break end
      used[i] = used[i] + tonumber(ARGV[i * 3])
      redis.call('HSET', key, 'used', string.format('%.17g', used[i]), 'at', ARGV[2])
      redis.call('PEXPIRE', key, ARGV[i * 3 + 2])
    end
    local result = { tostring(full) }
    for i = 1, #KEYS do result[i + 1] = string.format('%.17g', used[i]) end
    return result`
}

interface ScriptedRedis extends CheckedRedis {
  take(key: string, latest: number, limit: number | '', idleSeconds: number): Promise<number>
  spend(count: number, ...keysAndArgs: (string | number)[]): Promise<string[]>
  drop(count: number, ...keysAndLatest: (string | number)[]): Promise<number>
}

/**
 * Returns a store also when no server responds within five seconds: its calls fail until Redis responds.
 *
 * @param url `redis://[:password@]host[:port][/database]`, or `rediss://` over TLS
 * @throws ConfigError when the package ioredis is missing
 */
export async function openRedisStore(url: string, log: StoreLog): Promise<Store> {
  const location = `${new URL(url).protocol}//${new URL(url).host}`
  const { Redis: Client } = await import('ioredis').catch(() => {
    throw new ConfigError([
      `--store ${location}: the package ioredis is missing, expected it beside Standin: npm install ioredis`
    ])
  })
  const createClient = (connectTimeout: number): ScriptedRedis => {
    const redis = new Client(url, {
      connectTimeout,
      lazyConnect: true,
      retryStrategy: () => null,
      enableOfflineQueue: false,
      // A command that is sent again could count twice.
      autoResendUnfulfilledCommands: false
    }) as ScriptedRedis
    redis.defineCommand('take', { numberOfKeys: 1, lua: luaScripts.take })
    redis.defineCommand('put', { numberOfKeys: 1, lua: luaScripts.put })
    redis.defineCommand('drop', { lua: luaScripts.drop })
    redis.defineCommand('spend', { lua: luaScripts.spend })
    return redis
  }
  const connection = new RedisConnection({ createClient, location, checkKey: `${prefix}check`, log })
  await connection.open(startMs)
  return {
    async take(key, limit) {
      const turn = await connection.run((redis, latest) => redis.take(prefix + key, latest, limit ?? '', idleSeconds))
      return turn < 0 ? undefined : turn
    },
    get: async key => (await connection.run(redis => redis.get(prefix + key))) ?? undefined,
    async set(key, value) {
      await connection.run((redis, latest) => redis.put(prefix + key, latest, value, idleSeconds))
    },
    async spend(buckets, now) {
      const bucketArgs = buckets.flatMap(({ amount, limit, windowMs }) => [amount, limit, windowMs])
      const keys = buckets.map(({ key }) => prefix + key)
      const [fullPosition, ...used] = await connection.run((redis, latest) =>
        redis.spend(keys.length, ...keys, latest, now, ...bucketArgs)
      )
      const usage = { used: used.map(Number) }
      return fullPosition === '0' ? usage : { ...usage, fullIndex: Number(fullPosition) - 1 }
    },
    async forget(start = '') {
      const match = `${prefix}${start.replace(/[\\*?[\]]/g, '\\$&')}*`
      let cursor = '0'
      do {
        const [nextCursor, keys] = await connection.run(redis => redis.scan(cursor, 'MATCH', match, 'COUNT', 1000))
        if (keys.length) await connection.run((redis, latest) => redis.drop(keys.length, ...keys, latest))
        cursor = nextCursor
      } while (cursor !== '0')
    },
    findProblem: () => connection.findProblem(),
    close: async () => connection.close()
  }
}
