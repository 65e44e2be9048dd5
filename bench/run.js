// Measures Standin beside a bare node:http server that writes the very same bytes, and beside the rivals that are installed.
// usage: npm run bench            all of it, into bench/results.md, bench/results.json and bench/charts/ (25 minutes)
//        npm run bench -- --quick a few cases without rivals, writes nothing (half a minute)
//        npm run bench -- --against DIR [--turns N] this checkout beside another, writes nothing (two minutes; see against.js)
//        npm run bench -- --only streams|workers  that part alone, writes nothing (--turns N, 5 by default)
//        npm run bench -- --saturation the client's figures beside those of /_mock/load, writes nothing (two minutes)
//        npm run bench -- --only TEXT the cases whose names have the text in them, with rivals, writes nothing
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { against } from './against.js'
import { cases, oneWrite } from './cases.js'
import { charts } from './charts.js'
import { firstAnswers, idleMemory } from './first-answer.js'
import { load } from './load.js'
import { openStreams, pacedStreams } from './many-streams.js'
import { median, memoryOf, pinned, pinSelf, takeTurns } from './process.js'
import { saturationText, streamsText, toMarkdown, workersText } from './report.js'
import { saturation } from './saturation.js'
import { bare, installedRivals, standin, started, writeFixtures } from './servers.js'
import { twoWorkers, twoWorkersOfStreams } from './workers.js'

const quick = process.argv.includes('--quick')
const [runs, seconds, starts, warmUp] = quick ? [3, 1, 5, 1] : [9, 1, 11, 3]
const connections = 50
const root = new URL('../', import.meta.url)
const rivals = quick ? [] : installedRivals()
const flagValue = flag => (process.argv.includes(flag) ? process.argv[process.argv.indexOf(flag) + 1] : undefined)
const only = flagValue('--only')
const isQuick = ({ name }) => ['JSON, canned', 'SSE, 100 tokens, unpaced', '400', '401'].includes(name)

async function main() {
  pinSelf()
  if (process.argv.includes('--against')) return against(flagValue('--against'), Number(flagValue('--turns') ?? 15))
  if (!quick && !rivals.length) console.error('without rivals: npm ci --prefix bench installs them')
  const directory = await mkdtemp(join(tmpdir(), 'standin-bench-'))
  try {
    if (Object.hasOwn(parts, only)) return console.log(await parts[only](directory))
    if (process.argv.includes('--saturation')) {
      const rows = await saturation({ files: await writeFixtures(directory), asked: cases[0], runs: quick ? 1 : 3 })
      console.log(saturationText(rows))
      return console.log(JSON.stringify(rows))
    }
    const results = []
    const chosen = only ? cases.filter(({ name }) => name.includes(only)) : quick ? cases.filter(isQuick) : cases
    for (const each of chosen) {
      console.error(each.name)
      results.push(await measure(each, directory))
    }
    if (only) return console.log(JSON.stringify(results, null, 2))
    console.error('first answers, streams')
    const files = await writeFixtures(directory)
    const first = await firstAnswers({ starts, directory, files, rivals, asked: cases[0] })
    const idleMb = quick ? undefined : await idleMemory(5)
    const streams = quick ? undefined : { paced: await pacedStreams(files, 5), open: await openStreams(5) }
    const workers = quick ? undefined : await workerCosts(directory, files, 5)
    console.error('saturation')
    const saturated = quick ? undefined : await saturation({ files, asked: cases[0], runs: 3 })
    const report = {
      ...(await machine()),
      ...{ runs, seconds, warmUp, connections, starts, results, first, idleMb, streams, workers, saturation: saturated }
    }
    const text = toMarkdown(report)
    console.log(text)
    if (quick) return
    await writeFile(new URL('bench/results.md', root), text)
    await writeFile(new URL('bench/results.json', root), `${JSON.stringify(report, null, 2)}\n`)
    await mkdir(new URL('bench/charts/', root), { recursive: true })
    for (const [name, svg] of Object.entries(charts(report)))
      await writeFile(new URL(`bench/charts/${name}.svg`, root), svg)
  } finally {
    await rm(directory, { recursive: true })
  }
}

const turns = Number(flagValue('--turns') ?? 5)

/** The parts that `--only` measures by name. */
const parts = {
  streams: async directory => streamsText({ paced: await pacedStreams(await writeFixtures(directory), turns) }),
  async workers(directory) {
    const files = await writeFixtures(directory)
    const server = await started(standin, files, { key: 'sk-test', body: cases[0].body })
    await server.stop()
    const answer = join(directory, 'first.json')
    await writeFile(answer, JSON.stringify(server.answer))
    return workersText(await workerCosts(directory, files, turns))
  }
}

const workerCosts = async (directory, files, runs) => ({
  JSON: await twoWorkers({ files, answer: join(directory, 'first.json'), runs, asked: cases[0] }),
  'paced streams': await twoWorkersOfStreams({ files, runs })
})

// All servers of a case live through all its runs.
async function measure({ name, body, key = 'sk-test', fixtures = 0, unique, options, rivals: able = [] }, directory) {
  const files = await writeFixtures(directory, fixtures)
  const asked = { key, body, unique, options }
  const servers = [await started(standin, files, asked)]
  const [{ answer }] = servers
  const file = join(directory, 'answer.json')
  await writeFile(file, JSON.stringify({ ...answer, isOneWrite: options === oneWrite }))
  servers.push(await started({ ...bare, command: port => ['bench/bare.js', port, file] }, files, asked))
  for (const part of ['status', 'body'])
    if (servers[1].answer[part] !== answer[part]) throw new Error(`${name}: the bare server's ${part} differs`)
  for (const rival of rivals.filter(rival => able.includes(rival.name)))
    servers.push(await started(rival, files, asked))
  try {
    for (const server of servers) await load(server, asked, { seconds: warmUp, connections })
    const rates = await takeTurns(servers, runs, server =>
      load(server, asked, { seconds, connections, status: server.answer.status })
    )
    return {
      name,
      bytes: Buffer.byteLength(answer.body),
      servers: servers.map((server, index) => summary(server, rates[index], rates[1]))
    }
  } finally {
    await Promise.all(servers.map(server => server.stop()))
  }
}

function summary({ name, pid, startMb, answer }, rates, bareRates) {
  return {
    name,
    status: answer.status,
    rate: median(rates.map(({ rate }) => rate)),
    ratio: median(rates.map(({ rate }, turn) => rate / bareRates[turn].rate)),
    p99: median(rates.map(({ p99 }) => p99)),
    startMb,
    loadedMb: memoryOf(pid),
    rates: rates.map(({ rate }) => rate)
  }
}

async function machine() {
  const version = async path => JSON.parse(await readFile(new URL(path, root), 'utf8')).version
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: `${cpus()[0]?.model.trim() || 'unknown CPU'}, ${cpus().length} cores`,
    node: process.version,
    standin: await version('package.json'),
    autocannon: await version('node_modules/autocannon/package.json'),
    rivals: Object.fromEntries(rivals.map(({ name, package: from, version }) => [name, `${from} ${version}`])),
    pinned: pinned(0, ['x'])[0] === 'taskset'
  }
}

await main()
