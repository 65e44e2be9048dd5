/** Sends 100,000 generated bodies in each validation mode: none may get a 5xx. Prints `N passed, N failed`. */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readingFixtures, sendBodies } from './send-bodies.js'

const library = pathToFileURL(resolve('dist/index.js')).href
const { createServer }: typeof import('../../src/index.js') = await import(library)
const count = Number(process.env.FUZZ_BODIES ?? 100_000)
let failed = 0
for (const validate of ['spec', 'warn', 'off'] as const) {
  const server = await createServer({ fixtures: ['none'] })
  await server.add(readingFixtures)
  const { statuses, failures } = await sendBodies(server, validate, count, process.env.FUZZ_SEED ?? validate)
  await server.close()
  failed += failures.length
  console.log(`# ${validate}: ${[...statuses].map(([status, number]) => `${number} × ${status}`).join(', ')}`)
  for (const { body, response } of failures.slice(0, 5)) console.log(`# ${body}\n# ${response.slice(0, 300)}`)
}
console.log(`${3 * count - failed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
