/** Defines the rules about the schemas of functions and of the response format. The service compiles them after it has checked all fields. */
import type { FunctionDefinition } from '../core/openai-types.js'
import { shortenText } from './error-phrases.js'
import type { Rule } from './rule.js'
import { findSchemaViolation } from './schema-violation.js'

export const schemaRules: readonly Rule[] = [
  {
    errorName: 'invalid_function_parameters',
    at: 'schemas',
    needs: ['functions'],
    evidence: 'thread',
    check: ({ functions }) => findParametersViolation(functions, each => each, 'functions[#].parameters')
  },
  {
    errorName: 'invalid_function_parameters',
    at: 'schemas',
    needs: ['tools'],
    evidence: 'recorded',
    check: ({ tools }) => findParametersViolation(tools, each => each?.function, 'tools[#].function.parameters')
  },
  {
    errorName: 'invalid_response_schema',
    at: 'schemas',
    needs: ['response_format'],
    evidence: 'thread',
    check(body) {
      const format = body.response_format
      if (format?.type !== 'json_schema' || !format.json_schema?.schema) return undefined
      const { name, schema, strict } = format.json_schema
      const violation = findSchemaViolation(schema, strict === true)
      return violation && { name: shortenText(String(name ?? '')), ...violation }
    }
  }
]

/** The service checks a strict function without parameters as if it had these. */
const noParameters = { type: 'object', properties: {} }

function findParametersViolation<T>(
  list: T[] | null | undefined,
  getDefinition: (item: T) => FunctionDefinition | undefined,
  path: string
) {
  if (!list) return undefined
  for (let i = 0; i < list.length; i++) {
    const definition = getDefinition(list[i] as T)
    const isStrict = definition?.strict === true
    const parameters = definition?.parameters ?? (isStrict ? noParameters : undefined)
    const violation = parameters && findSchemaViolation(parameters, isStrict)
    if (violation) return { name: String(definition?.name), p: path.replace('#', String(i)), ...violation }
  }
  return undefined
}
