/** Picks exchanges out of the journal, and writes them as others read them. Pure. */

import { ConfigError } from '../core/api-error.js'
import { isObject } from '../core/json-pointer.js'
import { findNearest } from '../core/source-file.js'
import type { ExchangeRecord } from './exchange.js'

/** What of the journal is wanted; what is not given does not matter. */
export interface RequestFilter {
  session?: string
  status?: number
  operation?: string
  fixture?: string
  model?: string
  /** Chat requests that no fixture answered. */
  unmatched?: boolean
  /** A text that the request has in it. */
  text?: string
  /** The id of the exchange after which to go on. */
  after?: string
  /** How many at most, the oldest of them. */
  limit?: number
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
  'limit'
] as const

/** Reads a query. Throws a Mistake when it asks for something that there is not. */
export function parseRequestFilter(query: Record<string, unknown>): RequestFilter {
  const filter: RequestFilter = {}
  for (const [name, value] of Object.entries(query)) {
    const filterName = filterNames.find(each => each === name)
    if (!filterName) {
      const suggestion = findNearest(name, filterNames)
      throw new ConfigError([
        `requests: unknown filter "${name}", ${suggestion ? `did you mean "${suggestion}"? ` : ''}expected ${filterNames.join(', ')}`
      ])
    }
    if (filterName === 'status' || filterName === 'limit') {
      const number = Number(value)
      if (!Number.isInteger(number) || number < 0)
        throw new ConfigError([`requests: ${filterName} is ${JSON.stringify(value)}, expected a whole number`])
      filter[filterName] = number
    } else if (filterName === 'unmatched') filter.unmatched = value === '' || value === 'true'
    else filter[filterName] = String(value)
  }
  return filter
}

export function filterRecords(records: readonly ExchangeRecord[], filter: RequestFilter): ExchangeRecord[] {
  const { status, operation, fixture, model, unmatched, text, after, limit } = filter
  const start = after === undefined ? 0 : records.findIndex(({ id }) => id === after) + 1
  const matching = records
    .slice(start)
    .filter(
      record =>
        (status === undefined || record.status === status) &&
        (operation === undefined || record.operation === operation) &&
        (fixture === undefined || record.fixture === fixture) &&
        (model === undefined || (isObject(record.request) && record.request.model === model)) &&
        (!unmatched || record.nearMisses !== undefined) &&
        (text === undefined || JSON.stringify(record.request ?? '').includes(text))
    )
  return limit === undefined ? matching : matching.slice(0, limit)
}

/** The journal as HTTP Archive 1.2, which browsers and many tools read. */
export function toHar(records: readonly ExchangeRecord[], version: string, origin: string): object {
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
          url: new URL(record.url, origin).href,
          httpVersion: 'HTTP/1.1',
          cookies: [],
          headers: toNameValuePairs(record.headers),
          queryString: [...new URL(record.url, origin).searchParams].map(([name, value]) => ({ name, value })),
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
