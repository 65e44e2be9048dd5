/** Makes every two faults in one body, for every model that has both, and compares what is reported with the order of faults. */
import { rules } from '../../src/contract/rules.js'
import type { ValidateBody } from '../../src/contract/validate.js'
import type { ApiError } from '../../src/core/api-error.js'
import type { Models } from '../../src/core/model.js'
import type { ChatRequest } from '../../src/core/openai-types.js'
import type { SchemaCheck } from '../../src/core/schema.js'
import { type Body, breakBody, type Fault, faults, pairModels, validBody } from './faults.js'

/** What finds the errors of a body. */
export interface Judge {
  validate: ValidateBody
  check: SchemaCheck
  knownParameters: ReadonlySet<string>
  models: Models
}

export interface PairReport {
  /** The ids of what the faults break that some model reports. */
  broken: ReadonlySet<string>
  /** The faults that no model reports. */
  neverReported: string[]
  /** The top-level fields with a fault. */
  fields: ReadonlySet<string>
  /** The pairs whose later fault was reported, or a third one. */
  wrong: string[]
  /** The pairs of rules that were broken by one body. */
  together: ReadonlySet<string>
  /** The pairs of rules with a common model that no body broke at once. */
  apart: string[]
  count: number
}

/** Counts a character as a token, so that few characters are too many. */
export const countCharactersAsTokens = ({ messages }: ChatRequest): number =>
  messages.reduce((sum, { content }) => sum + (typeof content === 'string' ? content.length : 0), 0)

const rulesById = new Map(rules.map(rule => [rule.id, rule]))
const idOf = (error: ApiError) => error.reason?.rule ?? `model/${error.errorName}`
const fieldOf = (error: ApiError) => String(error.params.p ?? '').split(/[.[]/)[0]!
// Another fault may put messages before its message.
const describe = (error: ApiError | undefined) =>
  error && `${idOf(error)} ${error.params.p ?? ''}`.replace(/\d+/g, '#').trim()

/** What a fault alone leads to, by model. */
type Alone = ReadonlyMap<string, ApiError | undefined>

export function comparePairs(judge: Judge): PairReport {
  const alone = new Map(
    faults.map(fault => [
      fault,
      new Map((fault.models ?? pairModels).map(model => [model, judge.validate(breakBody(model, fault))]))
    ])
  )
  const isReported = (fault: Fault, model: string) => {
    const error = alone.get(fault)!.get(model)
    return error !== undefined && idOf(error) === fault.breaks
  }
  const reported = faults.filter(fault => pairModels.some(model => isReported(fault, model)))
  const findField = (fault: Fault) =>
    fieldOf(alone.get(fault)!.get(pairModels.find(model => isReported(fault, model))!) as ApiError)
  const fieldByFault = new Map(reported.map(fault => [fault, findField(fault)]))
  const wrong = new Set<string>()
  const together = new Set<string>()
  const possible = new Set<string>()
  const reversed = new Map(reported.map(fault => [fault, new Set<Fault>()]))
  // A body that needs functions for one fault and tools for the other has a third fault, which may come first.
  const bothLists = 'tools/functions_beside_tools'
  const bothListsIndex = reported.findIndex(({ breaks }) => breaks === bothLists)
  let count = 0
  for (const model of pairModels)
    for (const [index, earlier] of reported.entries()) {
      if (!isReported(earlier, model)) continue
      const expected = describe(alone.get(earlier)!.get(model))
      for (const later of reported.slice(index + 1)) {
        // The change of the later fault alone may break both.
        if (!isReported(later, model) && describe(alone.get(later)!.get(model)) !== expected) continue
        const pair = `${earlier.breaks} + ${later.breaks}`
        if (isReported(later, model)) possible.add(pair)
        const body = breakBody(model, earlier, later)
        if (![earlier, later].every(fault => isBroken(judge, fault, fieldByFault.get(fault)!, model, body))) continue
        together.add(pair)
        count++
        // Each two faults are made once with the keys of the body in reverse.
        const isNew = !reversed.get(earlier)!.has(later)
        reversed.get(earlier)!.add(later)
        const bodies = isNew ? [body, Object.fromEntries(Object.entries(body).reverse())] : [body]
        for (const each of bodies) {
          const got = describe(judge.validate(each))
          if (got !== expected && !(got === bothLists && index > bothListsIndex))
            wrong.add(`${model}: ${expected}, before ${later.breaks}; got ${got}`)
        }
      }
    }
  return {
    broken: new Set(reported.map(({ breaks }) => breaks)),
    neverReported: faults
      .filter(fault => !reported.includes(fault))
      .map(fault => describeFault(fault, alone.get(fault)!)),
    fields: new Set(fieldByFault.values()),
    wrong: [...wrong],
    together,
    apart: [...possible].filter(pair => !together.has(pair) && isPairOfRules(pair)),
    count
  }
}

const describeFault = ({ breaks }: Fault, alone: Alone) =>
  `${breaks}: got ${[...new Set([...alone.values()].map(describe))].join(', ')}`

// Faults of the schema share their names, so a pair of names says little.
const isPairOfRules = (pair: string) => {
  const [one, other] = pair.split(' + ')
  return one !== other && !pair.includes('schema/')
}

/** Whether a body still has the fault after the change of another fault. */
function isBroken(judge: Judge, fault: Fault, field: string, model: string, body: Body): boolean {
  const { breaks } = fault
  if (breaks.startsWith('model/')) return body.model === breakBody(model, fault).model
  const rule = rulesById.get(breaks)
  if (!rule) return judge.check({ ...validBody(model), [field]: body[field] }).length > 0
  const { knownParameters, models } = judge
  const context = { knownParameters, countTokens: countCharactersAsTokens }
  try {
    return rule.check(body as unknown as ChatRequest, models.get(model), context) !== undefined
  } catch {
    // A rule reads only what the schema allows.
    return false
  }
}
