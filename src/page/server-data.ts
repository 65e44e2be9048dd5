/** The JSON that the endpoints under `/_mock/` send to the page. docs/reference.md describes them. */

export interface TokenCounts {
  promptTokens: number
  completionTokens: number
}

/** A line of the list of requests: `GET /_mock/requests?format=summary`. */
export interface RequestRow {
  id: string
  at: string
  session: string
  operation?: string
  method: string
  url: string
  status: number
  streamed: boolean
  aborted: boolean
  durationMs: number
  fixture?: string
  fault?: string
  unmatched?: boolean
  refusal?: string
  warning?: string
  model?: string
  about?: string
  usage?: TokenCounts
}

export interface ApiErrorFacts {
  name: string
  rule?: string
  evidence?: string
  seen?: string
}

export interface ConditionCheck {
  condition: string
  expected: string
  seen: string
  holds: boolean
}

export interface Reason {
  name: string
  place: string
  replied: boolean
  conditions: ConditionCheck[]
}

export interface VendorErrorBody {
  error: { message: string; type: string | null; param: string | null; code: string | null }
}

/** One request: `GET /_mock/requests/{id}`. */
export interface RequestRecord extends Omit<RequestRow, 'refusal' | 'warning'> {
  headers: Record<string, string>
  request?: unknown
  answer?: unknown
  chunkMs?: number[]
  dueMs?: number[]
  ignoredFault?: string
  mismatch?: string
  refusal?: ApiErrorFacts
  warning?: ApiErrorFacts
  warningBody?: VendorErrorBody
  budget?: { work: number; bytes: number }
  why: Reason[]
}

/** `GET /_mock/info` */
export interface ServerInfo {
  version: string
  chatPath?: string
  fixtures: { files: number; from: string[]; added: number }
  unmatched: 'invent' | 'refuse' | 'record'
  validate: 'spec' | 'warn' | 'off'
  models: string[]
  problems: string[]
}

/** `GET /_mock/load` */
export interface LoadFacts {
  seconds: number
  requestsPerSecond: number
  eventLoopUtilization: number
  saturated: boolean
  openConnections: number
  openStreams: number
  summary: string
}

/** `GET /_mock/dead-ends` */
export interface DeadEndRow {
  method: string
  path: string
  count: number
}

/** `GET /_mock/fixtures?details=true` */
export interface ListedFixture {
  name: string
  place: string
  addedAtRunTime: boolean
  session?: string
  conditions: string[]
  uses: { session: string; replies: number }[]
  lastMatched?: string
  warnings: string[]
  reply: unknown
  times?: number
}

export interface LimitOfKey {
  key: string
  model: string
  limits: { kind: string; limit: number; used: number; remaining: number; resetMs: number }[]
}

/** `GET /_mock/streams` */
export interface OpenStreamRow {
  id: string
  at: string
  session: string
  fixture?: string
  writtenEvents: number
  events: number
}

export interface SessionRow {
  name: string
  requests: number
  withoutUsage: number
  usage: ({ model: string; requests: number } & TokenCounts)[]
}

export interface ListedFault {
  number: number
  fault: { kind: string; [member: string]: unknown }[]
  rate: number
  model?: string
  session?: string
}

export interface VerifyReport {
  verified: boolean
  count: number
  report: string[]
}
