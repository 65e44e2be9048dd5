/** Words the status of a response, so that no reader depends on its colour. */
import type { RequestRow } from './server-data.js'

const words: Readonly<Record<number, string>> = {
  0: 'left',
  200: 'OK',
  201: 'created',
  204: 'empty',
  400: 'bad request',
  401: 'no valid key',
  403: 'forbidden',
  404: 'not found',
  409: 'conflict',
  413: 'too large',
  415: 'media type',
  429: 'rate limit',
  500: 'server error',
  503: 'overloaded'
}

type Outcome = Pick<RequestRow, 'status' | 'aborted' | 'fault'> & { warning?: unknown }

/** A word for the outcome, because a colour alone says nothing to many readers. */
export function outcomeWord({ status, aborted, fault, warning }: Outcome): string {
  const word = words[status] ?? (status < 300 ? 'OK' : status < 500 ? 'client error' : 'server error')
  if (status >= 400 || status === 0) return word
  if (fault !== undefined) return 'damaged'
  if (aborted) return 'cut off'
  return warning === undefined ? word : 'OK, with a warning'
}

export type Tone = 'good' | 'warn' | 'bad'

/** How much a response needs attention. */
export function toneOf({ status, aborted, fault, warning }: Outcome): Tone {
  if (status >= 500 || status === 0) return 'bad'
  if (status >= 400) return status === 429 ? 'warn' : 'bad'
  return aborted || fault !== undefined || warning !== undefined ? 'warn' : 'good'
}

/** The last part of the path, as in `chat` for `/v1/chat/completions`. */
export function operationWord({ operation, url }: Pick<RequestRow, 'operation' | 'url'>): string {
  if (operation === 'createChatCompletion') return 'chat'
  const [path = ''] = url.split('?')
  return path.replace(/^\/v1\//, '')
}

/** What answered a request, in a word: the name of a fixture or of an API error, or that the answer was generated. */
export function answererOf({ refusal, fixture, unmatched, aborted }: RequestRow): string {
  if (refusal !== undefined) return refusal
  if (fixture !== undefined) return fixture
  if (unmatched) return 'generated'
  return aborted ? 'the client left' : 'document'
}
