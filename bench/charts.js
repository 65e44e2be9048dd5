// Draws what was measured as SVG, readable on light and on dark pages.
const width = 760
const barHeight = 22
const left = 220

/** Charts by file name. */
export function charts({ results, first, saturation }) {
  const named = name => results.find(result => result.name === name)?.servers ?? []
  const rates = servers => servers.map(({ name, rate }) => ({ name, value: rate, text: `${thousands(rate)} /s` }))
  return {
    json: bars('JSON answers a second, one core', rates(named('JSON, canned'))),
    sse: bars('Streams of 100 tokens a second, one core', rates(named('SSE, 100 tokens, unpaced'))),
    start: bars(
      'From start to first answer',
      first.map(({ name, ms }) => ({ name, value: ms, text: `${Math.round(ms)} ms` }))
    ),
    ...(saturation && { saturation: saturationChart(saturation) })
  }
}

/** Two lines by connections, on scales that grow by factors: what the client measured, and what Standin estimated. */
export function saturationChart(rows) {
  const height = 320
  const [bottom, top, right] = [height - 50, 60, width - 150]
  const counts = rows.map(({ connections }) => connections)
  const times = rows.flatMap(({ clientP50, clientP99, estimateP50, estimateP99 }) =>
    [clientP50, clientP99, estimateP50, estimateP99].map(atLeast)
  )
  const highest = 10 ** Math.ceil(Math.log10(Math.max(...times)))
  const lowest = 0.01
  const x = count => 70 + (Math.log(count) / Math.log(Math.max(...counts))) * (right - 70)
  const y = ms => bottom - (Math.log(atLeast(ms) / lowest) / Math.log(highest / lowest)) * (bottom - top)
  const line = ({ name, key, color, dash }) => {
    const points = rows.map(row => `${x(row.connections).toFixed(1)},${y(row[key]).toFixed(1)}`)
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="2.5"${dash ? ' stroke-dasharray="6 5"' : ''}><title>${name}</title></polyline>`
  }
  const lines = [
    { name: 'client, p99', key: 'clientP99', color: '#8a94a6' },
    { name: 'estimate, p99', key: 'estimateP99', color: '#0a7d5a', dash: true },
    { name: 'client, p50', key: 'clientP50', color: '#8a94a6' },
    { name: 'estimate, p50', key: 'estimateP50', color: '#0a7d5a', dash: true }
  ]
  // Names at the ends of lines must not cover each other.
  let lastY = Number.NEGATIVE_INFINITY
  const names = lines
    .map(each => ({ ...each, at: y(rows.at(-1)[each.key]) + 5 }))
    .sort((a, b) => a.at - b.at)
    .map(each => {
      lastY = Math.max(each.at, lastY + 18)
      return `<text x="${right + 12}" y="${lastY.toFixed(1)}">${each.name}</text>`
    })
  const ticks = Array.from({ length: Math.round(Math.log10(highest / lowest)) + 1 }, (_, at) => lowest * 10 ** at)
  const title = 'Milliseconds that a client measures, and that /_mock/load estimates, one core'
  return svg(title, height, [
    ...ticks.map(
      ms =>
        `<line x1="70" x2="${right}" y1="${y(ms).toFixed(1)}" y2="${y(ms).toFixed(1)}" stroke="#8a94a6" stroke-opacity="0.3"/><text x="60" y="${(y(ms) + 5).toFixed(1)}" text-anchor="end">${Number(ms.toPrecision(1))}</text>`
    ),
    ...rows.map(
      ({ connections, utilization }) =>
        `<text x="${x(connections).toFixed(1)}" y="${bottom + 20}" text-anchor="middle">${connections}</text><text x="${x(connections).toFixed(1)}" y="${bottom + 38}" text-anchor="middle">${Math.round(utilization * 100)} %</text>`
    ),
    `<text x="${right + 12}" y="${bottom + 20}">connections</text><text x="${right + 12}" y="${bottom + 38}">event loop busy</text>`,
    ...lines.map(line),
    ...names
  ])
}

// The client measures whole milliseconds.
const atLeast = ms => Math.max(ms, 0.01)

function bars(title, rows) {
  const most = Math.max(...rows.map(({ value }) => value))
  const height = 44 + rows.length * (barHeight + 8)
  const drawn = rows.map(({ name, value, text }, at) => {
    const y = 40 + at * (barHeight + 8)
    const length = Math.max(2, (value / most) * (width - left - 120))
    return [
      `<text x="${left - 10}" y="${y + 16}" text-anchor="end">${label(name)}</text>`,
      `<rect x="${left}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="3" fill="${name === 'standin' ? '#0a7d5a' : '#8a94a6'}"/>`,
      `<text x="${left + length + 8}" y="${y + 16}">${text}</text>`
    ].join('')
  })
  return svg(title, height, drawn)
}

const svg = (
  title,
  height,
  drawn
) => `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
<style>text{font:14px system-ui,sans-serif;fill:#57606a}.title{font-weight:600}</style>
<text class="title" x="0" y="20">${title}</text>
${drawn.join('\n')}
</svg>
`

const label = name => (name === 'bare' ? 'bare node:http' : name)
const thousands = number => Math.round(number).toLocaleString('en-US')
