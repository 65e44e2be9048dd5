/** The virtual list of requests: only the rows on the screen are in the document. */
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Foreign, OutcomeChip } from './parts.jsx'
import type { RequestRow } from './server-data.js'
import { answererOf, operationWord } from './status-words.js'
import { formatCount, formatMs, formatTime } from './visible-text.js'

const rowHeight = 52
const overscan = 6
const rowPrefix = 'row-'

interface RequestListProps {
  lines: readonly RequestRow[]
  selected: string
  onSelect(id: string): void
  /** Reports whether somebody reads the list, so that it should stand still. */
  onInside(isInside: boolean): void
}

export function RequestList({ lines, selected, onSelect, onInside }: RequestListProps) {
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const height = useHeight(box)
  const inside = useRef({ focus: false, scrolled: false })
  const report = (change: Partial<typeof inside.current>) => {
    Object.assign(inside.current, change)
    onInside(inside.current.focus || inside.current.scrolled)
  }
  useEffect(() => () => onInside(false), [])
  const at = lines.findIndex(({ id }) => id === selected)
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') document.querySelector<HTMLElement>('.detail [role=tab][aria-selected=true]')?.focus()
    const next = findNext(event.key, at, lines.length, Math.max(1, Math.floor(height / rowHeight) - 1))
    const line = next === undefined ? undefined : lines[next]
    if (!line) return
    event.preventDefault()
    onSelect(line.id)
    scrollTo(box.current!, next! * rowHeight)
  }
  const onPress = (event: MouseEvent) => {
    // The listbox keeps the focus, because a row that scrolls away is removed.
    event.preventDefault()
    box.current!.focus()
    const row = (event.target as Element).closest<HTMLElement>('[role=option]')
    if (row) onSelect(row.id.slice(rowPrefix.length))
  }
  const first = Math.max(0, Math.floor(top / rowHeight) - overscan)
  const last = Math.min(lines.length, Math.ceil((top + height) / rowHeight) + overscan)
  return (
    <div
      class="rows"
      ref={box}
      role="listbox"
      aria-label="Requests, newest first"
      aria-activedescendant={at < first || at >= last ? undefined : rowPrefix + selected}
      tabIndex={0}
      onKeyDown={onKey}
      onMouseDown={event => event.preventDefault()}
      onClick={onPress}
      onScroll={event => {
        setTop(event.currentTarget.scrollTop)
        report({ scrolled: event.currentTarget.scrollTop > 4 })
      }}
      onFocus={event => report({ focus: event.currentTarget.matches(':focus-visible') })}
      onBlur={() => report({ focus: false })}
    >
      <div class="space" style={{ height: `${lines.length * rowHeight}px` }}>
        {lines.slice(first, last).map((line, index) => (
          <Row key={line.id} line={line} index={first + index} count={lines.length} isSelected={line.id === selected} />
        ))}
      </div>
    </div>
  )
}

/** The height of an element, also after it changes. */
function useHeight(box: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(600)
  useLayoutEffect(() => {
    const element = box.current!
    const observer = new ResizeObserver(() => setHeight(element.clientHeight))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return height
}

/** The index that a key moves to; undefined for other keys. */
function findNext(key: string, at: number, count: number, page: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1
  }
  const next = Object.hasOwn(steps, key) ? steps[key] : undefined
  return next === undefined ? undefined : Math.max(0, Math.min(next, count - 1))
}

/** Scrolls no further than needed to show a row. */
function scrollTo(box: HTMLElement, y: number): void {
  const { scrollTop, clientHeight } = box
  if (y < scrollTop) box.scrollTop = y
  else if (y + rowHeight > scrollTop + clientHeight) box.scrollTop = y + rowHeight - clientHeight
}

interface RowProps {
  line: RequestRow
  index: number
  count: number
  isSelected: boolean
}

// The listbox has the focus and the keys, as its pattern asks for.
function Row({ line, index, count, isSelected }: RowProps) {
  const { id, at, method, model, durationMs, session, about, usage, streamed } = line
  return (
    <div
      class="row"
      role="option"
      id={rowPrefix + id}
      aria-selected={isSelected}
      aria-posinset={index + 1}
      aria-setsize={count}
      style={{ transform: `translateY(${index * rowHeight}px)` }}
      tabIndex={-1}
    >
      <span class="line">
        <time dateTime={at}>{formatTime(at)}</time>
        <OutcomeChip of={line} />
        <span class="operation">
          {method === 'POST' ? '' : `${method} `}
          {operationWord(line)}
          {streamed ? <span title="stream"> ~</span> : null}
        </span>
        {model === undefined ? null : <Foreign class="model" text={model} />}
        <span class="ms">{formatMs(durationMs)}</span>
      </span>
      <span class="line second">
        <Foreign class={line.unmatched ? 'answerer generated' : 'answerer'} text={answererOf(line)} />
        <Foreign class="about" text={about ?? ''} />
        {usage ? (
          <span class="tokens" title="tokens of the prompt and of the completion">
            {formatCount(usage.promptTokens)} + {formatCount(usage.completionTokens)} tok
          </span>
        ) : null}
        {session === '' ? null : <Foreign class="session" text={session} />}
      </span>
    </div>
  )
}
