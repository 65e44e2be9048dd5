/** Defines the limits of memory and time that no option changes. docs/reference.md lists them, and a test compares both. */

const kibibyte = 1024
const mebibyte = 1024 * kibibyte
const minute = 60_000

/** Sizes are in bytes of memory, times in milliseconds. */
export const fixedLimits = {
  /** The fixtures and stored completions that `/_mock/fixtures` adds. */
  addedFixtures: 64 * mebibyte,
  /** The keys that `/_mock/keys` adds. */
  addedKeys: 4 * mebibyte,
  /** The fault rates that `/_mock/faults` adds. A request looks at each of them. */
  addedFaults: 64 * kibibyte,
  /** The completions that requests store. */
  storedCompletions: 32 * mebibyte,
  /** The turns of sequences and faults. */
  turns: 16 * mebibyte,
  /** The states of sessions. */
  states: 16 * mebibyte,
  /** The buckets of rate limits. */
  buckets: 16 * mebibyte,
  /** The names of sessions, and the times of their last requests. */
  sessions: 16 * mebibyte,
  /** The parsed bodies of requests: large bodies, and other bodies, each. */
  bodyCache: 16 * mebibyte,
  /** The generated replies. */
  replyCache: 16 * mebibyte,
  /** The prepared responses: JSON, streams, and responses to repeated requests, each. */
  responseCache: 32 * mebibyte,
  /** The counts of tokens of one encoding, for parts of texts. */
  tokenCache: 8 * mebibyte,
  /** The recorded fixtures that wait for the disk. */
  recorderQueue: 64 * mebibyte,
  /** The start of a response in parts that the journal keeps, in characters. */
  responseText: 4 * mebibyte,
  /** The exchanges that the journal decodes at once. */
  journalPage: mebibyte,
  /** The exchanges that wait for a reader of `/_mock/requests/stream`. */
  requestStreamQueue: 8 * mebibyte,
  /** The time that a connection may be silent. It ends hanging streams, and responses that the client does not read. */
  silentConnection: 30 * minute
} as const

/** The tokens of a legacy completion whose request sets no limit. */
export const defaultMaxTokens = 16

/** The characters of a name that is a key of a map. A longer name is replaced by its hash. */
export const maxNameChars = 256
