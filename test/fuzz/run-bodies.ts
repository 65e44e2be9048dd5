/** Sends 100,000 generated bodies in each validation mode: none may get a 5xx. Prints `N passed, N failed`. */
import { once } from 'node:events'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type Failure, readingFixtures, sendBodies } from './send-bodies.js'

type Mode = 'spec' | 'warn' | 'off'

const count = Number(process.env.FUZZ_BODIES ?? 100_000)

async function runMode(validate: Mode) {
  const library = pathToFileURL(resolve('dist/index.js')).href
  const { createServer }: typeof import('../../src/index.js') = await import(library)
  const server = await createServer({ fixtures: ['none'] })
  await server.add(readingFixtures)
  const result = await sendBodies(server, validate, count, process.env.FUZZ_SEED ?? validate)
  await server.close()
  return result
}

if (isMainThread) {
  const modes: readonly Mode[] = ['spec', 'warn', 'off']
  const results = await Promise.all(
    modes.map(async mode => {
      const worker = new Worker(fileURLToPath(import.meta.url), { workerData: mode })
      const [{ statuses, failures }] = (await once(worker, 'message')) as [Awaited<ReturnType<typeof runMode>>]
      console.log(`# ${mode}: ${[...statuses].map(([status, number]) => `${number} × ${status}`).join(', ')}`)
      return failures
    })
  )
  const failures: Failure[] = results.flat()
  for (const { body, response } of failures.slice(0, 10)) console.log(`# ${body}\n# ${response.slice(0, 300)}`)
  console.log(`${modes.length * count - failures.length} passed, ${failures.length} failed`)
  process.exitCode = failures.length ? 1 : 0
} else parentPort!.postMessage(await runMode(workerData))
