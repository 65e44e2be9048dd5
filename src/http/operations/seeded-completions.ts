/** Builds the stored completions that fixtures preload. */

import { buildCompletion } from '../../completion/build.js'
import { countPromptTokens } from '../../completion/prompt-tokens.js'
import { type StoredCompletion, toStoredCompletion } from '../../completion/stored-completion.js'
import { createIdPrefix, createRandom } from '../../core/random.js'
import { toChatRequest } from '../../core/to-chat-request.js'
import type { StoredInput } from '../../fixtures/input.js'
import { normaliseReply } from '../../fixtures/normalise.js'
import type { AppContext } from '../context.js'
import { computeFingerprint, seededTime } from '../identity.js'

/** The result returns the completions of the current fixtures, in their order. Each is built on the first call. */
export function createSeededCompletions({
  fixtures,
  models,
  tokenizer
}: AppContext): () => Promise<StoredCompletion[]> {
  const cache = new WeakMap<StoredInput, Promise<StoredCompletion>>()

  async function createSeeded(input: StoredInput): Promise<StoredCompletion> {
    const { created = seededTime } = input
    const model = models.get(input.model)
    const random = createRandom('preloaded', JSON.stringify(input))
    const id = input.id ?? `chatcmpl-${createIdPrefix(created)}${random.base62(24)}`
    const request = toChatRequest({ model: input.model, messages: input.messages, metadata: input.metadata })
    const reply = normaliseReply(input.reply)
    const completion = await tokenizer.withEncoding(model.encoding, encoder =>
      buildCompletion({
        request,
        model,
        choices: reply.kind === 'completion' ? reply.choices : [],
        prompt: countPromptTokens(request, model, part => encoder.count(part)),
        identity: { id, created, fingerprint: computeFingerprint(model), random },
        tokens: encoder
      })
    )
    const requestId = `req_${random.hex(12)}4${random.hex(3)}${random.pick(['8', '9', 'a', 'b'])}${random.hex(15)}`
    const stored = toStoredCompletion(request, completion, requestId)
    return input.permanent ? { ...stored, permanent: true } : stored
  }

  return () =>
    Promise.all(
      fixtures.stored.map(input => {
        const completion = cache.get(input) ?? createSeeded(input)
        cache.set(input, completion)
        return completion
      })
    )
}
