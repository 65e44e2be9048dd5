/** Knows the keywords of JSON Schema 2020-12 and OpenAPI. */

const keywords = new Set(
  `$id $schema $ref $anchor $dynamicRef $dynamicAnchor $vocabulary $comment $defs definitions
  allOf anyOf oneOf not if then else dependentSchemas dependentRequired prefixItems items contains properties patternProperties
  additionalProperties propertyNames unevaluatedItems unevaluatedProperties
  type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems
  maxContains minContains maxProperties minProperties required
  title description default deprecated readOnly writeOnly examples format contentEncoding contentMediaType contentSchema
  nullable discriminator xml externalDocs example`.split(/\s+/)
)

export const isKeyword = (key: string): boolean => keywords.has(key) || key.startsWith('x-')

const toLetters = (key: string) => key.replace(/[_-]/g, '').toLowerCase()
const keywordsByLetters = new Map([...keywords].map(key => [toLetters(key), key]))

/** Returns the keyword of another spelling: `minItems` for `min_items` and `minitems`. */
export const findKeyword = (key: string): string | undefined => keywordsByLetters.get(toLetters(key))
