/** Answers out of what was prepared of their reply, so that load tests and open streams cost little. */

import { promptTokens } from '../../completion/prompt-tokens.js'
import { createPreparations, isPlain, isSteady, type Prepared, prepare } from '../../completion/response-template.js'
import type { TokenText } from '../../completion/token-text.js'
import type { LateText } from '../../core/json-format.js'
import type { ChatRequest } from '../../core/openai-types.js'
import { createChance } from '../../core/random.js'
import type { Schedule } from '../../stream/pacing.js'
import { type PreparedStream, prepareStream } from '../../stream/stream-template.js'
import type { LateScript } from '../../stream/timeline.js'
import { type Completed, complete, type Order, type Spent, spentOn } from '../response/completion-body.js'

export interface Ready {
  spent: Spent
  fill(): LateText
  /** Of a stream: its frames, each with its moment. */
  script?(schedule: Schedule): LateScript
}

/** Nothing comes of a reply that has to be built each time. */
export function createReady(): (order: Order, tokens: TokenText) => Ready | undefined {
  const answers = createPreparations<Kept<Prepared>>()
  const streams = createPreparations<Kept<PreparedStream>>()
  const again = createAgain()
  return (order, tokens) => {
    const { request, model, said, identity } = order
    if (!isPlain(request)) return request.stream || !isSteady(request) ? undefined : again(order, tokens)
    const places = () => ({
      id: identity.id,
      created: identity.created,
      promptTokens: said.usage?.promptTokens ?? promptTokens(request, model, tokens.count).total
    })
    if (!request.stream) {
      const form = model.id
      const ready = answers.of(said, form) ?? answers.keep(said, form, kept(complete(order, tokens), answerOf))
      if (ready === 'unfit') return undefined
      const own = places()
      return { spent: spentBy(ready, own.promptTokens), fill: () => ready.made.fill(own) }
    }
    const options = request.stream_options
    const form = `${model.id} ${options?.include_usage} ${options?.include_obfuscation} ${identity.id.length}`
    const ready =
      streams.of(said, form) ?? streams.keep(said, form, kept(complete(order, tokens, model.snapshot), streamOf))
    if (ready === 'unfit') return undefined
    const own = places()
    return {
      spent: spentBy(ready, own.promptTokens),
      fill: () => ready.made.fill(own),
      script: schedule => ready.made.script(own, schedule)
    }
  }
}

/** Answers the very body again that was answered before, with the same reply: what it asks for shapes the answer, and stays. */
function createAgain(): (order: Order, tokens: TokenText) => Ready | undefined {
  const known = new WeakMap<ChatRequest, { said: Order['said']; kept?: Again | 'unfit' }>()
  return (order, tokens) => {
    const { request, said, identity } = order
    const before = known.get(request)
    // Most bodies come once, and taking an answer apart costs more than it.
    if (before?.said !== said) {
      known.set(request, { said })
      return undefined
    }
    const { id, created, fingerprint } = identity
    // The answer's own chance is left for its own calls.
    before.kept ??=
      againOf(complete({ ...order, identity: { id, created, fingerprint, chance: createChance('') } }, tokens), said) ??
      'unfit'
    if (before.kept === 'unfit') return undefined
    const { made, spent } = before.kept
    const places = () => ({ id, created, promptTokens: spent.prompt, chance: identity.chance })
    return { spent, fill: () => made.fill(places()) }
  }
}

type Again = Kept<Prepared>

/** Nothing comes of an answer in which some calls have ids of their own and others do not. */
function againOf({ completion }: Completed, { sayings }: Order['said']): Again | undefined {
  const calls = completion.choices.flatMap(({ message }) => message.tool_calls ?? [])
  const given = (sayings[0]?.toolCalls ?? []).filter(({ id }) => id !== undefined)
  if (given.length && given.length < calls.length) return undefined
  const made = prepare(completion, calls.length > 0 && !given.length)
  return made && { made, spent: spentOn(completion.usage) }
}

interface Kept<T> {
  made: T
  spent: Spent
}

function kept<T>(completed: Completed, prepareOf: (completed: Completed) => T | undefined): Kept<T> | undefined {
  const made = prepareOf(completed)
  return made && { made, spent: spentOn(completed.completion.usage) }
}

const spentBy = ({ spent }: Kept<unknown>, prompt: number): Spent => ({ ...spent, prompt })

/** One whose calls have ids of their own is prepared for its very body alone. */
const answerOf = ({ completion }: Completed) =>
  completion.choices.some(({ message }) => message.tool_calls) ? undefined : prepare(completion)

/** A stream whose calls and clips have ids of their own is made anew each time. */
function streamOf({ completion, chunks }: Completed): PreparedStream | undefined {
  const own = completion.choices.some(({ message }) => message.tool_calls || message.audio)
  return own ? undefined : prepareStream(chunks ?? [])
}
