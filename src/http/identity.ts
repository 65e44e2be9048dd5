/** Creates the id, time, fingerprint and random sequence of each completion. A seed makes them reproducible. */

import type { Identity } from '../completion/build.js'
import type { Model } from '../core/model.js'
import type { ChatRequest, Message } from '../core/openai-types.js'
import {
  createIdPrefix,
  createRandom,
  createRandomIds,
  createRandomOf,
  type Random,
  type RandomIds
} from '../core/random.js'
import { parametersWhere, requestParameters } from '../core/request-parameters.js'
import { joinStoreKey } from '../core/short-name.js'
import type { Store } from '../core/store.js'
import type { Exchange } from '../state/exchange.js'
import { setRequestId } from './exchange.js'

/** The time of every completion of a seeded server: 2025-01-01T00:00:00Z. */
export const seededTime = 1735689600

export interface IdentityFactory {
  /** Returns a promise only with a seed: the store then counts equal requests. */
  createIdentity(exchange: Exchange, model: Model): Identity | Promise<Identity>
  /** The random sequence of generated content: equal for equal requests in all sessions, streamed or not. */
  contentRandom(request: ChatRequest): Random
}

export function createIdentityFactory(seed: string | undefined, store: Store): IdentityFactory {
  const ids = createRandomIds()
  const fingerprints = new WeakMap<Model, string | null>()
  const findFingerprint = (model: Model): string | null => {
    const cached = fingerprints.get(model)
    if (cached !== undefined) return cached
    const fingerprint = computeFingerprint(model)
    fingerprints.set(model, fingerprint)
    return fingerprint
  }
  return {
    createIdentity(exchange, model) {
      if (seed === undefined) {
        const created = Math.floor(exchange.at / 1000)
        return new RandomIdentity(createCompletionId(model, created, ids), created, findFingerprint(model))
      }
      return createSeededRandom(seed, exchange, store).then(random => {
        setRequestId(exchange, `req_${formatUuid(random.hex(32))}`)
        const seededIds: RandomIds = {
          base62: (prefix, length) => prefix + random.base62(length),
          uuid: prefix => prefix + random.hex(32)
        }
        return {
          id: createCompletionId(model, seededTime, seededIds),
          created: seededTime,
          fingerprint: findFingerprint(model),
          random
        }
      })
    },
    contentRandom: request =>
      createRandom(
        seed ?? '',
        'words',
        JSON.stringify(
          seedParams.map(name => (name === 'messages' ? request.messages.map(withoutCallIds) : request[name]))
        )
      )
  }
}

/** Call ids are new in each run of a program, and must not change its answers. */
function withoutCallIds(message: Message): Message {
  if (!message.tool_calls && message.tool_call_id === undefined) return message
  return { ...message, tool_calls: message.tool_calls?.map(call => ({ ...call, id: '' })), tool_call_id: undefined }
}

/** Most completions need no random values beside their id, so the getter creates the sequence. */
class RandomIdentity implements Identity {
  constructor(
    readonly id: string,
    readonly created: number,
    readonly fingerprint: string | null
  ) {}
  get random(): Random {
    return createRandomOf(this.id)
  }
}

// Sets the version and variant digits of a version 4 UUID.
const formatUuid = (hex: string) => `${hex.slice(0, 12)}4${hex.slice(13, 16)}8${hex.slice(17)}`

function createCompletionId(model: Model, created: number, ids: RandomIds): string {
  if (model.kind !== 'search') return ids.base62(`chatcmpl-${createIdPrefix(created)}`, 24)
  const uuid = ids.uuid('')
  return `chatcmpl-${[uuid.slice(0, 8), uuid.slice(8, 12), uuid.slice(12, 16), uuid.slice(16, 20), uuid.slice(20)].join('-')}`
}

// The number of earlier equal requests in the session is part of the seed. So equal requests get different ids, and
// every run gets the same ids, also with concurrent requests.
async function createSeededRandom(seed: string, { session, body = '' }: Exchange, store: Store): Promise<Random> {
  const earlierCount = await store.take(joinStoreKey(session, 'nth', createRandom(body).hex(16)))
  return createRandom(seed, session, body, earlierCount ?? 0)
}

const seedParams = parametersWhere(requestParameters.createChatCompletion, 'seedPosition')

export function computeFingerprint(model: Model): string | null {
  if (model.fingerprint === 'null') return null
  return model.fingerprint === 'empty' ? '' : `fp_${createRandom('fingerprint', model.snapshot).hex(10)}`
}
