/** Repairs what authors of documents write in place of a keyword of JSON Schema 2020-12. */
import { isObject, type Path, toPointer } from '../core/json-pointer.js'
import type { Finding } from './finding.js'
import { findKeyword, isKeyword } from './keywords.js'
import { type OpenApiObject, walkDocument } from './schema-visitor.js'

/** Changes the schemas of a document, and returns the repairs. */
export function repairSchemas(document: OpenApiObject): Finding[] {
  const findings: Finding[] = []
  walkDocument(document, (schema, path) => {
    for (const repair of repairs)
      repair(schema, (key, message, repaired) =>
        findings.push({ pointer: toPointer([...path, ...key]), message, repair: repaired })
      )
  })
  repairRecursiveRefs(document, findings)
  return findings
}

type Report = (key: Path, message: string, repair: string) => void
type Repair = (schema: OpenApiObject, report: Report) => void

const repairs: readonly Repair[] = [repairSpelling, repairRequired, dropRepeatedValues]

/** Renames `min_items` and `maxlength`, if the schema lacks the keyword itself. */
function repairSpelling(schema: OpenApiObject, report: Report): void {
  for (const key of Object.keys(schema)) {
    if (isKeyword(key)) continue
    const keyword = findKeyword(key)
    if (keyword === undefined || Object.hasOwn(schema, keyword)) continue
    schema[keyword] = schema[key]
    delete schema[key]
    report([key], `\`${key}\` is not a keyword`, `read as \`${keyword}\``)
  }
}

/** `required: true` beside the type of a property is draft 3 of JSON Schema. */
function repairRequired(schema: OpenApiObject, report: Report): void {
  for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    if (!isObject(property) || typeof property.required !== 'boolean') continue
    const { required } = property
    delete property.required
    if (required) schema.required = [...(Array.isArray(schema.required) ? schema.required : []), name]
    report(
      ['properties', name, 'required'],
      'a boolean `required` is of an old draft; the object lists its required members',
      required ? 'added to the list of the object' : 'removed'
    )
  }
}

function dropRepeatedValues(schema: OpenApiObject, report: Report): void {
  for (const key of ['required', 'enum', 'type']) {
    const values = schema[key]
    if (!Array.isArray(values)) continue
    const seen = new Set<string>()
    const distinct = values.filter(value => {
      const text = JSON.stringify(value)
      return !seen.has(text) && seen.add(text)
    })
    if (distinct.length === values.length) continue
    const repeated = values.filter((value, at) => values.indexOf(value) < at)
    schema[key] = distinct
    report([key], `\`${key}\` repeats ${repeated.map(value => JSON.stringify(value)).join(', ')}`, 'read once')
  }
}

/**
 * Replaces `$recursiveRef` of draft 2019-09 by a reference to the schema around it that has `$recursiveAnchor`. Without such a schema,
 * the keyword stays, and is reported as unknown.
 */
function repairRecursiveRefs(document: OpenApiObject, findings: Finding[]): void {
  const anchors: string[] = []
  const references: { schema: OpenApiObject; pointer: string }[] = []
  walkDocument(document, (schema, path) => {
    if (schema.$recursiveAnchor === true) anchors.push(toPointer(path))
    if (schema.$recursiveRef === '#') references.push({ schema, pointer: toPointer(path) })
  })
  for (const { schema, pointer } of references) {
    // The outermost anchor counts.
    const anchor = anchors.filter(each => pointer === each || pointer.startsWith(`${each}/`)).sort()[0]
    if (anchor === undefined || schema.$ref !== undefined) continue
    delete schema.$recursiveRef
    schema.$ref = `#${anchor.split('/').map(encodeURIComponent).join('/')}`
    findings.push({
      pointer: `${pointer}/$recursiveRef`,
      message: '`$recursiveRef` is a keyword of an old draft',
      repair: `read as \`$ref: #${anchor}\``
    })
  }
  walkDocument(document, schema => {
    if (schema.$recursiveAnchor === true) delete schema.$recursiveAnchor
  })
}
