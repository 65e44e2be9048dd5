// More and more connections on one core: what the client measures, beside what Standin estimates of itself (/_mock/load).
import { load } from './load.js'
import { freePort, median, startServer, untilAnswered } from './process.js'
import { standin } from './servers.js'

const connectionCounts = [1, 10, 50, 100, 300]

/** Each run has a server of its own, so that nothing of another run is in its last seconds. */
export async function saturation({ files, asked, runs, seconds = 5 }) {
  const rows = []
  for (const connections of connectionCounts) {
    const measured = []
    for (let run = 0; run < runs; run++) measured.push(await measure({ files, asked, seconds, connections }))
    const of = name => median(measured.map(each => each[name]))
    rows.push({
      connections,
      rate: of('rate'),
      clientP50: of('clientP50'),
      clientP99: of('clientP99'),
      estimateP50: of('estimateP50'),
      estimateP99: of('estimateP99'),
      utilization: of('utilization'),
      // The median of the runs' ratios; 1 is exact.
      ratioP50: median(measured.map(each => each.estimateP50 / each.clientP50)),
      ratioP99: median(measured.map(each => each.estimateP99 / each.clientP99)),
      summary: measured[0].summary,
      runs: measured
    })
  }
  return rows
}

async function measure({ files, asked, seconds, connections }) {
  const port = await freePort()
  const server = startServer(standin.command(port, files))
  try {
    await untilAnswered(port, asked)
    const target = { port, path: standin.path }
    // A cold server compiles its code during the first thousands of answers.
    await load(target, asked, { seconds: 2, connections })
    const { rate, p50, p99 } = await load(target, asked, { seconds, connections, status: 200 })
    // The start of the load tool is not part of the load.
    const answer = await fetch(`http://127.0.0.1:${port}/_mock/load?seconds=${seconds - 1}`)
    const { responseMs, eventLoopUtilization, processorWaitShare, summary } = await answer.json()
    return {
      rate,
      clientP50: p50,
      clientP99: p99,
      estimateP50: responseMs.p50,
      estimateP99: responseMs.p99,
      utilization: eventLoopUtilization,
      processorWait: processorWaitShare,
      summary
    }
  } finally {
    await server.stop()
  }
}
