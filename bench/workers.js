// What a request costs in processor time with one process and with two workers, their primary included.

import { load } from './load.js'
import { cpuOf, freePort, median, startServer, untilAnswered } from './process.js'
import { standin } from './servers.js'

/**
 * All of Standin's processes share a core, and the load has the other: what two workers could do on two cores of their own follows
 * from what each request costs them.
 */
export async function twoWorkers(files, runs, asked, seconds = 3, connections = 50) {
  const servers = []
  for (const workers of [1, 2]) {
    const port = await freePort()
    const server = startServer([...standin.command(port, files), '--workers', workers])
    await untilAnswered(port, asked)
    servers.push({ workers, port, path: standin.path, server, costs: [] })
  }
  try {
    for (const each of servers) await load(each, asked, { seconds: 1, connections })
    for (let turn = 0; turn < runs; turn++)
      for (const each of servers) {
        const before = cpuOf(each.server.pid)
        const { answers } = await load(each, asked, { seconds, connections, status: 200 })
        each.costs.push(((cpuOf(each.server.pid) - before) * 1e6) / answers)
      }
  } finally {
    await Promise.all(servers.map(({ server }) => server.stop()))
  }
  const [one, two] = servers.map(({ costs }) => costs)
  return {
    oneMicroseconds: median(one),
    twoMicroseconds: median(two),
    times: median(one.map((cost, turn) => (2 * cost) / two[turn])),
    costs: [one, two]
  }
}
