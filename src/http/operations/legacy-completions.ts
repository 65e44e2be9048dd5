/** Responds to requests for legacy completions, with the words of chat. */
import type { EncodingTokenizer } from '../../completion/encoding-tokenizer.js'
import { type LegacyChoice, splitLegacyChoices, toLegacyChoice } from '../../completion/legacy-completion.js'
import type { Operation } from '../../contract/operations.js'
import { completionRules } from '../../contract/rules-completion.js'
import { defaultMaxTokens } from '../../core/fixed-limits.js'
import { formatJson } from '../../core/json-format.js'
import { isObject, toRecord } from '../../core/json-pointer.js'
import { readInputs } from '../../core/text-inputs.js'
import { generateReply } from '../../generation/generate-reply.js'
import { formatDataEvent } from '../../stream/timeline.js'
import { markBudget, openBudget } from '../exchange.js'
import { completeChat } from '../response/completion-body.js'
import { generateOrRefuse } from '../unanswerable.js'
import { createTextHandler } from './text-handler.js'
import type { TextCall, TextOperation, TextResponse } from './text-operation.js'

type Context = Parameters<typeof createTextHandler>[0]

export const createLegacyHandler = (context: Context, operation: Operation) =>
  createTextHandler(context, operation, legacyCompletions)

/** The prompt of a request without one. */
const emptyPrompt = '<|endoftext|>'

const legacyCompletions: TextOperation = {
  id: 'createCompletion',
  rules: completionRules,
  layer: 'backend',
  hasLimits: true,
  readInputs({ prompt }, tokens) {
    const inputs = readInputs(prompt, tokens)
    return inputs.length ? inputs : [{ text: emptyPrompt, tokens: 1 }]
  },
  generate: ({ chat, model, exchange }, identities) => ({
    kind: 'completion',
    ...generateOrRefuse(() => generateReply(chat, model, identities.contentRandom(chat), openBudget(exchange)))
  }),
  respond
}

const readCount = (value: unknown, least: number, other: number): number =>
  Number.isSafeInteger(value) && Number(value) >= least ? Number(value) : other

interface LegacyOptions {
  n: number
  echo: boolean
  isStream: boolean
  includeUsage: boolean
  alternatives: number | undefined
}

const maxAlternatives = 5
const maxChoices = 128

function readOptions(body: Readonly<Record<string, unknown>>): LegacyOptions {
  const { n, echo, stream, stream_options: streamOptions, logprobs } = body
  return {
    n: Math.min(readCount(n, 1, 1), maxChoices),
    echo: echo === true,
    isStream: stream === true,
    includeUsage: isObject(streamOptions) && streamOptions.include_usage === true,
    alternatives: typeof logprobs === 'number' ? Math.min(readCount(logprobs, 0, 0), maxAlternatives) : undefined
  }
}

function respond(call: TextCall, tokens: EncodingTokenizer): TextResponse {
  const { inputs, resolved, identity, model } = call
  const options = readOptions(toRecord(call.original))
  const { choices, completionTokens } = createChoices(call, options, tokens)
  const name = resolved.reply.model ?? model.snapshot
  const prompt = resolved.reply.usage?.promptTokens ?? inputs.reduce((total, input) => total + input.tokens, 0)
  const completion = resolved.reply.usage?.completionTokens ?? completionTokens
  const usage = {
    prompt_tokens: prompt,
    // The service leaves the count out where nothing was generated.
    ...(completion > 0 && { completion_tokens: completion }),
    total_tokens: prompt + completion
  }
  const head = { id: identity.id.replace(/^chatcmpl/, 'cmpl'), object: 'text_completion', created: identity.created }
  const summary = { prompt, reasoning: 0, visible: completion }
  const headers = { 'openai-model': name, 'cache-control': 'no-cache, must-revalidate' }
  const partCost = { work: 10 * completion, bytes: 300 * completion + 1000 }
  if (!options.isStream) {
    const body = { ...head, model: name, choices, usage }
    const parts = () => [`${formatJson(body, 2, floatFields)}\n`]
    return { usage: summary, headers, partCost, partCount: 1, parts }
  }
  const events = splitLegacyChoices(choices, tokens)
  const usageKey = options.includeUsage ? { usage: null } : {}
  const chunks: object[] = events.map(each => ({ ...head, choices: each, model: name, ...usageKey }))
  if (options.includeUsage) chunks.push({ ...head, model: name, usage, choices: [] })
  return {
    usage: summary,
    hasContent: chunks.map((_, at) => Boolean(events[at]?.[0]?.text)),
    headers: { ...headers, 'content-type': 'text/event-stream' },
    partCost,
    partCount: 1,
    parts: () => chunks.map(chunk => formatDataEvent(formatJson(chunk, 0, floatFields)))
  }
}

const floatFields: ReadonlySet<string> = new Set(['token_logprobs'])

/** Each prompt has `n` choices. The choices of a fixture go on from prompt to prompt. */
function createChoices(call: TextCall, options: LegacyOptions, tokens: EncodingTokenizer) {
  const { inputs, replies, identity, model, exchange } = call
  const { n, echo, alternatives } = options
  const { max_tokens } = toRecord(call.original)
  const amounts = { n, max_tokens: readCount(max_tokens, 0, defaultMaxTokens) }
  const chances = { logprobs: alternatives !== undefined, top_logprobs: alternatives }
  const choices: LegacyChoice[] = []
  let completionTokens = 0
  for (const [at, { text: prompt }] of inputs.entries()) {
    const reply = replies[at]!
    const first = (at * n) % Math.max(1, reply.choices.length)
    const request = {
      ...call.chat,
      ...amounts,
      ...chances,
      messages: [{ role: 'user', content: prompt }],
      stream: false
    }
    const random = identity.random.fork(`prompt ${at}`)
    markBudget(exchange)
    const { completion } = completeChat(
      {
        request,
        model,
        reply: { ...reply, choices: [...reply.choices.slice(first), ...reply.choices.slice(0, first)] },
        identity: { id: identity.id, created: identity.created, fingerprint: null, random },
        exchange
      },
      tokens
    )
    completionTokens += completion.usage.completion_tokens
    for (const choice of completion.choices) {
      const index = choices.length
      choices.push(toLegacyChoice(choice, { prompt, index, echo, alternatives, tokens, random }))
    }
  }
  return { choices, completionTokens }
}
