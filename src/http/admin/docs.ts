/** Serves the document, and a reference with Swagger UI that needs no other server. */
import { readFile } from 'node:fs/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { readBasePath } from '../../contract/operations.js'
import type { OpenApiObject } from '../../contract/schema-visitor.js'
import { once } from '../../core/once.js'
import { formatYaml, readSource } from '../../core/source-file.js'
import type { AppContext } from '../context.js'
import { createContentPolicy } from './content-policy.js'

const contentSecurityPolicy = createContentPolicy("'unsafe-inline'")

const docsPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Standin API reference</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/_mock/docs/swagger-ui.css"></head>
<body><p><a href="/_mock/">Back to the requests of Standin</a></p><div id="page"></div><script src="/_mock/docs/swagger-ui-bundle.js"></script><script src="/_mock/docs/start.js"></script></body>
</html>
`

// "Try it out" must call this server, under the address that the browser knows.
const startScript = `fetch('/_mock/openapi.json').then(answer => answer.json()).then(spec => {
  const path = new URL(spec.servers[0].url).pathname.replace(/\\/$/, '')
  SwaggerUIBundle({ dom_id: '#page', spec: { ...spec, servers: [{ url: location.origin + path }] }, deepLinking: true, validatorUrl: null, persistAuthorization: true })
})
`

const docsAssets: Record<string, { type: string; text?: string }> = {
  'start.js': { type: 'text/javascript; charset=utf-8', text: startScript },
  'swagger-ui.css': { type: 'text/css; charset=utf-8' },
  'swagger-ui-bundle.js': { type: 'text/javascript; charset=utf-8' }
}

export function registerDocsRoutes(app: FastifyInstance, context: AppContext): void {
  const { contract, adminSpecFile, assetsDir } = context
  const loadSwaggerApp = once(() => createSwaggerApp(contract.document))
  const loadAdminDocument = once(async () => (await readSource(adminSpecFile)).data as OpenApiObject)
  const readDocument = async (request: FastifyRequest) =>
    withOwnServer((await loadSwaggerApp()).swagger() as unknown as OpenApiObject, ownUrl(request, context))
  app.get('/_mock/openapi.json', readDocument)
  app.get('/_mock/openapi.yaml', async (request, reply) =>
    reply.type('application/yaml; charset=utf-8').send(await formatYaml(await readDocument(request)))
  )
  app.get('/_mock/openapi-admin.json', async request => ({
    ...(await loadAdminDocument()),
    servers: [{ url: ownUrl(request, context), description: ownServer }]
  }))
  app.get('/_mock/docs', async (_request, reply) =>
    reply
      .headers({
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer'
      })
      .type('text/html; charset=utf-8')
      .send(docsPage)
  )
  app.get('/_mock/docs/:asset', async (request, reply) => {
    const name = (request.params as { asset: string }).asset
    const asset = Object.hasOwn(docsAssets, name) ? docsAssets[name] : undefined
    if (!asset) return reply.callNotFound()
    reply.headers({ 'cache-control': 'max-age=86400', 'x-content-type-options': 'nosniff' }).type(asset.type)
    return reply.send(asset.text ?? (await readFile(new URL(name, assetsDir))))
  })
}

const ownServer = 'This server'

const ownUrl = ({ headers }: FastifyRequest, { options }: AppContext): string =>
  `${options.tlsCert === undefined ? 'http' : 'https'}://${headers.host ?? 'localhost'}`

/** Puts this server before those of the document, so that whoever imports the document calls Standin. */
function withOwnServer(document: OpenApiObject, url: string): OpenApiObject {
  const servers = Array.isArray(document.servers) ? document.servers : []
  return { ...document, servers: [{ url: url + readBasePath(document), description: ownServer }, ...servers] }
}

/** Called on the first request for the document, because most servers never get one. */
async function createSwaggerApp(document: Record<string, unknown>): Promise<FastifyInstance> {
  const [{ default: Fastify }, { default: swagger }] = await Promise.all([
    import('fastify'),
    import('@fastify/swagger')
  ])
  const app = Fastify()
  await app.register(swagger, { mode: 'static', specification: { document: document as never } })
  await app.ready()
  return app
}
