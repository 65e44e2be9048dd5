/** Selects a response of the document: by the `Prefer` header (as Prism), by the dispatcher (as Microcks), or the first. */
import { type DispatchRequest, selectExampleName } from './microcks-select.js'
import type { Example, Operation, OperationResponse } from './operations.js'

export interface ResponsePreference extends DispatchRequest {
  /** The status of `Prefer: code=404`. */
  code?: number | string
  /** The name of `Prefer: example=name`. */
  example?: string
  accept?: string
}

export type SelectedResponse =
  | { kind: 'example'; status: number; mediaType: string; name: string; value: unknown }
  | { kind: 'schema'; status: number; mediaType: string; schema: string }
  | { kind: 'empty'; status: number }
  /** The document has no such status or example; `available` lists those that it has. */
  | { kind: 'unknown'; parameter: 'code' | 'example'; requested: string; available: string[] }

export function selectResponse(operation: Operation, preference: ResponsePreference = {}): SelectedResponse {
  const { code, example } = preference
  if (code !== undefined) {
    const key = findStatusKey(operation, String(code))
    if (key === undefined)
      return {
        kind: 'unknown',
        parameter: 'code',
        requested: String(code),
        available: listStatuses(operation.responses)
      }
    const responses = operation.responses.filter(({ status }) => status === key)
    return selectFrom(responses, Number(code), preference, example)
  }
  const ordered = sortResponses(operation.responses)
  if (example !== undefined) return selectByName(ordered, example, preference) ?? reportUnknownExample(ordered, example)
  const hasExample = (name: string) => ordered.some(({ examples }) => examples.some(each => each.name === name))
  const exampleName = selectExampleName(operation.microcks.dispatch, preference, hasExample)
  if (typeof exampleName === 'string')
    return selectByName(ordered, exampleName, preference) ?? reportUnknownExample(ordered, exampleName)
  const status = ordered[0]?.status
  if (status === undefined) return { kind: 'empty', status: 200 }
  return selectFrom(
    ordered.filter(response => response.status === status),
    toStatusNumber(status),
    preference
  )
}

/** The responses of a status: one for each media type. */
export function listResponses(operation: Operation, status: number): readonly OperationResponse[] {
  const key = findStatusKey(operation, String(status))
  return operation.responses.filter(response => response.status === key)
}

/** The lowest 2XX of the document, or 200. @param hasBody whether the response has a body, which a 204 cannot have */
export function findDefaultStatus({ responses }: Operation, hasBody: boolean): number {
  const statuses = sortResponses(responses).map(({ status }) => toStatusNumber(status))
  return statuses.find(status => status >= 200 && status < 300 && !(hasBody && status === 204)) ?? 200
}

/** Finds the exact status, else its class (`4XX`), else `default`. */
function findStatusKey({ responses }: Operation, code: string): string | undefined {
  return [code, `${code[0]}XX`, 'default'].find(key => responses.some(({ status }) => status === key))
}

/** Sorts responses: the lowest 2XX first, then `default`, then the rest in the order of the document. */
function sortResponses(responses: OperationResponse[]): OperationResponse[] {
  const statusRank = ({ status }: OperationResponse) =>
    status[0] === '2' ? toStatusNumber(status) : status === 'default' ? 1000 : 1001
  return [...responses].sort((a, b) => statusRank(a) - statusRank(b))
}

function toStatusNumber(status: string): number {
  if (status === 'default') return 200
  return Number(status.replace(/X/g, '0'))
}

function selectByName(
  responses: OperationResponse[],
  name: string,
  preference: ResponsePreference
): SelectedResponse | undefined {
  const status = responses.find(({ examples }) => examples.some(each => each.name === name))?.status
  if (status === undefined) return undefined
  return selectFrom(
    responses.filter(response => response.status === status),
    toStatusNumber(status),
    preference,
    name
  )
}

function selectFrom(
  responses: OperationResponse[],
  status: number,
  preference: ResponsePreference,
  name?: string
): SelectedResponse {
  const candidates =
    name === undefined ? responses : responses.filter(({ examples }) => examples.some(each => each.name === name))
  if (candidates.length === 0 && name !== undefined) return reportUnknownExample(responses, name)
  const response = negotiateMediaType(candidates, preference.accept)
  if (response?.mediaType === undefined) return { kind: 'empty', status }
  const { mediaType, schema } = response
  const example = pickExample(response.examples, name)
  if (example) return { kind: 'example', status, mediaType, name: example.name, value: example.value }
  return schema === undefined ? { kind: 'empty', status } : { kind: 'schema', status, mediaType, schema }
}

function pickExample(examples: Example[], name?: string): Example | undefined {
  if (name !== undefined) return examples.find(each => each.name === name)
  return examples.find(({ isDefault }) => isDefault) ?? examples[0]
}

/** Returns the response with the first accepted media type; JSON when the client accepts any type or none of them. */
export function negotiateMediaType(
  responses: readonly OperationResponse[],
  accept = '*/*'
): OperationResponse | undefined {
  const json = responses.find(({ mediaType }) => mediaType?.includes('json')) ?? responses[0]
  for (const range of accept.split(',')) {
    const mediaRange = range.split(';')[0]?.trim().toLowerCase() ?? ''
    if (mediaRange === '*/*' || mediaRange === '') return json
    const found = responses.find(({ mediaType = '' }) => {
      const type = mediaType.split(';')[0]?.trim().toLowerCase() ?? ''
      return type === mediaRange || (mediaRange.endsWith('/*') && type.startsWith(mediaRange.slice(0, -1)))
    })
    if (found) return found
  }
  return json
}

function listStatuses(responses: OperationResponse[]): string[] {
  return [...new Set(responses.map(({ status }) => status))]
}

function reportUnknownExample(responses: OperationResponse[], requested: string): SelectedResponse {
  const available = [...new Set(responses.flatMap(({ examples }) => examples.map(({ name }) => name)))]
  return { kind: 'unknown', parameter: 'example', requested, available }
}
