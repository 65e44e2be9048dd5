/** Reports a fixture's response that breaks its schema in the document. */
import { findInJson } from '../../completion/reply-contract.js'
import type { Operation } from '../../contract/operations.js'
import { abbreviate } from '../../core/abbreviate.js'
import { Budget } from '../../core/budget.js'
import type { CompletionReply } from '../../core/reply.js'
import type { Schema } from '../../core/schema.js'
import { findSchemaMismatch } from '../../sample/mismatch.js'
import { createWrongReply, type ReplyCheck, reportMismatch } from '../chat/check-reply.js'
import type { AppContext } from '../context.js'
import { openBudget } from '../exchange.js'
import { describeResponse, readContent } from './operation-response.js'

// The check is a help for the author of a fixture, so it ends before the budget of the response.
const checkLimits = { work: 50_000, bytes: Number.POSITIVE_INFINITY }

export function createResponseCheck({ contract, options }: AppContext, operation: Operation): ReplyCheck {
  const checked = new WeakMap<CompletionReply, { schema: string; mismatch: string | undefined }>()

  function findMismatch(reply: CompletionReply, schema: string, budget: Budget): string | undefined {
    const known = checked.get(reply)
    if (known?.schema === schema) return known.mismatch
    const { components, paths } = contract.schemas
    const root: Schema = { $ref: schema.replace(/^[^#]*/, ''), components, paths }
    const { body } = readContent(reply)!
    const checkBudget = new Budget(checkLimits)
    const found =
      typeof body === 'string' ? findInJson(body, root, checkBudget) : findSchemaMismatch(root, body!, checkBudget)
    const mismatch = found && `body${abbreviate(found.path, 200)}: expected ${found.expected}, was ${found.seen}`
    checked.set(reply, { schema, mismatch })
    budget.spendWork(checkBudget.work, 'the check of a fixture')
    return mismatch
  }

  return {
    checkReply({ exchange, request }, reply, fixture) {
      if (!readContent(reply)) throw createWrongReply(fixture, 'no response, expected a text or a body')
      const { schema } = describeResponse(operation, reply, request.headers.accept)
      const mismatch = schema && findMismatch(reply, schema, openBudget(exchange))
      if (mismatch) reportMismatch(exchange, mismatch, fixture, options.strictFixtures)
      return undefined
    }
  }
}
