// Builds dist/: the command as one bundle with its data and validators inside, the library, the page's assets.
// With --if-stale it does nothing when dist/ is newer than every source.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

const root = new URL('./', import.meta.url)
const at = path => new URL(path, root)
const { dependencies } = JSON.parse(await readFile(at('package.json'), 'utf8'))

async function newest(path) {
  const info = await stat(at(path))
  if (!info.isDirectory()) return info.mtimeMs
  const entries = await readdir(at(path))
  return Math.max(info.mtimeMs, ...(await Promise.all(entries.map(entry => newest(`${path}/${entry}`)))))
}

async function isStale() {
  // The code cache is written last: without it a build was broken off.
  const built = await stat(at('dist/standin.cjs.cache')).catch(() => undefined)
  if (!built) return true
  const sources = await Promise.all(['src', 'fixtures', 'openapi', 'build.js', 'package.json'].map(newest))
  return Math.max(...sources) > built.mtimeMs
}

// What src/server/builtin-data.ts would read and compile at each start is read and compiled once, here.
async function shippedModule() {
  const outfile = at('dist/.build/shipped.mjs').pathname
  await build({
    stdin: {
      contents: `export { loadBuiltinData, loadBuiltinSpec } from './src/server/builtin-data.ts'; export { standaloneSource, standaloneCheck } from './src/contract/standalone.ts'`,
      resolveDir: root.pathname,
      loader: 'ts'
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    define: { 'import.meta.url': JSON.stringify(at('src/server/builtin-data.ts').href) },
    outfile
  })
  const { loadBuiltinData, loadBuiltinSpec, standaloneSource, standaloneCheck } = await import(outfile)
  const { fixtureCheck, ...shipped } = await loadBuiltinData()
  const { spec } = await loadBuiltinSpec()
  const schema = JSON.parse(await readFile(at('fixtures/fixture.schema.json'), 'utf8'))
  await writeFile(at('dist/.build/requests.js'), standaloneSource(spec))
  await writeFile(at('dist/.build/fixture.js'), standaloneCheck(schema))
  const json = value => `JSON.parse(${JSON.stringify(JSON.stringify(value))})`
  // Few starts ask for the document itself, and for its validators only once there is something to check.
  const { document, schemas, ...rest } = spec
  for (const [name, part] of Object.entries({ document, schemas }))
    await writeFile(at(`dist/${name}.json`), JSON.stringify(part))
  return `
    import { readFileSync } from 'node:fs'
    import { readdir } from 'node:fs/promises'
    import { toSchemaCheck } from ${JSON.stringify(at('src/core/schema.ts').pathname)}
    const home = new URL('../', import.meta.url)
    const path = name => new URL(name, home).pathname
    export const assetsDir = new URL('./assets/', import.meta.url)
    export const specFile = path('openapi/chat-completions.yaml')
    export async function listOverlayFiles() {
      const names = await readdir(path('openapi/overlays'))
      return names.filter(name => /\\.ya?ml$/.test(name)).sort().map(name => path('openapi/overlays/' + name))
    }
    export async function loadBuiltinData() {
      const fixtureCheck = value => toSchemaCheck(require(${JSON.stringify(at('dist/.build/fixture.js').pathname)}).check)(value)
      return { ...${json(shipped)}, fixtureCheck, isChecked: true }
    }
    export async function loadBuiltinSpec() {
      const { requests } = await import(${JSON.stringify(at('dist/.build/requests.js').pathname)})
      const parts = {}
      const part = name => (parts[name] ??= JSON.parse(readFileSync(new URL(\`./\${name}.json\`, import.meta.url), 'utf8')))
      const spec = { ...${json(rest)}, get document() { return part('document') }, get schemas() { return part('schemas') } }
      return { spec, requestChecks: new Map(Object.entries(requests).map(([id, validate]) => [id, toSchemaCheck(validate)])) }
    }
  `
}

// Modules of Node's that most starts never use, at a tenth of the time to the first answer.
const lateBuiltins = {
  name: 'late builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?(crypto|https|http2|perf_hooks|zlib)$/ }, ({ path, namespace }) =>
      namespace === 'builtin' ? { path, external: true } : { path: path.replace('node:', ''), namespace: 'builtin' }
    )
    onLoad({ filter: /.*/, namespace: 'builtin' }, async ({ path }) => {
      const builtin = await import(`node:${path}`)
      const names = Object.keys(builtin).filter(name => name !== 'default')
      // Some versions of Node export names whose value is undefined.
      const isGlobal = name => builtin[name] !== undefined && globalThis[name] === builtin[name]
      return {
        contents: `let builtin
          for (const name of ${JSON.stringify(names.filter(name => !isGlobal(name)))})
            Object.defineProperty(exports, name, { enumerable: true, get: () => (builtin ??= require('node:${path}'))[name] })
          for (const name of ${JSON.stringify(names.filter(isGlobal))})
            Object.defineProperty(exports, name, { enumerable: true, get: () => globalThis[name] })`,
        resolveDir: root.pathname
      }
    })
  }
}

// Fastify asks for it when it is loaded, and needs it only for plugins that name the versions they work with.
const lateSemver = {
  name: 'late semver',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^semver$/ }, ({ path, namespace }) =>
      namespace === 'semver' ? undefined : { path, namespace: 'semver' }
    )
    onLoad({ filter: /.*/, namespace: 'semver' }, () => ({
      contents: `exports.satisfies = (...given) => require('semver').satisfies(...given)`,
      resolveDir: root.pathname
    }))
  }
}

const embedded = (name, filter, contents) => ({
  name,
  setup({ onLoad }) {
    onLoad({ filter }, async () => ({ contents: await contents(), loader: 'js', resolveDir: root.pathname }))
  }
})

// The command is one CommonJS file and one for each vocabulary, since V8 keeps code caches for scripts and not for modules.
async function buildCommand({ splitting, banner, sourcemap, ...common }) {
  const command = {
    ...common,
    format: 'cjs',
    minify: true,
    define: { 'import.meta.url': 'standinUrl' },
    // The launcher runs each file as it is, since text put around megabytes is a copy of them.
    banner: {
      js: "(function (exports, require, module, __filename, __dirname, standinRun) {const standinUrl = require('node:url').pathToFileURL(__filename).href;"
    },
    footer: { js: '})' },
    outExtension: { '.js': '.cjs' },
    plugins: [...common.plugins, lateBuiltins, lateSemver, vocabularies, redisClient]
  }
  await build({ ...command, entryPoints: { standin: 'src/cli/main.ts' } })
  for (const name of ['o200k_base', 'cl100k_base'])
    await build({
      ...command,
      plugins: [],
      stdin: {
        contents: `export * as api from 'gpt-tokenizer/encoding/${name}'; export { default as ranks } from 'gpt-tokenizer/bpeRanks/${name}'`,
        resolveDir: root.pathname
      },
      outfile: at(`dist/${name}.cjs`).pathname,
      outdir: undefined
    })
  await build({
    ...command,
    plugins: [],
    stdin: { contents: `export { Redis } from 'ioredis'`, resolveDir: root.pathname },
    outfile: at('dist/ioredis.cjs').pathname,
    outdir: undefined
  })
  for (const name of await readdir(at('dist'))) if (name.endsWith('.cjs')) await toAscii(at(`dist/${name}`))
  await build({ ...common, plugins: [], entryPoints: { cli: 'src/cli/launcher.ts' } })
}

// esbuild leaves other characters in regular expressions alone, where their escapes mean the same.
async function toAscii(file) {
  const text = await readFile(file, 'utf8')
  const escaped = char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  await writeFile(file, text.replace(/[^\0-\x7f]/g, escaped))
}

// Only who asks for a store in Redis runs its client.
const redisClient = {
  name: 'redis client',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^ioredis$/ }, ({ path }) => ({ path, namespace: 'redis client' }))
    onLoad({ filter: /.*/, namespace: 'redis client' }, () => ({
      contents: `module.exports = standinRun('ioredis.cjs')`
    }))
  }
}

const vocabularies = {
  name: 'vocabularies',
  setup({ onResolve, onLoad }) {
    // An encoding and its ranks come from one file. As an ES module, since what is imported of another kind is copied key by key.
    onResolve({ filter: /^gpt-tokenizer\// }, ({ path }) => ({ path: path.split('/').at(-1), namespace: 'vocabulary' }))
    onLoad({ filter: /.*/, namespace: 'vocabulary' }, ({ path }) => ({
      contents: `const { api, ranks } = standinRun('${path}.cjs')
        export const { encode, countTokens } = api
        export default ranks`
    }))
  }
}

// A server that has answered once has compiled what an answer needs; that is what the cache keeps.
async function writeCache() {
  await build({
    stdin: { contents: warmUp, resolveDir: root.pathname },
    platform: 'node',
    format: 'esm',
    outfile: at('dist/.build/warm.mjs').pathname
  })
  const child = spawn(process.execPath, [at('dist/.build/warm.mjs').pathname], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, STANDIN_WRITE_CACHE: '1', PORT: '0', HOST: '127.0.0.1', STANDIN_LOG_LEVEL: 'silent' }
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the warm-up ended with ${code}`)
}

const warmUp = `
  import { writeFileSync } from 'node:fs'
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = text => {
    const url = /listens on (\\S+)/.exec(text)?.[1]
    if (url) answer(url)
    return write(text)
  }
  async function answer(url) {
    for (const body of [{}, { stream: true }, { n: 0 }, { messages: [{ role: 'user', content: 'zyx 世界' }] }, { model: 'gpt-4', messages: [{ role: 'user', content: 'zyx' }] }])
      await fetch(url + '/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer sk-warm' },
        body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }], ...body })
      }).then(answer => answer.text())
    for (const [file, script] of Object.entries(globalThis.standinScripts)) writeFileSync(file + '.cache', script.createCachedData())
    process.exit(0)
  }
  process.argv.length = 2
  await import(new URL('../cli.js', import.meta.url))
`

async function main() {
  if (process.argv.includes('--if-stale') && !(await isStale())) return
  await rm(at('dist'), { recursive: true, force: true })
  await mkdir(at('dist/.build'), { recursive: true })
  const { version } = JSON.parse(await readFile(at('package.json'), 'utf8'))
  const shipped = await shippedModule()
  const common = {
    bundle: true,
    platform: 'node',
    target: 'node20',
    // The ES modules of packages that ship both: smaller, and the same shape bundled or not.
    mainFields: ['module', 'main'],
    format: 'esm',
    splitting: true,
    outdir: at('dist').pathname,
    sourcemap: 'linked',
    legalComments: 'linked',
    logLevel: 'warning',
    // Bundled CommonJS asks for Node's own modules by require.
    banner: {
      js: "import { createRequire as standinRequire } from 'node:module'; const require = standinRequire(import.meta.url);"
    },
    plugins: [
      embedded('shipped', /src\/server\/builtin-data\.ts$/, () => shipped),
      embedded('version', /src\/core\/version\.ts$/, () => `export const version = ${JSON.stringify(version)}`)
    ]
  }
  await buildCommand(common)
  await build({
    ...common,
    entryPoints: { index: 'src/index.ts', testing: 'src/testing/index.ts' },
    chunkNames: 'lib-[hash]',
    external: [...Object.keys(dependencies), 'ioredis']
  })
  await mkdir(at('dist/assets'))
  for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css'])
    await cp(at(`node_modules/@fastify/swagger-ui/static/${name}`), at(`dist/assets/${name}`))
  await writeCache()
  await rm(at('dist/.build'), { recursive: true })
}

await main()
