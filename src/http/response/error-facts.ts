/** What a refusal says that was asked for by its name, before anything was looked at: it speaks of the request all the same. */
import type { FastifyRequest } from 'fastify'
import { estimatedTokens } from '../../completion/limit-estimate.js'
import type { Facts, Refusal } from '../../core/api-error.js'
import type { Limits } from '../../core/api-key.js'
import { bucketsOf, headersFor, type LimitHeaders } from '../../state/limits.js'
import { parseBody } from '../body.js'
import type { Rooms } from '../context.js'

/** The request and its key, for words that name them. */
export function factsOf(request: FastifyRequest): Facts {
  const { id, account } = request.exchange
  const { model, messages } = bodyOf(request)
  const { model: named = model } = (request.params ?? {}) as { model?: unknown }
  const { organization, project } = account ?? {}
  return { requestId: id, model: textOf(named), organization, project, url: textOf(pictureIn(messages)) }
}

/** The limits that a refusal of the chat operation shows: those that were counted, or else what agrees with its words. */
export function limitsOf(
  request: FastifyRequest,
  { refusal, facts }: Refusal,
  status: number,
  { keys }: Rooms
): LimitHeaders | undefined {
  const { account, limits: counted, operation } = request.exchange
  if (operation !== 'createChatCompletion') return counted
  const used = facts.limit == null ? usedUp[refusal] : undefined
  if (counted && !used) return counted
  if (status === 429) return headersFor(bucketsOf('', small, 1), { used: used ?? hardlyUsed }, 1)
  const { model, messages } = bodyOf(request)
  const tokens = estimatedTokens(messages)
  const limits = account && keys.limitsOf(account, textOf(model) ?? '')
  const buckets = bucketsOf('', limits ?? {}, tokens)
  return headersFor(buckets, { used: buckets.map(({ amount }) => amount) }, tokens)
}

// The account of which the words of these refusals speak when nothing else is known, and what it has used of it.
const small: Limits = { requestsPerMinute: 500, tokensPerMinute: 30_000 }
const hardlyUsed: number[] = [1, 0.4]
const usedUp: Record<string, number[]> = {
  rate_limit_exceeded: [500, 0.4],
  rate_limit_exceeded_free: [500, 0.4],
  tokens_rate_limit_exceeded: [1, 29_900],
  request_too_large: hardlyUsed
}

function pictureIn(messages: unknown): unknown {
  const parts = Array.isArray(messages) ? messages.flatMap(message => message?.content ?? []) : []
  return parts.find(part => part?.type === 'image_url')?.image_url?.url
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

function bodyOf(request: FastifyRequest): { model?: unknown; messages?: unknown } {
  try {
    return Object(parseBody(request))
  } catch {
    return {}
  }
}
