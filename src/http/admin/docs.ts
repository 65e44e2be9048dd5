/** Serves the document, and a reference with Swagger UI that needs no other server. */
import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.js'

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join('; ')

const docsPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Standin API reference</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/_mock/docs/swagger-ui.css"></head>
<body><p><a href="/_mock/">Back to the requests of Standin</a></p><div id="page"></div><script src="/_mock/docs/swagger-ui-bundle.js"></script><script src="/_mock/docs/start.js"></script></body>
</html>
`

// "Try it out" must call this server, not the server of the document.
const startScript = `fetch('/_mock/openapi.json').then(answer => answer.json()).then(spec => {
  const path = spec.servers && spec.servers[0] ? new URL(spec.servers[0].url, location.href).pathname.replace(/\\/$/, '') : ''
  SwaggerUIBundle({ dom_id: '#page', spec: { ...spec, servers: [{ url: location.origin + path }] }, deepLinking: true, validatorUrl: null, persistAuthorization: true })
})
`

const docsAssets: Record<string, { type: string; text?: string }> = {
  'start.js': { type: 'text/javascript; charset=utf-8', text: startScript },
  'swagger-ui.css': { type: 'text/css; charset=utf-8' },
  'swagger-ui-bundle.js': { type: 'text/javascript; charset=utf-8' }
}

export function registerDocsRoutes(app: FastifyInstance, { contract, assetsDir }: AppContext): void {
  let swaggerApp: Promise<FastifyInstance> | undefined
  const loadSwaggerApp = () => {
    swaggerApp ??= createSwaggerApp(contract.document)
    return swaggerApp
  }
  app.get('/_mock/openapi.json', async () => (await loadSwaggerApp()).swagger())
  app.get('/_mock/openapi.yaml', async (_request, reply) =>
    reply.type('application/yaml; charset=utf-8').send((await loadSwaggerApp()).swagger({ yaml: true }))
  )
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
