/** What a rule is: something no schema can say, with the moment at which the service looks at it. */

import type { ErrorParams } from '../core/api-error.js'
import type { Model } from '../core/model.js'
import type { ChatRequest } from '../core/openai-types.js'
import type { CheckStage } from './check-order.js'

/** What rules may look at beside the body and its model. */
export interface RuleContext {
  /** The top-level parameters of the document; undefined when it takes others too. */
  knownParameters?: ReadonlySet<string>
  /** How many tokens the messages and tools of a request are. Without it, context length is not looked at. */
  countTokens?: (body: ChatRequest, model: Model) => number
}

/** What messages may have: lists of parts, answers of tools, calls of tools, no content. */
export type MessageTrait = 'parts' | 'answers' | 'calls' | 'empty'

export interface Rule {
  /** The name of the refusal in the catalog. */
  errorName: string
  /** When: at a field, before or after its schema, or at a moment of its own. */
  at: { field: keyof ChatRequest; step: 'before' | 'after' } | CheckStage
  /**
   * What a request must have for the rule to be asked at all: one of these fields or traits. By default the field it is about;
   * a rule about messages or of a moment says it itself, or is always asked.
   */
  needs?: readonly (MessageTrait | keyof ChatRequest)[]
  evidence: 'recorded' | 'measured' | 'documented' | 'thread' | 'inferred'
  /**
   * The facts of the refusal when the rule is broken. Fields before the rule's own have conformed to their schemas when
   * it is asked; a null field counts as absent.
   */
  check(body: ChatRequest, model: Model, context: RuleContext): ErrorParams | undefined
}
