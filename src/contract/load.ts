/** Loads an OpenAPI document with its overlays, and rejects a document whose requests cannot be validated. */
import { ConfigError } from '../core/config-error.js'
import { readDisk } from '../core/file-reader.js'
import { fromPointer, isObject, type Path, toPointer } from '../core/json-pointer.js'
import { readSource, type Source } from '../core/source-file.js'
import { findMalformedSchemas } from './check.js'
import { checkExamples } from './check-examples.js'
import { lintSchemas } from './lint-schema.js'
import { type Finding, normalizeOpenApi } from './normalize-openapi.js'
import { type Operation, readOperations } from './operations.js'
import { applyOverlay } from './overlay.js'
import type { OpenApiObject } from './schema-visitor.js'

export interface Spec {
  /** The document with its overlays, as `/_mock/openapi.json` serves it. */
  document: OpenApiObject
  /** The normalized copy from which validators are compiled. */
  schemas: OpenApiObject
  /** Defects of the document that do not prevent validation. */
  findings: Finding[]
  operations: Operation[]
  warnings: string[]
}

/** @throws ConfigError with `file:line:column` when the document or an overlay is invalid */
export async function loadSpec(
  { spec, overlays }: { spec: string; overlays: string[] },
  readFile = readDisk
): Promise<Spec> {
  const source = await readSource(spec, readFile)
  let document = readDocument(source.data, source)
  const warnings: string[] = []
  for (const file of overlays) {
    const overlay = await readSource(file, readFile)
    const result = applyOverlay(document, overlay.data, overlay)
    document = result.document
    warnings.push(...result.warnings)
  }
  return buildSpec(readDocument(document, source), source, warnings)
}

/** Builds a spec from a document that is already parsed. */
export function buildSpec(document: OpenApiObject, source: Pick<Source, 'locate'>, warnings: string[] = []): Spec {
  const throwIfAny = (problems: { path: Path; what: string }[]) => {
    if (problems.length > 0)
      throw new ConfigError(
        problems.map(({ path, what }) => `${source.locate(toPointer(path))}: ${toPointer(path)}: ${what}`)
      )
  }
  throwIfAny(lintSchemas(document))
  const { schemas, findings, schemaLocations } = normalizeOpenApi(document)
  throwIfAny(findMalformedSchemas(schemas).map(({ pointer, what }) => ({ path: fromPointer(pointer), what })))
  const operations = withLocation(source, () => readOperations(document))
  findings.push(...withLocation(source, () => checkExamples(document, schemas, schemaLocations)))
  warnings.push(...operations.flatMap(operation => operation.warnings))
  return { document, schemas, findings, operations, warnings }
}

/** Adds `file:line:column` to the problems of a ConfigError, which start with a JSON pointer. */
function withLocation<T>(source: Pick<Source, 'locate'>, action: () => T): T {
  try {
    return action()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConfigError(error.problems.map(problem => `${source.locate(problem.split(': ')[0] ?? '')}: ${problem}`))
  }
}

function readDocument(value: unknown, source: Pick<Source, 'locate'>): OpenApiObject {
  const fail = (path: Path, what: string) => new ConfigError([`${source.locate(toPointer(path))}: ${what}`])
  if (!isObject(value)) throw fail([], 'expected an object, as an OpenAPI document is')
  if (typeof value.openapi !== 'string' || !/^3\.\d/.test(value.openapi))
    throw fail(['openapi'], 'expected `openapi: 3.1.0` or another 3.x: this is not an OpenAPI 3 document')
  if (!isObject(value.paths) || Object.keys(value.paths).length === 0)
    throw fail(['paths'], 'expected `paths` with at least one path')
  return value
}
