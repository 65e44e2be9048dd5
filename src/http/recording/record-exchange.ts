/** Records an exchange with the upstream as a fixture. */
import type { IncomingMessage } from 'node:http'
import type { TimingInput } from '../../core/pacing-input.js'
import type { ReplyInput } from '../../fixtures/input.js'
import { type RecordedExchange, readCompletion, toReplyInput } from '../../fixtures/recorded-exchange.js'
import { createRecordedFixture } from '../../fixtures/recorded-fixture.js'
import { takeAllTurns } from '../../fixtures/select.js'
import type { Exchange } from '../../state/exchange.js'
import type { ChatCall } from '../chat/chat-call.js'
import type { AppContext } from '../context.js'
import { logNotRecorded, logRecorded, setFixture, setUsage } from '../exchange.js'
import { reconcileReply } from './reconcile.js'
import { addVerbatim } from './verbatim.js'

/** The errors with these statuses are about the recording key, so fixtures must not contain them. */
const keyErrorStatuses = new Set([401, 403])

export type ExchangeRecorder = (call: ChatCall, recorded: RecordedExchange, timing: TimingInput) => Promise<void>

/** A recording that fails is only logged: the client still gets its response. */
export function createExchangeRecorder(
  { upstream, recorder }: NonNullable<AppContext['recording']>,
  context: AppContext
): ExchangeRecorder {
  const { errorCatalog, log, store, tokenizer } = context
  return async ({ exchange, chat, original, model }, recorded, timing) => {
    const parsed = keyErrorStatuses.has(recorded.status) ? undefined : toReplyInput(recorded, errorCatalog)
    if (!parsed) return
    try {
      const completion = recorded.status < 400 ? readCompletion(recorded) : undefined
      const { prompt_tokens: prompt, completion_tokens: completed } = completion?.usage ?? {}
      if (typeof prompt === 'number' && typeof completed === 'number') setUsage(exchange, prompt, completed)
      const reply = await tokenizer.withEncoding(model.encoding, (tokens): ReplyInput => {
        const reconciled = completion ? { ...reconcileReply(parsed, completion, chat, model, tokens), timing } : parsed
        return addVerbatim(reconciled, recorded.body, { request: chat, model, errorCatalog }, tokens)
      })
      const secrets = [exchange.key, upstream.key].filter(key => key !== undefined)
      const fixture = await recorder.save(createRecordedFixture(chat, reply, original), secrets)
      setFixture(exchange, fixture.name)
      logRecorded(log, fixture.name, fixture.location)
      await takeAllTurns(fixture, store, exchange.session)
    } catch (error) {
      logNotRecorded(context, exchange, error)
    }
  }
}

/** Returns the milliseconds since the request, with one decimal. */
export const elapsedMs = ({ startedAt }: Exchange): number => Math.round((performance.now() - startedAt) * 10) / 10

export function toPacing(chunkMs: readonly number[], endMs: number): TimingInput {
  const last = chunkMs.at(-1)
  if (last === undefined) return { chunkMs: [endMs] }
  return endMs - last >= 1 ? { chunkMs, endMs } : { chunkMs }
}

export function toRecordedExchange({ statusCode = 0, headers }: IncomingMessage, body: string): RecordedExchange {
  const textHeaders = Object.entries(headers).map(([name, value]) => [name, String(value)])
  return {
    location: '',
    method: 'POST',
    url: '',
    request: '',
    status: statusCode,
    headers: Object.fromEntries(textHeaders),
    body
  }
}
