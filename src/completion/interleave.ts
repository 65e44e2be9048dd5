/** Orders the parts of several choices in a stream, and reads each part when its turn comes. */

/** Takes parts from each choice in turn. As recorded, each choice opens with two parts, and all last parts come at the end. */
export function* interleave<T>(choices: readonly Iterator<T>[]): Generator<T> {
  const queues = choices.map(parts => new PartQueue(parts))
  for (const queue of queues) for (let opening = 0; opening < 2 && !queue.isAtEnd; opening++) yield queue.take()
  let open = queues.filter(({ isAtEnd }) => !isAtEnd)
  while (open.length) {
    for (const queue of open) yield queue.take()
    open = open.filter(({ isAtEnd }) => !isAtEnd)
  }
  for (const { next } of queues) yield next
}

/** The parts of a choice. It is at its end before the last part. */
class PartQueue<T> {
  next: T
  isAtEnd = false
  #following: T | undefined

  constructor(private readonly parts: Iterator<T>) {
    this.next = parts.next().value
    this.#read()
  }

  take(): T {
    const part = this.next
    this.next = this.#following!
    this.#read()
    return part
  }

  #read(): void {
    const { done, value } = this.parts.next()
    this.isAtEnd = done === true
    this.#following = done ? undefined : value
  }
}
