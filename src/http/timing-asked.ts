/** The pace that a request asks for by itself. */
import type { FastifyRequest } from 'fastify'
import { Mistake, Refusal } from '../core/api-error.js'
import { readTiming, type TimingInput } from '../core/pacing-input.js'

/** In our header, or as other mock servers are asked for a delay. */
export function timingAsked({ raw }: FastifyRequest): TimingInput | undefined {
  const { headers, url = '' } = raw
  if (headers['x-mock-timing'] !== undefined) return timingIn(String(headers['x-mock-timing']), 'x-mock-timing')
  if (headers['x-microcks-delay'] !== undefined)
    return timingIn(`firstTokenMs=${headers['x-microcks-delay']}`, 'x-microcks-delay')
  if (!url.includes('?')) return undefined
  const delay = new URL(url, 'http://localhost').searchParams.get('delay')
  return delay === null ? undefined : timingIn(`firstTokenMs=${delay}`, '?delay')
}

function timingIn(text: string, place: string): TimingInput {
  try {
    return readTiming(text, place)
  } catch (error) {
    if (error instanceof Mistake) throw new Refusal('bad_mock_header', { problem: error.message })
    throw error
  }
}
