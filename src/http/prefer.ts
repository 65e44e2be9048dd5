/** Reads `Prefer: code=429, example=NAME` and its query twins `?__code=429`, as Prism has them. */
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../core/api-error.js'

export interface Preference {
  code?: number
  example?: string
}

const none: Preference = Object.freeze({})

export function preferenceOf(request: FastifyRequest): Preference {
  const header = request.headers.prefer
  if (header === undefined && !request.raw.url!.includes('__')) return none
  const query = request.query as Record<string, string | undefined>
  const given = header === undefined ? { code: query.__code, example: query.__example } : read(String(header))
  if (given.code === undefined && given.example === undefined) return none
  if (given.code !== undefined && !/^[1-5]\d\d$/.test(given.code))
    throw new Refusal('unknown_preference', { what: 'code', asked: given.code, known: 'a status of three digits' })
  return { code: given.code === undefined ? undefined : Number(given.code), example: given.example }
}

function read(header: string): { code?: string; example?: string } {
  const found: Record<string, string> = {}
  for (const part of header.split(/[,;]/)) {
    const [name = '', value = ''] = part.split('=', 2).map(word => word.trim())
    found[name.toLowerCase()] = value.replace(/^"(.*)"$/, '$1')
  }
  return { code: found.code, example: found.example }
}
