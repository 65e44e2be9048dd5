/** Formats the events of a stream that is sent while it is built. */
import { promptFilterChunk, toAzureChunk } from '../../completion/azure.js'
import type { Chunk } from '../../core/openai-types.js'
import type { Exchange } from '../../state/exchange.js'
import { doneEvent, formatEvent } from '../../stream/timeline.js'

export const formatLiveChunks = (chunks: readonly Chunk[], { azure }: Exchange): string =>
  chunks.map(chunk => formatEvent(azure ? toAzureChunk(chunk) : chunk)).join('')

/** What comes before the first chunk, on the addresses of Azure. */
export const formatLiveStart = ({ azure }: Exchange): string => (azure ? formatEvent(promptFilterChunk) : '')

export const formatLiveEnd = (chunks: readonly Chunk[], exchange: Exchange): string =>
  formatLiveChunks(chunks, exchange) + doneEvent
