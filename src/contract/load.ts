/** Loads a document, puts its overlays on, and finds all that could stop a request from being checked. */

import { Mistake } from '../core/api-error.js'
import { fromPointer, isObject, type Path, toPointer } from '../core/json-pointer.js'
import { readSource, type Source } from '../core/source-file.js'
import { malformed } from './check.js'
import { exampleFindings } from './check-examples.js'
import { problemsOf } from './lint-schema.js'
import { type Finding, repair } from './normalize-openapi.js'
import { type Operation, operationsOf } from './operations.js'
import { applyOverlay } from './overlay.js'
import type { SchemaObject } from './schema-visitor.js'

export interface Spec {
  /** The document with its overlays: what is served back. */
  document: SchemaObject
  /** The repaired copy that validators are made of. */
  schemas: SchemaObject
  /** What is not as it should be in the document, by JSON pointer. */
  findings: Finding[]
  operations: Operation[]
  warnings: string[]
}

export async function loadSpec({ spec, overlays }: { spec: string; overlays: string[] }): Promise<Spec> {
  const source = await readSource(spec)
  let document = readDocument(source.data, source)
  const warnings: string[] = []
  for (const file of overlays) {
    const overlay = await readSource(file)
    const overlaid = applyOverlay(document, overlay.data, overlay)
    document = overlaid.document
    warnings.push(...overlaid.warnings)
  }
  return buildSpec(readDocument(document, source), source, warnings)
}

/** Makes a spec of a document that is already in hand. */
export function buildSpec(document: SchemaObject, source: Pick<Source, 'place'>, warnings: string[] = []): Spec {
  const stop = (problems: { path: Path; what: string }[]) => {
    if (problems.length > 0)
      throw new Mistake(
        problems.map(({ path, what }) => `${source.place(toPointer(path))}: ${toPointer(path)}: ${what}`)
      )
  }
  stop(problemsOf(document))
  const { schemas, findings, seats } = repair(document)
  stop(malformed(schemas).map(({ pointer, what }) => ({ path: fromPointer(pointer), what })))
  const operations = placed(source, () => operationsOf(document))
  findings.push(...placed(source, () => exampleFindings(document, schemas, seats)))
  warnings.push(...operations.flatMap(operation => operation.warnings))
  return { document, schemas, findings, operations, warnings }
}

/** Puts the file's name and place before the JSON pointer that a mistake begins with. */
function placed<T>(source: Pick<Source, 'place'>, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof Mistake)) throw error
    throw new Mistake(error.problems.map(problem => `${source.place(problem.split(': ')[0] ?? '')}: ${problem}`))
  }
}

function readDocument(value: unknown, source: Pick<Source, 'place'>): SchemaObject {
  const fail = (path: Path, what: string) => new Mistake([`${source.place(toPointer(path))}: ${what}`])
  if (!isObject(value)) throw fail([], 'an OpenAPI document is expected to be an object')
  if (typeof value.openapi !== 'string' || !/^3\.\d/.test(value.openapi))
    throw fail(['openapi'], 'expected `openapi: 3.1.0` or another 3.x: this is not an OpenAPI 3 document')
  if (!isObject(value.paths) || Object.keys(value.paths).length === 0)
    throw fail(['paths'], 'expected `paths` with at least one path')
  return value
}
