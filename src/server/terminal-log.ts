/** Formats the JSON lines of the log for a terminal: requests as a table, other lines as a message with its fields. */
import type { WriteStream } from 'node:tty'
import { toVisible } from '../core/display-text.js'
import type { RequestLine } from '../state/request-line.js'
import { formatRequestLine } from './request-columns.js'
import { levelColors, paint, type Style } from './style.js'

/** A terminal without a size has as many cells as the first terminals. */
const defaultWidth = 80

/** Reads the style of a terminal. Node knows NO_COLOR, FORCE_COLOR, and terminals without colors. */
export const readStyle = (terminal: Pick<WriteStream, 'columns' | 'hasColors'>): Style => ({
  width: terminal.columns || defaultWidth,
  hasColors: terminal.hasColors()
})

/** Returns the text of a line of the log, with its line break. */
export function formatForTerminal(json: string, style: Style): string {
  const { level, time, msg, ...fields } = JSON.parse(json) as Record<string, unknown>
  const at = new Date(String(time))
  if (msg === 'request') return `${formatRequestLine(fields as unknown as RequestLine, at, style)}\n`
  return `${formatMessage({ level: String(level), at, message: String(msg ?? ''), fields }, style)}\n`
}

interface Message {
  level: string
  at: Date
  message: string
  fields: Record<string, unknown>
}

function formatMessage({ level, at, message, fields }: Message, style: Style): string {
  const short: string[] = []
  const long: string[] = []
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'err') long.push(...formatError(value))
    else if (Array.isArray(value) && value.length) long.push(...value.map(each => `${name}: ${formatValue(each)}`))
    else short.push(`${name}=${formatValue(value)}`)
  }
  const time = paint(at.toTimeString().slice(0, 8), 'gray', style)
  const label = paint(level.toUpperCase().padEnd(5), levelColors[level], style)
  const first = [time, label, toVisible(message), paint(short.map(toVisible).join(' '), 'gray', style)]
  return [first.filter(Boolean).join(' '), ...long.map(each => `    ${toVisible(each)}`)].join('\n')
}

const formatValue = (value: unknown): string =>
  typeof value === 'string' && value && !/[\s"]/.test(value) ? value : JSON.stringify(value)

function formatError(error: unknown): string[] {
  const { type, message, stack } = (error ?? {}) as Record<string, unknown>
  if (typeof stack === 'string') return stack.split('\n').map(line => line.trimEnd())
  return [`${type ?? 'Error'}: ${message ?? formatValue(error)}`]
}
