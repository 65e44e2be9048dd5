/** Tests that the server goes on, and ends, when its log or its output cannot be written. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import t, { type Test } from 'tap'
import { command, freePort, post, spawnStandin, until } from './start.js'

const isUp = (url: string) =>
  fetch(`${url}/_mock/ready`).then(
    ({ ok }) => ok,
    () => false
  )

/** Sends requests until their log lines are larger than a pipe. */
async function askOften(t: Test, url: string, count = 400) {
  const path = 'a'.repeat(400)
  for (let at = 0; at < count; at += 40)
    await Promise.all(Array.from({ length: 40 }, () => fetch(`${url}/v1/${path}`).then(each => each.text())))
  t.equal((await post(url)).status, 200)
}

for (const workers of ['1', '2'])
  t.test(`a full disk under stdout and stderr loses the log and nothing else, with --workers ${workers}`, async t => {
    const full = openSync('/dev/full', 'w')
    const { child, url } = spawnStandin(t, ['--workers', workers], {
      stdio: ['ignore', full, full],
      port: await freePort()
    })
    await until(() => isUp(url))
    await askOften(t, url)
    child.kill('SIGTERM')
    t.same(await once(child, 'exit'), [0, null])
  })

t.test('a reader that leaves loses the log and nothing else', async t => {
  const { child, url, output } = spawnStandin(t, [], { port: await freePort() })
  await until(() => output.out.includes('\n'))
  child.stdout!.destroy()
  child.stderr!.destroy()
  await askOften(t, url)
  child.kill('SIGTERM')
  t.same(await once(child, 'exit'), [0, null])
})

t.test('a reader that reads nothing blocks neither the server nor its end', async t => {
  const { child, url } = spawnStandin(t, [], { port: await freePort() })
  child.stderr!.pause()
  await until(() => isUp(url))
  await askOften(t, url, 800)
  child.kill('SIGTERM')
  t.same(await once(child, 'exit'), [0, null])
})

t.test('a log that is read again has complete lines', async t => {
  const { child, url, output } = spawnStandin(t, [], { port: await freePort() })
  await until(() => isUp(url))
  child.stderr!.pause()
  await askOften(t, url)
  child.stderr!.resume()
  child.kill('SIGTERM')
  await once(child, 'close')
  const lines = output.err.trim().split('\n')
  t.equal(lines.filter(line => JSON.parse(line).url?.startsWith('/v1/')).length, 401)
})

t.test('the output of a command ends with its reader, and a full disk is a mistake', async t => {
  const run = async (shell: string) => {
    const child = spawn('bash', ['-c', `set -o pipefail; ${shell}`], { stdio: ['ignore', 'pipe', 'pipe'] })
    let err = ''
    child.stderr.setEncoding('utf8').on('data', text => (err += text))
    child.stdout.resume()
    const [code] = await once(child, 'close')
    return [code, err]
  }
  const standin = `${process.execPath} ${command}`
  t.same(await run(`${standin} --help | head -1`), [0, ''])
  t.same(await run(`${standin} --help | true`), [0, ''])
  const [code, err] = await run(`${standin} --version >/dev/full`)
  t.equal(code, 1)
  t.match(err, /^standin: the output can't be written \(.*ENOSPC.*\)\n$/)
  t.match(await run(`${standin} --port x 2>/dev/full`), [1])
})
