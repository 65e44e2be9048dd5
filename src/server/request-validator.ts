/** Creates the validator of chat requests, which counts the tokens of their prompts. */
import { countPromptTokens } from '../completion/prompt-tokens.js'
import { EncodingNotLoadedError, type Tokenizer } from '../completion/tokenizer.js'
import { readChatProperties } from '../contract/chat-parameters.js'
import type { Spec } from '../contract/load.js'
import { createValidator, type ValidateBody, type ValidatorOptions } from '../contract/validate.js'
import type { ApiError } from '../core/api-error.js'
import type { MaybePromise } from '../core/maybe-promise.js'
import { once } from '../core/once.js'
import type { SchemaCheck } from '../core/schema.js'

type ModelRules = Pick<ValidatorOptions, 'models' | 'unknownModels'>

/** Validates a body at once, or after loading the vocabulary that its prompt needs. */
export function createRequestValidator(
  spec: Spec,
  requestChecks: ReadonlyMap<string, SchemaCheck>,
  modelRules: ModelRules,
  tokenizer: Tokenizer
): (body: unknown, text?: string) => MaybePromise<ApiError | undefined> {
  const validator = once(() => createChatValidator(spec, requestChecks, modelRules, tokenizer))
  return (body, text) => {
    try {
      return validator()(body, text)
    } catch (error) {
      if (!(error instanceof EncodingNotLoadedError)) throw error
      return tokenizer.load(error.encoding).then(() => validator()(body, text))
    }
  }
}

/**
 * Validates chat requests. A document without the operation has no route to it, so its validator is never called.
 *
 * @param tokenizer throws an EncodingNotLoadedError for a vocabulary that is not loaded
 */
export function createChatValidator(
  spec: Spec,
  requestChecks: ReadonlyMap<string, SchemaCheck>,
  modelRules: ModelRules,
  tokenizer: Tokenizer
): ValidateBody {
  const check = requestChecks.get('createChatCompletion')
  if (!check) return () => undefined
  return createValidator({
    ...modelRules,
    check,
    parameters: spec.chatParameters,
    // The schemas of a document may be large, and are read when an error needs them.
    readProperties: () => readChatProperties(spec.operations, spec.schemas),
    countTokens: (body, model) => countPromptTokens(body, model, text => tokenizer.count(text, model.encoding)).total
  })
}
