/** A queue that returns the entry with the earliest due time first. */

interface DueEntry {
  readonly dueAt: number
}

/** A binary heap: with thousands of entries, each operation takes a few comparisons. `dueAt` must not change while an entry is in it. */
export class DueQueue<T extends DueEntry> {
  readonly #heap: T[] = []

  peek(): T | undefined {
    return this.#heap[0]
  }

  push(entry: T): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(entry)
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (entry.dueAt >= heap[parent]!.dueAt) break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = entry
  }

  pop(): T | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (!first || !last || first === last) return first
    let index = 0
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && heap[child + 1]!.dueAt < heap[child]!.dueAt) child++
      if (heap[child]!.dueAt >= last.dueAt) break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = last
    return first
  }

  clear(): void {
    this.#heap.length = 0
  }
}
