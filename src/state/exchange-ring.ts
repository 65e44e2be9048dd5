/** Holds exchanges in slots that are used again, and weighs them in bytes. */
import type { ApiError } from '../core/api-error.js'
import { charBytes } from '../core/memory-size.js'
import type { Exchange, WritableExchange } from './exchange.js'
import { copyExchange, emptyExchange } from './exchange-copy.js'

/**
 * A ring of slots that are used again and again. Exchanges are copied into the slots: thousands of objects that live for
 * a while cost the garbage collector more than all other work for a response, and the copied objects die young.
 */
export class ExchangeRing {
  #slots: ExchangeSlot[] = []
  #first = 0
  #size = 0
  #bytes = 0
  #nextNumber = 0

  constructor(readonly maxBytes: number) {}

  add(exchange: Exchange): void {
    const lastSlot = this.#size > 0 ? this.slotAt(this.#size - 1) : undefined
    const last = lastSlot?.exchange
    const hasLastHeaders = last && isSameList(exchange.rawHeaders, last.rawHeaders)
    const headersWeight = hasLastHeaders ? lastSlot!.headersWeight : weighHeaders(exchange.rawHeaders)
    const weight = headersWeight + weighExchange(exchange, last)
    while (this.#bytes + weight > this.maxBytes && this.#size > 0) this.#dropOldest()
    if (weight > this.maxBytes) return
    this.#bytes += weight
    if (this.#size === this.#slots.length) this.#grow(exchange)
    const slot = this.slotAt(this.#size++)
    slot.weight = weight
    slot.headersWeight = headersWeight
    slot.number = this.#nextNumber++
    copyExchange(exchange, slot.exchange, last)
    if (hasLastHeaders) slot.exchange.rawHeaders = last.rawHeaders
  }

  get size(): number {
    return this.#size
  }
  /** The exchanges, oldest first. */
  list(): Exchange[] {
    return Array.from({ length: this.#size }, (_, index) => this.slotAt(index).exchange)
  }

  find(matches: (exchange: Exchange) => boolean): ExchangeSlot | undefined {
    for (let index = 0; index < this.#size; index++) if (matches(this.slotAt(index).exchange)) return this.slotAt(index)
    return undefined
  }

  /** The index of the exchange with a number, or of the next one. */
  indexOf(number: number): number {
    let index = 0
    while (index < this.#size && this.slotAt(index).number < number) index++
    return index
  }

  forgetFixtures(removed: ReadonlySet<unknown>): void {
    const remaining = new Map<readonly unknown[], readonly unknown[]>()
    for (const exchange of this.list() as WritableExchange[]) {
      const { triedFixtures } = exchange
      if (!triedFixtures) continue
      const { fixtures, heldBack = new Map() } = triedFixtures
      const known = remaining.get(fixtures) ?? withoutAll(fixtures, removed)
      remaining.set(fixtures, known)
      exchange.triedFixtures = {
        ...triedFixtures,
        fixtures: known,
        heldBack: new Map([...heldBack].filter(([fixture]) => !removed.has(fixture)))
      }
    }
  }

  /** Removes the exchanges of one session, or all. Returns their number. */
  remove(session: string | undefined): number {
    const sizeBefore = this.#size
    const remaining: ExchangeSlot[] = []
    for (let index = 0; index < sizeBefore; index++)
      if (session !== undefined && this.slotAt(index).exchange.session !== session) remaining.push(this.slotAt(index))
    this.#slots = remaining
    this.#first = 0
    this.#size = remaining.length
    this.#bytes = remaining.reduce((sum, { weight }) => sum + weight, 0)
    return sizeBefore - this.#size
  }

  slotAt(index: number): ExchangeSlot {
    return this.#slots[(this.#first + index) % this.#slots.length]!
  }

  #grow(exchange: Exchange): void {
    if (this.#first > 0) this.#slots = [...this.#slots.slice(this.#first), ...this.#slots.slice(0, this.#first)]
    this.#first = 0
    const kept = { ...exchange, account: undefined, limits: undefined }
    this.#slots.push({ exchange: kept, weight: 0, headersWeight: 0, number: 0 })
  }

  #dropOldest(): void {
    const { exchange, weight } = this.#slots[this.#first]!
    this.#bytes -= weight
    emptyExchange(exchange)
    this.#first = (this.#first + 1) % this.#slots.length
    this.#size--
  }
}

// The approximate size of an exchange without its texts.
const exchangeBytes = 700
const headerBytes = 24
const numberBytes = 8

export function weighHeaders(rawHeaders: readonly string[]): number {
  let chars = 0
  for (let index = 0; index < rawHeaders.length; index++) chars += rawHeaders[index]!.length
  return headerBytes * rawHeaders.length + charBytes * chars
}

/** Computes the size of an exchange without its headers. It runs for each request, so it only adds up lengths. */
export function weighExchange(exchange: Exchange, last?: Exchange): number {
  const { url, session, key, body, responseBody, fixture, fault, ignoredFault, mismatch, triedFixtures } = exchange
  let chars = url.length + session.length + (key?.length ?? 0)
  chars += (body?.length ?? 0) + (responseBody?.length ?? 0) + (exchange.model?.length ?? 0)
  chars += (fixture?.length ?? 0) + (fault?.length ?? 0) + (ignoredFault?.length ?? 0) + (mismatch?.length ?? 0)
  if (exchange.apiError) chars += countErrorChars(exchange.apiError)
  if (exchange.warning) chars += countErrorChars(exchange.warning)
  chars += triedFixtures?.input?.length ?? 0
  // Exchanges in a row have the same list of fixtures.
  const tried = triedFixtures?.fixtures
  const fixtures = tried && tried !== last?.triedFixtures?.fixtures ? tried.length : 0
  const numbers = (exchange.chunkMs?.length ?? 0) + (exchange.dueMs?.length ?? 0) + fixtures
  return exchangeBytes + charBytes * chars + numberBytes * numbers
}

function countErrorChars({ params, formatted }: ApiError): number {
  let chars = formatted?.body.body.length ?? 0
  for (const name in params) {
    const value = params[name]
    if (typeof value === 'string') chars += value.length
  }
  return chars
}

interface ExchangeSlot {
  exchange: WritableExchange
  weight: number
  /** The part of the weight that is its headers. */
  headersWeight: number
  /** Counts the exchanges of the journal. */
  number: number
}

function withoutAll(list: readonly unknown[], removed: ReadonlySet<unknown>): readonly unknown[] {
  return list.some(each => removed.has(each)) ? list.filter(each => !removed.has(each)) : list
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  if (left === right || left.length !== right.length) return left === right
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false
  return true
}
