// Measures from spawning a server to its first 200, for every server in turns, and the memory of a server that waits.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, median, memoryOf, startServer, takeTurns, untilAnswered } from './process.js'
import { bare, plainStandin, standin } from './servers.js'

export async function firstAnswers({ starts, directory, files, rivals, asked }) {
  const file = join(directory, 'first.json')
  const port = await freePort()
  const server = startServer(standin.command(port, files))
  await writeFile(file, JSON.stringify(await untilAnswered(port, asked)))
  await server.stop()
  const servers = [plainStandin, { ...bare, command: port => ['bench/bare.js', port, file] }, ...rivals]
  const times = await takeTurns(servers, starts, each => firstAnswer(each, files, asked))
  const bareMs = median(times[1])
  return servers.map(({ name }, index) => ({
    name,
    ms: median(times[index]),
    ratio: median(times[index]) / bareMs,
    times: times[index]
  }))
}

/** Milliseconds from the start of a server to the end of its first answer. */
export async function firstAnswer({ path, command, cwd }, files, asked) {
  const port = await freePort()
  const start = performance.now()
  const server = startServer(command(port, files), { cwd })
  try {
    const { status } = await untilAnswered(port, { ...asked, path })
    if (status !== 200) throw new Error(`the first answer was ${status}`)
    return performance.now() - start
  } finally {
    await server.stop()
  }
}

/** MiB that a server with everything as it comes holds five seconds after its start, without a request: the median of the starts. */
export async function idleMemory(starts) {
  const measured = []
  for (let start = 0; start < starts; start++) {
    const server = startServer(plainStandin.command(await freePort()))
    await new Promise(resolve => setTimeout(resolve, 5000))
    measured.push(memoryOf(server.pid))
    await server.stop()
  }
  return median(measured)
}
