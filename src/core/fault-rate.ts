/** Parses the faults that apply to a share of all requests. */
import { ConfigError } from './config-error.js'
import { type Fault, parseFaults } from './fault.js'

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
  const { fault, rate = 1, model, ...rest } = (data ?? {}) as Record<string, unknown>
  const [unknown] = Object.keys(rest)
  if (unknown) throw new ConfigError([`faults: unknown key "${unknown}", expected fault, rate, model`])
  if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1))
    throw new ConfigError([`faults: rate is ${JSON.stringify(rate)}, expected a number from 0 to 1`])
  if (model !== undefined && typeof model !== 'string')
    throw new ConfigError([`faults: model is ${JSON.stringify(model)}, expected a name or glob`])
  return { fault: parseFaults(fault, 'faults: fault'), rate, model, session }
}
