/** Serves the page at `/_mock/`: one file of HTML, a script and a style. The build makes both from src/page/. */
import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.js'
import { createContentPolicy } from './content-policy.js'

const contentSecurityPolicy = createContentPolicy()

const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>Standin</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/_mock/page/page.css"></head>
<body><div id="page"></div><noscript>This page needs JavaScript. The same data is under /_mock/requests.</noscript><script type="module" src="/_mock/page/page.js"></script></body>
</html>
`

const assetTypes = new Map([
  ['page.js', 'text/javascript; charset=utf-8'],
  ['page.css', 'text/css; charset=utf-8']
])

export function registerPageRoutes(app: FastifyInstance, { pageDir }: AppContext): void {
  app.get('/_mock/', async (_request, reply) =>
    reply
      .headers({ 'content-security-policy': contentSecurityPolicy, 'referrer-policy': 'no-referrer' })
      .type('text/html; charset=utf-8')
      .send(html)
  )
  app.get('/_mock/page/:asset', async (request, reply) => {
    const { asset } = request.params as { asset: string }
    const type = assetTypes.get(asset)
    if (!type) return reply.callNotFound()
    // Another version of the server may run at the same address.
    return reply
      .header('cache-control', 'no-cache')
      .type(type)
      .send(await readFile(new URL(asset, pageDir)))
  })
}
