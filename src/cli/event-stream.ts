/** Reads server-sent events. */

export interface ServerEvent {
  event: string
  data: string
  id?: string
}

/** Yields the events of a body. Comments and unknown fields are left out. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  let fields: Record<string, string> = {}
  for await (const line of splitLines(body)) {
    if (line !== '') {
      const [, name = '', value = ''] = /^([a-z]*): ?(.*)$/s.exec(line) ?? []
      if (name) fields[name] = value
      continue
    }
    const { event = 'message', data, id } = fields
    if (data !== undefined) yield { event, data, ...(id === undefined ? {} : { id }) }
    fields = {}
  }
}

/** Yields the complete lines of a body. The pieces of a long line are joined once. */
async function* splitLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder()
  let pieces: string[] = []
  for await (const chunk of body) {
    const [first = '', ...more] = decoder.decode(chunk, { stream: true }).split('\n')
    pieces.push(first)
    for (const next of more) {
      yield pieces.join('').replace(/\r$/, '')
      pieces = [next]
    }
  }
}
