/** Follows the journal of the server: first its newest requests, then each request that comes. Its memory is bounded. */
import { readShownEvents } from './event-reader.js'
import { CallError, type ServerClient } from './server-client.js'
import type { RequestRow } from './server-data.js'

export const maxLines = 10_000

/** What the list shows at a moment. `total` counts all lines ever, so that a reader can tell what came since. */
export interface FeedState {
  lines: readonly RequestRow[]
  total: number
  /** How many requests the stream left out because they came too fast. The journal has the newest of them. */
  dropped: number
  isLoaded: boolean
  /** Why nothing new comes, or an empty text. */
  problem: string
}

export interface LineFeed {
  state: FeedState
  subscribe(listener: () => void): () => void
  start(): void
  stop(): void
  /** Reads the newest requests of the journal again. */
  loadNewest(): Promise<void>
  /** Leaves out all requests so far. */
  clear(): void
}

const batchMs = 80
const pollMs = 1000
const retryMs = 2000

export function createLineFeed(client: ServerClient): LineFeed {
  const listeners = new Set<() => void>()
  let controller = new AbortController()
  const publish = (change: Partial<FeedState>) => {
    feed.state = { ...feed.state, ...change }
    for (const listener of listeners) listener()
  }
  const batch = createBatch(added => {
    const { lines, total } = feed.state
    publish({ lines: mergeLines(lines, added), total: total + added.length })
  })
  const loadNewest = async () => {
    const { requests } = await client.get<LineList>(`requests?format=summary&newest=${maxLines}`)
    batch.add(...requests)
    batch.flush()
    publish({ isLoaded: true, problem: '', dropped: 0 })
  }
  const onDropped = (count: number) => publish({ dropped: feed.state.dropped + count })
  const run = async ({ signal }: AbortController) => {
    while (!signal.aborted)
      try {
        await follow({ client, signal, loadNewest, onLine: batch.add, onDropped })
      } catch (error) {
        if (signal.aborted || (error instanceof CallError && error.status === 401)) return
        publish({ problem: `The server does not respond: ${(error as Error).message}` })
        await pause(retryMs, signal)
      }
  }
  const feed: LineFeed = {
    state: noLines,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start() {
      controller.abort()
      controller = new AbortController()
      void run(controller)
    },
    stop: () => controller.abort(),
    loadNewest,
    clear() {
      batch.leaveOut(feed.state.lines)
      publish({ ...noLines, isLoaded: true })
    }
  }
  return feed
}

const noLines: FeedState = { lines: [], total: 0, dropped: 0, isLoaded: false, problem: '' }

interface Batch {
  add(...lines: RequestRow[]): void
  flush(): void
  /** Leaves out lines that came before. */
  leaveOut(lines: readonly RequestRow[]): void
}

/** Collects lines for a moment, and leaves out those that came before. @param onFlush gets the new lines */
function createBatch(onFlush: (added: RequestRow[]) => void): Batch {
  let waiting: RequestRow[] = []
  // A stream and a list may bring the same request. The ids of lines that are no longer shown are forgotten in time.
  let known = new Map<string, true>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const added = waiting.filter(({ id }) => !known.has(id) && known.set(id, true))
    waiting = []
    if (known.size > 3 * maxLines) known = new Map([...known].slice(-2 * maxLines))
    if (added.length) onFlush(added)
  }
  return {
    add(...lines) {
      waiting = [...waiting, ...lines].slice(-maxLines)
      if (timer === undefined) timer = setTimeout(flush, batchMs)
    },
    flush,
    leaveOut(lines) {
      for (const { id } of lines) known.set(id, true)
    }
  }
}

/** Adds lines in the order of the journal, and drops the oldest above the limit. */
function mergeLines(lines: readonly RequestRow[], added: readonly RequestRow[]): RequestRow[] {
  const all = [...lines, ...added]
  const last = lines.at(-1)
  if (last && added.some(line => lineEnd(line) < lineEnd(last))) all.sort((a, b) => lineEnd(a) - lineEnd(b))
  return all.slice(-maxLines)
}

interface Following {
  client: ServerClient
  signal: AbortSignal
  loadNewest(): Promise<void>
  onLine(line: RequestRow): void
  onDropped(count: number): void
}

/** Follows the stream of requests until it ends. */
async function follow(following: Following): Promise<void> {
  const { client, signal, loadNewest, onLine, onDropped } = following
  const response = await client.open('requests/stream?format=summary', signal).catch(error => {
    if (error instanceof CallError && error.status === 429) return undefined
    throw error
  })
  // The server limits the number of its streams.
  if (!response) return poll(following)
  await loadNewest()
  for await (const { event, data } of readShownEvents(response.body!)) {
    if (event === 'request') onLine(JSON.parse(data))
    if (event === 'dropped') onDropped(JSON.parse(data).count)
  }
  await pause(retryMs, signal)
}

async function poll({ client, signal, loadNewest, onLine }: Following): Promise<void> {
  await loadNewest()
  let after = ''
  while (!signal.aborted) {
    await pause(pollMs, signal)
    const from = after === '' ? 'newest=100' : `after=${encodeURIComponent(after)}`
    const { requests } = await client.get<LineList>(`requests?format=summary&${from}`)
    for (const line of requests) onLine(line)
    after = requests.at(-1)?.id ?? after
  }
}

interface LineList {
  requests: RequestRow[]
}

/** When a request ended: the order of the journal. */
const lineEnd = ({ at, durationMs }: RequestRow) => Date.parse(at) + durationMs

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>(resolve => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
