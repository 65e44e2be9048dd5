/**
 * The names in src/ that the laws speak of. Whoever moves or renames one of them changes it here. A name that src/ does not have is
 * an error, so that no law passes because it looks for something that is gone.
 */

/** The folders of src/ by floor, the lowest first. A file imports from its own folder and from lower floors. */
export const floors: readonly (readonly string[])[] = [
  ['core'],
  ['prompt', 'sample', 'completion', 'generation', 'contract', 'fixtures', 'state', 'stream', 'embedding', 'page'],
  ['http'],
  ['server'],
  ['cli', 'testing']
]

/** Folders of one floor do not know each other, but for these. */
export const neighbours: Readonly<Record<string, readonly string[]>> = {
  sample: ['prompt'],
  completion: ['sample'],
  generation: ['prompt', 'sample', 'completion']
}

/** The file that lies directly in src/. It stands above all folders. */
export const topFile = 'index.ts'

/** What the package exports: its public types are reached from here. */
export const publicFiles = ['index.ts', 'testing/index.ts']

/** The files that may import a library. */
export const keepers: Readonly<Record<string, RegExp>> = {
  '@noble/hashes': /^core\/hash\.ts$/,
  '@eslint-community/regexpp': /^sample\/(regex-generate|regex-match)\.ts$/,
  '@fastify/cors': /^http\/cors\.ts$/,
  '@fastify/swagger': /^http\/admin\/docs\.ts$/,
  chokidar: /^server\/watch\.ts$/,
  ajv: /^(core\/ajv|contract\/standalone)\.ts$/,
  'ajv-formats': /^core\/ajv\.ts$/,
  'close-with-grace': /^cli\/signals\.ts$/,
  fastify: /^(http\/([\w-]+\/)?[\w-]+|server\/server)\.ts$/,
  'gpt-tokenizer': /^completion\/load-vocabulary\.ts$/,
  ioredis: /^state\/redis-(connection|store)\.ts$/,
  'json-p3': /^core\/json-path\.ts$/,
  liquidjs: /^fixtures\/template-engine\.ts$/,
  'prom-client': /^http\/admin\/metrics\.ts$/,
  preact: /^page\/[\w-]+\.tsx?$/,
  pino: /^(cli\/(main|signals|workers)|server\/(log|server)|http\/context)\.ts$/,
  re2js: /^core\/linear-regex\.ts$/,
  yaml: /^core\/source-file\.ts$/,
  'js-yaml': /^core\/source-file\.ts$/
}

/** The files that a start runs, beside those that they import. */
export const startFiles = [
  'cli/main.ts',
  'cli/signals.ts',
  'server/load-config.ts',
  'server/log.ts',
  'server/request-validator.ts',
  'server/server.ts'
]

/** The files in whose place the command has prepared data. */
export const replacedInBundle = ['completion/load-vocabulary.ts', 'server/builtin-data.ts']

/** The libraries that every start needs. */
export const startLibraries = /^(@fastify\/cors|@noble\/hashes(\/.+)?|fastify|pino)$/

/** The one list of request parameters. */
export const parameterTable = 'core/request-parameters.ts'

/** Files that name many request parameters beside it. */
export const parameterReaders = [
  // Has the words that the service uses for what some parameters expect.
  'contract/schema-errors.ts'
]

/** Files that may write the path of an operation. */
export const addressBuilders = [
  'contract/service-operations.ts',
  // Builds the address of another server, which has no document.
  'core/upstream-options.ts'
]

/** Who may use a function, or write a text, so that there is one path to a completion and one to a stream. */
export const paths = {
  /** The functions of each step, and the files that may call them. */
  steps: {
    'completion/build.ts planCompletion': [
      'http/response/plan-chat.ts',
      'completion/build.ts',
      // Builds what a recording is compared with; nothing of it is sent.
      'http/recording/reconcile.ts'
    ],
    'completion/build.ts buildCompletion': [
      // Builds one choice after another of a live reply.
      'completion/incremental-builder.ts',
      // Builds the stored completions that fixtures bring.
      'http/operations/seeded-completions.ts'
    ],
    'completion/chunks.ts splitCompletion': ['http/response/completion-body.ts', 'completion/incremental-builder.ts'],
    // Splits a large completion while it is sent.
    'completion/chunks.ts generateChunks': ['http/response/response-parts.ts', 'completion/chunks.ts']
  } as Readonly<Record<string, readonly string[]>>,
  /** The values of `object`, and the files that may make such an object. */
  objects: {
    'chat.completion': [
      'completion/build.ts',
      // Puts chunks together again.
      'completion/chunks.ts',
      // Makes the stored form of a completion that was built.
      'completion/stored-completion.ts'
    ],
    'chat.completion.chunk': ['completion/chunks.ts']
  } as Readonly<Record<string, readonly string[]>>,
  /** The files that may write an event of a stream (`data: …`). */
  events: ['stream/timeline.ts', 'fixtures/error-catalog.ts']
}

/** Files that know no clock, no disk, no network and no dice. */
export const pure =
  /^(completion\/(?!load-vocabulary\.)|embedding\/|generation\/|prompt\/|sample\/|stream\/(?!scheduler\.))/

/** Files that import a module of Node, but whose functions are pure all the same. */
export const pureEnough = ['core/hash.ts']

/** The files that may read `process.env` and `process.argv`. */
export const processReaders = /^(core\/options|cli\/main|cli\/launcher|testing\/index)\.ts$/

export const errors = {
  /** The class that is thrown, with the name of the error as its first argument. */
  thrown: 'core/api-error.ts ApiError',
  /** The functions that make bytes of an error. */
  renderers: ['fixtures/error-catalog.ts formatErrorResponse', 'fixtures/error-catalog.ts formatErrorEvent'],
  /** The one file that sends them. */
  writer: 'http/response/send-error.ts',
  /** Files that make the bytes of an error and do not send them. */
  readers: [
    'fixtures/error-catalog.ts',
    // Compares them with those of a recording.
    'http/recording/verbatim.ts',
    // Puts the error event into the timeline of a broken stream.
    'stream/apply-fault.ts',
    // Prints what the service would answer.
    'cli/check-request.ts'
  ]
}

export const exchanges = {
  /** The type of an exchange. */
  type: 'state/exchange.ts Exchange',
  /** The one file that logs, counts and journals requests. */
  keeper: 'http/exchange.ts',
  /** What it calls for that. */
  journaling: [
    'state/journal.ts Journal.add',
    'state/request-feed.ts RequestFeed.add',
    'state/metrics-counters.ts MetricsCounters.add'
  ],
  /** The files that may write members of an exchange. */
  writers: [
    'http/exchange.ts',
    'http/response/response-stream.ts',
    // Writes to its own copies.
    'state/exchange-ring.ts',
    'state/exchange-copy.ts'
  ]
}

/** The one file that takes a response from Fastify. */
export const hijacker = 'http/response/response-stream.ts'

/** The one file that uses members of Node that its documentation does not name. */
export const nodeInternals = 'http/response/node-internals.ts'

/** Files of http/ that may have many imports: they put the others together. */
export const assemblers = ['http/app.ts', 'http/context.ts']

/** Module-level values that change and may. */
export const moduleState: readonly string[] = [
  // Caches by an object that never changes: two servers find the same in them.
  'fixtures/error-catalog.ts preparedErrorTemplates',
  'completion/prompt-tokens.ts longPrompts',
  'fixtures/long-text-tests.ts results',
  'http/response/headers.ts accountHeaderCache'
]

/** Files that may set a property of `globalThis`. */
export const globalWriters = [
  // Only while the build makes the code cache.
  'cli/launcher.ts'
]

/** Variables that count across requests and stay in one process. */
export const ownCounts: readonly string[] = [
  // The memory of its own queue.
  'fixtures/recorder.ts createRecorder'
]
