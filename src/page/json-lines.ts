/** Formats JSON as lines, and finds the lines of the value that an API error names. */
import { toAsciiSafeJson } from './visible-text.js'

export interface JsonLine {
  indent: number
  /** The name of a member with its quotes, or an empty text. */
  name: string
  /** The value or its bracket, and the comma after it. */
  value: string
  kind: 'text' | 'number' | 'word' | 'bracket'
  isMarked: boolean
}

type Step = string | number

/** Reads the path in an API error, as in `messages[0].content`. */
export function parseParam(param: string): Step[] {
  return [...param.matchAll(/\[(\d+)\]|\['([^']*)'\]|([^.[\]]+)/g)].map(([, index, quoted, name]) =>
    index !== undefined ? Number(index) : (quoted ?? name ?? '')
  )
}

/** The longest part of a path that the value has: a missing member marks what should contain it. */
export function findExisting(value: unknown, path: readonly Step[]): Step[] {
  const found: Step[] = []
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) break
    at = (at as Record<Step, unknown>)[step]
    found.push(step)
  }
  return found
}

/** @param marked the path of the value whose lines are marked; an empty path marks nothing */
export function toJsonLines(value: unknown, marked: readonly Step[] = []): JsonLine[] {
  const lines: JsonLine[] = []
  const mark = marked.join('\n')
  const isMark = (path: readonly Step[]) => marked.length > 0 && path.join('\n') === mark
  const add = (line: Omit<JsonLine, 'isMarked'>, isMarked: boolean) => lines.push({ ...line, isMarked })
  const visit = (each: unknown, path: readonly Step[], name: string, comma: string, isInMark: boolean): void => {
    const isMarked = isInMark || isMark(path)
    const indent = path.length
    if (typeof each !== 'object' || each === null || isEmpty(each)) {
      add({ indent, name, value: toAsciiSafeJson(each) + comma, kind: kindOf(each) }, isMarked)
      return
    }
    const isList = Array.isArray(each)
    add({ indent, name, value: isList ? '[' : '{', kind: 'bracket' }, isMarked)
    const entries = Object.entries(each)
    for (const [index, [key, item]] of entries.entries())
      visit(
        item,
        [...path, isList ? index : key],
        isList ? '' : toAsciiSafeJson(key),
        index < entries.length - 1 ? ',' : '',
        isMarked
      )
    add({ indent, name: '', value: (isList ? ']' : '}') + comma, kind: 'bracket' }, isMarked)
  }
  visit(value, [], '', '', false)
  return lines
}

const isEmpty = (value: object) => Object.keys(value).length === 0

function kindOf(value: unknown): JsonLine['kind'] {
  if (typeof value === 'string') return 'text'
  if (typeof value === 'number') return 'number'
  return typeof value === 'object' && value !== null ? 'bracket' : 'word'
}

export const formatLine = ({ indent, name, value }: JsonLine): string =>
  `${'  '.repeat(indent)}${name === '' ? '' : `${name}: `}${value}`

/** The part of the lines that is shown first: the start, and what is around the first marked line. */
export function cutLines(
  lines: readonly JsonLine[],
  most: number
): { shown: JsonLine[]; before: number; after: number } {
  const marked = lines.findIndex(({ isMarked }) => isMarked)
  const start = marked > most - 20 ? marked - 20 : 0
  const shown = lines.slice(start, start + most)
  return { shown, before: start, after: lines.length - start - shown.length }
}
