/** Formats requests as the lines of a table: for the log on a terminal and for `standin tail`. Pure. */
import { cutToWidth, fitToWidth, toVisible } from '../core/display-text.js'
import type { RequestLine } from '../state/request-line.js'
import { paint, type Style, statusColor } from './style.js'

/** @param at when the request ended */
type Cell = (line: RequestLine, at: Date) => string

interface Column {
  name: string
  cell: Cell
  /** The fewest and the most cells, and the share of what a wide terminal has left. */
  width: [min: number, max: number, share: number]
  align?: 'right'
  paint?: 'status' | 'gray'
  /** A terminal that is too narrow for all columns loses those with the smallest number first. */
  rank: number
}

const timeOf: Cell = (_line, at) => at.toTimeString().slice(0, 8)

const countTokens: Cell = ({ promptTokens, completionTokens }) =>
  promptTokens === undefined ? '-' : `${promptTokens}/${completionTokens ?? 0}`

const formatMs: Cell = ({ ms }) => (ms < 100 ? ms.toFixed(1) : String(Math.round(ms)))

/** What answered: the API error, or the fixture, or where the response comes from; and what happened to the response. */
const describeAnswer: Cell = ({ refusal, source, fixture, fault, warning, aborted }) => {
  const origin = refusal ?? source
  const answer = origin && fixture ? `${origin} (${fixture})` : (origin ?? fixture ?? '-')
  const notes = [
    warning && `warning ${warning}`,
    fault && `fault ${fault.replaceAll(/; ?/g, ' ')}`,
    aborted && 'client left'
  ]
  return [answer, ...notes.filter(Boolean)].join(', ')
}

export const requestColumns: readonly Column[] = [
  { name: 'time', cell: timeOf, width: [8, 8, 0], paint: 'gray', rank: 4 },
  { name: 'method', cell: ({ method }) => method, width: [6, 7, 1], rank: 6 },
  { name: 'path', cell: ({ url }) => url, width: [20, 40, 1], rank: 7 },
  { name: 'status', cell: ({ status }) => (status ? String(status) : '-'), width: [6, 6, 0], paint: 'status', rank: 9 },
  { name: 'answer', cell: describeAnswer, width: [11, 48, 3], paint: 'status', rank: 8 },
  { name: 'model', cell: ({ model = '-' }) => model, width: [8, 24, 2], rank: 3 },
  { name: 'in/out', cell: countTokens, width: [8, 11, 1], align: 'right', rank: 2 },
  { name: 'ms', cell: formatMs, width: [6, 7, 1], align: 'right', rank: 5 },
  { name: 'session', cell: ({ session, key = '-' }) => session ?? key, width: [11, 28, 2], paint: 'gray', rank: 1 }
]

/** Returns the columns that a terminal has room for, each with its cells. */
export function layOut(width: number): { column: Column; cells: number }[] {
  const need = (columns: readonly Column[]) => columns.reduce((sum, each) => sum + each.width[0] + 1, -1)
  const byRank = [...requestColumns].sort((a, b) => a.rank - b.rank)
  while (byRank.length > 1 && need(byRank) > width) byRank.shift()
  const shown = requestColumns.filter(each => byRank.includes(each)).map(column => ({ column, cells: column.width[0] }))
  let left = width - need(byRank)
  while (left > 0) {
    const growing = shown.filter(({ column, cells }) => cells < column.width[1])
    if (!growing.length) break
    for (const each of growing) {
      const [, max, share] = each.column.width
      const more = Math.min(share, left, max - each.cells)
      each.cells += more
      left -= more
    }
  }
  return shown
}

export const formatRequestHeader = (style: Style): string =>
  paint(
    join(layOut(style.width).map(({ column, cells }) => fitToWidth(column.name, cells, column.align))),
    'gray',
    style
  )

/** Returns the line of a request, and a line below it for the nearest fixture. */
export function formatRequestLine(line: RequestLine, at: Date, style: Style): string {
  const cells = layOut(style.width).map(({ column, cells: width }) => {
    const text = fitToWidth(toVisible(column.cell(line, at)), width, column.align)
    const color = column.paint === 'status' ? statusColor(line.status) : column.paint
    return paint(text, color, style)
  })
  return line.nearest === undefined ? join(cells) : `${join(cells)}\n${formatNearest(line.nearest, style)}`
}

const indent = ' '.repeat(9)

/** The condition that failed matters more than a line that fits, so it may take three. */
function formatNearest(nearest: string, style: Style): string {
  const text = `nearest: ${toVisible(nearest)}`
  return indent + paint(cutToWidth(text, Math.max(40, 3 * style.width - indent.length)), 'yellow', style)
}

const join = (cells: readonly string[]) => cells.join(' ').trimEnd()
