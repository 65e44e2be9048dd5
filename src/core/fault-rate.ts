/** Parses the faults that apply to a share of all requests. */
import { ConfigError } from './config-error.js'
import { suggestWords } from './edit-distance.js'
import { type Fault, parseFaults } from './fault.js'
import { isObject } from './json-pointer.js'

/** Faults for a share of the requests, as `POST /_mock/faults` accepts them. */
export interface FaultRate {
  fault: Fault[]
  /** The share of the requests, from 0 to 1. @default 1 */
  rate: number
  /** The name or glob of the models. @default all models */
  model?: string
  session?: string
}

/** A fault rate with its number. No other fault rate gets the same number, also after this one is removed. */
export interface AddedFaultRate extends FaultRate {
  number: number
}

/** The fault rates, as they pass to another process. */
export interface FaultRateSnapshot {
  all: readonly AddedFaultRate[]
  /** How many were ever added. */
  added: number
}

/** The fault rates of a process. The processes of a group add and remove the same, so their numbers are the same too. */
export interface FaultRates extends Readonly<FaultRateSnapshot> {
  add(rate: FaultRate): void
  /** Removes the fault rates of a session, or all. Returns their number. */
  clear(session: string | undefined): number
  /** Removes the fault rate with a number. Returns how many were removed. */
  remove(number: number): number
  restore(snapshot: FaultRateSnapshot): void
}

export function createFaultRates(): FaultRates {
  let all: readonly AddedFaultRate[] = []
  let added = 0
  return {
    get all() {
      return all
    },
    get added() {
      return added
    },
    add(rate) {
      all = [...all, { ...rate, number: added++ }]
    },
    clear(session) {
      const before = all.length
      all = session === undefined ? [] : all.filter(rate => rate.session !== session)
      return before - all.length
    },
    remove(number) {
      const before = all.length
      all = all.filter(rate => rate.number !== number)
      return before - all.length
    },
    restore(snapshot) {
      all = snapshot.all
      added = snapshot.added
    }
  }
}

export function parseFaultRate(data: unknown, session: string | undefined): FaultRate {
  if (!isObject(data))
    throw new ConfigError(['faults: expected an object, such as { "fault": "status=500", "rate": 0.1 }'])
  const { fault, rate = 1, model, ...rest } = data
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined)
    throw new ConfigError([`faults: unknown key "${unknown}", ${suggestWords(unknown, ['fault', 'rate', 'model'])}`])
  if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1))
    throw new ConfigError([`faults: rate is ${JSON.stringify(rate)}, expected a number from 0 to 1`])
  if (model !== undefined && typeof model !== 'string')
    throw new ConfigError([`faults: model is ${JSON.stringify(model)}, expected a name or glob`])
  return { fault: parseFaults(fault, 'faults: fault'), rate, model, session }
}
