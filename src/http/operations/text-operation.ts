/** Defines what an operation on texts has of its own, beside the steps that it shares with chat. */
import type { EncodingTokenizer } from '../../completion/encoding-tokenizer.js'
import type { TextRules } from '../../contract/text-rules.js'
import type { Layer } from '../../core/api-error.js'
import type { FixtureOperation } from '../../core/fixture-operations.js'
import type { CompletionReply } from '../../core/reply.js'
import type { CountedText, InputTokens } from '../../core/text-inputs.js'
import type { ChatCall } from '../chat/chat-call.js'
import type { AppContext } from '../context.js'
import type { IdentityFactory } from '../identity.js'
import type { UsageSummary } from '../response/completion-body.js'

/** A request with several inputs. Fixtures match each input by itself. */
export interface TextCall extends ChatCall {
  inputs: readonly CountedText[]
  /** The reply to each input. */
  replies: readonly CompletionReply[]
}

export interface TextResponse {
  usage: UsageSummary
  /** Whether each event of a stream has content. Without it, the response is JSON. */
  hasContent?: readonly boolean[]
  headers?: Record<string, string>
  /** What each part costs to make. */
  partCost: { work: number; bytes: number }
  partCount: number
  /** The parts of the JSON, or the events of the stream without `[DONE]`. */
  parts(): Iterable<string>
}

export interface TextOperation {
  id: FixtureOperation
  rules: TextRules
  /** The server of the service that responds. */
  layer: Layer
  /** Whether the service counts the tokens of a request against the limits. */
  hasLimits: boolean
  readInputs(body: Readonly<Record<string, unknown>>, tokens: InputTokens): CountedText[]
  /** Generates the reply to one input that no fixture matches. */
  generate(call: ChatCall, identities: IdentityFactory): CompletionReply
  respond(call: TextCall, tokens: EncodingTokenizer, context: AppContext): TextResponse
}
