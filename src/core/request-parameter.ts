/** Defines a row of the table of request parameters. */
import type { Json } from './openai-types.js'
import type { Shape } from './shape.js'

/** A row of the table. `shape` and `effect` are required; a row has the other columns that apply to the parameter. */
export interface RequestParameter {
  /** What code may rely on. A value without this shape is repaired or left out before a reply is made. */
  shape: Shape
  /**
   * What the parameter changes in the completion of a fixture's reply. `none`: nothing, or only how the response is sent.
   * `repeatable`: equal requests have equal completions but for ids and time. `any`: anything; the response is not cached.
   */
  effect: 'none' | 'repeatable' | 'any'

  // Validation (src/contract/).
  /** The position in the order of checks is unknown: the parameter is checked last, and its row is at the end of the table. */
  order?: 'unknown'
  /** The service checks the range after all other checks of parameters. */
  rangeChecked?: 'last'
  /** The type in an `invalid_type` error, where the service does not name the type of the schema. */
  expected?: string
  /** The parameter without which this parameter is an error. */
  requires?: 'tools' | 'functions'
  /** Models may reject it (`abilities.refuses` in fixtures/models.yaml). */
  support?: 'by model'
  /** The parameter that the error suggests when a model rejects it. */
  replacedBy?: string
  /** A model of this dialect that rejects it does not know it, and reports it as any other unknown parameter. */
  unknownTo?: 'arguments' | 'parameters'
  /** While they reason, models may accept only its neutral value, in one of two forms of words (`onlyDefault`, `refusesWhileReasoning`). */
  whileReasoning?: true
  /** The value that means the same as no value. A model that rejects the parameter accepts this value. */
  neutral?: Json
  /** It limits the tokens of the completion. */
  limitsOutput?: true
  /** It costs tokens of the prompt, beside the messages. */
  countsAsPrompt?: true

  // Fixtures (src/fixtures/).
  /** It changes how a response is sent, billed, stored or attributed. Digests and recorded fixtures ignore it. */
  delivery?: true
  /** Recorded fixtures match it by its own condition, such as `tools`. They match other parameters by `params`. */
  condition?: 'own'
  /** Fixtures of `standin import` match it. This is its position in `params`. */
  importPosition?: number

  // Completions (src/completion/).
  /** Generated text depends on it. This is its position in the seed; another position, or a new one, changes all generated text. */
  seedPosition?: number
  /** Stored completions show it, or this default. */
  stored?: { default: Json | undefined }
  /** Stored completions show it as a float: `1.0`. */
  isFloat?: true
}
