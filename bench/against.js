// Compares the build of this checkout (new) with the build of another one (old): whether a change makes Standin slower.
// Prints a table, and exits with 1 when a case or the mean of all cases is slower than allowed.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cases } from './cases.js'
import { firstAnswer } from './first-answer.js'
import { load } from './load.js'
import { median, quantile, run, takeTurns } from './process.js'
import { comparisonText } from './report.js'
import { plainStandin, standin, started, writeFixtures } from './servers.js'

/** Ratios below these fail. */
const lowest = { case: 0.95, mean: 0.97 }
const compared = ['JSON, canned', 'SSE, 100 tokens, unpaced', '400']
const [seconds, connections] = [1, 50]
// A start is short, so there is time for more of them.
const startsPerTurn = 3

export async function against(directory, turns) {
  if (!directory || !(turns >= 1)) throw new Error('usage: npm run bench -- --against DIR [--turns N]')
  // npm starts this in the checkout; a relative path is relative to where the user is.
  const old = resolve(process.env.INIT_CWD ?? '.', directory)
  const checkouts = { new: fileURLToPath(new URL('../', import.meta.url)), old }
  for (const checkout of Object.values(checkouts)) await buildStale(checkout)
  const scratch = await mkdtemp(join(tmpdir(), 'standin-bench-'))
  try {
    const files = await writeFixtures(scratch)
    const both = server => Object.entries(checkouts).map(([name, cwd]) => ({ ...server, name, cwd }))
    const results = []
    for (const each of cases.filter(({ name }) => compared.includes(name))) {
      console.error(each.name)
      results.push(
        result(each.name, 'answers/s', await rates(both(standin), each, files, turns), (now, old) => now / old)
      )
    }
    console.error('first answer')
    const starts = turns * startsPerTurn
    const times = await takeTurns(both(plainStandin), starts, server => firstAnswer(server, files, cases[0]))
    results.push(result('first answer', 'ms', times, (now, old) => old / now))
    const outcome = judge(results)
    console.log(comparisonText({ results, turns, starts, lowest, old, ...outcome }))
    if (outcome.slower.length) process.exitCode = 1
  } finally {
    await rm(scratch, { recursive: true })
  }
}

async function buildStale(checkout) {
  await run(process.execPath, ['build.js', '--if-stale'], checkout).catch(error => {
    throw new Error(`${checkout} can't be built (npm ci makes what the build needs): ${error.message}`)
  })
}

/** Answers a second of each server in each turn. */
async function rates(servers, asked, files, turns) {
  const running = []
  try {
    for (const server of servers) running.push(await started(server, files, asked))
    const [now, old] = running.map(({ answer }) => answer.status)
    if (now !== old) throw new Error(`${asked.name}: the status is ${now}, the other checkout's is ${old}`)
    for (const server of running) await load(server, asked, { seconds, connections })
    const measured = await takeTurns(running, turns, server =>
      load(server, asked, { seconds, connections, status: now })
    )
    return measured.map(each => each.map(({ rate }) => rate))
  } finally {
    await Promise.all(running.map(({ stop }) => stop()))
  }
}

/** Each turn is a pair. Above 1, the new build is faster. */
function result(name, unit, [now, old], ratioOf) {
  const ratios = now.map((each, turn) => ratioOf(each, old[turn]))
  return {
    name,
    unit,
    now: median(now),
    old: median(old),
    ratio: median(ratios),
    spread: [quantile(ratios, 0.25), quantile(ratios, 0.75)]
  }
}

/** The geometric mean of the ratios, and what is slower than allowed. */
function judge(results) {
  const mean = Math.exp(results.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / results.length)
  const slower = results.filter(({ ratio }) => ratio < lowest.case).map(({ name }) => name)
  if (mean < lowest.mean) slower.push('geometric mean')
  return { mean, slower }
}
