/** Filters the records of the journal and exports them as an HTTP archive (HAR). Pure. */

import { ConfigError } from '../core/config-error.js'
import { suggestWords } from '../core/edit-distance.js'
import { isObject } from '../core/json-pointer.js'
import type { Exchange } from './exchange.js'
import { type ExchangeRecord, parseJsonOrText } from './exchange-record.js'

/** Selects requests of the journal. All given members must hold; `after` and `limit` then page through the result. */
export interface RequestFilter {
  /** The `x-mock-session` of the requests, or else their API key, unmasked. */
  session?: string
  /** The HTTP status of the response, such as 429. */
  status?: number
  /** The `operationId` in the OpenAPI document, such as `createChatCompletion`. */
  operation?: string
  /** The name of the fixture that matched. */
  fixture?: string
  /** The `model` of the request body, or the deployment of Azure in the path. */
  model?: string
  /** With true: chat requests that no fixture matched. @default false */
  unmatched?: boolean
  /** A text that the request body contains, compared with its JSON without spaces. */
  text?: string
  /** The `id` of a record: the result starts after it. An unknown id starts at the oldest record. */
  after?: string
  /** The largest number of records, the oldest first. @default no limit */
  limit?: number
  /** The largest number of records, the newest first to stay. @default no limit */
  newest?: number
}

const filterNames = [
  'session',
  'status',
  'operation',
  'fixture',
  'model',
  'unmatched',
  'text',
  'after',
  'limit',
  'newest'
] as const

type FilterName = (typeof filterNames)[number]

/** The filters of a stream, which has no end. */
export const streamFilterNames: readonly FilterName[] = filterNames.filter(
  name => name !== 'limit' && name !== 'newest'
)

/**
 * Parses the query of `/_mock/requests`. Throws a ConfigError for an unknown filter or a wrong number.
 *
 * @param allowed the filters that the query may have
 */
export function parseRequestFilter(
  query: Record<string, unknown>,
  allowed: readonly FilterName[] = filterNames
): RequestFilter {
  const filter: RequestFilter = {}
  for (const [name, value] of Object.entries(query)) {
    const filterName = allowed.find(each => each === name)
    if (!filterName) throw new ConfigError([`requests: unknown filter "${name}", ${suggestWords(name, allowed)}`])
    if (filterName === 'status' || filterName === 'limit' || filterName === 'newest') {
      const number = Number(value)
      if (!Number.isInteger(number) || number < 0)
        throw new ConfigError([`requests: ${filterName} is ${JSON.stringify(value)}, expected a whole number`])
      filter[filterName] = number
    } else if (filterName === 'unmatched') filter.unmatched = value === '' || value === 'true'
    else filter[filterName] = String(value)
  }
  return filter
}

interface ExchangeFilter {
  matches(exchange: Exchange): boolean
  /** The conditions that do not decode the body. */
  matchesHead(exchange: Exchange): boolean
  /** Whether the filter decodes the body of each request. */
  readsBody: boolean
}

/** Compiles the conditions of a filter. `after` and `limit` are no conditions. */
export function createExchangeFilter(filter: RequestFilter): ExchangeFilter {
  const { session, status, operation, fixture, model, unmatched, text } = filter
  const readsBody = model !== undefined || text !== undefined
  const bodyMatches = ({ body, azure }: Exchange): boolean => {
    const request = parseJsonOrText(body)
    return (
      (model === undefined || (azure?.deployment ?? (isObject(request) ? request.model : undefined)) === model) &&
      (text === undefined || JSON.stringify(request ?? '').includes(text))
    )
  }
  const matchesHead = (exchange: Exchange) =>
    (session === undefined || exchange.session === session) &&
    (status === undefined || exchange.status === status) &&
    (operation === undefined || exchange.operation === operation) &&
    (fixture === undefined || exchange.fixture === fixture) &&
    (!unmatched || exchange.triedFixtures !== undefined)
  return {
    readsBody,
    matchesHead,
    matches: exchange => matchesHead(exchange) && (!readsBody || bodyMatches(exchange))
  }
}

/** Selects the records after the id `after`, at most `limit` of them. @param records oldest first */
export function selectPage<T extends { id: string }>(
  records: readonly T[],
  { after, limit, newest }: RequestFilter
): T[] {
  const start = after === undefined ? 0 : records.findIndex(({ id }) => id === after) + 1
  const page = records.slice(start, limit === undefined ? undefined : start + limit)
  return newest === undefined ? page : page.slice(Math.max(0, page.length - newest))
}

// A client can send any text as its URL or Host.
const readQuery = (url: string) => new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '')

/** Exports records as an HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/), which browsers read. */
export function toHar(records: readonly ExchangeRecord[], version: string, origin: string) {
  const toText = (value: unknown) =>
    value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
  const toNameValuePairs = (headers: Record<string, string>) =>
    Object.entries(headers).map(([name, value]) => ({ name, value }))
  return {
    log: {
      version: '1.2',
      creator: { name: 'standin', version },
      entries: records.map(record => ({
        startedDateTime: record.at,
        time: record.durationMs,
        request: {
          method: record.method,
          url: URL.canParse(record.url, origin) ? new URL(record.url, origin).href : record.url,
          httpVersion: 'HTTP/1.1',
          cookies: [],
          headers: toNameValuePairs(record.headers),
          queryString: [...readQuery(record.url)].map(([name, value]) => ({ name, value })),
          ...(record.request === undefined
            ? {}
            : { postData: { mimeType: record.headers['content-type'] ?? '', text: toText(record.request) } }),
          headersSize: -1,
          bodySize: toText(record.request).length
        },
        response: {
          status: record.status,
          statusText: '',
          httpVersion: 'HTTP/1.1',
          cookies: [],
          headers: [],
          content: {
            size: Buffer.byteLength(toText(record.answer)),
            mimeType: record.streamed ? 'text/event-stream' : 'application/json',
            text: toText(record.answer)
          },
          redirectURL: '',
          headersSize: -1,
          bodySize: -1
        },
        cache: {},
        timings: { send: 0, wait: record.durationMs, receive: 0 }
      }))
    }
  }
}
