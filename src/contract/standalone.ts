/** Writes the validators of all requests out as a module, so that a start needs no compiler. Used by the build alone. */
import standaloneModule from 'ajv/dist/standalone/index.js'
import { createAjv } from '../core/ajv.js'
import { addDocument, compileFailure, ignoredKeywords, type ValidatorInput } from './check.js'

// ajv is CommonJS: its default export arrives one level deeper than its types say.
const standalone = ((standaloneModule as unknown as { default?: typeof standaloneModule.default }).default ??
  standaloneModule) as unknown as typeof standaloneModule.default

/** ESM source that exports `requests`, AJV's functions by the operation's id. It has to be bundled: it asks for parts of AJV by `require`. */
export function standaloneSource({ schemas, operations }: ValidatorInput): string {
  const ajv = addDocument(createAjv({ ignoredKeywords, keepSource: true }), schemas)
  const names: Record<string, string> = {}
  const members: string[] = []
  for (const { id, requestSchema } of operations) {
    if (!requestSchema) continue
    const name = `request${members.length}`
    try {
      ajv.addSchema({ $ref: requestSchema }, name)
      ajv.getSchema(name)
    } catch (error) {
      throw compileFailure(requestSchema, error)
    }
    names[name] = name
    members.push(`${JSON.stringify(id)}: ${name}`)
  }
  return `${standalone(ajv, names)}\nexport const requests = { ${members.join(', ')} };\n`
}

/** ESM source that exports `check`, AJV's function for one schema that stands alone. */
export function standaloneCheck(schema: Record<string, unknown>): string {
  const ajv = createAjv({ keepSource: true, verbose: true })
  ajv.addSchema(schema, 'check')
  ajv.getSchema('check')
  return standalone(ajv, { check: 'check' })
}
