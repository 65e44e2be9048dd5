/** Questions and answers over a channel of messages, such as the one between a worker and its primary. */

/** What `process` and a cluster's worker both are. */
export interface Channel {
  send?(message: unknown): unknown
  on(event: 'message', listener: (message: unknown) => void): unknown
  off(event: 'message', listener: (message: unknown) => void): unknown
}

export interface Line {
  /** Throws an Error with the other side's message when it could not answer, or when the line is closed first. */
  ask(name: string, ...args: unknown[]): Promise<unknown>
  /** Answers nothing more, and lets go of what was asked and not answered. */
  close(): void
}

/** @param answer what the other side may ask for, by name; what it throws goes back as an error */
export type Answer = (name: string, args: unknown[]) => unknown

type Message =
  | { standin: 'ask'; id: number; name: string; args: unknown[] }
  | { standin: 'answer'; id: number; value?: unknown; error?: string }

export function openLine(channel: Channel, answer: Answer): Line {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let asked = 0
  let open = true
  const send = (message: Message) => {
    if (open) channel.send?.(message)
  }
  const listener = (message: unknown) => {
    const { standin, id } = (message ?? {}) as Partial<Message>
    if (standin === 'ask') {
      const { name, args } = message as Message & { standin: 'ask' }
      Promise.resolve()
        .then(() => answer(name, args))
        .then(
          value => send({ standin: 'answer', id: id!, value }),
          error => send({ standin: 'answer', id: id!, error: String((error as Error)?.message ?? error) })
        )
    } else if (standin === 'answer') {
      const { value, error } = message as Message & { standin: 'answer' }
      const asker = waiting.get(id!)
      waiting.delete(id!)
      if (error === undefined) asker?.resolve(value)
      else asker?.reject(new Error(error))
    }
  }
  channel.on('message', listener)
  return {
    ask: (name, ...args) =>
      new Promise((resolve, reject) => {
        if (!open) return reject(new Error('the line is closed'))
        const id = ++asked
        waiting.set(id, { resolve, reject })
        send({ standin: 'ask', id, name, args })
      }),
    close() {
      open = false
      channel.off('message', listener)
      for (const { reject } of waiting.values()) reject(new Error('the line is closed'))
      waiting.clear()
    }
  }
}
