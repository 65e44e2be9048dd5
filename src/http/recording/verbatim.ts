/** Keeps what was heard to the letter, where Standin would lay out the same words in another way. */

import type { TokenText } from '../../completion/token-text.js'
import type { Catalog } from '../../core/api-error.js'
import type { Model } from '../../core/model.js'
import type { ChatRequest } from '../../core/openai-types.js'
import { createChance } from '../../core/random.js'
import type { Reply } from '../../core/reply.js'
import { errorBody } from '../../fixtures/error-catalog.js'
import type { ReplyInput } from '../../fixtures/input.js'
import { normalise } from '../../fixtures/normalise.js'
import { withoutAccounts } from '../../fixtures/recorded-error.js'
import { atOnce } from '../../stream/pacing.js'
import { late, scriptOf } from '../../stream/timeline.js'
import { refusalOf } from '../chat/decision.js'
import { complete, textOf } from '../response/completion-body.js'

/** @param heard the whole body of the answer, as it came */
export function withVerbatim(
  reply: ReplyInput,
  heard: string,
  { request, model, catalog }: { request: ChatRequest; model: Model; catalog: Catalog },
  tokens: TokenText
): ReplyInput {
  const said = normalise(reply)
  const own =
    said.kind === 'refusal'
      ? errorBody(catalog, refusalOf(said), () => nobody).body
      : laidOut(said, request, model, tokens)
  if (comparable(own) === comparable(heard)) return reply
  if (said.kind === 'refusal') return { ...reply, verbatim: { json: withoutAccounts(heard) } }
  return { ...reply, verbatim: request.stream ? { stream: heard } : { json: heard } }
}

function laidOut(said: Reply & { kind: 'completion' }, request: ChatRequest, model: Model, tokens: TokenText): string {
  const identity = { id: '', created: 0, fingerprint: null, chance: createChance('') }
  const { completion, chunks } = complete({ request, model, said, identity }, tokens)
  if (!chunks) return textOf(completion)
  const { dues, text } = late(scriptOf(chunks, atOnce))
  return text(0, dues.length)
}

/** What `withoutAccounts` leaves of an account, for words that name the one that is refused. */
const nobody = {
  organization: 'org-000000000000000000000000',
  project: 'proj_000000000000000000000000',
  masked: 'sk-…',
  requestId: 'req_0'
}

/** Without what is new with each answer: ids, times, fingerprints and padding. */
const comparable = (text: string) =>
  withoutAccounts(text)
    .trimEnd()
    .replace(/("(?:id|system_fingerprint|obfuscation)"\s*:\s*)(?:"[^"]*"|null)/g, '$1…')
    .replace(/("created"\s*:\s*)\d+/g, '$1…')
    .replace(/\breq_\w+/g, 'req_…')
