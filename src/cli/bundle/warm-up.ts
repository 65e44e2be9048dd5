/**
 * Starts the bundled command, asks it for a few answers, and writes what V8 has compiled until then beside the files of the
 * bundle. The build runs this program.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Script } from 'node:vm'
import { createRunner } from './run-file.js'

const hello = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }] }

/** A plain answer, a stream, a validation error, and a text for each vocabulary that has uncommon words in it. */
const bodies = [
  hello,
  { ...hello, stream: true },
  { ...hello, n: 0 },
  { ...hello, messages: [{ role: 'user', content: 'zyx 世界' }] },
  { ...hello, model: 'gpt-4', messages: [{ role: 'user', content: 'zyx' }] }
]

function main(): void {
  const scripts = new Map<string, Script>()
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = ((text: string) => {
    const url = /listens on (\S+)/.exec(text)?.[1]
    if (url) void warmUp(url, scripts)
    return write(text)
  }) as typeof write
  const dist = fileURLToPath(new URL('../', import.meta.url))
  createRunner(dist, (file, script) => scripts.set(file, script))('standin.cjs')
}

async function warmUp(url: string, scripts: ReadonlyMap<string, Script>): Promise<void> {
  for (const body of bodies) {
    const response = await fetch(`${url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-warm' },
      body: JSON.stringify(body)
    })
    await response.text()
  }
  for (const [file, script] of scripts) writeFileSync(`${file}.cache`, script.createCachedData())
  process.exit(0)
}

main()
