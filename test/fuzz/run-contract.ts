/** Sends 20,000 requests that demand something of their answers. Prints `N passed, N failed`. */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { askContract } from './ask-contract.js'

const count = Number(process.env.FUZZ_CONTRACTS ?? 20_000)
const { createServer }: typeof import('../../src/index.js') = await import(pathToFileURL(resolve('dist/index.js')).href)
const server = await createServer({ fixtures: 'none', journalMb: 0 })
const { answered, rejected, failures } = await askContract(server, count, process.env.FUZZ_SEED ?? 'contract')
await server.close()
console.log(`# contract: ${answered} answered, ${rejected.length} rejected`)
for (const failure of failures.slice(0, 10)) console.log(`# ${failure.replaceAll('\n', '\n#   ')}`)
const failed = failures.length + (answered < 0.9 * count ? 1 : 0)
console.log(`${answered - failures.length} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
