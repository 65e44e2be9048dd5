/** Creates AJV validators: draft 2020-12, without coercion, defaults or removal, and with one error at a time. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormatsModule, { type FormatsPlugin } from 'ajv-formats'

// ajv-formats is CommonJS: at run time its default export is one level deeper than in its types.
const addFormats = ((addFormatsModule as unknown as { default?: FormatsPlugin }).default ??
  addFormatsModule) as unknown as FormatsPlugin

export interface AjvOptions {
  /** Keywords that do not constrain values, such as `example`. */
  ignoredKeywords?: string[]
  /** Reject unknown keywords. @default true */
  strict?: boolean
  /** Keep the generated code for `standaloneSource`. @default false */
  keepSource?: boolean
  /** Add the schema to errors. @default false */
  verbose?: boolean
}

export function createAjv({
  ignoredKeywords = [],
  strict = true,
  keepSource = false,
  verbose = false
}: AjvOptions = {}): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false,
    strictSchema: strict,
    allErrors: false,
    discriminator: true,
    validateFormats: true,
    verbose,
    ...(keepSource ? { code: { source: true, esm: true, lines: false } } : {})
  })
  addFormats(ajv)
  // The pattern of ajv-formats overflows the stack on a data URL of some megabytes; this pattern takes linear time.
  ajv.addFormat('uri', /^[a-z][a-z0-9+.-]*:[^\s]+$/i)
  for (const format of ['unixtime', 'binary', 'byte', 'password', 'int32', 'int64', 'float', 'double'])
    ajv.addFormat(format, true)
  for (const keyword of ignoredKeywords) ajv.addKeyword(keyword)
  return ajv
}
