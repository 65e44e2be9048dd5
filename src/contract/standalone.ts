/** Generates source code of validators for the build, so that a start compiles no schemas. */
import standaloneModule from 'ajv/dist/standalone/index.js'
import { createAjv } from '../core/ajv.js'
import { addDocument, compileFailure, ignoredKeywords, type ValidatorInput } from './check.js'

// ajv is CommonJS: at run time its default export is one level deeper than in its types.
const standalone = ((standaloneModule as unknown as { default?: typeof standaloneModule.default }).default ??
  standaloneModule) as unknown as typeof standaloneModule.default

/** Returns an ES module that exports `requests`, validators by operation id. It needs a bundler: it loads parts of AJV by `require`. */
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

/** Returns an ES module that exports `check`, the validator of a schema. */
export function standaloneCheck(schema: Record<string, unknown>): string {
  const ajv = createAjv({ allErrors: true, keepSource: true, verbose: true })
  ajv.addSchema(schema, 'check')
  ajv.getSchema('check')
  return standalone(ajv, { check: 'check' })
}
