/** Colors texts for a terminal. */
import { inspect } from 'node:util'

type Color = 'red' | 'green' | 'yellow' | 'cyan' | 'magenta' | 'gray' | 'bold'

/** How a terminal shows lines. */
export interface Style {
  /** The cells of a line. */
  width: number
  hasColors: boolean
}

export function paint(text: string, color: Color | undefined, { hasColors }: Style): string {
  const codes = hasColors && color && text.trim() ? inspect.colors[color] : undefined
  return codes ? `\u001b[${codes[0]}m${text}\u001b[${codes[1]}m` : text
}

const statusColors: readonly (Color | undefined)[] = ['magenta', 'cyan', 'green', 'cyan', 'yellow', 'red']

/** The color of the class of a status: green for 2xx, yellow for 4xx, red for 5xx. */
export const statusColor = (status: number): Color | undefined => statusColors[Math.floor(status / 100)]

export const levelColors: Readonly<Record<string, Color>> = {
  fatal: 'red',
  error: 'red',
  warn: 'yellow',
  info: 'green',
  debug: 'gray',
  trace: 'gray'
}
