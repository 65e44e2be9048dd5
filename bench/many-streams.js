// Many streams at once: whether they keep their pace, and what an open one costs in memory.
import { freePort, median, memoryOf, pinned, run, startServer, untilAnswered } from './process.js'

const body = JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'Hello!' }] })
const hello = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }] })

/** Asks for streams of a few words at 20 ms a token; what is due after the first frame is told by the script itself. */
export async function pacedStreams(counts = [300, 1000]) {
  const results = []
  for (const streams of counts) {
    const port = await freePort()
    const server = startServer(['dist/cli.js', '--port', port, '--log-level', 'warn'])
    await untilAnswered(port, { body: hello })
    // The vocabulary is loaded soon after the start; what is measured comes after it.
    await ask({ port, streams: 1, timing: 'firstTokenMs=1000', body })
    const one = await ask({ port, streams: 1, timing, body })
    const all = await ask({ port, streams, timing, body })
    await server.stop()
    // A single stream has nothing to wait for, so its span is the pace that was asked for.
    results.push({ ...all, p50Ratio: all.p50 / one.p50, p99Ratio: all.p99 / one.p50 })
  }
  return results
}

const timing = 'firstTokenMs=200, interTokenMs=20'

/** Memory a stream of Standin's and of a bare server that holds as many responses open, in turns. */
export async function openStreams(runs, streams = 5000) {
  const cost = { standin: [], bare: [] }
  let lost = 0
  for (let turn = 0; turn < runs; turn++)
    for (const [name, command] of [
      ['standin', port => ['dist/cli.js', '--port', port, '--log-level', 'warn']],
      ['bare', port => ['bench/bare-open.js', port]]
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

async function ask(asked) {
  return JSON.parse(await run(...pinned(1, [process.execPath, 'bench/streams.js', JSON.stringify(asked)])))
}
