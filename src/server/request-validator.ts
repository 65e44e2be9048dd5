/** Puts the validator of chat requests together with what counts their prompts. */
import { countPromptTokens } from '../completion/prompt-tokens.js'
import { EncodingNotLoadedError, type Tokenizer } from '../completion/tokenizer.js'
import type { Spec } from '../contract/load.js'
import { createValidator, type ValidateBody, type ValidatorOptions } from '../contract/validate.js'
import type { ApiError } from '../core/api-error.js'
import { isObject, resolveRef } from '../core/json-pointer.js'
import type { MaybePromise } from '../core/maybe-promise.js'
import type { SchemaCheck } from '../core/schema.js'

/** Says what the service would say to a body: at once, or when the vocabulary is loaded that its prompt needs. */
export function createRequestValidator(
  spec: Spec,
  requestChecks: ReadonlyMap<string, SchemaCheck>,
  settings: Pick<ValidatorOptions, 'models' | 'unknownModels'>,
  tokenizer: Tokenizer
): (body: unknown) => MaybePromise<ApiError | undefined> {
  const validate = createChatValidator(spec, requestChecks, {
    ...settings,
    countTokens: (body, model) => countPromptTokens(body, model, text => tokenizer.count(text, model.encoding)).total
  })
  return body => {
    try {
      return validate(body)
    } catch (error) {
      if (!(error instanceof EncodingNotLoadedError)) throw error
      return tokenizer.load(error.encoding).then(() => validate(body))
    }
  }
}

/** What the service would say to a chat request. A document without the operation has no route to it, so nothing asks. */
export function createChatValidator(
  { operations, schemas }: Spec,
  requestChecks: ReadonlyMap<string, SchemaCheck>,
  settings: Omit<ValidatorOptions, 'check' | 'schema'>
): ValidateBody {
  const check = requestChecks.get('createChatCompletion')
  const schemaRef = operations.find(({ id }) => id === 'createChatCompletion')?.requestSchema
  const schema = resolveRef(schemas, { $ref: schemaRef?.replace(/^[^#]*/, '') })
  return check ? createValidator({ check, schema: isObject(schema) ? schema : {}, ...settings }) : () => undefined
}
