// Measures from spawning a server to its first 200, for every server in turns.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, median, startServer, takeTurns, untilAnswered } from './process.js'
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
