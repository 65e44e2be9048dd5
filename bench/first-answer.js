// Measures from spawning a server to its first 200, for every server in turns.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, median, startServer, untilAnswered } from './process.js'
import { bare, standin } from './servers.js'

export async function firstAnswers({ starts, directory, files, rivals, asked }) {
  const file = join(directory, 'first.json')
  const port = await freePort()
  const server = startServer(standin.command(port, files))
  await writeFile(file, JSON.stringify(await untilAnswered(port, asked)))
  await server.stop()
  const servers = [
    { ...standin, command: port => ['dist/cli.js', '--port', port] },
    { ...bare, command: port => ['bench/bare.js', port, file] },
    ...rivals
  ]
  const times = servers.map(() => [])
  for (let turn = 0; turn < starts; turn++)
    for (const [index, each] of servers.entries()) times[index].push(await firstAnswer(each, files, asked))
  const bareMs = median(times[1])
  return servers.map(({ name }, index) => ({
    name,
    ms: median(times[index]),
    ratio: median(times[index]) / bareMs,
    times: times[index]
  }))
}

async function firstAnswer({ path, command }, files, asked) {
  const port = await freePort()
  const start = performance.now()
  const server = startServer(command(port, files))
  try {
    const { status } = await untilAnswered(port, { ...asked, path })
    if (status !== 200) throw new Error(`the first answer was ${status}`)
    return performance.now() - start
  } finally {
    await server.stop()
  }
}
