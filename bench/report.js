// Writes what was measured as Markdown.
import { bars, isMet } from './bars.js'

const whole = number => Math.round(number).toLocaleString('en-US')
const row = cells => `| ${cells.join(' | ')} |`

export function toMarkdown(report) {
  const { results, first, idleMb, streams, workers, saturation, ...settings } = report
  const { runs, seconds, warmUp, connections, starts, pinned, ...machine } = settings
  const { date, cpu, node, standin, autocannon, rivals } = machine
  const versions = Object.values(rivals)
  const parts = [
    '# Bench results',
    `${date} · Standin ${standin} · Node ${node} · autocannon ${autocannon} · ${cpu}${versions.length ? ` · ${versions.join(' · ')}` : ''}`,
    `Each case is paired with a bare \`node:http\` server that collects and parses the body and writes the very same status, headers
and bytes. The servers take turns: ${warmUp} s to warm up, then ${runs} runs of ${seconds} s each with ${connections} connections; rates are
medians, ratios are the median of the turns' ratios to the bare server. Standin runs with \`--log-level warn\` and everything else as it comes: validation, keys, limits and
journal on. ${pinned ? 'The servers have one core and the load another (`taskset`).' : "Nothing was pinned to a core: taskset or a second core is missing, so the load shares the servers' core."}`,
    barTable(report),
    table(results),
    rivalTable(results, Object.keys(rivals)),
    `First answer: from spawning the server to its first 200 of a completion, in turns, median of ${starts}.`,
    firstTable(first),
    idleMb && `Memory five seconds after the start, without a request: ${whole(idleMb)} MB.`,
    streams && streamsText(streams),
    workers && workersText(workers),
    saturation && saturationText(saturation),
    'Made by `npm run bench`; every run is in `results.json`.'
  ]
  return `${parts.filter(Boolean).join('\n\n')}\n`
}

/** The bars of the whole bench; a quick one has too few cases. */
function barTable(report) {
  if (!report.streams) return undefined
  const rows = bars.map(({ name, read, digits = 2, tried = '', ...bar }) => {
    const value = read(report)
    const limits = [bar.least, bar.most].map((limit, at) => limit !== undefined && `${['≥', '≤'][at]} ${limit}`)
    const met = isMet(bar, value)
    const verdict = met === undefined ? 'not measured' : met ? 'yes' : tried ? `no; tried: ${tried}` : 'no'
    return row([name, limits.filter(Boolean).join(', '), value === undefined ? '' : value.toFixed(digits), verdict])
  })
  return [
    'Bars: a ratio is to the bare server, if the name has no unit.',
    [row(['', 'bar', 'measured', 'met']), '|---|--:|--:|---|', ...rows].join('\n')
  ].join('\n\n')
}

function table(results) {
  const rows = results.map(({ name, bytes, servers: [standin, bare] }) =>
    row([name, whole(bytes), whole(standin.rate), whole(bare.rate), standin.ratio.toFixed(2), standin.p99, bare.p99])
  )
  const head = ['case', 'bytes of body', 'Standin, answers/s', 'bare, answers/s', 'ratio', 'p99 ms', 'bare p99 ms']
  return [row(head), '|---|--:|--:|--:|--:|--:|--:|', ...rows].join('\n')
}

function rivalTable(results, names) {
  if (!names.length) return undefined
  const rows = results
    .filter(({ servers }) => servers.length > 2)
    .map(({ name, servers }) => {
      const [standin] = servers
      const cells = names.map(each => {
        const rival = servers.find(server => server.name === each)
        return rival ? `${whole(rival.rate)} (${(standin.rate / rival.rate).toFixed(1)}×)` : ''
      })
      return row([name, whole(standin.rate), ...cells])
    })
  return [
    'Beside others, answers a second, and how many times as many Standin gives:',
    [row(['case', 'Standin', ...names]), `|---|--:|${names.map(() => '--:|').join('')}`, ...rows].join('\n')
  ].join('\n\n')
}

function firstTable(first) {
  const rows = first.map(({ name, ms, ratio }) => row([name, `${whole(ms)} ms`, ratio.toFixed(2)]))
  return [row(['', 'first answer', 'ratio']), '|---|--:|--:|', ...rows].join('\n')
}

export function streamsText({ paced, open }) {
  const rows = paced.map(({ streams, gapMs, lost, standin, bare }) =>
    row([
      whole(streams),
      gapMs,
      lost,
      ...[standin, bare].flatMap(({ p50, p99 }) => [p50.toFixed(4), p99.toFixed(4)]),
      `${whole(standin.firstP99)} ms`,
      `${whole(bare.firstP99)} ms`,
      (standin.firstP99 / bare.firstP99).toFixed(2),
      ...[standin, bare].map(({ cpuPerFrame }) => cpuPerFrame.toFixed(1)),
      `${whole(Math.max(standin.clientBusy, bare.clientBusy) * 100)} %`,
      `${(standin.late * 100).toFixed(2)} %`
    ])
  )
  const head = [
    ...['streams', 'gap ms', 'lost', 'p50', 'p99', 'bare p50', 'bare p99', 'first token p99', 'bare', 'ratio'],
    ...['µs a frame', 'bare', 'client busy', 'written within 10 ms']
  ]
  return [
    `Paced streams of 200 tokens, 200 ms to the first and a gap to each next, all asked for at once: from the first frame to the last, as
a share of what was asked (p50, p99); from the request to the first frame; and processor time of the server for a frame. The bare server
has a timer for each stream. The client has a core of its own, and is part of what is seen: near 100 % it is the limit. The last column
is the server's own account.`,
    [row(head), `|${head.map(() => '--:|').join('')}`, ...rows].join('\n'),
    open &&
      `${whole(open.streams)} streams held open: ${open.lost} lost, ${open.standinKib.toFixed(1)} KiB each where a bare server that holds as many responses takes ${open.bareKib.toFixed(1)} KiB (${open.ratio.toFixed(2)}).`
  ]
    .filter(Boolean)
    .join('\n\n')
}

export function workersText(workers) {
  const rows = Object.entries(workers).flatMap(([what, servers]) =>
    Object.entries(servers).map(([name, { one, two, times }]) =>
      row([what, name, one.toFixed(1), two.toFixed(1), times.toFixed(2)])
    )
  )
  return [
    `Two workers: microseconds of processor time that a request, or a frame of a paced stream, takes in one process and in two workers,
their primary included, and how many times as much as one process the two can answer on cores of their own, which follows from these.
The processes of a server shared a core under the batch policy (\`chrt\`), since the load had the other; each worker had as many
connections as the one process.`,
    [row(['', '', 'one process', 'two workers', 'times']), '|---|---|--:|--:|--:|', ...rows].join('\n')
  ].join('\n\n')
}

export function saturationText(rows) {
  const ms = value => value.toFixed(value < 10 ? 1 : 0)
  const cells = rows.map(({ connections, rate, utilization, ...times }) =>
    row([
      connections,
      whole(rate),
      `${Math.round(utilization * 100)} %`,
      ...[times.clientP50, times.estimateP50, times.clientP99, times.estimateP99].map(ms),
      ...[times.ratioP50, times.ratioP99].map(ratio => (Number.isFinite(ratio) ? ratio.toFixed(2) : ''))
    ])
  )
  const head = [
    'connections',
    'answers/s',
    'event loop',
    'p50 ms',
    'estimate',
    'p99 ms',
    'estimate',
    'p50 ratio',
    'p99 ratio'
  ]
  return [
    `Saturation of one core: milliseconds that the client measures, beside what \`/_mock/load\` estimates: its own time and the wait before
a request is read. The client measures whole milliseconds, and has a core of its own; what it spends itself is in its figures too. At 300
connections, the estimate should be within 20 % at the p50, and within twice at the p99.`,
    [row(head), `|${head.map(() => '--:').join('|')}|`, ...cells].join('\n')
  ].join('\n\n')
}

/** What `--against` found. */
export function comparisonText({ results, turns, starts, lowest, old, mean, slower }) {
  const rows = results.map(({ name, unit, now, old, ratio, spread }) =>
    row([
      name,
      `${whole(now)} ${unit}`,
      `${whole(old)} ${unit}`,
      ratio.toFixed(3),
      spread.map(each => each.toFixed(3)).join('–')
    ])
  )
  return [
    `This checkout (new) beside ${old} (old): ${turns} turns of each case, ${starts} of the first answer. Each ratio is the median of the
turns' ratios; above 1 the new build is faster. The spread is the middle half of the turns.`,
    [row(['case', 'new', 'old', 'ratio', 'spread']), '|---|--:|--:|--:|--:|', ...rows].join('\n'),
    `Geometric mean of the ratios: ${mean.toFixed(3)}`,
    slower.length
      ? `FAILED: slower than allowed: ${slower.join(', ')}. A case must reach ${lowest.case}, the geometric mean ${lowest.mean}.`
      : `Passed: each case reaches ${lowest.case}, the geometric mean ${lowest.mean}.`
  ].join('\n\n')
}
