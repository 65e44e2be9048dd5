/** Runs what the documents show: their fixtures, requests, programs, links, and the pages that are made from tables. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { checkConfig } from '../src/cli/check-config.js'
import { optionsPage } from '../src/core/option-docs.js'
import { optionTable } from '../src/core/option-table.js'
import { resolveOptions } from '../src/core/resolve-options.js'
import { createServer, type Server } from '../src/index.js'

const pages = [
  ...readdirSync('.').filter(name => name.endsWith('.md')),
  ...['docs', 'examples', 'openapi', 'bench'].flatMap(folder =>
    readdirSync(folder)
      .filter(name => name.endsWith('.md'))
      .map(name => join(folder, name))
  )
]
const read = (page: string) => readFileSync(page, 'utf8')

interface Block {
  language: string
  text: string
}

/** The fenced blocks of a page, by heading: what stands under one heading is one world. */
function sectionsOf(page: string): { title: string; blocks: Block[] }[] {
  return `\n${read(page)}`
    .split(/\n(?=#+ (?!my-fixtures))/)
    .map(text => ({
      title: text.trim().split('\n')[0]!.replace(/^#+ /, ''),
      blocks: [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ language, text }))
    }))
    .filter(({ blocks }) => blocks.length)
}

/** The words of a shell command, its quotation marks taken off. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain!
  )
}

const commandsOf = ({ text }: Block) =>
  text
    .replace(/ *\\\n */g, ' ')
    .split('\n')
    .flatMap(line => line.split(' && '))
    .filter(line => line && !line.startsWith('#'))

/** The flags that a command gives to Standin; nothing when it starts something else. */
function flagsOf(command: string): string[] | undefined {
  return /^(?:(?:npx )?standin(?: record)?|npm start --)\b ?(.*)$/.exec(command)?.[1]?.split(' ').filter(Boolean)
}

async function curl(server: Server, command: string): Promise<string> {
  const [request = '', filter] = command.split(' | ')
  const words = wordsOf(request).slice(1)
  const headers: Record<string, string> = {}
  let url = ''
  let payload: string | undefined
  let method: string | undefined
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-H') {
      const [, name, value] = /^([^:]+): (.*)$/.exec(words.shift()!)!
      headers[name!] = value!
    } else if (word === '-X') method = words.shift()
    else if (word === '-d' || word === '--json') {
      payload = words.shift()
      if (word === '--json') headers['content-type'] = 'application/json'
    } else if (word.startsWith('http')) url = word.replace('http://127.0.0.1:4010', '')
    else if (!/^-[sSN]+$/.test(word)) throw new Error(`${word} is not known to this test`)
  }
  const answer = await server.app.inject({
    method: (method ?? (payload ? 'POST' : 'GET')) as 'GET',
    url,
    headers,
    payload
  })
  const path = filter === undefined ? undefined : /^jq -r '\.(.*)'$/.exec(filter)![1]!
  if (path === undefined) return answer.body
  return String(
    path
      .split(/[.[\]]+/)
      .reduce<unknown>((value, key) => (key ? (value as Record<string, unknown>)[key] : value), answer.json())
  )
}

// What is new with each answer is not what a document can show.
const steady = (text: string) =>
  JSON.parse(text, (key, value) => (['id', 'created', 'obfuscation'].includes(key) ? typeof value : value))

async function live(t: Test, { blocks }: { blocks: Block[] }, page: string): Promise<void> {
  const files = blocks.filter(({ language }) => language === 'yaml')
  const directory = t.testdir()
  for (const { text } of files) {
    const name = /^# my-fixtures\/(\S+)\n/.exec(text)?.[1]
    if (!name) throw new Error(`a YAML block of ${page} does not begin with the name of its file`)
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
  const started = blocks
    .filter(({ language }) => language === 'bash')
    .flatMap(commandsOf)
    .map(flagsOf)
  const flags = (started.find(Boolean) ?? []).filter(
    (flag, at, all) => flag !== '--fixtures' && all[at - 1] !== '--fixtures'
  )
  const options = Object.fromEntries(
    flags.flatMap((flag, at) => (flag.startsWith('--') ? [[flag.slice(2), flags[at + 1]]] : []))
  )
  const server = await createServer({ ...options, ...(files.length ? { fixtures: directory } : {}) })
  t.teardown(() => server.close())
  t.ok(server.app, 'the fixtures compile')
  for (const [at, block] of blocks.entries()) {
    if (block.language !== 'bash') continue
    const said: string[] = []
    for (const command of commandsOf(block)) if (command.startsWith('curl')) said.push(await curl(server, command))
    if (!said.length) continue
    const shown = blocks[at + 1]
    if (shown?.language === 'json') {
      t.same(
        steady(said.at(-1)!.replaceAll(directory, 'my-fixtures')),
        steady(shown.text),
        'the answer is the one shown'
      )
      t.equal(
        said.at(-1)!.trim().split('\n')[1]?.search(/\S/),
        shown.text.split('\n')[1]?.search(/\S/),
        'indented as shown'
      )
    } else if (shown?.language === 'text')
      t.equal(`${said.map(text => text.trimEnd()).join('\n')}\n`, shown.text, 'the text is the one shown')
    else for (const text of said) t.notMatch(text, /"error"/, 'the request is a good one')
  }
}

for (const page of pages)
  for (const section of sectionsOf(page))
    if (section.blocks.some(({ language, text }) => language === 'yaml' || text.includes('curl ')))
      t.test(`what ${page} shows under "${section.title}" is what happens`, t => live(t, section, page))

t.test('the programs of the documents run and print what their comments say', async t => {
  const server = await createServer()
  t.teardown(() => server.close())
  const url = await server.listen()
  const examples = ['src/server/server.ts', 'src/testing/index.ts', 'src/testing/received.ts'].flatMap(file =>
    [...read(file).matchAll(/@example\n \* ```ts\n(.*?)```/gs)].map(([, text]) => text!.replace(/^ \* ?/gm, ''))
  )
  const programs = pages
    .flatMap(sectionsOf)
    .flatMap(({ blocks }) => blocks.filter(({ language }) => language === 'js').map(({ text }) => text))
  t.ok(programs.length > 3, 'there are some')
  const directory = t.testdir()
  for (const [index, text] of [...programs, ...examples].entries()) {
    const file = join(directory, `program-${index}.mjs`)
    writeFileSync(file, text.replaceAll('http://127.0.0.1:4010', url))
    const { stdout } = await promisify(execFile)(process.execPath, [file], {
      env: { PATH: process.env.PATH },
      timeout: 30_000
    })
    if (text.includes('node:test')) t.match(stdout, /^(# |ℹ )pass 1$/m, 'its test passes')
    else
      t.equal(
        stdout,
        [...text.matchAll(/^ *console\.log\(.*\) \/\/ (.*)$/gm)].map(([, said]) => `${said}\n`).join(''),
        text
      )
  }
})

t.test('the Python of the documents is that of the example, which runs with the other clients', async t => {
  const example = read('examples/openai-python.py')
  const flat = (text: string) => text.replace(/\s+/g, ' ')
  for (const { language, text } of sectionsOf('README.md').flatMap(({ blocks }) => blocks)) {
    if (language !== 'python') continue
    for (const line of text.split('\n')) {
      const call = /^\w+ = ([\w.]+)\(/.exec(line)?.[1]
      if (call) t.match(flat(example), `${call}(`, line)
    }
  }
})

t.test('options of commands exist, and so do scripts', async t => {
  const { scripts } = JSON.parse(read('package.json'))
  const flags = optionTable.map(({ flag }) => `--${flag}`)
  for (const page of pages) {
    const text = read(page)
    for (const [, script] of text.matchAll(/\bnpm run ([\w:]+)/g))
      t.ok(scripts[script!], `npm run ${script} of ${page}`)
    if (page.startsWith('bench')) continue
    for (const [, flag] of text.matchAll(/`(--[a-z-]+)/g)) t.ok(flags.includes(flag!), `${flag} of ${page}`)
    for (const { blocks } of sectionsOf(page))
      for (const command of blocks.filter(({ language }) => language === 'bash').flatMap(commandsOf)) {
        const given = flagsOf(command)
        if (given) t.ok(resolveOptions({ argv: given }), command)
      }
  }
})

t.test('docs/options.md is made from the table of options', async t => {
  if (process.argv.includes('--write')) writeFileSync('docs/options.md', optionsPage())
  t.equal(read('docs/options.md'), optionsPage())
})

/** The name under which a heading can be linked to. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s/g, '-')

t.test('every relative link leads somewhere', async t => {
  for (const page of pages)
    for (const [, target = ''] of read(page)
      .replace(/^```.*?^```$/gms, '')
      .matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      const [path, anchor] = target.split('#')
      const file = path ? join(dirname(page), path) : page
      if (!existsSync(file)) t.fail(`${page} links to ${target}`)
      else if (anchor) {
        const anchors = [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!))
        t.ok(anchors.includes(anchor), `${target} of ${page} is a heading`)
      }
    }
})

t.test('every file that the documents name exists', async t => {
  const made = /^(dist|node_modules|my-fixtures)\//
  for (const page of ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'README.md', 'docs/deviations.md']) {
    const names = read(page).match(/(?<![\w/.-])(?:src|test|fixtures|openapi|docs|examples|bench)\/[\w./*-]*/g) ?? []
    for (const name of names) {
      const clean = name.replace(/[.,]$/, '')
      if (clean.includes('*')) {
        const [before = '', after = ''] = clean.slice(clean.lastIndexOf('/') + 1).split('*')
        t.ok(
          readdirSync(dirname(clean)).some(file => file.startsWith(before) && file.endsWith(after)),
          `${clean} of ${page}`
        )
      } else if (!made.test(clean)) t.ok(existsSync(clean), `${clean} of ${page}`)
    }
  }
})

t.test('CONTRIBUTING.md says of every library why it is there', async t => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'))
  const [, table = ''] = read('CONTRIBUTING.md').split('## Why these libraries')
  const named = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)
  )
  t.same(named.sort(), [...Object.keys(dependencies), ...Object.keys(devDependencies)].sort())
})

t.test('docs/fixtures.md names every key of a fixture, and every field of a match', async t => {
  const page = read('docs/fixtures.md')
  const { $defs } = JSON.parse(read('fixtures/fixture.schema.json'))
  for (const part of ['fixture', 'match', 'saying', 'reply', 'toolCall', 'stored'])
    for (const key of Object.keys($defs[part].properties))
      t.match(page, key === '$schema' ? key : `\`${key}\``, `${key} of ${part}`)
  for (const key of Object.keys($defs.reply.properties.usage.properties)) t.match(page, `\`${key}\``, key)
})

t.test('the examples are checked as a start would check them', async t => {
  t.match(await checkConfig(resolveOptions({ serverOptions: { fixtures: 'examples/fixtures' } })), /All is well/)
})

t.test('words that promise too much are not in the documents', async t => {
  for (const page of pages.filter(page => page !== 'docs/errors.md'))
    t.notMatch(read(page), /\b(just|easy|easily|simply|obviously|basically|blazing|seamless|powerful)\b/i, page)
})
