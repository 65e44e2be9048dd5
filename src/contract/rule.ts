/** Defines a rule: a check that JSON schemas cannot express, with its position in the order of checks. */
import type { ErrorParams } from '../core/api-error.js'
import type { Model } from '../core/model.js'
import type { ChatRequest } from '../core/openai-types.js'
import type { CheckStage } from './check-order.js'

/** What rules use beside the body and its model. */
export interface RuleContext {
  /** The top-level parameters of the document; undefined when the document allows other parameters. */
  knownParameters?: ReadonlySet<string>
  /** Counts the tokens of a prompt. Without this function, the length of the context is not checked. */
  countTokens?: (body: ChatRequest, model: Model) => number
}

/** What at least one message has: parts other than text, a text above the maximum, no content, the role of a result, or tool calls. */
export type MessageTrait = 'mediaParts' | 'longText' | 'noContent' | 'toolResult' | 'toolCalls'

/** The characters of a content or of a part of it, for every model. */
export const maxTextLength = 10_485_760

export interface Rule {
  /** @default where it is checked, what it needs, and its error: `messages.contentParts/invalid_base64` */
  id?: string
  /** The name of the error in `fixtures/errors/`. */
  errorName: string
  /** The position in the order of checks: before or after the schema of a field, or a step of its own. */
  at: { field: keyof ChatRequest; step: 'before' | 'after' } | CheckStage
  /**
   * The rule is checked only for requests that have one of these fields or traits.
   *
   * @default the field of `at`; for `messages` and steps, every request
   */
  needs?: readonly (MessageTrait | keyof ChatRequest)[]
  /** How the rule is known. */
  evidence: 'recorded' | 'measured' | 'documented' | 'thread' | 'inferred'
  /**
   * Returns the parameters of the error when the body breaks the rule. The fields before the rule's own field match their schemas;
   * a null field counts as absent.
   */
  check(body: ChatRequest, model: Model, context: RuleContext): ErrorParams | undefined
}
