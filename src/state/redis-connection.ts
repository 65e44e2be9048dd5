/** Keeps a connection to Redis, and knows whether it works: a command fails in time, and a lost server is reported once. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { ApiError } from '../core/api-error.js'
import type { StoreLog } from '../core/store.js'

/** A command runs at the latest so many milliseconds after it was sent: later, its client has an error already. */
const freshMs = 600
/** How long the reply to a command may take. Longer than `freshMs`, so that a command without a reply did not run. */
const replyMs = 900
/** How long a new connection may take until it works. */
const connectMs = 2000
const retryMs = 250
/** The clocks of two machines drift apart. */
const clockMs = 60_000

/** The commands that a connection needs beside those of its store. */
export interface CheckedRedis extends Redis {
  /** Sets a value, unless it is later than `latest` on Redis's clock: then it fails with `LATE`. */
  put(key: string, latest: number, value: string, seconds: number): Promise<unknown>
}

interface RedisConnectionOptions<R extends CheckedRedis> {
  /** Creates a client that neither connects by itself nor connects again. */
  createClient(connectTimeout: number): R
  /** The URL without its password, for the log. */
  location: string
  /** The key that a check writes. */
  checkKey: string
  log: StoreLog
}

export class RedisConnection<R extends CheckedRedis> {
  /** The client, while it works. */
  #redis: R | undefined
  /** Why there is no client. */
  #problem = 'no connection'
  /** Redis's clock minus the clock of this process, in milliseconds. */
  #clockOffset = 0
  #clockReadAt = 0
  #checking: Promise<void> | undefined
  #isReported = false
  readonly #closing = new AbortController()

  constructor(readonly options: RedisConnectionOptions<R>) {}

  /** Connects. Returns when the connection works, or else after `waitMs`; it goes on to connect then. */
  async open(waitMs: number): Promise<void> {
    const waiting = new AbortController()
    await Promise.race([this.#connect(), sleep(waitMs, undefined, { signal: waiting.signal }).catch(() => {})])
    waiting.abort()
    if (!this.#redis) this.#report(this.#problem)
  }

  /**
   * Runs a command with the time of Redis's clock until which it may run.
   *
   * @throws the API error `store_unreachable` within a second. The command did not run then and will not run later, unless
   * its reply was lost on the way.
   */
  async run<T>(command: (redis: R, latest: number) => Promise<T>): Promise<T> {
    const redis = this.#redis
    if (!redis) throw new ApiError('store_unreachable', { what: this.#problem })
    const sentAt = performance.now()
    const latest = sentAt + freshMs
    try {
      if (sentAt - this.#clockReadAt > clockMs) this.#readClock(redis).catch(() => {})
      return await withDeadline(
        command(redis, latest + this.#clockOffset).catch(async error => {
          if (!error.message.startsWith('LATE')) throw error
          // One of the clocks was set. A command that was late did not run.
          await this.#readClock(redis)
          return command(redis, latest + this.#clockOffset)
        }),
        replyMs
      )
    } catch (error) {
      // The fault may be of this command alone. Only a check that fails too means that the store is lost.
      void this.#check(redis)
      throw new ApiError('store_unreachable', { what: describeProblem(error) })
    }
  }

  /** Checks the connection. Returns its problem, if any. */
  async findProblem(): Promise<string | undefined> {
    if (this.#redis) await this.#check(this.#redis)
    return this.#redis ? undefined : this.#problem
  }

  close(): void {
    this.#closing.abort()
    const redis = this.#redis
    this.#redis = undefined
    redis?.disconnect()
  }

  /** Tries until it succeeds. */
  async #connect(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      const redis = await this.#tryConnect()
      if (redis && !signal.aborted) {
        this.#redis = redis
        if (this.#isReported) this.options.log.info({ store: this.options.location }, 'the store is back')
        this.#isReported = false
        return
      }
      redis?.disconnect()
      await sleep(retryMs, undefined, { signal }).catch(() => {})
    }
  }

  async #tryConnect(): Promise<R | undefined> {
    const redis = this.options.createClient(connectMs)
    // The client reports the reason by this event alone. The first error is the cause of the others.
    let problem: string | undefined
    redis.on('error', (error: Error) => {
      problem ??= describeProblem(error)
    })
    redis.on('close', () => this.#lose(redis, problem ?? closedProblem))
    try {
      await withDeadline(
        redis.connect().then(() => this.#probe(redis)),
        connectMs
      )
      if (problem !== undefined || redis.status !== 'ready') throw new Error(problem ?? closedProblem)
      return redis
    } catch (error) {
      redis.disconnect()
      this.#problem = problem ?? describeProblem(error)
      return undefined
    }
  }

  /** Loses the connection, unless a single check succeeds. Commands that fail together share a check. */
  #check(redis: R): Promise<void> {
    this.#checking ??= withDeadline(this.#probe(redis), replyMs)
      .catch(error => this.#lose(redis, describeProblem(error)))
      .finally(() => {
        this.#checking = undefined
      })
    return this.#checking
  }

  /** Writes, because a Redis that is full or only a replica still reads. */
  async #probe(redis: R): Promise<void> {
    await this.#readClock(redis)
    await redis.put(this.options.checkKey, performance.now() + freshMs + this.#clockOffset, '', 60)
  }

  async #readClock(redis: R): Promise<void> {
    const [seconds, microseconds] = await redis.time()
    // The reply took a while: this offset is rather too small, so that a command rather fails than runs too late.
    this.#clockReadAt = performance.now()
    this.#clockOffset = Number(seconds) * 1000 + Number(microseconds) / 1000 - this.#clockReadAt
  }

  #lose(redis: R, problem: string): void {
    if (this.#redis !== redis) return
    this.#redis = undefined
    this.#problem = problem
    redis.disconnect()
    this.#report(problem)
    void this.#connect()
  }

  #report(problem: string): void {
    this.#isReported = true
    this.options.log.error({ store: this.options.location, problem }, 'the store cannot be reached')
  }
}

const closedProblem = 'Redis closed the connection'

function describeProblem(error: unknown): string {
  const { message } = error as Error
  // The client's words for a connection that has just ended.
  if (/^(Stream isn't writeable|Connection is closed)/.test(message)) return closedProblem
  // Redis adds the place in the script.
  return message.replace(/\.? script: .*$/s, '')
}

function withDeadline<T>(result: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const expire = () => reject(new Error(`no reply within ${ms} ms`))
    // While this process was busy, the reply may have arrived. It is read before the next turn of the event loop.
    const timer = setTimeout(() => setImmediate(expire), ms)
    result.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
