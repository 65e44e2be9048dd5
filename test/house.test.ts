/**
 * Holds the laws of the house that ARCHITECTURE.md lists. Each law is checked on src/, and on small trees that break it: a checker
 * that does not report those is no checker.
 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { createServer, type Server } from '../src/index.js'
import { unusedLibraries } from './house/imports.js'
import { laws, readHouse } from './house/laws.js'
import { keepers } from './house/names.js'
import { missingNames } from './house/paths.js'
import { type Start, schemaProblems, seedProblems } from './house/running.js'
import { parseTree, report } from './house/tree.js'
import { wrongTrees } from './house/wrong-trees.js'

const house = readHouse('.')

for (const { name, check } of laws) {
  t.test(`law ${name}`, async t => t.same(check(house).map(report), []))

  t.test(`what breaks it is reported: law ${name}`, async t => {
    const trees = wrongTrees[name] ?? []
    t.not(trees.length, 0, 'there is a tree that breaks the law')
    for (const tree of trees) {
      const files = new Map(Object.entries(tree))
      const places = check({ ...house, tree: parseTree(files) }).map(({ file, line }) => `${file}:${line}`)
      t.same([...new Set(places)].sort(), marked(files).sort())
    }
  })
}

t.test('each wrong tree is about a law', async t => {
  const known = laws.map(({ name }) => name)
  for (const name of Object.keys(wrongTrees)) t.ok(known.includes(name), name)
})

/** The lines that end with `// wrong`. */
const marked = (files: ReadonlyMap<string, string>) =>
  [...files].flatMap(([file, text]) =>
    text.split('\n').flatMap((line, index) => (line.endsWith('// wrong') ? [`${file}:${index + 1}`] : []))
  )

t.test('a circle of imports is reported with its path', async t => {
  const { check } = laws.find(({ name }) => name === '1 imports never go in a circle')!
  const tree = parseTree(new Map(Object.entries(wrongTrees['1 imports never go in a circle']![0]!)))
  t.same(check({ ...house, tree }).map(report), [
    'core/c.ts:2 closes a circle of imports: core/a.ts → core/b.ts → core/c.ts → core/a.ts'
  ])
})

t.test('a folder without a floor is reported with what to do', async t => {
  const { check } = laws.find(({ name }) => name === '1 each file lies in a folder that has a floor')!
  const [found] = check({ ...house, tree: parseTree(new Map([['billing/a.ts', '']])) })
  t.match(found!.message, /billing\/ has no floor; add it to "floors" in test\/house\/names\.ts/)
})

t.test('every library of package.json is used, and every keeper keeps something', async t => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  t.same(unusedLibraries(house.tree, Object.keys({ ...dependencies, ...keepers })), [])
  const tree = parseTree(new Map([['core/source-file.ts', `import 'yaml/util.js'`]]))
  t.same(unusedLibraries(tree, ['yaml', 'pino']), ['pino'])
})

t.test('src/ has every name that the laws speak of', async t => {
  t.same(missingNames(house.tree), [])
  const empty = missingNames(parseTree(new Map()))
  t.ok(empty.includes('http/exchange.ts') && empty.includes('state/journal.ts Journal.add'))
})

t.test(
  'law 4: a schema with an unknown keyword, or one that does not compile, stops the start with its path',
  async t => {
    const folder = t.testdir()
    t.same(await schemaProblems(createServer, folder), [])
    const careless: Start = async () => ({ close: async () => {} }) as Server
    t.match(await schemaProblems(careless, folder), [
      /starts with a wrong .*maxLenght/,
      /starts with a wrong .*pattern/
    ])
    const vague: Start = () => Promise.reject(new Error('the document is wrong'))
    t.match(await schemaProblems(vague, folder), [/does not name .*maxLenght/, /does not name .*pattern/])
  }
)

t.test('law 7: the same seed gives the same bytes, also when requests run side by side', async t => {
  t.same(await seedProblems(createServer), [])
  const forgetful: Start = options => createServer({ ...options, seed: undefined })
  t.not((await seedProblems(forgetful)).length, 0)
  // One sequence for all requests makes the bytes depend on their order.
  let turn = 0
  const sharing: Start = options => createServer({ ...options, seed: `${options?.seed}${turn++}` })
  t.not((await seedProblems(sharing)).length, 0)
})
