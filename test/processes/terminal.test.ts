/** Tests what the command prints on a terminal: with Python's pty, because Node opens none. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import t, { type Test } from 'tap'
import { about } from '../helper.js'
import { command, freePort, post, startStandin, until } from './start.js'

/** Runs a program on a terminal of 100 columns: copies its output to stdout, and writes what stdin gets to the terminal. */
const runOnTerminal = `
import fcntl, os, pty, select, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
inputs = [terminal, 0]
while True:
    for ready in select.select(inputs, [], [])[0]:
        try:
            data = os.read(ready, 65536)
        except OSError:
            data = b""
        if ready == 0:
            if data: os.write(terminal, data)
            else: inputs.remove(0)
        elif data:
            os.write(1, data)
        else:
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`

function onTerminal(t: Test, args: string[], env: Record<string, string> = {}) {
  const child: ChildProcess = spawn('python3', ['-c', runOnTerminal, process.execPath, command, ...args], {
    cwd: t.testdir({ fixtures: { 'hello.yaml': 'name: hello\nmatch: { lastUser: Hello! }\nreply: { text: Hi }\n' } }),
    env: { PATH: process.env.PATH ?? '', TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'inherit']
  })
  t.teardown(() => child.kill('SIGKILL'))
  const output = { text: '' }
  child.stdout!.setEncoding('utf8').on('data', text => (output.text += text))
  const lines = () => stripVTControlCharacters(output.text).split('\r\n')
  const interrupt = async () => {
    child.stdin!.write('\u0003')
    return once(child, 'exit')
  }
  return { child, output, lines, interrupt }
}

for (const workers of ['1', '2'])
  t.test(`a start prints its URL, one banner, and then a line for each request, with --workers ${workers}`, async t => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const args = ['--port', String(port), '--fixtures', 'fixtures', '--workers', workers]
    const { output, lines, interrupt } = onTerminal(t, args)
    await until(() => output.text.includes('session'))
    for (let at = 0; at < 4; at++) await (await post(url)).text()
    await (await post(url, about('Bye\u001b[2J\u0007'))).text()
    await fetch(`${url}/_mock/health`, { headers: { connection: 'close' } })
    await post(url, { model: 'gpt-4o' })
    await until(() => /missing_messages|POST.* 400 /.test(lines().join('\n')))
    await until(() => lines().filter(line => / POST /.test(line)).length === 6)
    t.same(lines().slice(0, 7), [
      `Standin listens on ${url}/v1 (page: ${url}/_mock/)`,
      `  page      ${url}/_mock/`,
      '  fixtures  1 from fixtures (1 file)',
      '  keys      any key works; 8 keys with settings of keys.yaml',
      `  use it    OPENAI_BASE_URL=${url}/v1`,
      '',
      lines()[6]
    ])
    t.match(lines()[6], /^time +method +path +status +answer +model +in\/out +ms +session$/)
    t.equal(lines().filter(line => /\bOPENAI_BASE_URL\b/.test(line)).length, 1, 'one banner')
    t.equal(lines().filter(line => / 200 +hello +gpt-4o +/.test(line)).length, 4)
    const nearest = lines().find(line => /nearest: /.test(line))
    t.match(nearest, /^ +nearest: hello \(.*\): lastUser: expected to contain "Hello!", was "Bye\\u001b\[2J\\u0007"$/)
    t.notMatch(output.text, /\u001b\[2J|\u0007/, 'no control characters of the request')
    t.notMatch(output.text, '_mock/health', 'no probe')
    t.ok(
      lines().every(line => /nearest|listens/.test(line) || line.length <= 100),
      'no line is longer than the terminal'
    )
    t.match(output.text, '\u001b[32m200', 'the color of the status')
    t.same(await interrupt(), [0, null])
  })

t.test('NO_COLOR and TERM=dumb print no colors, and FORCE_COLOR prints them', async t => {
  const rows: [Record<string, string>, boolean][] = [
    [{ NO_COLOR: '1' }, false],
    [{ TERM: 'dumb' }, false],
    [{ TERM: 'dumb', FORCE_COLOR: '1' }, true]
  ]
  for (const [env, hasColors] of rows) {
    const port = await freePort()
    const { output, interrupt } = onTerminal(t, ['--port', String(port)], env)
    await until(() => output.text.includes('session'))
    await post(`http://127.0.0.1:${port}`)
    await until(() => output.text.includes('POST'))
    t.equal(output.text.includes('\u001b['), hasColors, JSON.stringify(env))
    await interrupt()
  }
})

t.test('tail prints the same lines on a terminal, and Ctrl-C ends it', async t => {
  const { url } = await startStandin(t, ['--log-level', 'silent'])
  const { output, lines, interrupt } = onTerminal(t, ['tail', url])
  await until(async () => {
    await post(url)
    return output.text.includes('POST')
  })
  t.match(lines()[0], /^time +method +path/)
  t.match(lines()[1], /^\d\d:\d\d:\d\d POST +\/v1\/chat\/completions +200 +generated +gpt-4o +\d+\/\d+ +[\d.]+ sk-…/)
  t.match(lines()[2], /^ +nearest: /)
  t.same(await interrupt(), [0, null])
})
