/** Loads an OpenAPI document with its overlays, and rejects a document whose requests cannot be validated. */
import { ConfigError } from '../core/config-error.js'
import { readDisk } from '../core/file-reader.js'
import { followPath, isObject, type Path, toPointer } from '../core/json-pointer.js'
import { inlineSource, readLargeSource, readSource, type Source } from '../core/source-file.js'
import { type ChatParameters, readChatParameters } from './chat-parameters.js'
import { checkSchemaShapes } from './check.js'
import { checkExamples } from './check-examples.js'
import type { Finding } from './finding.js'
import { findGuardedSchemas } from './guarded-schemas.js'
import { lintSchemas } from './lint-schema.js'
import { normalizeOpenApi, type SchemaLocation } from './normalize-openapi.js'
import { type Operation, readOperations } from './operations.js'
import { applyOverlay } from './overlay.js'
import { repairSchemas } from './repair-schemas.js'
import type { OpenApiObject } from './schema-visitor.js'

export interface Spec {
  /** The document with its overlays, as `/_mock/openapi.json` serves it. */
  document: OpenApiObject
  /** The normalized copy from which validators are compiled. */
  schemas: OpenApiObject
  /** Defects of the document that do not prevent validation. */
  findings: Finding[]
  operations: Operation[]
  chatParameters: ChatParameters
  /** What has no effect, and is probably a mistake. */
  warnings: string[]
}

/** The paths of a document and of its overlays. */
export interface SpecFiles {
  spec: string
  overlays: string[]
}

/** @throws ConfigError with `file:line:column` when the document or an overlay is invalid */
export async function loadSpec({ spec, overlays }: SpecFiles, readFile = readDisk): Promise<Spec> {
  const source = await readLargeSource(spec, readFile)
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
  const operations = withLocation(source, () => readOperations(document))
  const normalized = normalizeDocument(document, operations, source)
  return {
    document,
    schemas: normalized.schemas,
    findings: normalized.findings,
    operations,
    chatParameters: readChatParameters(operations, normalized.schemas),
    warnings: [...warnings, ...normalized.warnings, ...operations.flatMap(operation => operation.warnings)]
  }
}

/** Returns the defects of a document that a start does not look for: examples and defaults that break their schemas. */
export function findExampleDefects({ document, operations }: Spec): Finding[] {
  const { schemas, schemaLocations } = normalizeDocument(document, operations, inlineSource('the document', document))
  return checkExamples(document, schemas, schemaLocations)
}

interface NormalizedDocument {
  schemas: OpenApiObject
  findings: Finding[]
  warnings: string[]
  schemaLocations: SchemaLocation[]
}

/** Repairs a copy of a document. Throws a ConfigError for what cannot be repaired and would leave a request unchecked. */
function normalizeDocument(
  document: OpenApiObject,
  operations: readonly Operation[],
  source: Pick<Source, 'locate'>
): NormalizedDocument {
  const schemas = structuredClone(document)
  const warnings: string[] = []
  const findings = repairSchemas(schemas)
  const guarded = findGuardedSchemas(schemas, operations)
  const problems: string[] = []
  const removeOrReport = (path: Path, what: string) => {
    if (path.some((_, at) => guarded.has(followPath(schemas, path.slice(0, at)))))
      problems.push(`${source.locate(toPointer(path))}: ${toPointer(path)}: ${what}`)
    else warnings.push(`${toPointer(path)}: ${what}; ignored, because it guards no request`)
    removePath(schemas, path)
  }
  for (const { path, what } of lintSchemas(schemas)) removeOrReport(path, what)
  const normalized = normalizeOpenApi(schemas)
  findings.push(...normalized.findings)
  withLocation(source, () => checkSchemaShapes(schemas, removeOrReport))
  if (problems.length) throw new ConfigError(problems)
  return { schemas, findings, warnings, schemaLocations: normalized.schemaLocations }
}

function removePath(value: unknown, path: Path): void {
  const parent = followPath(value, path.slice(0, -1))
  const key = path.at(-1)
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else if (isObject(parent) && key !== undefined) delete parent[key]
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
