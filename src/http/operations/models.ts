/** The models operations: the list, one of them, and the deletion of what nobody may delete. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../../core/api-error.js'
import { layOut } from '../../core/json-format.js'
import type { Model } from '../../core/model.js'
import type { Handler, Rooms } from '../context.js'
import { headOf } from '../response/headers.js'
import { send } from '../response/send.js'
import { validationOf, warningOf } from '../validation-mode.js'

export function createModelHandlers({ catalog, models, options }: Rooms): Record<string, () => Handler> {
  const answer = (request: FastifyRequest, reply: FastifyReply, body: unknown) => {
    const head = headOf(request, 'models')
    const { warning } = request.exchange
    if (warning) head.set('x-mock-refused', warningOf(catalog, warning))
    return send(request, reply, {
      status: 200,
      head,
      contentType: 'application/json',
      text: layOut(body, 2)
    })
  }
  const named = (request: FastifyRequest, refusal: string): Model => {
    const name = (request.params as { model: string }).model
    const model = models.of(name)
    if (!model.known) {
      const refused = new Refusal(refusal, { model: name })
      const mode = validationOf(request, options.validate)
      if (mode === 'spec') throw refused
      if (mode === 'warn') request.exchange.warning = refused
    }
    return model
  }
  return {
    listModels: () => (request, reply) =>
      answer(request, reply, { object: 'list', data: models.list().map(modelObject) }),
    retrieveModel: () => (request, reply) => answer(request, reply, modelObject(named(request, 'unknown_model'))),
    deleteModel: () => (request, reply) => {
      const { id, ownedBy } = named(request, 'undeletable_model')
      return answer(request, reply, { id, object: 'model', deleted: true, owned_by: ownedBy })
    }
  }
}

const modelObject = ({ id, created, ownedBy }: Model) => ({ id, object: 'model', created, owned_by: ownedBy })
