/** The list of requests and, beside it, all that is known about the selected one. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { DetailPane } from './detail-pane.jsx'
import { EmptyState } from './empty-state.jsx'
import { useFeed } from './hooks.js'
import { type FeedState, type LineFeed, maxLines } from './line-feed.js'
import { createLineFilter, filterTerms } from './line-filter.js'
import { RequestList } from './request-list.jsx'
import type { ServerClient } from './server-client.js'
import type { ServerInfo } from './server-data.js'
import { toneOf } from './status-words.js'
import { baseUrlOf } from './top-line.jsx'
import { countOf, formatCount } from './visible-text.js'

export interface ViewProps {
  client: ServerClient
  feed: LineFeed
  info: ServerInfo | undefined
  /** The id in the address. */
  item: string
  /** What the reader looks for in the list of requests. */
  filter: string
  onFilter(text: string): void
}

const isWide = () => matchMedia('(min-width: 900px)').matches

const select = (id: string, how: 'push' | 'replace' = 'replace') => {
  const address = id === '' ? '#/requests' : `#/requests/${encodeURIComponent(id)}`
  if (how === 'push') location.hash = address
  else location.replace(address)
}

export function RequestsView({ client, feed, info, item, filter, onFilter }: ViewProps) {
  const { lines, isLoaded } = useFeed(feed)
  useEffect(() => {
    // The first screen answers why a test failed: it opens the newest request that went wrong.
    if (item !== '' || !lines.length || !isWide()) return
    const newestWrong = lines.findLast(line => toneOf(line) !== 'good')
    select((newestWrong ?? lines.at(-1)!).id)
  }, [item === '' && lines.length > 0])
  if (isLoaded && !lines.length) return <EmptyState baseUrl={baseUrlOf(client, info)} />
  return (
    <div class={item === '' ? 'split' : 'split has-detail'}>
      <ListPane feed={feed} item={item} filter={filter} onFilter={onFilter} />
      <section class="detail" aria-label="Selected request">
        {item === '' ? (
          <p class="muted hint">Select a request to see what was sent, what came back, and why.</p>
        ) : (
          <DetailPane key={item} client={client} feed={feed} info={info} id={item} onClose={() => select('')} />
        )}
      </section>
    </div>
  )
}

type ListPaneProps = Pick<ViewProps, 'feed' | 'item' | 'filter' | 'onFilter'>

/** The lines that the list shows. They stay the same while somebody reads them. */
function useHeldLines({ lines, total }: FeedState, filter: string) {
  const [isPaused, setPaused] = useState(false)
  const [isInside, setInside] = useState(false)
  const [isPointed, setPointed] = useState(false)
  const heldTotal = useRef(total)
  if (!isPaused && !isInside && !isPointed) heldTotal.current = total
  const unseen = Math.min(total - heldTotal.current, lines.length)
  const shown = useMemo(() => {
    const test = createLineFilter(filter)
    return lines
      .slice(0, lines.length - unseen)
      .filter(test)
      .reverse()
  }, [lines, unseen, filter])
  const goOn = () => {
    setPaused(false)
    setPointed(false)
    setInside(false)
  }
  return { shown, unseen, isPaused, setPaused, setInside, setPointed, goOn }
}

function ListPane({ feed, item, filter, onFilter }: ListPaneProps) {
  const state = useFeed(feed)
  const { shown, unseen, isPaused, setPaused, setInside, setPointed, goOn } = useHeldLines(state, filter)
  const field = useRef<HTMLInputElement>(null)
  const box = useRef<HTMLElement>(null)
  useKeys({
    '/': () => field.current?.focus(),
    ' ': () => setPaused(before => !before)
  })
  const showNew = () => {
    goOn()
    box.current?.querySelector('.rows')?.scrollTo(0, 0)
  }
  const clear = () => {
    feed.clear()
    select('')
  }
  return (
    <section
      class="list"
      aria-label="Requests"
      ref={box}
      onMouseEnter={() => setPointed(true)}
      onMouseLeave={() => setPointed(false)}
    >
      <div class="filter">
        <input
          ref={field}
          type="search"
          aria-label={`Filter: words, or ${filterTerms.join(':, ')}:`}
          placeholder="Filter: text, status:4xx, session:a, is:error"
          value={filter}
          onInput={event => onFilter(event.currentTarget.value)}
        />
      </div>
      <p class="count">
        <Count shown={shown.length} state={state} isFiltered={filter !== ''} onLoad={() => void feed.loadNewest()} />
        <span class="gap" />
        {unseen > 0 ? (
          <button type="button" class="new" onClick={showNew}>
            {formatCount(unseen)} new
          </button>
        ) : null}
        <button type="button" class="quiet" aria-pressed={isPaused} title="Space" onClick={() => setPaused(!isPaused)}>
          {isPaused ? 'Go on' : 'Pause'}
        </button>
        <button type="button" class="quiet" title="The journal of the server keeps its requests" onClick={clear}>
          Clear list
        </button>
      </p>
      <RequestList
        lines={shown}
        selected={item}
        onSelect={id => select(id, isWide() ? 'replace' : 'push')}
        onInside={setInside}
      />
    </section>
  )
}

interface CountProps {
  shown: number
  state: FeedState
  isFiltered: boolean
  onLoad(): void
}

function Count({ shown, state: { lines, total, dropped }, isFiltered, onLoad }: CountProps) {
  return (
    <>
      <span role="status">
        {isFiltered ? `${formatCount(shown)} of ${countOf(lines.length, 'request')}` : countOf(shown, 'request')}
        {total > maxLines ? ` (the newest of ${formatCount(total)})` : ''}
      </span>
      {dropped > 0 ? (
        <button type="button" class="quiet" onClick={onLoad}>
          {formatCount(dropped)} came too fast: load them
        </button>
      ) : null}
    </>
  )
}

/** Keys of the whole page, but not while somebody types or uses a control. */
function useKeys(actions: Readonly<Record<string, () => void>>): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target, key, ctrlKey, metaKey, altKey } = event
      if (ctrlKey || metaKey || altKey || !(target instanceof Element)) return
      if (target.closest('input, textarea, select, button, a, summary')) return
      const action = latest.current[key]
      if (!action) return
      event.preventDefault()
      action()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}
