/** The keeper of AJV: draft 2020-12, no coercion, no defaults written in, nothing stripped, one complaint at a time. */
import addFormatsModule, { type FormatsPlugin } from 'ajv-formats'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'

/** What a validator found wrong first. `instancePath` is a JSON pointer into the value. */
export interface Complaint {
  keyword: string
  instancePath: string
  schemaPath: string
  params: Record<string, unknown>
  message: string
}

/** Answers the complaints about a value: none when it conforms, otherwise the first, with AJV's notes on its branches. */
export type Check = (value: unknown) => Complaint[]

export type Schema = Record<string, unknown> | boolean

// ajv-formats is CommonJS: its default export arrives one level deeper than its types say.
const addFormats = ((addFormatsModule as unknown as { default?: FormatsPlugin }).default ??
  addFormatsModule) as unknown as FormatsPlugin

export interface SchemaOptions {
  /** Keywords of the document that say nothing about values, such as `x-microcks-operation`. */
  ignored?: string[]
  /** Refuse keywords that the vocabulary does not have. Default true. */
  strict?: boolean
  /** Keep the code, so that `standalone` can write it out. */
  source?: boolean
}

export function createAjv({ ignored = [], strict = true, source = false }: SchemaOptions = {}): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false,
    strictSchema: strict,
    allErrors: false,
    discriminator: true,
    validateFormats: true,
    ...(source ? { code: { source: true, esm: true, lines: false } } : {})
  })
  addFormats(ajv)
  for (const format of ['unixtime', 'binary', 'byte', 'password', 'int32', 'int64', 'float', 'double'])
    ajv.addFormat(format, true)
  for (const keyword of ignored) ajv.addKeyword(keyword)
  return ajv
}

/** Turns AJV's function into ours. */
export function asCheck(validate: ValidateFunction | ((value: unknown) => boolean)): Check {
  return value => (validate(value) ? [] : ((validate as ValidateFunction).errors as ErrorObject[] as Complaint[]) ?? [])
}
