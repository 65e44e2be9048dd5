/** Makes the stored completions that fixtures preload, when somebody first reads them: by the path that every completion takes. */

import { build } from '../../completion/build.js'
import { promptTokens } from '../../completion/prompt-tokens.js'
import { type StoredCompletion, storedOf } from '../../completion/stored-completion.js'
import { createChance, idPrefix } from '../../core/random.js'
import type { StoredInput } from '../../fixtures/input.js'
import { normalise } from '../../fixtures/normalise.js'
import type { Rooms } from '../context.js'
import { fingerprintOf, seededTime } from '../identity.js'

/** Answers those of today's fixtures, in their order; each is made once. */
export function createPreloaded({ fixtures, models, tokens }: Rooms): () => Promise<StoredCompletion[]> {
  const made = new WeakMap<StoredInput, Promise<StoredCompletion>>()

  async function make(input: StoredInput): Promise<StoredCompletion> {
    const { messages, metadata, created = seededTime } = input
    const model = models.of(input.model)
    const chance = createChance('preloaded', JSON.stringify(input))
    const id = input.id ?? `chatcmpl-${idPrefix(created)}${chance.base62(24)}`
    const request = { model: input.model, messages, metadata }
    const reply = normalise(input.reply)
    const completion = await tokens.use(model.encoding, text =>
      build({
        request,
        model,
        sayings: reply.kind === 'completion' ? reply.sayings : [],
        prompt: promptTokens(request, model, part => text.count(part)),
        identity: { id, created, fingerprint: fingerprintOf(model), chance },
        tokens: text
      })
    )
    return storedOf(
      request,
      completion,
      `req_${chance.hex(12)}4${chance.hex(3)}${chance.pick(['8', '9', 'a', 'b'])}${chance.hex(15)}`
    )
  }

  return () =>
    Promise.all(
      fixtures.stored.map(input => {
        const known = made.get(input) ?? make(input)
        made.set(input, known)
        return known
      })
    )
}
