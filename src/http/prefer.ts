/** Reads `Prefer: code=429, example=NAME` and its query twins `?__code=429`, as Prism has them. */
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../core/api-error.js'

export interface Preference {
  code?: number
  example?: string
}

const noPreference: Preference = Object.freeze({})

export function readPreference(request: FastifyRequest): Preference {
  const header = request.headers.prefer
  if (header === undefined && !request.raw.url!.includes('__')) return noPreference
  const query = request.query as Record<string, string | undefined>
  const requested =
    header === undefined ? { code: query.__code, example: query.__example } : parsePreferHeader(String(header))
  if (requested.code === undefined && requested.example === undefined) return noPreference
  if (requested.code !== undefined && !/^[1-5]\d\d$/.test(requested.code))
    throw new ApiError('unknown_preference', { what: 'code', asked: requested.code, known: 'a status of three digits' })
  return { code: requested.code === undefined ? undefined : Number(requested.code), example: requested.example }
}

function parsePreferHeader(header: string): { code?: string; example?: string } {
  const values: Record<string, string> = {}
  for (const part of header.split(/[,;]/)) {
    const [name = '', value = ''] = part.split('=', 2).map(word => word.trim())
    values[name.toLowerCase()] = value.replace(/^"(.*)"$/, '$1')
  }
  return { code: values.code, example: values.example }
}
