/** Holds the laws of the house: imports go down or stay in the room, libraries have keepers, the pure rooms stay pure. */
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import t from 'tap'
import { loadBuiltinData } from '../src/server/builtin-data.js'

const floors: [number, RegExp][] = [
  [5, /^(cli|testing)\/|^index\.ts$/],
  [4, /^server\//],
  [3, /^http\//],
  [2, /^(completion|contract|fixtures|state|stream)\//],
  [1, /^sample\//],
  [0, /^core\//]
]
const keepers: Record<string, RegExp> = {
  '@noble/hashes': /^core\/hash\.ts$/,
  '@eslint-community/regexpp': /^sample\/(regex-generate|regex-match)\.ts$/,
  '@fastify/cors': /^http\/cors\.ts$/,
  '@fastify/swagger': /^http\/admin\/docs\.ts$/,
  chokidar: /^server\/watch\.ts$/,
  ajv: /^(core\/ajv|contract\/standalone)\.ts$/,
  'ajv-formats': /^core\/ajv\.ts$/,
  'close-with-grace': /^cli\/main\.ts$/,
  fastify: /^(http\/([\w-]+\/)?[\w-]+|server\/server)\.ts$/,
  'gpt-tokenizer': /^completion\/tokenizer\.ts$/,
  ioredis: /^state\/redis-store\.ts$/,
  'json-p3': /^(contract\/overlay|fixtures\/json-path)\.ts$/,
  liquidjs: /^fixtures\/template\.ts$/,
  'prom-client': /^http\/admin\/metrics\.ts$/,
  pino: /^(cli\/(main|workers)|server\/(log|server)|http\/context)\.ts$/,
  'pino-pretty': /^server\/log\.ts$/,
  re2js: /^fixtures\/text-matcher\.ts$/,
  yaml: /^core\/source-file\.ts$/
}

const sources = new Map(
  readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => [file, readFileSync(`src/${file}`, 'utf8').replace(/^\s*(\/?\*|\/\/).*$/gm, '')])
)
const floorOf = (file: string) => floors.find(([, files]) => files.test(file))![0]
const roomOf = (file: string) => posix.dirname(file)
const topRoom = (file: string) => file.split('/')[0]
const imports = (file: string) =>
  [...sources.get(file)!.matchAll(/(?:\bfrom|\bimport\(|^import) ?'([^']+)'/gm)].map(match => match[1]!)
const own = (file: string) =>
  imports(file)
    .filter(name => name.startsWith('.'))
    .map(name => posix.join(roomOf(file), name.replace(/\.js$/, '.ts')))
const outside = (file: string) =>
  imports(file)
    .filter(name => !/^(\.|node:)/.test(name))
    .map(name => /^(?:@[^/]+\/)?[^/]+/.exec(name)![0])

t.test('imports go down or stay in the room, and never in a circle', async t => {
  const done = new Set<string>()
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) t.fail(`a circle: ${[...path, file].join(' → ')}`)
    else if (!done.has(file)) for (const next of own(file)) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of sources.keys()) {
    for (const name of own(file)) {
      t.ok(sources.has(name), `${name} of ${file} exists`)
      t.ok(floorOf(name) < floorOf(file) || topRoom(name) === topRoom(file), `${file} may import ${name}`)
    }
    visit(file, [])
  }
})

t.test('each outside library has its keepers, and the package asks for no other', async t => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  const used = new Set<string>()
  for (const file of sources.keys())
    for (const name of outside(file)) {
      used.add(name)
      t.ok(keepers[name]?.test(file), `${file} may import ${name}`)
    }
  t.same([...used].sort(), Object.keys(keepers).sort(), 'every keeper keeps something')
  for (const name of Object.keys(dependencies)) t.ok(used.has(name), `${name} is imported`)
  // Those are put into the bundle, so that a user installs neither vocabulary nor grammar.
  for (const name of used) t.ok(dependencies[name] ?? devDependencies[name], `${name} stands in package.json`)
})

t.test('the pure rooms know no clock, no disk and no dice, and only the front doors know the process', async t => {
  for (const [file, text] of sources) {
    if (/^(completion\/(?!tokenizer|single-token-words)|sample\/|stream\/(timeline|pacing)\.)/.test(file))
      t.notMatch(
        text,
        /'node:|Date\.now|new Date\(\)|Math\.random|setTimeout|performance\.|\basync\b|\bawait\b/,
        `${file} is pure`
      )
    if (!/^(core\/options|cli\/main|cli\/launcher|testing\/index)\.ts$/.test(file))
      t.notMatch(text, /process\.(env|argv)/, file)
    t.notMatch(text, /^(export )?let /m, `${file} has no variable that two servers would share`)
  }
})

t.test('every refusal that is thrown by its name is in the catalog', async t => {
  const { errorCatalog } = await loadBuiltinData()
  for (const [file, text] of sources)
    for (const [, name] of text.matchAll(/new ApiError\(\s*'(\w+)'/g)) t.ok(errorCatalog[name!], `${name} of ${file}`)
})
