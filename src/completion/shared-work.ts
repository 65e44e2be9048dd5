/** Does work once that several choices of a completion share, because choices often have the same text. */
import type { ChatRequest, Json } from '../core/openai-types.js'
import type { ChoiceContent } from '../core/reply.js'
import type { TextPiece } from './encoding-tokenizer.js'
import { usesLegacyFunctions } from './overhead.js'
import { type AudioFormat, createSilentClip, speechSeconds } from './silent-audio.js'
import { formatPythonJson } from './tool-prompt.js'
import { type TruncatedChoice, type TruncationContext, truncateChoice } from './truncate.js'

const unitsPerCall = 20
const bytesPerCall = 600

/** The work for one completion. Its functions `cut` and `count` work without their object. */
export class SharedWork {
  readonly #truncated = new Map<ChoiceContent, TruncatedChoice>()
  readonly #pieces = new Map<string, readonly TextPiece[]>()
  readonly #counts = new Map<string, number>()
  readonly #clips = new Map<number, string>()

  constructor(private readonly context: TruncationContext) {}

  /** The tokens of one choice. */
  get maxTokens(): number {
    return this.context.limits.maxTokens
  }

  /** The tokens of the model's reasoning. */
  get reasoning(): number {
    return this.context.reasoning
  }

  /** Formats the arguments of tool calls, and truncates the content at its limits. */
  truncate(content: ChoiceContent): TruncatedChoice {
    return this.#once(this.#truncated, content, () =>
      truncateChoice(withArgumentText(content, this.context.request), this.context)
    )
  }

  /** Spends the cost of the tool calls of one choice. */
  spendCalls({ toolCalls = [] }: ChoiceContent): void {
    this.context.budget.spendWork(unitsPerCall * toolCalls.length, 'its tool calls')
    this.context.budget.spendBytes(bytesPerCall * toolCalls.length, 'its tool calls')
  }

  /** Cuts a text into the pieces of its tokens. */
  readonly cut = (text: string): readonly TextPiece[] =>
    getOrCompute(this.#pieces, text, () => this.context.tokens.pieces(text, this.context.budget))

  /** Counts the tokens of a text. */
  readonly count = (text: string): number => this.#once(this.#counts, text, () => this.context.tokens.count(text))

  /** The silent clip of a text as base64. */
  recordSpeech(format: AudioFormat, text: string): string {
    const seconds = speechSeconds(text)
    return this.#once(this.#clips, seconds, () => createSilentClip(format, seconds).toString('base64'))
  }

  #once<K, T>(cache: Map<K, T>, key: K, compute: () => T): T {
    return (this.context.request.n ?? 1) > 1 ? getOrCompute(cache, key, compute) : compute()
  }
}

function getOrCompute<K, T>(cache: Map<K, T>, key: K, compute: () => T): T {
  const cached = cache.get(key)
  if (cached !== undefined) return cached
  const computed = compute()
  cache.set(key, computed)
  return computed
}

/** Formats arguments as text: compact for a single call, with Python's spaces for parallel calls. */
function withArgumentText(content: ChoiceContent, request: ChatRequest): ChoiceContent {
  if (!content.toolCalls) return content
  const formatArguments =
    content.toolCalls.length > 1 && !usesLegacyFunctions(request)
      ? formatPythonJson
      : (value: Json) => JSON.stringify(value)
  const toolCalls = content.toolCalls.map(call =>
    typeof call.arguments === 'string' ? call : { ...call, arguments: formatArguments(call.arguments) }
  )
  return { ...content, toolCalls }
}
