/** Chooses what an operation answers from its document alone: by Prism's `Prefer`, by Microcks' dispatcher, or the first that fits. */
import { type Asked, dispatchTo } from './microcks-dispatch.js'
import type { Example, Operation, OperationResponse } from './operations.js'

export interface Wish extends Asked {
  /** `Prefer: code=404` */
  code?: number | string
  /** `Prefer: example=name` */
  example?: string
  accept?: string
}

export type Chosen =
  | { kind: 'example'; status: number; mediaType: string; name: string; value: unknown; headers: string[] }
  | { kind: 'schema'; status: number; mediaType: string; schema: string; headers: string[] }
  | { kind: 'empty'; status: number; headers: string[] }
  /** Nothing of this name is in the document; `known` is what could have been asked for. */
  | { kind: 'unknown'; what: 'code' | 'example'; asked: string; known: string[] }

export function chooseResponse(operation: Operation, wish: Wish = {}): Chosen {
  const { code, example } = wish
  if (code !== undefined) {
    const key = statusKey(operation, String(code))
    if (key === undefined)
      return { kind: 'unknown', what: 'code', asked: String(code), known: statusesOf(operation.responses) }
    const responses = operation.responses.filter(({ status }) => status === key)
    return choose(responses, Number(code), wish, example)
  }
  const ordered = inOrder(operation.responses)
  if (example !== undefined) return byName(ordered, example, wish) ?? unknownExample(ordered, example)
  const hasExample = (name: string) => ordered.some(({ examples }) => examples.some(each => each.name === name))
  const dispatched = dispatchTo(operation.microcks.dispatch, wish, hasExample)
  if (typeof dispatched === 'string') return byName(ordered, dispatched, wish) ?? unknownExample(ordered, dispatched)
  const status = ordered[0]?.status
  if (status === undefined) return { kind: 'empty', status: 200, headers: [] }
  return choose(
    ordered.filter(response => response.status === status),
    numberOf(status),
    wish
  )
}

/** The exact status, then its class (`4XX`), then `default`. */
function statusKey({ responses }: Operation, code: string): string | undefined {
  return [code, `${code[0]}XX`, 'default'].find(key => responses.some(({ status }) => status === key))
}

/** The lowest 2XX first, then `default`, then the rest as they stand. */
function inOrder(responses: OperationResponse[]): OperationResponse[] {
  const rank = ({ status }: OperationResponse) =>
    status[0] === '2' ? numberOf(status) : status === 'default' ? 1000 : 1001
  return [...responses].sort((a, b) => rank(a) - rank(b))
}

function numberOf(status: string): number {
  if (status === 'default') return 200
  return Number(status.replace(/X/g, '0'))
}

function byName(responses: OperationResponse[], name: string, wish: Wish): Chosen | undefined {
  const status = responses.find(({ examples }) => examples.some(each => each.name === name))?.status
  if (status === undefined) return undefined
  return choose(
    responses.filter(response => response.status === status),
    numberOf(status),
    wish,
    name
  )
}

function choose(responses: OperationResponse[], status: number, wish: Wish, name?: string): Chosen {
  const named =
    name === undefined ? responses : responses.filter(({ examples }) => examples.some(each => each.name === name))
  if (named.length === 0 && name !== undefined) return unknownExample(responses, name)
  const response = negotiate(named, wish.accept)
  const headers = response?.headers ?? []
  if (response?.mediaType === undefined) return { kind: 'empty', status, headers }
  const { mediaType, schema } = response
  const example = pickExample(response.examples, name)
  if (example) return { kind: 'example', status, mediaType, name: example.name, value: example.value, headers }
  return schema === undefined
    ? { kind: 'empty', status, headers }
    : { kind: 'schema', status, mediaType, schema, headers }
}

function pickExample(examples: Example[], name?: string): Example | undefined {
  if (name !== undefined) return examples.find(each => each.name === name)
  return examples.find(({ isDefault }) => isDefault) ?? examples[0]
}

/** The first media type that is accepted; JSON when all are, or none. */
function negotiate(responses: OperationResponse[], accept = '*/*'): OperationResponse | undefined {
  const json = responses.find(({ mediaType }) => mediaType?.includes('json')) ?? responses[0]
  for (const range of accept.split(',')) {
    const wanted = range.split(';')[0]?.trim().toLowerCase() ?? ''
    if (wanted === '*/*' || wanted === '') return json
    const found = responses.find(({ mediaType = '' }) => {
      const type = mediaType.split(';')[0]?.trim().toLowerCase() ?? ''
      return type === wanted || (wanted.endsWith('/*') && type.startsWith(wanted.slice(0, -1)))
    })
    if (found) return found
  }
  return json
}

function statusesOf(responses: OperationResponse[]): string[] {
  return [...new Set(responses.map(({ status }) => status))]
}

function unknownExample(responses: OperationResponse[], asked: string): Chosen {
  const known = [...new Set(responses.flatMap(({ examples }) => examples.map(({ name }) => name)))]
  return { kind: 'unknown', what: 'example', asked, known }
}
