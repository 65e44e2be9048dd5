/** Adds the exact body of the upstream to a recorded reply whose built body would differ. */

import type { EncodingTokenizer } from '../../completion/encoding-tokenizer.js'
import { ApiError, type ErrorCatalog } from '../../core/api-error.js'
import type { Model } from '../../core/model.js'
import type { ChatRequest } from '../../core/openai-types.js'
import { createRandom } from '../../core/random.js'
import { type CompletionReply, createReplyError } from '../../core/reply.js'
import { formatErrorResponse } from '../../fixtures/error-catalog.js'
import type { ReplyInput } from '../../fixtures/input.js'
import { normaliseReply } from '../../fixtures/normalise.js'
import { maskAccounts } from '../../fixtures/recorded-error.js'
import { immediateSchedule } from '../../stream/pacing.js'
import { createTimeline, toLazyTimeline } from '../../stream/timeline.js'
import { completeOrPlanChat, formatCompletion } from '../response/completion-body.js'

/** @param upstreamBody the complete, unchanged body */
export function addVerbatim(
  reply: ReplyInput,
  upstreamBody: string,
  { request, model, errorCatalog }: { request: ChatRequest; model: Model; errorCatalog: ErrorCatalog },
  tokens: EncodingTokenizer
): ReplyInput {
  const normalisedReply = normaliseReply(reply)
  const builtBody =
    normalisedReply.kind === 'error'
      ? formatErrorResponse(errorCatalog, createReplyError(normalisedReply), () => placeholderAccount).body
      : tryFormatReply(normalisedReply, request, model, tokens)
  if (hideVolatileValues(builtBody) === hideVolatileValues(upstreamBody)) return reply
  if (normalisedReply.kind === 'error') return { ...reply, verbatim: { json: maskAccounts(upstreamBody) } }
  return { ...reply, verbatim: request.stream ? { stream: upstreamBody } : { json: upstreamBody } }
}

/** Returns no body for a reply that is above the budget of a response. */
function tryFormatReply(...parameters: Parameters<typeof formatReply>): string {
  try {
    return formatReply(...parameters)
  } catch (error) {
    if (error instanceof ApiError && error.errorName === 'budget_exceeded') return ''
    throw error
  }
}

function formatReply(reply: CompletionReply, request: ChatRequest, model: Model, tokens: EncodingTokenizer): string {
  const identity = { id: '', created: 0, fingerprint: null, random: createRandom('') }
  const built = completeOrPlanChat({ request, model, reply, identity }, tokens)
  if ('parts' in built) return [...built.parts()].join('')
  const { completion, chunks } = built
  if (!chunks) return formatCompletion(completion)
  const { dueTimes, text } = toLazyTimeline(createTimeline(chunks, immediateSchedule))
  return text(0, dueTimes.length)
}

/** The values that `maskAccounts` writes in place of an account. */
const placeholderAccount = {
  organization: 'org-000000000000000000000000',
  project: 'proj_000000000000000000000000',
  masked: 'sk-…',
  requestId: 'req_0'
}

/** Hides the values that change with each response: ids, times, fingerprints and padding. */
const hideVolatileValues = (text: string) =>
  maskAccounts(text)
    .trimEnd()
    .replace(/("(?:id|system_fingerprint|obfuscation)"\s*:\s*)(?:"[^"]*"|null)/g, '$1…')
    .replace(/("created"\s*:\s*)\d+/g, '$1…')
    .replace(/\breq_\w+/g, 'req_…')
