/** Lets fixtures answer an operation before its own handler does. */
import type { Operation } from '../../contract/operations.js'
import { once } from '../../core/once.js'
import { createCall, runSteps } from '../chat/run-steps.js'
import type { AppContext, Handler } from '../context.js'
import { refuseFaults } from '../prefer.js'
import { createFixtureSteps } from './fixture-steps.js'

/** @param respond responds where no fixture does */
export function createFixtureHandler(context: AppContext, operation: Operation, respond: Handler): Handler {
  const { fixtures } = context
  const respondAlone: Handler = (request, reply) => {
    refuseFaults(request, `the responses of ${operation.id}`)
    return respond(request, reply)
  }
  const findSteps = once(() => createFixtureSteps(context, operation, respondAlone))
  return (request, reply) =>
    fixtures.of(operation.id).all.length
      ? runSteps(findSteps(), createCall(request, reply), 0)
      : respondAlone(request, reply)
}
