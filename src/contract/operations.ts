/** Reads the operations of a document: their paths, request schemas and responses. */
import { ConfigError } from '../core/config-error.js'
import { isObject, type Path, parseRefPath, resolveRef, toPointer } from '../core/json-pointer.js'
import { describeUnresolvedRef, isResolvable } from './lint-schema.js'
import { type Dispatch, parseDispatch } from './microcks-dispatch.js'
import { httpMethods, type OpenApiObject } from './schema-visitor.js'
import { nameServiceOperations } from './service-operations.js'

export interface Operation {
  /** The name of an operation of the service, or else the `operationId`, or method and path. */
  id: string
  /** The `operationId`, or method and path, of an operation of the service with another name. */
  documentId?: string
  method: string
  /** The path with the base path of the first server, and the path without it: `/v1/models`, `/models`. */
  paths: string[]
  /** A reference to the schema of the JSON request body: `standin#/components/schemas/…`. */
  requestSchema?: string
  isRequestRequired: boolean
  /** One for each status and media type, in the order of the document. */
  responses: OperationResponse[]
  /** Whether a request needs a bearer key. */
  requiresKey: boolean
  microcks: MicrocksSettings
  warnings: string[]
}

/** The `x-microcks-operation` of an operation. */
export interface MicrocksSettings {
  /** The least time until the response, in milliseconds. */
  delayMs: number
  /** Selects the example of a response. */
  dispatch?: Dispatch
}

export interface OperationResponse {
  /** `200`, `4XX` or `default`. */
  status: string
  /** Absent when the response has no content. */
  mediaType?: string
  schema?: string
  examples: Example[]
}

export interface Example {
  name: string
  value: unknown
  isDefault: boolean
}

export function readOperations(document: OpenApiObject): Operation[] {
  const base = readBasePath(document)
  const operations: Operation[] = []
  for (const [path, entry] of Object.entries(isObject(document.paths) ? document.paths : {})) {
    if (!path.startsWith('/')) continue
    const at = ['paths', path]
    const item = resolveObject(document, entry, at)
    for (const method of httpMethods)
      if (isObject(item[method])) operations.push(readOperation({ document, base, path, method, item, at }))
  }
  const named = nameServiceOperations(operations)
  const ids = new Set<string>()
  for (const { id } of named) {
    if (ids.has(id))
      throw new ConfigError([`operationId \`${id}\` belongs to more than one operation; it has to be unique`])
    ids.add(id)
  }
  return named
}

/** Returns the path of the first server: `/v1` for `https://api.openai.com/v1`. */
export function readBasePath(document: OpenApiObject): string {
  const server = Array.isArray(document.servers) ? document.servers[0] : undefined
  if (!isObject(server) || typeof server.url !== 'string') return ''
  const variables = isObject(server.variables) ? server.variables : {}
  const url = server.url.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined
    return isObject(variable) ? String(variable.default ?? '') : ''
  })
  if (!URL.canParse(url, 'http://localhost')) return ''
  return new URL(url, 'http://localhost').pathname.replace(/\/+$/, '')
}

interface OperationInput {
  document: OpenApiObject
  base: string
  path: string
  method: string
  item: OpenApiObject
  at: Path
}

function readOperation({ document, base, path, method, item, at: itemAt }: OperationInput): Operation {
  const operation = item[method] as OpenApiObject
  const at = [...itemAt, method]
  checkParameters(document, item.parameters, itemAt)
  checkParameters(document, operation.parameters, at)
  const responses = readResponses(document, operation, at)
  const microcks = readMicrocks(operation, at)
  const id = typeof operation.operationId === 'string' ? operation.operationId : `${method.toUpperCase()} ${path}`
  const security = operation.security ?? document.security
  return {
    id,
    method,
    paths: [...new Set([base + path, path])],
    ...readRequestBody(document, operation, at),
    responses,
    requiresKey:
      Array.isArray(security) &&
      security.length > 0 &&
      !security.some(each => isObject(each) && Object.keys(each).length === 0),
    microcks: microcks.settings,
    warnings: [...microcks.warnings, ...findDuplicateDefaults(responses)].map(warning => `${toPointer(at)}: ${warning}`)
  }
}

/** Throws when a reference to a parameter does not resolve. Nothing else of parameters is used: validation is about bodies. */
function checkParameters(document: OpenApiObject, parameters: unknown, at: Path): void {
  if (!Array.isArray(parameters)) return
  for (const [index, parameter] of parameters.entries())
    resolveComponent(document, parameter, [...at, 'parameters', index])
}

function readRequestBody(document: OpenApiObject, operation: OpenApiObject, at: Path) {
  if (operation.requestBody === undefined) return { isRequestRequired: false }
  const [body, bodyAt] = resolveComponent(document, operation.requestBody, [...at, 'requestBody'])
  const content = isObject(body.content) ? body.content : {}
  const json = Object.keys(content).find(isJsonMediaType)
  const media = json === undefined ? undefined : content[json]
  return {
    isRequestRequired: body.required === true,
    requestSchema: isObject(media)
      ? toSchemaRef(media.schema, [...bodyAt, 'content', String(json), 'schema'])
      : undefined
  }
}

function isJsonMediaType(mediaType: string): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(mediaType)
}

function readResponses(document: OpenApiObject, operation: OpenApiObject, at: Path): OperationResponse[] {
  return Object.entries(isObject(operation.responses) ? operation.responses : {}).flatMap(([status, entry]) => {
    if (status.startsWith('x-')) return []
    const [response, resolvedPath] = resolveComponent(document, entry, [...at, 'responses', status])
    const content = Object.entries(isObject(response.content) ? response.content : {})
    if (content.length === 0) return [{ status: status.toUpperCase().replace('DEFAULT', 'default'), examples: [] }]
    return content.map(([mediaType, media]): OperationResponse => {
      const mediaAt = [...resolvedPath, 'content', mediaType]
      return {
        status: status.toUpperCase().replace('DEFAULT', 'default'),
        mediaType,
        schema: isObject(media) ? toSchemaRef(media.schema, [...mediaAt, 'schema']) : undefined,
        examples: isObject(media) ? readExamples(document, media, mediaAt) : []
      }
    })
  })
}

function readExamples(document: OpenApiObject, media: OpenApiObject, at: Path): Example[] {
  const named = Object.entries(isObject(media.examples) ? media.examples : {}).flatMap(([name, entry]): Example[] => {
    const example = resolveObject(document, entry, [...at, 'examples', name])
    if (!Object.hasOwn(example, 'value')) return []
    return [{ name, value: example.value, isDefault: example['x-microcks-default'] === true }]
  })
  if (named.length > 0 || media.example === undefined) return named
  return [{ name: 'default', value: media.example, isDefault: true }]
}

function findDuplicateDefaults(responses: OperationResponse[]): string[] {
  return responses.flatMap(({ status, examples }) => {
    const marked = examples.filter(({ isDefault }) => isDefault)
    if (marked.length < 2) return []
    return [`${status}: ${marked.length} examples are marked x-microcks-default; ${marked[0]?.name} is used`]
  })
}

function readMicrocks(operation: OpenApiObject, at: Path): { settings: MicrocksSettings; warnings: string[] } {
  const entry = operation['x-microcks-operation']
  if (!isObject(entry)) return { settings: { delayMs: 0 }, warnings: [] }
  const { dispatch, warnings, problem } = parseDispatch(entry.dispatcher, entry.dispatcherRules)
  if (problem) throw new ConfigError([`${toPointer([...at, 'x-microcks-operation'])}: ${problem}`])
  const delay = Number(entry.delay ?? 0)
  return { settings: { delayMs: Number.isFinite(delay) ? Math.max(0, delay) : 0, dispatch }, warnings }
}

/** Resolves a reference to a component; returns the component and its path. */
function resolveComponent(document: OpenApiObject, entry: unknown, at: Path): [OpenApiObject, Path] {
  let value = entry
  let resolvedPath = at
  for (let steps = 0; isObject(value) && typeof value.$ref === 'string' && steps < 50; steps++) {
    if (!isResolvable(document, value.$ref))
      throw new ConfigError([`${toPointer([...resolvedPath, '$ref'])}: ${describeUnresolvedRef(value.$ref)}`])
    resolvedPath = parseRefPath(value.$ref) ?? []
    value = resolveRef(document, { $ref: '#' + toPointer(resolvedPath) })
  }
  if (!isObject(value)) throw new ConfigError([`${toPointer(at)}: expected an object`])
  return [value, resolvedPath]
}

function resolveObject(document: OpenApiObject, entry: unknown, at: Path): OpenApiObject {
  return resolveComponent(document, entry, at)[0]
}

/** Returns a reference to a schema. A schema that only refers to a component has the component's name. */
function toSchemaRef(schema: unknown, at: Path): string | undefined {
  if (schema === undefined) return undefined
  if (isObject(schema) && Object.keys(schema).length === 1 && typeof schema.$ref === 'string')
    return `standin${schema.$ref}`
  return `standin#${toPointer(at).split('/').map(encodeURIComponent).join('/')}`
}
