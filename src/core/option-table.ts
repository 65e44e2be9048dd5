/** Lists every option with its flag, variable, kind, default and help. Parsing, `--help` and docs/options.md use this table. */
import { type Options, validationModes } from './options.js'

type OptionKind =
  | { type: 'string'; list?: boolean; form?: { pattern: RegExp; expected: string } }
  | { type: 'integer' | 'number'; min: number; max: number; keyword?: string }
  | { type: 'flag' }
  | { type: 'day' }
  | { type: 'choice'; values: readonly string[] }

export interface OptionRow {
  /** The key in `standin.yaml` and in `createServer`. */
  name: keyof Options
  /** Without its dashes: `body-limit-mb`. */
  flag: string
  /** `STANDIN_BODY_LIMIT_MB`. */
  variable: string
  kind: OptionKind
  default?: string | number | boolean
  /** Stands for the value in the help: `MB`. */
  hint: string
  /** One line for `--help` and docs/options.md. */
  help: string
}

const defineOption = (
  name: keyof Options,
  kind: OptionKind,
  hint: string,
  help: string,
  fallback?: string | number | boolean
): OptionRow => {
  const flag = name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
  return {
    name,
    flag,
    variable: `STANDIN_${flag.replaceAll('-', '_').toUpperCase()}`,
    kind,
    default: fallback,
    hint,
    help
  }
}
const stringKind: OptionKind = { type: 'string' }
const listKind = { type: 'string', list: true } as const
const flagKind: OptionKind = { type: 'flag' }

export const optionTable: readonly OptionRow[] = [
  defineOption('port', { type: 'integer', min: 0, max: 65535 }, 'N', 'port to listen on; 0 picks a free port', 4010),
  defineOption('host', stringKind, 'ADDRESS', 'address to listen on', '127.0.0.1'),
  defineOption('tlsCert', stringKind, 'FILE', 'PEM file with the certificate of the server, for https and HTTP/2'),
  defineOption('tlsKey', stringKind, 'FILE', 'PEM file with the private key of --tls-cert'),
  defineOption(
    'allowHost',
    listKind,
    'NAME',
    'host name that requests may use, beside localhost and loopback addresses'
  ),
  defineOption('spec', stringKind, 'FILE', 'OpenAPI document to serve instead of the built-in document'),
  defineOption(
    'overlay',
    listKind,
    'FILE',
    'OpenAPI Overlay to apply instead of the built-in overlays; `none` applies no overlay'
  ),
  defineOption(
    'basePath',
    { ...listKind, form: { pattern: /^(\/[\w.~%@:-]+)+\/?$/, expected: 'a path such as /api/v1' } },
    'PATH',
    'further path before the operations, such as /api/v1'
  ),
  defineOption(
    'deadEnds',
    { type: 'choice', values: ['explain', 'service'] },
    'HOW',
    'whether operations of OpenAI that Standin lacks get an error with the reason, or an empty 404',
    'explain'
  ),
  defineOption(
    'fixtures',
    listKind,
    'DIR',
    'directory or file with fixtures, errors/ and keys.yaml; `none` skips the built-in fixtures'
  ),
  defineOption(
    'key',
    listKind,
    'KEY',
    'API key to accept; with this option, only such keys and those in keys.yaml work'
  ),
  defineOption('models', stringKind, 'FILE', 'file with models that add to or override the built-in models'),
  defineOption(
    'unknownModels',
    { type: 'choice', values: ['answer', 'refuse'] },
    'HOW',
    'whether a request with an unknown model gets a response or an error',
    'answer'
  ),
  defineOption(
    'asOf',
    { type: 'day' },
    'DATE',
    'day such as 2026-10-24, from which models that are shut down are errors'
  ),
  defineOption('seed', stringKind, 'TEXT', 'makes generated replies, ids and times the same on every run'),
  defineOption(
    'unmatched',
    { type: 'choice', values: ['invent', 'refuse', 'record'] },
    'HOW',
    'how to respond when no fixture matches; record forwards the request to --upstream',
    'invent'
  ),
  defineOption('upstream', stringKind, 'URL', 'OpenAI-compatible service to record, such as https://api.openai.com/v1'),
  defineOption(
    'keyFromEnv',
    stringKind,
    'NAME',
    "environment variable with the upstream's key; without it, the client's key is forwarded"
  ),
  defineOption(
    'upstreamTimeoutMs',
    { type: 'integer', min: 1, max: 3600000 },
    'MS',
    'milliseconds without data after which an upstream request fails',
    120000
  ),
  defineOption(
    'replaySpeed',
    { type: 'number', min: 0.001, max: 1000, keyword: 'none' },
    'N',
    'speed of recorded responses: 2 is twice as fast, `none` has no delay',
    1
  ),
  defineOption(
    'validate',
    { type: 'choice', values: validationModes },
    'HOW',
    'whether an invalid request gets an error, a response with a warning header, or a response',
    'spec'
  ),
  defineOption(
    'strictFixtures',
    flagKind,
    '',
    "makes a fixture's reply an error if it breaks the request: its tools, its schema or its limits",
    false
  ),
  defineOption(
    'timing',
    stringKind,
    'TIMING',
    'pace of responses: the name of a profile, or `firstTokenMs=200, interTokenMs=20`'
  ),
  defineOption(
    'streamWrites',
    { type: 'choice', values: ['several', 'one'] },
    'HOW',
    'writes of a stream without a pace: several as the service, or one for load tests',
    'several'
  ),
  defineOption(
    'bodyLimitMb',
    { type: 'integer', min: 1, max: 512 },
    'MB',
    'size of the largest request body, in MiB',
    10
  ),
  defineOption(
    'journalMb',
    { type: 'integer', min: 0, max: 4096 },
    'MB',
    'memory for the journal of requests and responses, in MiB; 0 turns it off',
    32
  ),
  defineOption(
    'sessionIdleMinutes',
    { type: 'integer', min: 0, max: 525600 },
    'N',
    "minutes without a request after which a session's fixtures, counts and journal are removed; 0 keeps them",
    1440
  ),
  defineOption(
    'watch',
    flagKind,
    '',
    'reloads fixtures, errors and keys when a file changes; a broken file keeps the last good state',
    false
  ),
  defineOption('openModels', flagKind, '', 'allows models to be listed and read without a key', false),
  defineOption(
    'workers',
    { type: 'integer', min: 1, max: 256, keyword: 'auto' },
    'N',
    'number of processes that share the port; `auto` starts one for each core',
    1
  ),
  defineOption(
    'store',
    stringKind,
    'WHERE',
    'where sequences, states and limits are stored: `memory`, or `redis://host:port` to share them',
    'memory'
  ),
  defineOption('adminKey', stringKind, 'KEY', 'bearer key that /_mock/ requires; without it, /_mock/ is open'),
  defineOption(
    'logLevel',
    { type: 'choice', values: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] },
    'LEVEL',
    'how much to log; `warn` is the fastest that still logs problems',
    'info'
  ),
  defineOption(
    'closeMs',
    { type: 'integer', min: 0, max: 600000 },
    'MS',
    'milliseconds that open streams may continue after SIGTERM',
    10000
  )
]
