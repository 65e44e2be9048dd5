/** Creates the validator of chat requests, which counts the tokens of their prompts. */
import { countPromptTokens } from '../completion/prompt-tokens.js'
import { EncodingNotLoadedError, type Tokenizer } from '../completion/tokenizer.js'
import type { Spec } from '../contract/load.js'
import { createValidator, type ValidateBody, type ValidatorOptions } from '../contract/validate.js'
import type { ApiError } from '../core/api-error.js'
import { resolveRef, toRecord } from '../core/json-pointer.js'
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
  // The schemas of a document may be large, and are read when a request needs them.
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
  { operations, schemas }: Spec,
  requestChecks: ReadonlyMap<string, SchemaCheck>,
  modelRules: ModelRules,
  tokenizer: Tokenizer
): ValidateBody {
  const check = requestChecks.get('createChatCompletion')
  if (!check) return () => undefined
  const schemaRef = operations.find(({ id }) => id === 'createChatCompletion')?.requestSchema
  return createValidator({
    ...modelRules,
    check,
    schema: mergeParts(schemas, { $ref: schemaRef?.replace(/^[^#]*/, '') }),
    countTokens: (body, model) => countPromptTokens(body, model, text => tokenizer.count(text, model.encoding)).total
  })
}

/** The properties of an object that a document may describe in parts, with `allOf`. */
function mergeParts(schemas: Record<string, unknown>, reference: unknown): ValidatorOptions['schema'] {
  const schema = toRecord(resolveRef(schemas, reference))
  const parts = Array.isArray(schema.allOf) ? schema.allOf.map(part => mergeParts(schemas, part)) : []
  return {
    additionalProperties: [schema, ...parts].find(part => part.additionalProperties !== undefined)
      ?.additionalProperties,
    properties: Object.assign({}, ...parts.map(part => part.properties), schema.properties)
  }
}
