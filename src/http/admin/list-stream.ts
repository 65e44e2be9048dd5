/** Writes a long list as JSON, part by part, so that other requests are served meanwhile. */
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'

const partLength = 100

/**
 * @param shell the object around the list; the list in it is its only empty list
 * @param toItems formats a part of the values
 */
export function streamList<T>(
  shell: object,
  values: readonly T[],
  toItems: (part: readonly T[]) => unknown[]
): Readable {
  return Readable.from(formatList(shell, values, toItems))
}

async function* formatList<T>(shell: object, values: readonly T[], toItems: (part: readonly T[]) => unknown[]) {
  const [start, end] = JSON.stringify(shell).split(/(?<=\[)(?=\])/)
  yield start
  for (let at = 0; at < values.length; at += partLength) {
    const items = toItems(values.slice(at, at + partLength)).map(item => JSON.stringify(item))
    yield `${at > 0 ? ',' : ''}${items.join(',')}`
    await setImmediate()
  }
  yield end
}
