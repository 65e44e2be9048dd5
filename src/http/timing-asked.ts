/** The pace that a request asks for by itself. */
import type { FastifyRequest } from 'fastify'
import { ApiError, ConfigError } from '../core/api-error.js'
import { parseTimingString, type TimingInput } from '../core/pacing-input.js'

/** In our header, or as other mock servers are asked for a delay. */
export function readRequestTiming({ raw }: FastifyRequest): TimingInput | undefined {
  const { headers, url = '' } = raw
  if (headers['x-mock-timing'] !== undefined) return parseTimingText(String(headers['x-mock-timing']), 'x-mock-timing')
  if (headers['x-microcks-delay'] !== undefined)
    return parseTimingText(`firstTokenMs=${headers['x-microcks-delay']}`, 'x-microcks-delay')
  if (!url.includes('?')) return undefined
  const delay = new URL(url, 'http://localhost').searchParams.get('delay')
  return delay === null ? undefined : parseTimingText(`firstTokenMs=${delay}`, '?delay')
}

function parseTimingText(text: string, source: string): TimingInput {
  try {
    return parseTimingString(text, source)
  } catch (error) {
    if (error instanceof ConfigError) throw new ApiError('bad_mock_header', { problem: error.message })
    throw error
  }
}
