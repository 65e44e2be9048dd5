/** Reads server-sent events: of the journal as they come, and of a journaled response at once. */

export interface ShownEvent {
  event: string
  data: string
}

/** Reads the events of a body until it ends. */
export async function* readShownEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ShownEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    text += value
    const end = text.lastIndexOf('\n\n')
    if (end < 0) continue
    for (const each of parseEvents(text.slice(0, end + 2))) yield each
    text = text.slice(end + 2)
  }
}

/** Splits the text of a stream into its events. Comments have the name `comment`. */
export function parseEvents(text: string): ShownEvent[] {
  return text
    .split(/\r?\n\r?\n/)
    .filter(block => block !== '')
    .map(block => {
      const lines = block.split(/\r?\n/)
      const valuesOf = (name: string) =>
        lines.filter(line => line.startsWith(`${name}:`)).map(line => line.slice(name.length + 1).replace(/^ /, ''))
      const data = valuesOf('data')
      if (!data.length && lines.every(line => line.startsWith(':'))) return { event: 'comment', data: block }
      return { event: valuesOf('event')[0] ?? '', data: data.length ? data.join('\n') : block }
    })
}

/** What a chunk adds to the answer, in words: its text, a part of a tool call, or what else it is. */
export function describeChunk(data: string): { text: string; note: string } {
  const chunk = parseObject(data)
  if (data === '[DONE]') return { text: '', note: 'end of the stream' }
  if (!chunk) return { text: '', note: 'not JSON' }
  const choices = Array.isArray(chunk.choices) ? chunk.choices : []
  const [choice] = choices
  const { delta = {}, finish_reason: reason } = (choice ?? {}) as { delta?: Delta; finish_reason?: string | null }
  const text = delta.content ?? delta.refusal ?? ''
  const call = delta.tool_calls?.[0]?.function
  const notes = [
    ...(delta.role === undefined ? [] : [`role ${delta.role}`]),
    ...(call?.name === undefined ? [] : [`calls ${call.name}`]),
    ...(call?.arguments ? [call.arguments] : []),
    ...(reason == null ? [] : [`finish: ${reason}`]),
    ...(choices.length === 0 && chunk.usage ? ['usage'] : []),
    ...(chunk.error ? ['error'] : [])
  ]
  return { text, note: notes.join(', ') }
}

interface Delta {
  role?: string
  content?: string | null
  refusal?: string | null
  tool_calls?: { function?: { name?: string; arguments?: string } }[]
}

function parseObject(data: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(data)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
