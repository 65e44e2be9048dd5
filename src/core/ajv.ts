/** Creates AJV validators: draft 2020-12, without coercion, defaults or removal. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormatsModule, { type FormatsPlugin } from 'ajv-formats'
import { compileLinearRegex } from './linear-regex.js'
import { once } from './once.js'

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
  /** Report all errors of a value, and not only the first. @default false */
  allErrors?: boolean
  /** Add the schema to errors. @default false */
  verbose?: boolean
}

export function createAjv({
  ignoredKeywords = [],
  strict = true,
  keepSource = false,
  allErrors = false,
  verbose = false
}: AjvOptions = {}): Ajv2020 {
  const ajv = new Ajv2020({
    strict: false,
    strictSchema: strict,
    allErrors,
    discriminator: true,
    validateFormats: true,
    verbose,
    // The schemas that the build compiles are ours: their patterns run on the engine of JavaScript, which is faster.
    code: keepSource ? { source: true, esm: true, lines: false } : { regExp: linearRegExp }
  })
  addFormats(ajv)
  // The patterns of ajv-formats overflow the stack on long texts, or take quadratic time.
  ajv.addFormat('uri', /^[a-z][a-z0-9+.-]*:[^\s]+$/i)
  ajv.addFormat('url', /^(?:https?|ftp):\/\/[^\s]+$/i)
  for (const format of ['unixtime', 'binary', 'byte', 'password', 'int32', 'int64', 'float', 'double'])
    ajv.addFormat(format, true)
  for (const keyword of ignoredKeywords) ajv.addKeyword(keyword)
  return ajv
}

/** The formats that validators check, or know and do not check. */
export const listFormats = once(() => new Set(Object.keys(createAjv().formats)))

/** Runs `pattern` and `patternProperties` in linear time. AJV tells the expressions apart by their text. */
const linearRegExp = Object.assign((pattern: string) => compileLinearRegex(pattern), { code: 'linearRegExp' })
