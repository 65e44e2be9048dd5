// What a request costs in processor time in one process and in two workers, their primary included: of Standin's and of a bare server's.
import { load } from './load.js'
import { ask as askForStreams, twoHundred } from './many-streams.js'
import { cpuOf, freePort, median, startServer, takeTurns, untilAnswered } from './process.js'
import { standin } from './servers.js'

const hello = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }] })

/**
 * All processes of a server share a core, and the load has the other: what two workers could do on two cores of their own follows
 * from what each request costs them. Each worker has as many connections as the one process has.
 */
export async function twoWorkers({ files, answer, runs, asked, seconds = 1, connections = 50 }) {
  const servers = await startEach({
    // A small journal is full before the first turn; filling one costs more than keeping it full.
    standin: (port, workers) => [...standin.command(port, files), '--journal-mb', 4, '--workers', workers],
    bare: (port, workers) => ['bench/bare.js', port, answer, workers]
  })
  const ask = (each, time) => load(each, asked, { seconds: time, connections: connections * each.workers, status: 200 })
  return costs(servers, runs, {
    // Each worker has half of the core to compile its code.
    prepare: each => ask(each, 4 * each.workers),
    measure: async each => (await ask(each, seconds)).answers
  })
}

/** The same for a frame of 500 paced streams of 200 tokens. */
export async function twoWorkersOfStreams({ files, runs, streams = 500, gapMs = 20 }) {
  const ask = ({ port }) =>
    askForStreams({ port, streams, timing: `firstTokenMs=200, interTokenMs=${gapMs}`, body: twoHundred, atOnce: true })
  const servers = await startEach({
    standin: (port, workers) => [...standin.command(port, files), '--journal-mb', 4, '--workers', workers],
    bare: (port, workers) => ['bench/bare-streams.js', port, 'paced', gapMs, workers]
  })
  return costs(servers, runs, { prepare: ask, measure: async each => streams * (await ask(each)).frames })
}

async function startEach(commands) {
  const servers = []
  for (const [name, command] of Object.entries(commands))
    for (const workers of [1, 2]) {
      const port = await freePort()
      const server = startServer(command(port, workers), { batch: true })
      await untilAnswered(port, { body: hello })
      servers.push({ name, workers, port, path: standin.path, server })
    }
  return servers
}

/** Microseconds of processor time of a response or a frame, by server, in one process and in two workers. */
async function costs(servers, runs, { prepare, measure }) {
  try {
    for (const each of servers) await prepare(each)
    const turns = await takeTurns(servers, runs, async each => {
      const before = cpuOf(each.server.pid)
      const count = await measure(each)
      return ((cpuOf(each.server.pid) - before) * 1e6) / count
    })
    return Object.fromEntries(
      ['standin', 'bare'].map(name => {
        const [one, two] = turns.filter((_, index) => servers[index].name === name)
        const times = median(one.map((cost, at) => (2 * cost) / two[at]))
        return [name, { one: median(one), two: median(two), times }]
      })
    )
  } finally {
    await Promise.all(servers.map(({ server }) => server.stop()))
  }
}
