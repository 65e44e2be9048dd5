// Writes what was measured as Markdown.
const whole = number => Math.round(number).toLocaleString('en-US')

export function toMarkdown({ results, first, runs, seconds, connections, starts, pinned, ...machine }) {
  const { date, cpu, node, standin, autocannon } = machine
  return `# Bench results

${date} · Standin ${standin} · Node ${node} · autocannon ${autocannon} · ${cpu}

Each case is paired with a bare \`node:http\` server that collects and parses the body and writes the very same status, headers
and bytes. The two take turns: ${runs} runs of ${seconds} s each with ${connections} connections; rates are medians, the ratio is the median of the pairs'.
Standin runs with \`--log-level warn\`. ${pinned ? 'The servers have one core and autocannon another (`taskset`).' : "Nothing was pinned to a core: taskset or a second core is missing, so the load shares the servers' core."}

| case | bytes of body | Standin, answers/s | bare, answers/s | ratio |
|---|--:|--:|--:|--:|
${results.map(({ name, bytes, standin, bare, ratio }) => `| ${name} | ${whole(bytes)} | ${whole(standin)} | ${whole(bare)} | ${ratio.toFixed(2)} |`).join('\n')}

First answer: from spawning \`node dist/cli.js\` to the first 200 of a completion, in turns with the bare server, median of ${starts}.

| | Standin | bare | ratio |
|---|--:|--:|--:|
| first answer | ${whole(first.standinMs)} ms | ${whole(first.bareMs)} ms | ${first.ratio.toFixed(2)} |

Made by \`npm run bench\`; every run is in \`results.json\`.
`
}
