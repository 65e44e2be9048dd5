/** Tests that the summary of a real load is right: a full core, and a core with little to do. Judges words, and no times. */
import { spawnSync } from 'node:child_process'
import autocannon from 'autocannon'
import t, { type Test } from 'tap'
import { about } from '../helper.js'
import { startStandin } from './start.js'

const onOneCore = spawnSync('taskset', ['-c', '0', 'true']).status === 0 ? ['taskset', '-c', '0'] : []

interface Load extends Partial<autocannon.Options> {
  content: string
  more?: object
}

/** Starts a server on one core, sends a load for three seconds, and returns what `/_mock/load` answers. */
async function summarise(t: Test, args: string[], { content, more, ...load }: Load) {
  const { url } = await startStandin(t, ['--log-level', 'warn', ...args], { by: onOneCore })
  const result = await autocannon({
    url: `${url}/v1/chat/completions`,
    method: 'POST',
    headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json' },
    body: JSON.stringify(about(content, more)),
    duration: 3,
    ...load
  })
  t.equal(result.non2xx + result.errors, 0, 'each request succeeds')
  const response = await fetch(`${url}/_mock/load`)
  const report = (await response.json()) as { requests: number; summary: string; saturated: boolean }
  const metrics = await (await fetch(`${url}/_mock/metrics`)).text()
  t.match(metrics, new RegExp(`^standin_saturated ${Number(report.saturated)}$`, 'm'), 'the metric agrees')
  t.comment(report.summary)
  return report
}

// Each request is another, and needs more of the server than of the load tool.
const prompt = `Tell me about zebras [<id>]${' and all other animals of the savanna'.repeat(100)}`

t.test('300 connections that send as fast as they can make Standin the bottleneck of one core', async t => {
  const { summary } = await summarise(t, [], { content: prompt, idReplacement: true, connections: 300 })
  t.match(summary, /: Standin is the bottleneck; /)
})

t.test('workers that share a core are the bottleneck too', async t => {
  const { summary } = await summarise(t, ['--workers', '2'], {
    content: prompt,
    idReplacement: true,
    connections: 300
  })
  t.match(summary, /: Standin is the bottleneck; /)
})

t.test('a few requests per second, and a few slow streams, do not', async t => {
  for (const load of [
    { content: 'Hello!', connections: 1, overallRate: 10 },
    {
      content: 'Hello!',
      connections: 2,
      more: { stream: true },
      headers: {
        authorization: 'Bearer sk-test',
        'content-type': 'application/json',
        'x-mock-timing': 'firstTokenMs=200, interTokenMs=50'
      }
    }
  ]) {
    const { summary, requests } = await summarise(t, [], load)
    t.ok(requests > 0)
    t.match(summary, /: (what you measured was not Standin|Standin had time left|Standin was not the bottleneck)/)
  }
})
