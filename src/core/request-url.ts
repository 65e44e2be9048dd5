/** Reads the parameters in the path and in the query of a URL. Pure. */
import { matchParts } from './match-parts.js'

export type UrlParameters = Readonly<Record<string, string>>

const placeholder = /\{([^{}]+)\}/

/** The names of the parameters of a path, such as `thread_id` of `/threads/{thread_id}`. */
export const listPathParameters = (path: string): string[] => path.split(placeholder).filter((_, index) => index % 2)

/**
 * Reads the parameters of a path. The URL may have further segments before the path, such as a base path.
 *
 * @param paths the paths of an operation; the first that fits counts
 */
export function readPathParameters(paths: readonly string[], url: string): UrlParameters {
  const segments = (url.split('?')[0] ?? '').replace(/\/$/, '').split('/')
  for (const path of paths) {
    const templates = (path.split('?')[0] ?? '').replace(/^\/|\/$/g, '').split('/')
    const values = segments.slice(-templates.length)
    const found = templates.map((template, index) => readSegment(template, values[index] ?? ''))
    if (found.every(each => each !== undefined)) return Object.fromEntries(found.flat())
  }
  return {}
}

/** Returns undefined for a segment that does not fit. */
const readSegment = (template: string, segment: string): [name: string, value: string][] | undefined =>
  matchParts(template.split(placeholder), segment)?.map(([name, value]) => [name, decode(value)])

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Reads the parameters of a query. Values of the same name are joined with `, `, as those of a header. */
export function readQueryParameters(url: string): UrlParameters {
  const values = new Map<string, string>()
  const start = url.indexOf('?')
  if (start >= 0)
    for (const [name, value] of new URLSearchParams(url.slice(start))) {
      const earlier = values.get(name)
      values.set(name, earlier === undefined ? value : `${earlier}, ${value}`)
    }
  return Object.fromEntries(values)
}
