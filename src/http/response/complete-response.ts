/** Defines a response that is sent at once. */
import type { LazyText } from '../../core/json-format.js'
import type { ResponseHead } from './headers.js'

export interface CompleteResponse {
  status: number
  head: ResponseHead
  /** Absent when the response has no body. */
  contentType?: string | undefined
  text: string
  /** The number of bytes of `text`, if it is known. */
  bytes?: number | undefined
  /** Creates `text` again. The journal keeps it in place of the text. */
  source?: LazyText | undefined
}

export interface PlayOptions {
  /** The origin of the due times. @default the start of the request */
  startedAt?: number
  /** Whether each character of the timeline is a byte. */
  isBytes?: boolean
  /** Replaces the end of the response. */
  onEnd?: () => void
}
