/** Reads the response (`Prefer`, as in Prism) and the pace (`x-mock-timing`) that a request prefers. */
import type { FastifyRequest } from 'fastify'
import { ApiError, type ErrorCatalog } from '../core/api-error.js'
import { ConfigError } from '../core/config-error.js'
import { findSimilar } from '../core/edit-distance.js'
import { type Fault, parseFaultText } from '../core/fault.js'
import { parseTimingString, type TimingInput } from '../core/pacing-input.js'
import { checkFaultErrors, listErrorReferences } from '../fixtures/error-catalog.js'

/** `Prefer: code=429, example=NAME`, or in the URL `?__code=429&__example=NAME`. */
export interface Preference {
  code?: number
  example?: string
}

const noPreference: Preference = Object.freeze({})

/** Throws the API error that the request prefers by name (`Prefer: code=billing_not_active`). */
export function readPreference(request: FastifyRequest, errorCatalog: ErrorCatalog): Preference {
  const header = request.headers.prefer
  if (header === undefined && !request.raw.url!.includes('__')) return noPreference
  const query = request.query as Record<string, string | undefined>
  const requested =
    header === undefined ? { code: query.__code, example: query.__example } : parsePreferHeader(String(header))
  const { code, example } = requested
  if (code === undefined && example === undefined) return noPreference
  if (code === undefined) return { example }
  if (/^[1-5]\d\d$/.test(code)) return { code: Number(code), example }
  if (Object.hasOwn(errorCatalog, code)) throw new ApiError(code)
  const [similar = 'server_error'] = findSimilar(code, Object.keys(errorCatalog))
  const known = `a status of three digits, or a name of docs/errors.md, such as ${similar}`
  throw new ApiError('unknown_preference', { what: 'code', asked: code, known })
}

function parsePreferHeader(header: string): { code?: string; example?: string } {
  const values: Record<string, string> = {}
  for (const part of header.split(/[,;]/)) {
    const [name = '', value = ''] = part.split('=', 2).map(word => word.trim())
    values[name.toLowerCase()] = value.replace(/^"(.*)"$/, '$1')
  }
  return { code: values.code, example: values.example }
}

/** The pace of `x-mock-timing`, or the delay of other mock servers: `x-microcks-delay: 200`, `?delay=200`. */
export function readRequestTiming({ raw }: FastifyRequest): TimingInput | undefined {
  const { headers, url = '' } = raw
  if (headers['x-mock-timing'] !== undefined) return parseTimingText(String(headers['x-mock-timing']), 'x-mock-timing')
  if (headers['x-microcks-delay'] !== undefined)
    return parseTimingText(`firstTokenMs=${headers['x-microcks-delay']}`, 'x-microcks-delay')
  if (!url.includes('?')) return undefined
  const delay = new URLSearchParams(url.slice(url.indexOf('?'))).get('delay')
  return delay === null ? undefined : parseTimingText(`firstTokenMs=${delay}`, '?delay')
}

/** The faults of the header `x-mock-fault`. */
export function readRequestFaults({ raw }: FastifyRequest, errorCatalog: ErrorCatalog): Fault[] | undefined {
  const header = raw.headers['x-mock-fault']
  if (header === undefined) return undefined
  return parseMockHeader(() => {
    const faults = parseFaultText(String(header), 'x-mock-fault')
    checkFaultErrors(faults, 'x-mock-fault', listErrorReferences(errorCatalog))
    return faults
  })
}

/** Refuses the header `x-mock-fault` for responses without faults. @param responses in words, for the message */
export function refuseFaults({ raw }: FastifyRequest, responses: string): void {
  if (raw.headers['x-mock-fault'] === undefined) return
  throw new ApiError('bad_mock_header', {
    problem: `x-mock-fault: ${responses} have no faults, expected no such header`
  })
}

const parseTimingText = (text: string, source: string): TimingInput =>
  parseMockHeader(() => parseTimingString(text, source))

/** Converts the ConfigError of an invalid `x-mock-…` header to an API error. */
export function parseMockHeader<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof ConfigError) throw new ApiError('bad_mock_header', { problem: error.message })
    throw error
  }
}
