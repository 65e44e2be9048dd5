// Draws what was measured as SVG, readable on light and on dark pages.
const width = 760
const barHeight = 22
const left = 220

/** Charts by file name. */
export function charts({ results, first }) {
  const named = name => results.find(result => result.name === name)?.servers ?? []
  const rates = servers => servers.map(({ name, rate }) => ({ name, value: rate, text: `${thousands(rate)} /s` }))
  return {
    json: bars('JSON answers a second, one core', rates(named('JSON, canned'))),
    sse: bars('Streams of 100 tokens a second, one core', rates(named('SSE, 100 tokens, unpaced'))),
    start: bars(
      'From start to first answer',
      first.map(({ name, ms }) => ({ name, value: ms, text: `${Math.round(ms)} ms` }))
    )
  }
}

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
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
<style>text{font:14px system-ui,sans-serif;fill:#57606a}.title{font-weight:600}</style>
<text class="title" x="0" y="20">${title}</text>
${drawn.join('\n')}
</svg>
`
}

const label = name => (name === 'bare' ? 'bare node:http' : name)
const thousands = number => Math.round(number).toLocaleString('en-US')
