/** Tests that workers which exit or hang are replaced, whatever the files on the disk are. */
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { about } from '../helper.js'
import { isAlive, post, startStandin, textOf, until, workersOf } from './start.js'

const files = {
  'standin.yaml': 'unmatched: refuse\n',
  'models.yaml': 'models: {}\n',
  fixtures: {
    'a.yaml': 'match: { lastUser: Hello! }\nreply: { text: first }\n',
    'long.yaml': 'match: { lastUser: Count }\nreply: { text: one two three four five six seven eight }\n'
  }
}

const start = (t: Test, cwd: string, more: string[] = []) =>
  startStandin(t, ['--workers', '2', '--fixtures', 'fixtures', '--log-level', 'warn', ...more], { cwd })

const breakages: Record<string, (cwd: string) => void> = {
  'a fixture is broken': cwd => writeFileSync(`${cwd}/fixtures/a.yaml`, 'reply: { txet: broken }\n'),
  'the fixtures are gone': cwd => rmSync(`${cwd}/fixtures`, { recursive: true }),
  'standin.yaml is broken': cwd => writeFileSync(`${cwd}/standin.yaml`, 'prot: [\n')
}

for (const [name, breakFiles] of Object.entries(breakages))
  for (const more of [[], ['--watch']])
    t.test(`workers are replaced while ${name}${more.length ? ', with --watch' : ''}`, async t => {
      const cwd = t.testdir(files)
      const { child, url, lines } = await start(t, cwd, more)
      breakFiles(cwd)
      const before = workersOf(child.pid!)
      t.equal(before.length, 2)
      for (const pid of before) process.kill(pid, 'SIGKILL')
      await until(() => workersOf(child.pid!).filter(pid => !before.includes(pid)).length === 2)
      // For a moment, no worker listens.
      await until(() => textOf(url).catch(() => false))
      t.same(await Promise.all(Array.from({ length: 8 }, () => textOf(url))), new Array(8).fill('first'))
      const replaced = () => lines().filter(({ msg }) => msg === 'a worker exited and is replaced')
      await until(() => replaced().length >= 2)
      t.equal(replaced().length, 2)
      if (more.length && !/standin\.yaml/.test(name))
        await until(async () => /problems/.test(await (await fetch(`${url}/_mock/ready`)).text()))
      child.kill('SIGTERM')
      t.same(await once(child, 'exit'), [0, null])
    })

t.test('after a reload, new workers have the document of the start and the fixtures of the reload', async t => {
  const cwd = t.testdir({ ...files, 'spec.yaml': readFileSync('test/documents/every-fault.yaml') })
  const { child, url } = await start(t, cwd, ['--spec', 'spec.yaml'])
  writeFileSync(`${cwd}/fixtures/a.yaml`, 'match: { lastUser: Hello! }\nreply: { text: second }\n')
  child.kill('SIGHUP')
  const answers = () => Promise.all(Array.from({ length: 8 }, () => textOf(url).catch(() => '')))
  await until(async () => (await answers()).every(text => text === 'second'))
  rmSync(`${cwd}/spec.yaml`)
  rmSync(`${cwd}/fixtures`, { recursive: true })
  const before = workersOf(child.pid!)
  for (const pid of before) process.kill(pid, 'SIGKILL')
  await until(() => workersOf(child.pid!).filter(pid => !before.includes(pid)).length === 2)
  await until(async () => (await answers()).every(text => text === 'second'))
  const thing = await fetch(`${url}/v1/things/a`, { headers: { authorization: 'Bearer sk-test' } })
  t.equal(thing.status, 200)
})

t.test('workers that exit again and again are replaced ever more slowly', async t => {
  const { child, lines } = await start(t, t.testdir(files))
  const seen = new Set<number>()
  const endsAt = performance.now() + 4000
  await until(() => {
    for (const pid of workersOf(child.pid!)) {
      seen.add(pid)
      process.kill(pid, 'SIGKILL')
    }
    return performance.now() > endsAt
  })
  t.ok(seen.size < 20, `${seen.size} workers in four seconds`)
  await until(() => lines().length > 2)
  const delays = lines().map(({ delayMs }) => Number(delayMs))
  t.same(
    delays,
    [...delays].sort((a, b) => a - b)
  )
  t.equal(delays[0], 0)
  child.kill('SIGTERM')
  t.same(await once(child, 'exit'), [0, null], 'also while it waits')
})

t.test('requests of the other workers go on when a worker dies', async t => {
  const { child, url, lines } = await start(t, t.testdir(files))
  const stream = about('Count', { stream: true })
  const texts: Promise<string>[] = []
  // One after another, so that both workers get some.
  for (let at = 0; at < 8; at++) {
    const response = await post(url, stream, { 'x-mock-timing': 'firstTokenMs=10, interTokenMs=300' })
    texts.push(response.text().catch(() => 'broken'))
  }
  process.kill(workersOf(child.pid!)[0]!, 'SIGKILL')
  // Until the primary knows, it still gives connections to the dead worker.
  await until(() => lines().length)
  const listed = await fetch(`${url}/_mock/requests`, { headers: { connection: 'close' } })
  t.equal(listed.status, 200, 'a list of all workers too')
  await until(() => workersOf(child.pid!).length === 2)
  const complete = (await Promise.all(texts)).filter(text => text.endsWith('data: [DONE]\n\n'))
  t.ok(complete.length > 0 && complete.length < 8, `${complete.length} of 8`)
  t.equal(lines().length, 1, 'the new worker listens')
})

t.test('a worker that is stuck is killed when the server ends', async t => {
  const { child } = await start(t, t.testdir(files), ['--close-ms', '300'])
  const pids = workersOf(child.pid!)
  process.kill(pids[0]!, 'SIGSTOP')
  child.kill('SIGTERM')
  t.same(await once(child, 'exit'), [0, null])
  await until(() => !pids.some(isAlive))
})

t.test('a worker that is stuck is replaced', async t => {
  const { child, url, lines } = await start(t, t.testdir(files))
  const [stuck] = workersOf(child.pid!)
  process.kill(stuck!, 'SIGSTOP')
  await until(() => {
    const now = workersOf(child.pid!)
    return now.length === 2 && !now.includes(stuck!)
  })
  t.same(await Promise.all(Array.from({ length: 8 }, () => textOf(url))), new Array(8).fill('first'))
  // Lines are written together, some time after the event.
  await until(() => lines().length >= 2)
  t.match(lines(), [{ msg: 'a worker hangs and is killed', worker: stuck }, { signal: 'SIGKILL' }])
  t.equal(lines().length, 2)
})
