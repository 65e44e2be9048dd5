/** The operations of a document as data: where each is reached, what its body has to be, and what it can answer. */

import { Mistake } from '../core/api-error.js'
import { deref, isObject, type Path, refPath, toPointer } from '../core/json-pointer.js'
import { resolves, unresolved } from './lint-schema.js'
import { type Dispatch, readDispatch } from './microcks-dispatch.js'
import type { SchemaObject } from './schema-visitor.js'

export interface Operation {
  /** The `operationId`, or method and path. */
  id: string
  method: string
  /** As in the document: `/models/{model}`. */
  path: string
  /** Under the path of the first server and without it. */
  paths: string[]
  /** A reference that the validators of this document understand. */
  requestSchema?: string
  requestRequired: boolean
  parameters: Parameter[]
  /** In the order of the document; one for each status and media type. */
  responses: OperationResponse[]
  /** Whether a caller has to say who it is. */
  security: boolean
  microcks: {
    delayMs: number
    delayStrategy?: string
    dispatcher?: string
    dispatcherRules?: unknown
    dispatch?: Dispatch
  }
  warnings: string[]
}

export interface Parameter {
  name: string
  in: string
  required: boolean
  schema?: string
}

export interface OperationResponse {
  /** `200`, `4XX` or `default`. */
  status: string
  /** Absent when the response has no content. */
  mediaType?: string
  schema?: string
  examples: Example[]
  headers: string[]
}

export interface Example {
  name: string
  value: unknown
  isDefault: boolean
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

export function operationsOf(document: SchemaObject): Operation[] {
  const base = basePath(document)
  const operations: Operation[] = []
  for (const [path, given] of Object.entries(isObject(document.paths) ? document.paths : {})) {
    if (!path.startsWith('/')) continue
    const at = ['paths', path]
    const item = read(document, given, at)
    for (const method of methods)
      if (isObject(item[method])) operations.push(operationOf({ document, base, path, method, item, at }))
  }
  const double = operations.find(({ id }, index) => operations.findIndex(other => other.id === id) !== index)
  if (double) throw new Mistake([`operationId \`${double.id}\` stands at more than one operation; it has to be unique`])
  return operations
}

/** `https://api.openai.com/v1` gives `/v1`. */
function basePath(document: SchemaObject): string {
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

interface Place {
  document: SchemaObject
  base: string
  path: string
  method: string
  item: SchemaObject
  at: Path
}

function operationOf({ document, base, path, method, item, at: itemAt }: Place): Operation {
  const operation = item[method] as SchemaObject
  const at = [...itemAt, method]
  const responses = responsesOf(document, operation, at)
  const microcks = microcksOf(operation, at)
  const id = typeof operation.operationId === 'string' ? operation.operationId : `${method.toUpperCase()} ${path}`
  const security = operation.security ?? document.security
  return {
    id,
    method,
    path,
    paths: [...new Set([base + path, path])],
    ...requestOf(document, operation, at),
    parameters: parametersOf(document, item, itemAt, operation, at),
    responses,
    security:
      Array.isArray(security) &&
      security.length > 0 &&
      !security.some(each => isObject(each) && Object.keys(each).length === 0),
    microcks: microcks.facts,
    warnings: [...microcks.warnings, ...doubleDefaults(responses)].map(warning => `${toPointer(at)}: ${warning}`)
  }
}

function requestOf(document: SchemaObject, operation: SchemaObject, at: Path) {
  if (operation.requestBody === undefined) return { requestRequired: false }
  const [body, bodyAt] = locate(document, operation.requestBody, [...at, 'requestBody'])
  const content = isObject(body.content) ? body.content : {}
  const json = Object.keys(content).find(isJson)
  const media = json === undefined ? undefined : content[json]
  return {
    requestRequired: body.required === true,
    requestSchema: isObject(media) ? schemaRef(media.schema, [...bodyAt, 'content', String(json), 'schema']) : undefined
  }
}

function isJson(mediaType: string): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(mediaType)
}

function parametersOf(
  document: SchemaObject,
  item: SchemaObject,
  itemAt: Path,
  operation: SchemaObject,
  at: Path
): Parameter[] {
  const found = new Map<string, Parameter>()
  for (const [list, listAt] of [
    [item.parameters, itemAt],
    [operation.parameters, at]
  ] as const) {
    if (!Array.isArray(list)) continue
    list.forEach((given, index) => {
      const [parameter, place] = locate(document, given, [...listAt, 'parameters', index])
      const { name, in: where, required } = parameter
      found.set(`${where} ${name}`, {
        name: String(name),
        in: String(where),
        required: required === true,
        schema: schemaRef(parameter.schema, [...place, 'schema'])
      })
    })
  }
  return [...found.values()]
}

function responsesOf(document: SchemaObject, operation: SchemaObject, at: Path): OperationResponse[] {
  return Object.entries(isObject(operation.responses) ? operation.responses : {}).flatMap(([status, given]) => {
    if (status.startsWith('x-')) return []
    const [response, place] = locate(document, given, [...at, 'responses', status])
    const headers = Object.keys(isObject(response.headers) ? response.headers : {})
    const content = Object.entries(isObject(response.content) ? response.content : {})
    if (content.length === 0)
      return [{ status: status.toUpperCase().replace('DEFAULT', 'default'), examples: [], headers }]
    return content.map(([mediaType, media]): OperationResponse => {
      const mediaAt = [...place, 'content', mediaType]
      return {
        status: status.toUpperCase().replace('DEFAULT', 'default'),
        mediaType,
        schema: isObject(media) ? schemaRef(media.schema, [...mediaAt, 'schema']) : undefined,
        examples: isObject(media) ? examplesOf(document, media, mediaAt) : [],
        headers
      }
    })
  })
}

function examplesOf(document: SchemaObject, media: SchemaObject, at: Path): Example[] {
  const named = Object.entries(isObject(media.examples) ? media.examples : {}).flatMap(([name, given]): Example[] => {
    const example = read(document, given, [...at, 'examples', name])
    if (!Object.hasOwn(example, 'value')) return []
    return [{ name, value: example.value, isDefault: example['x-microcks-default'] === true }]
  })
  if (named.length > 0 || media.example === undefined) return named
  return [{ name: 'default', value: media.example, isDefault: true }]
}

function doubleDefaults(responses: OperationResponse[]): string[] {
  return responses.flatMap(({ status, examples }) => {
    const marked = examples.filter(({ isDefault }) => isDefault)
    if (marked.length < 2) return []
    return [`${status}: ${marked.length} examples are marked x-microcks-default; ${marked[0]?.name} is taken`]
  })
}

function microcksOf(operation: SchemaObject, at: Path): { facts: Operation['microcks']; warnings: string[] } {
  const given = operation['x-microcks-operation']
  if (!isObject(given)) return { facts: { delayMs: 0 }, warnings: [] }
  const { dispatch, warnings, problem } = readDispatch(given.dispatcher, given.dispatcherRules)
  if (problem) throw new Mistake([`${toPointer([...at, 'x-microcks-operation'])}: ${problem}`])
  const delay = Number(given.delay ?? 0)
  const facts: Operation['microcks'] = { delayMs: Number.isFinite(delay) ? Math.max(0, delay) : 0 }
  if (given.delayStrategy !== undefined) facts.delayStrategy = String(given.delayStrategy)
  if (given.dispatcher !== undefined) facts.dispatcher = String(given.dispatcher)
  if (given.dispatcherRules !== undefined) facts.dispatcherRules = given.dispatcherRules
  if (dispatch) facts.dispatch = dispatch
  return { facts, warnings }
}

/** Follows a reference to a component, and says where the component stands. */
function locate(document: SchemaObject, given: unknown, at: Path): [SchemaObject, Path] {
  let value = given
  let place = at
  for (let steps = 0; isObject(value) && typeof value.$ref === 'string' && steps < 50; steps++) {
    if (!resolves(document, value.$ref))
      throw new Mistake([`${toPointer([...place, '$ref'])}: ${unresolved(value.$ref)}`])
    place = refPath(value.$ref) ?? []
    value = deref(document, { $ref: '#' + toPointer(place) })
  }
  if (!isObject(value)) throw new Mistake([`${toPointer(at)}: an object is expected here`])
  return [value, place]
}

function read(document: SchemaObject, given: unknown, at: Path): SchemaObject {
  return locate(document, given, at)[0]
}

/** A schema that is itself a reference to a component is known by the component's name. */
function schemaRef(schema: unknown, at: Path): string | undefined {
  if (schema === undefined) return undefined
  if (isObject(schema) && Object.keys(schema).length === 1 && typeof schema.$ref === 'string')
    return `standin${schema.$ref}`
  return `standin#${toPointer(at).split('/').map(encodeURIComponent).join('/')}`
}
