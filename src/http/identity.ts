/** What makes an answer this one and no other. With a seed all of it follows from the seed and the request. */

import type { Identity } from '../completion/build.js'
import type { Model } from '../core/model.js'
import type { ChatRequest } from '../core/openai-types.js'
import { type Chance, createChance, createRandomIds, idPrefix, type RandomIds } from '../core/random.js'
import type { Store } from '../core/store.js'
import type { Exchange } from '../state/exchange.js'

/** The time of every answer of a seeded server: 2025-01-01T00:00:00Z. */
export const seededTime = 1735689600

export interface Identities {
  /** At once without a seed; with one, the store is asked how many equal requests there were. */
  identify(exchange: Exchange, model: Model): Identity | Promise<Identity>
  /** Chance for invented words: the same for the same question, streamed or not, in every session. */
  words(request: ChatRequest): Chance
}

export function createIdentities(seed: string | undefined, store: Store): Identities {
  const ids = createRandomIds()
  const fingerprints = new WeakMap<Model, string | null>()
  const fingerprint = (model: Model): string | null => {
    const known = fingerprints.get(model)
    if (known !== undefined) return known
    const made = fingerprintOf(model)
    fingerprints.set(model, made)
    return made
  }
  return {
    identify(exchange, model) {
      if (seed === undefined) {
        const created = Math.floor(exchange.at / 1000)
        return new RandomIdentity(idOf(model, created, ids), created, fingerprint(model))
      }
      return seeded(seed, exchange, store).then(chance => {
        exchange.id = `req_${asUuid(chance.hex(32))}`
        const draws: RandomIds = {
          base62: (prefix, length) => prefix + chance.base62(length),
          uuid: prefix => prefix + chance.hex(32)
        }
        return { id: idOf(model, seededTime, draws), created: seededTime, fingerprint: fingerprint(model), chance }
      })
    },
    words: request => createChance(seed ?? '', 'words', JSON.stringify(asked(request)))
  }
}

/** Most answers draw nothing beyond their id, so the sequence is made when it is first asked for. */
class RandomIdentity implements Identity {
  constructor(
    readonly id: string,
    readonly created: number,
    readonly fingerprint: string | null
  ) {}
  get chance(): Chance {
    return createChance(this.id)
  }
}

// The digits that tell a version 4 UUID.
const asUuid = (hex: string) => `${hex.slice(0, 12)}4${hex.slice(13, 16)}8${hex.slice(17)}`

function idOf(model: Model, created: number, draws: RandomIds): string {
  if (model.kind !== 'search') return draws.base62(`chatcmpl-${idPrefix(created)}`, 24)
  const uuid = draws.uuid('')
  return `chatcmpl-${[uuid.slice(0, 8), uuid.slice(8, 12), uuid.slice(12, 16), uuid.slice(16, 20), uuid.slice(20)].join('-')}`
}

// The how-many-eth of equal requests in a session is part of the seed, so that equal requests have different ids and the
// same ones on every run, whatever runs beside them.
async function seeded(seed: string, { session, body = '' }: Exchange, store: Store): Promise<Chance> {
  const nth = await store.take(`${session}\nnth\n${createChance(body).hex(16)}`)
  return createChance(seed, session, body, nth ?? 0)
}

// What the words depend on: not on how they are sent or cut.
function asked({
  model,
  messages,
  tools,
  tool_choice,
  functions,
  function_call,
  response_format,
  seed,
  n
}: ChatRequest) {
  return [model, messages, tools, tool_choice, functions, function_call, response_format, seed, n]
}

export function fingerprintOf(model: Model): string | null {
  if (model.fingerprint === 'null') return null
  return model.fingerprint === 'empty' ? '' : `fp_${createChance('fingerprint', model.snapshot).hex(10)}`
}
