/** Responds to the models operations: list, retrieve and delete. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../../core/api-error.js'
import { formatJson } from '../../core/json-format.js'
import type { Model } from '../../core/model.js'
import type { AppContext, Handler } from '../context.js'
import { setWarning } from '../exchange.js'
import { createHead } from '../response/headers.js'
import { ResponseStream } from '../response/response-stream.js'
import { addWarning } from '../response/send-error.js'
import { readValidationMode } from '../validation-mode.js'

export function createModelHandlers({ errorCatalog, models, options }: AppContext): Record<string, () => Handler> {
  const sendModelJson = (request: FastifyRequest, reply: FastifyReply, body: unknown) => {
    const head = createHead(request, 'models')
    const { warning } = request.exchange
    addWarning(head, errorCatalog, warning)
    return new ResponseStream(request, reply).send({
      status: 200,
      head,
      contentType: 'application/json',
      text: formatJson(body, 2)
    })
  }
  const findModel = (request: FastifyRequest, errorName: string): Model => {
    const name = (request.params as { model: string }).model
    const model = models.get(name)
    if (!model.isKnown) {
      const apiError = new ApiError(errorName, { model: name })
      const mode = readValidationMode(request, options.validate)
      if (mode === 'spec') throw apiError
      if (mode === 'warn') setWarning(request.exchange, apiError)
    }
    return model
  }
  return {
    listModels: () => (request, reply) =>
      sendModelJson(request, reply, { object: 'list', data: models.list().map(toModelObject) }),
    retrieveModel: () => (request, reply) =>
      sendModelJson(request, reply, toModelObject(findModel(request, 'unknown_model'))),
    deleteModel: () => (request, reply) => {
      const { id, ownedBy } = findModel(request, 'undeletable_model')
      return sendModelJson(request, reply, { id, object: 'model', deleted: true, owned_by: ownedBy })
    }
  }
}

const toModelObject = ({ id, created, ownedBy }: Model) => ({ id, object: 'model', created, owned_by: ownedBy })
