/** Shows JSON with colours, cut when it is long, with the value that an error is about marked. */
import { useMemo, useState } from 'preact/hooks'
import { cutLines, findExisting, formatLine, type JsonLine, parseParam, toJsonLines } from './json-lines.js'
import { CopyButton } from './parts.jsx'
import { countOf, formatCount, shorten, showHidden } from './visible-text.js'

const mostLines = 300
const mostChars = 2000

interface JsonViewProps {
  value: unknown
  label: string
  /** The path of the faulty value, as an API error names it. */
  param?: string | undefined
}

export function JsonView({ value, label, param }: JsonViewProps) {
  const [isWhole, setWhole] = useState(false)
  const marked = useMemo(() => (param === undefined ? [] : findExisting(value, parseParam(param))), [value, param])
  const lines = useMemo(() => (typeof value === 'string' ? [] : toJsonLines(value, marked)), [value, marked])
  const whole = () => (typeof value === 'string' ? value : lines.map(formatLine).join('\n'))
  if (value === undefined) return <p class="muted">Empty.</p>
  const text = typeof value === 'string' ? showHidden(value) : ''
  const isLong = text.length > mostChars * 10 || lines.length > mostLines || lines.some(isLongLine)
  return (
    <figure class="code" aria-label={label}>
      <CopyButton text={whole} />
      <pre>
        {typeof value === 'string' ? (
          isWhole ? (
            text
          ) : (
            shorten(text, mostChars * 10)
          )
        ) : isWhole ? (
          whole()
        ) : (
          <ShortLines lines={lines} />
        )}
      </pre>
      {isLong && !isWhole ? (
        <button type="button" class="quiet" onClick={() => setWhole(true)}>
          Show all ({text ? `${formatCount(text.length)} characters` : countOf(lines.length, 'line')})
        </button>
      ) : null}
      {param !== undefined && marked.length === 0 ? (
        <p class="muted">
          The error is about <code>{showHidden(param)}</code>, which the request does not have.
        </p>
      ) : null}
    </figure>
  )
}

const isLongLine = ({ value }: JsonLine) => value.length > mostChars

function ShortLines({ lines }: { lines: readonly JsonLine[] }) {
  const { shown, before, after } = cutLines(lines, mostLines)
  return (
    <>
      {before > 0 ? <i class="cut">{`… ${countOf(before, 'line')} above\n`}</i> : null}
      {shown.map((line, index) => (
        <Line key={index} line={line} />
      ))}
      {after > 0 ? <i class="cut">{`… ${countOf(after, 'more line')}`}</i> : null}
    </>
  )
}

function Line({ line }: { line: JsonLine }) {
  const { indent, name, value, kind, isMarked } = line
  const more = value.length - mostChars
  const content = (
    <>
      {'  '.repeat(indent)}
      {name === '' ? '' : <b>{`${name}: `}</b>}
      <span class={kind}>{value.slice(0, mostChars)}</span>
      {more > 0 ? <i class="cut">{`… ${formatCount(more)} more characters`}</i> : null}
      {'\n'}
    </>
  )
  return isMarked ? <mark>{content}</mark> : content
}
