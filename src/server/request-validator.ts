/** Puts the validator of chat requests together with what counts their prompts. */
import { promptTokens } from '../completion/prompt-tokens.js'
import { NotLoaded, type Tokenizer } from '../completion/tokenizer.js'
import type { Spec } from '../contract/load.js'
import { createValidator, type Validate, type ValidatorOptions } from '../contract/validate.js'
import type { Refusal } from '../core/api-error.js'
import { deref, isObject } from '../core/json-pointer.js'
import type { MaybePromise } from '../core/maybe-promise.js'
import type { Check } from '../core/schema.js'

/** Says what the service would say to a body: at once, or when the vocabulary is loaded that its prompt needs. */
export function createJudge(
  spec: Spec,
  requests: ReadonlyMap<string, Check>,
  settings: Pick<ValidatorOptions, 'models' | 'unknownModels'>,
  tokenizer: Tokenizer
): (body: unknown) => MaybePromise<Refusal | undefined> {
  const validate = chatValidator(spec, requests, {
    ...settings,
    countTokens: (body, model) => promptTokens(body, model, text => tokenizer.count(text, model.encoding)).total
  })
  return body => {
    try {
      return validate(body)
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error
      return tokenizer.load(error.encoding).then(() => validate(body))
    }
  }
}

/** What the service would say to a chat request. A document without the operation has no route to it, so nothing asks. */
export function chatValidator(
  { operations, schemas }: Spec,
  requests: ReadonlyMap<string, Check>,
  settings: Omit<ValidatorOptions, 'check' | 'schema'>
): Validate {
  const check = requests.get('createChatCompletion')
  const reference = operations.find(({ id }) => id === 'createChatCompletion')?.requestSchema
  const schema = deref(schemas, { $ref: reference?.replace(/^[^#]*/, '') })
  return check ? createValidator({ check, schema: isObject(schema) ? schema : {}, ...settings }) : () => undefined
}
