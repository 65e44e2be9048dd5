/** Defines the options of a server. */
import type { ReplaySpeed } from './pacing-input.js'

/** The options of a server. Each is also a flag, a variable and a key of `standin.yaml`: see docs/options.md. */
export interface Options {
  /** The port to listen on; 0 picks a free port. @default 4010, and 0 in `createServer` */
  port: number
  /** The address to listen on. @default '127.0.0.1' */
  host: string
  /** The path of a PEM file with the certificate of the server, for https. Needs `tlsKey`. @default http */
  tlsCert?: string
  /** The path of a PEM file with the private key of the certificate. */
  tlsKey?: string
  /**
   * Host names that requests may use in their header `Host`, beside localhost and loopback addresses. A server on another
   * `host` needs them only for pages in a browser that call `/_mock/`.
   */
  allowHost?: string[]
  /** The path of an OpenAPI 3.1 document (YAML or JSON) to serve instead of the built-in document. */
  spec?: string
  /**
   * Paths of OpenAPI Overlays to apply to the document, in this order; `['none']` applies none.
   *
   * @default the built-in overlays for the built-in document, none for another `spec`
   */
  overlay?: string[]
  /** Further paths before the operations, such as `/api/v1`, for clients whose base URL has another path. @default none */
  basePath?: string[]
  /**
   * The response to an operation of OpenAI that the server does not have: an error that says what it serves (`explain`), or the
   * service's empty 404 for unknown paths (`service`).
   *
   * @default 'explain'
   */
  deadEnds: 'explain' | 'service'
  /** Paths of files or folders with fixtures, `errors/` and `keys.yaml`. With `'none'` in the list, built-in fixtures are off. */
  fixtures?: string[]
  /** The API keys that clients may use, beside those in `keys.yaml`. @default every key works */
  key?: string[]
  /** The path of a YAML file with models that add to or override the built-in models of `fixtures/models.yaml`. */
  models?: string
  /** Whether a request with an unknown model gets a response (`answer`) or the service's error (`refuse`). @default 'answer' */
  unknownModels: 'answer' | 'refuse'
  /**
   * The day, such as `2026-10-24`, on which the server behaves as the service: a model with an earlier or equal `shutdown` in
   * `fixtures/models.yaml` is an error. Standin never reads the clock for it. @default no shutdown counts
   */
  asOf?: string
  /** With a seed, equal requests get equal generated replies, ids and times on every run. @default random, with the real time */
  seed?: string
  /**
   * The response when no fixture matches: a generated reply (`invent`), an error with the near misses (`refuse`), or the response
   * of the upstream, saved as a fixture (`record`).
   *
   * @default 'invent'
   */
  unmatched: 'invent' | 'refuse' | 'record'
  /** The base URL of the service to record, such as `https://api.openai.com/v1`. Required with `unmatched: 'record'`. */
  upstream?: string
  /** The name of the environment variable that holds the key for the upstream. @default the client's own key is forwarded */
  keyFromEnv?: string
  /** Milliseconds without data after which a request to the upstream fails. @default 120000 */
  upstreamTimeoutMs: number
  /** The speed at which recorded responses are played: 2 is twice as fast, `'none'` plays them without delay. @default 1 */
  replaySpeed: ReplaySpeed
  /** What happens to a request that the service rejects. @default 'spec' */
  validate: ValidationMode
  /** Whether a fixture's reply that breaks the request is an API error, and not only reported in `x-mock-mismatch`. @default false */
  strictFixtures: boolean
  /** The pace of responses: the name of a profile, or settings such as `firstTokenMs=200, interTokenMs=20`. @default no delay */
  timing?: string
  /** How a stream without a pace is written: in at least five writes (`several`), or in a single write for load tests (`one`). @default 'several' */
  streamWrites: 'several' | 'one'
  /** The size of the largest request body, in MiB. @default 10 */
  bodyLimitMb: number
  /** The memory for the journal of requests and responses, in MiB; 0 turns the journal off. @default 32 */
  journalMb: number
  /** Minutes without a request after which a session's fixtures, counts and journal are removed; 0 keeps them. @default 1440 */
  sessionIdleMinutes: number
  /** The bearer key that `/_mock/` requires. @default none: `/_mock/` is open */
  adminKey?: string
  /** The least severe level that the log shows. A server of `createServer` logs nothing. @default 'info' */
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
  /** Milliseconds that open streams may continue while the server closes. @default 10000 */
  closeMs: number
  /** Whether fixtures, errors and keys are reloaded when a file changes. A broken file keeps the last good state. @default false */
  watch: boolean
  /** Whether models can be listed and read without a key. @default false */
  openModels: boolean
  /** Where sequences, states and limits are stored: `memory`, or the URL of a Redis such as `redis://host:6379`. @default 'memory' */
  store: string
  /** The number of processes; `'auto'` starts one for each core. `createServer` uses one process. @default 1 */
  workers: number | 'auto'
}

/** The options of `createServer`, all of them optional. An option with a list also accepts a single value. */
export type ServerOptions = Partial<{
  [K in keyof Options]: Options[K] | (Options[K] extends string[] | undefined ? string : never)
}>

/**
 * What happens to a request that the service rejects: the service's error (`spec`), a response with the error in the header
 * `x-mock-refused` (`warn`), or just a response (`off`).
 */
export type ValidationMode = 'spec' | 'warn' | 'off'

export const validationModes: readonly ValidationMode[] = ['spec', 'warn', 'off']

/** Reads an environment variable that an option names. Its value is not an option, so that no page or log shows it. */
export const readVariable = (name: string): string | undefined => process.env[name]
