/** Small parts that several views share: tabs, buttons that copy, chips, notes. */
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { outcomeWord, toneOf } from './status-words.js'
import { showHidden } from './visible-text.js'

/** A text of a stranger: its direction and its hidden characters stay in it. */
export const Foreign = ({ text, class: name = '' }: { text: string; class?: string }) => (
  <bdi class={name}>{showHidden(text)}</bdi>
)

export const OutcomeChip = ({ of }: { of: Parameters<typeof toneOf>[0] }) => (
  <span class={`chip ${toneOf(of)}`}>
    {of.status === 0 ? '' : of.status} {outcomeWord(of)}
  </span>
)

/** @param text a function, if it takes work to make the text */
export function CopyButton({ text, label = 'Copy' }: { text: string | (() => string); label?: string }) {
  const [isDone, setDone] = useState(false)
  const copy = async () => {
    await copyToClipboard(typeof text === 'string' ? text : text())
    setDone(true)
  }
  useEffect(() => {
    if (!isDone) return
    const timer = setTimeout(() => setDone(false), 1500)
    return () => clearTimeout(timer)
  }, [isDone])
  return (
    <button type="button" class="quiet" onClick={copy}>
      {label}
      <span role="status">{isDone ? ' ✓ copied' : ''}</span>
    </button>
  )
}

/** Pages on other addresses than localhost have no clipboard unless they come over TLS. */
async function copyToClipboard(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    document.body.append(area)
    area.select()
    document.execCommand('copy')
    area.remove()
  }
}

export interface TabItem {
  id: string
  label: string
}

interface TabsProps {
  label: string
  items: readonly TabItem[]
  current: string
  onSelect(id: string): void
  children?: ComponentChildren
}

/** Tabs with a panel below them. The arrow keys move between them. */
export function Tabs({ label, items, current, onSelect, children }: TabsProps) {
  const list = useRef<HTMLDivElement>(null)
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const at = items.findIndex(({ id }) => id === current)
    const next = items[(at + step + items.length) % items.length]!
    onSelect(next.id)
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus()
  }
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
        {items.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            role="tab"
            data-tab={id}
            id={`tab-${id}`}
            aria-selected={id === current}
            aria-controls={`panel-${id}`}
            tabIndex={id === current ? 0 : -1}
            onClick={() => onSelect(id)}
          >
            {label}
          </button>
        ))}
      </div>
      <div class="panel" role="tabpanel" id={`panel-${current}`} aria-labelledby={`tab-${current}`}>
        {children}
      </div>
    </>
  )
}

export const Problem = ({ text }: { text: string | undefined }) =>
  text ? (
    <p class="problem" role="alert">
      {showHidden(text)}
    </p>
  ) : null

export const Code = ({ text, label }: { text: string; label: string }) => (
  <figure class="code" aria-label={label}>
    <CopyButton text={text} />
    <pre>{text}</pre>
  </figure>
)

interface ControlProps {
  id: string
  'aria-describedby'?: string
}

interface FieldProps {
  label: string
  hint?: string | undefined
  /** Makes the control, which takes these properties. */
  children(control: ControlProps): ComponentChildren
}

/** A control with its label and a hint. */
export function Field({ label, hint, children }: FieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, ...(hint !== undefined && { 'aria-describedby': `${id}-hint` }) })}
      {hint === undefined ? null : <small id={`${id}-hint`}>{hint}</small>}
    </div>
  )
}
