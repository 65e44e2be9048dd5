/** Parses the faults that apply to a share of all requests. */
import { ConfigError } from './config-error.js'
import { findNearest } from './edit-distance.js'
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

export interface FaultRates {
  all: FaultRate[]
}

export function parseFaultRate(data: unknown, session: string | undefined): FaultRate {
  if (!isObject(data))
    throw new ConfigError(['faults: expected an object, such as { "fault": "status=500", "rate": 0.1 }'])
  const { fault, rate = 1, model, ...rest } = data
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) {
    const nearest = findNearest(unknown, ['fault', 'rate', 'model'])
    const hint = nearest ? `did you mean "${nearest}"? ` : ''
    throw new ConfigError([`faults: unknown key "${unknown}", ${hint}expected fault, rate, model`])
  }
  if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1))
    throw new ConfigError([`faults: rate is ${JSON.stringify(rate)}, expected a number from 0 to 1`])
  if (model !== undefined && typeof model !== 'string')
    throw new ConfigError([`faults: model is ${JSON.stringify(model)}, expected a name or glob`])
  return { fault: parseFaults(fault, 'faults: fault'), rate, model, session }
}
