// Many streams at once: whether they keep their pace, and what an open one costs in memory.
import { cpuOf, freePort, median, memoryOf, pinned, run, startServer, untilAnswered } from './process.js'
import { standin } from './servers.js'

const body = JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'Hello!' }] })
const hello = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }] })

const pacedCases = [
  { streams: 300, gapMs: 20 },
  { streams: 1000, gapMs: 20 },
  { streams: 2000, gapMs: 20 },
  { streams: 5000, gapMs: 50 }
]

/**
 * Streams of two hundred tokens, 200 ms to the first and a gap to each next, of Standin's and of a bare server with a timer for each
 * stream, in turns. A span is the time from the first frame to the last, as a share of what it should be; the time to the first
 * frame counts from the request. All streams are asked for at once.
 */
export async function pacedStreams(files, runs, asked = pacedCases) {
  const results = []
  for (const { streams, gapMs } of asked) {
    const turns = { standin: [], bare: [] }
    for (let turn = 0; turn < runs; turn++)
      for (const name of Object.keys(turns)) turns[name].push(await pacedTurn(name, files, streams, gapMs))
    const ofName = name => Object.fromEntries(measured.map(what => [what, median(turns[name].map(each => each[what]))]))
    const lost = turns.standin.reduce((sum, each) => sum + each.lost, 0)
    results.push({ streams, gapMs, lost, standin: ofName('standin'), bare: ofName('bare'), turns })
  }
  return results
}

const measured = ['p50', 'p99', 'firstP50', 'firstP99', 'cpuPerFrame', 'clientBusy', 'late']

async function pacedTurn(name, files, streams, gapMs) {
  const port = await freePort()
  const server = startServer(
    name === 'standin' ? standin.command(port, files) : ['bench/bare-streams.js', port, 'paced', gapMs]
  )
  try {
    await untilListening(port, name)
    // The vocabulary is loaded soon after the start, and both servers are slow at first; what is measured comes after it.
    await ask({ port, streams: 1, timing: 'firstTokenMs=500', body: twoHundred })
    await ask({ port, streams: 300, timing: 'firstTokenMs=100, interTokenMs=2', body: twoHundred })
    const timing = `firstTokenMs=200, interTokenMs=${gapMs}`
    const before = cpuOf(server.pid)
    const told = await ask({ port, streams, timing, body: twoHundred, atOnce: true })
    const cpuPerFrame = ((cpuOf(server.pid) - before) * 1e6) / (streams * told.frames)
    const ideal = 199 * gapMs
    const late = name === 'standin' ? await latenessOf(port) : 0
    return { ...told, p50: told.p50 / ideal, p99: told.p99 / ideal, cpuPerFrame, late }
  } finally {
    await server.stop()
  }
}

export const twoHundred = JSON.stringify({
  model: 'gpt-4o',
  stream: true,
  messages: [{ role: 'user', content: 'Two hundred words' }]
})

/** The share of all frames that Standin itself wrote within ten milliseconds of their moment. */
async function latenessOf(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/_mock/metrics`)).text()
  const upTo = bound => Number(new RegExp(`frame_lateness_seconds_bucket\\{le="${bound}"\\} (\\d+)`).exec(text)[1])
  return upTo('0.01') / upTo('\\+Inf')
}

/** Memory a stream of Standin's and of a bare server that holds as many responses open, in turns. */
export async function openStreams(runs, streams = 5000) {
  const cost = { standin: [], bare: [] }
  let lost = 0
  for (let turn = 0; turn < runs; turn++)
    for (const [name, command] of [
      ['standin', port => ['dist/cli.js', '--port', port, '--log-level', 'warn']],
      ['bare', port => ['bench/bare-streams.js', port, 'open']]
    ]) {
      const port = await freePort()
      const server = startServer(command(port))
      await untilListening(port, name)
      // The vocabulary is no stream's: what is measured comes after it is loaded.
      if (name === 'standin') await ask({ port, streams: 1, timing: 'firstTokenMs=1000', body })
      const asked = { port, streams, hold: 1.5, body, ...(name === 'standin' ? { timing: slow } : {}) }
      // A heap that has never been asked for anything grows by more than its streams.
      await ask({ ...asked, streams: streams / 5, hold: 0.5 })
      const before = memoryOf(server.pid)
      const asking = ask(asked)
      let most = before
      const look = setInterval(() => {
        most = Math.max(most, memoryOf(server.pid))
      }, 100)
      const told = await asking
      clearInterval(look)
      if (name === 'standin') lost += told.lost
      cost[name].push(((most - before) * 1024) / streams)
      await server.stop()
    }
  const [standinKib, bareKib] = [median(cost.standin), median(cost.bare)]
  return { streams, lost, standinKib, bareKib, ratio: standinKib / bareKib, cost }
}

const slow = 'firstTokenMs=0, interTokenMs=2000'

const untilListening = (port, name) =>
  name === 'standin' ? untilAnswered(port, { body: hello }) : new Promise(resolve => setTimeout(resolve, 300))

export async function ask(asked) {
  return JSON.parse(await run(...pinned(1, [process.execPath, 'bench/streams.js', JSON.stringify(asked)])))
}
