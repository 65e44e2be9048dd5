/** The keeper of AJV: draft 2020-12, no coercion, no defaults written in, nothing stripped, one complaint at a time. */

import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormatsModule, { type FormatsPlugin } from 'ajv-formats'

// ajv-formats is CommonJS: its default export arrives one level deeper than its types say.
const addFormats = ((addFormatsModule as unknown as { default?: FormatsPlugin }).default ??
  addFormatsModule) as unknown as FormatsPlugin

export interface AjvOptions {
  /** Keywords of the document that say nothing about values, such as `x-microcks-operation`. */
  ignoredKeywords?: string[]
  /** Refuse keywords that the vocabulary does not have. Default true. */
  strict?: boolean
  /** Keep the code, so that `standalone` can write it out. */
  keepSource?: boolean
  /** Let complaints carry the schema they come from. */
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
  // The pattern of ajv-formats overflows the stack on a data URL of some megabytes; this one takes linear time.
  ajv.addFormat('uri', /^[a-z][a-z0-9+.-]*:[^\s]+$/i)
  for (const format of ['unixtime', 'binary', 'byte', 'password', 'int32', 'int64', 'float', 'double'])
    ajv.addFormat(format, true)
  for (const keyword of ignoredKeywords) ajv.addKeyword(keyword)
  return ajv
}
