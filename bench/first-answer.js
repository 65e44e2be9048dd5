// Measures from spawning a server to its first 200, for Standin and the bare server in turns.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, median, startServer, untilAnswered } from './process.js'

export async function firstAnswers({ starts, directory, body, key }) {
  const file = join(directory, 'first.json')
  const port = await freePort()
  const server = startServer(['dist/cli.js', '--port', port, '--log-level', 'warn'])
  await writeFile(file, JSON.stringify(await untilAnswered(port, { key, body })))
  await server.stop()
  const times = { standin: [], bare: [] }
  for (let turn = 0; turn < starts; turn++) {
    times.standin.push(await firstAnswer(port => ['dist/cli.js', '--port', port], { key, body }))
    times.bare.push(await firstAnswer(port => ['bench/bare.js', port, file], { key, body }))
  }
  const [standinMs, bareMs] = [median(times.standin), median(times.bare)]
  return { standinMs, bareMs, ratio: standinMs / bareMs, times }
}

async function firstAnswer(command, asked) {
  const port = await freePort()
  const start = performance.now()
  const server = startServer(command(port))
  try {
    const { status } = await untilAnswered(port, asked)
    if (status !== 200) throw new Error(`the first answer was ${status}`)
    return performance.now() - start
  } finally {
    await server.stop()
  }
}
