/** Answers to plain requests out of what was prepared of their reply, so that load tests and open streams cost little. */
import { createPreparations, type Prepared, prepare } from '../completion/prepared.js'
import { promptTokens } from '../completion/prompt.js'
import type { TokenText } from '../completion/text.js'
import type { LateText } from '../layout.js'
import { type PreparedStream, prepareStream } from '../stream/prepared.js'
import type { LateScript } from '../stream/script.js'
import type { Schedule } from '../stream/timing.js'
import { type Completed, complete, type Order, type Spent, spentOn } from './complete.js'

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
  return (order, tokens) => {
    const { request, model, said, identity } = order
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

interface Kept<T> {
  made: T
  spent: Spent
}

function kept<T>(completed: Completed, prepareOf: (completed: Completed) => T | undefined): Kept<T> | undefined {
  const made = prepareOf(completed)
  return made && { made, spent: spentOn(completed.completion.usage) }
}

const spentBy = ({ spent }: Kept<unknown>, prompt: number): Spent => ({ ...spent, prompt })

const answerOf = ({ completion }: Completed) => prepare(completion)

/** A stream whose calls and clips have ids of their own is made anew each time. */
function streamOf({ completion, chunks }: Completed): PreparedStream | undefined {
  const own = completion.choices.some(({ message }) => message.tool_calls || message.audio)
  return own ? undefined : prepareStream(chunks ?? [])
}
