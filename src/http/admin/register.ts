/** Registers all operations under `/_mock/`. The command loads this file with the first request to them. */
import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.js'
import { registerDocsRoutes } from './docs.js'
import { registerFaultRoutes } from './faults.js'
import { registerLoadRoute } from './load.js'
import { registerPageRoutes } from './page.js'
import { registerQueryCheck } from './query-check.js'
import { registerRequestStreamRoute } from './request-stream.js'
import { registerRequestRoutes } from './requests.js'
import { registerResetRoute } from './reset.js'
import { registerStateRoutes, registerStatusRoutes } from './routes.js'
import { registerSessionRoutes } from './sessions.js'

export function registerAdminRoutes(app: FastifyInstance, context: AppContext): void {
  registerQueryCheck(app)
  registerStatusRoutes(app, context)
  registerStateRoutes(app, context)
  registerResetRoute(app, context)
  registerFaultRoutes(app, context)
  registerLoadRoute(app, context)
  registerRequestRoutes(app, context)
  registerSessionRoutes(app, context)
  registerRequestStreamRoute(app, context)
  registerDocsRoutes(app, context)
  registerPageRoutes(app, context)
}
