// What a request costs in processor time in one process and in two workers, their primary included: of Standin's and of a bare server's.
import { load } from './load.js'
import { cpuOf, freePort, median, startServer, takeTurns, untilAnswered } from './process.js'
import { standin } from './servers.js'

/**
 * All processes of a server share a core, and the load has the other: what two workers could do on two cores of their own follows
 * from what each request costs them. Each worker has as many connections as the one process has.
 */
export async function twoWorkers({ files, answer, runs, asked, seconds = 1, connections = 50 }) {
  const commands = {
    // A small journal is full before the first turn; filling one costs more than keeping it full.
    standin: (port, workers) => [...standin.command(port, files), '--journal-mb', 4, '--workers', workers],
    bare: (port, workers) => ['bench/bare.js', port, answer, workers]
  }
  const servers = []
  for (const [name, command] of Object.entries(commands))
    for (const workers of [1, 2]) {
      const port = await freePort()
      const server = startServer(command(port, workers), { batch: true })
      await untilAnswered(port, asked)
      servers.push({ name, workers, port, path: standin.path, server })
    }
  const ask = (each, time) => load(each, asked, { seconds: time, connections: connections * each.workers, status: 200 })
  let costs
  try {
    for (const each of servers) await ask(each, 2)
    costs = await takeTurns(servers, runs, async each => {
      const before = cpuOf(each.server.pid)
      const { answers } = await ask(each, seconds)
      return ((cpuOf(each.server.pid) - before) * 1e6) / answers
    })
  } finally {
    await Promise.all(servers.map(({ server }) => server.stop()))
  }
  return Object.fromEntries(
    Object.keys(commands).map(name => {
      const [one, two] = costs.filter((_, index) => servers[index].name === name)
      return [name, { one: median(one), two: median(two), times: median(one.map((cost, at) => (2 * cost) / two[at])) }]
    })
  )
}
