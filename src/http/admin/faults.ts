/** Serves `/_mock/faults`: the faults that apply to a share of all requests. */
import type { FastifyInstance } from 'fastify'
import { ApiError } from '../../core/api-error.js'
import type { AppContext } from '../context.js'
import { addFaultRate } from './additions.js'
import { toFaultJson } from './masked.js'
import { createAdminGuard, parseAdminBody, readSessionHeader } from './routes.js'

export function registerFaultRoutes(app: FastifyInstance, context: AppContext): void {
  const { options, broadcast, faultRates, keyMask } = context
  const guarded = { preValidation: createAdminGuard(options.adminKey) }
  app.get('/_mock/faults', guarded, async request => {
    const session = readSessionHeader(request)
    const listed = faultRates.all.filter(rate => session === undefined || rate.session === session)
    return { faults: listed.map(rate => ({ number: rate.number, ...toFaultJson(rate, keyMask) })) }
  })
  app.post('/_mock/faults', guarded, async (request, reply) => {
    const rate = await addFaultRate(context, parseAdminBody(request), readSessionHeader(request))
    return reply.code(201).send({ added: toFaultJson(rate, keyMask) })
  })
  app.delete('/_mock/faults', guarded, async request => ({
    removed: (await broadcast('clearFaults', readSessionHeader(request)))[0]
  }))
  app.delete('/_mock/faults/:number', guarded, async request => {
    const { number } = request.params as { number: string }
    const [removed] = await broadcast('removeFault', Number(number))
    if (!removed) throw new ApiError('not_listed', { what: `fault ${number}`, list: '/_mock/faults' })
    return { removed }
  })
}
