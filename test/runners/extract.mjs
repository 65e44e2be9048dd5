// Writes each test in the documents to a folder of its own, FOLDER/RUNNER-NUMBER/FILE, and prints what it wrote.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const [, , folder] = process.argv
const pages = ['README.md', 'docs/testing.md']
const root = new URL('../../', import.meta.url)

const runners = [
  ['pytest', /^# test_\w+\.py\n/],
  ['vitest', /from 'vitest'/],
  ['node-test', /from 'node:test'/],
  ['tap', /from 'tap'/],
  ['jest', /^test\(/m]
]

let number = 0
for (const page of pages) {
  const text = await readFile(new URL(page, root), 'utf8')
  for (const [, block] of text.matchAll(/^```(?:[jt]s|python)\n(.*?)^```$/gms)) {
    const [, name] = /^(?:\/\/|#) (\S+\.test\.\w+|test_\w+\.py)\n/.exec(block) ?? []
    if (!name) continue
    const [runner] = runners.find(([, pattern]) => pattern.test(block))
    const home = join(folder, `${runner}-${++number}`)
    await mkdir(home, { recursive: true })
    await writeFile(join(home, name), block)
    console.log(`${runner} ${home} ${name} ${page}`)
  }
}
