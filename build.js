// Builds dist/: the command as one bundle with its data and validators inside, the library, the page's assets, the licences.
// With --if-stale it does nothing when dist/ is complete and newer than every source.
// Here stands what is bundled. The code that the build adds, and the code that it runs, is in src/cli/bundle/.
import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'

const at = path => fileURLToPath(new URL(path, import.meta.url))
const resolveDir = at('.')
const sources = ['src', 'fixtures', 'openapi', 'licenses', 'build.js', 'package.json']
// The page's script and style are copied from it.
const pagePackage = 'node_modules/@fastify/swagger-ui'
// Its vocabularies are packed into files.
const vocabularyPackage = 'node_modules/gpt-tokenizer'
// The first file to go and the last one to come: without it a build was broken off.
const mark = at('dist/.complete')

/** Files of ours, and the code in their place. */
const replacedFiles = {
  'src/server/builtin-data.ts': `import { embeddedModule } from './src/cli/bundle/embedded-data.ts'; export const { adminSpecFile, assetsDir, pageDir, specFile, listOverlayFiles, loadBuiltinData, loadBuiltinSpec } = embeddedModule`,
  'src/core/version.ts': `export { version } from './package.json'`,
  'src/completion/load-vocabulary.ts': `export { readVocabulary as loadVocabulary } from './src/cli/bundle/vocabulary-file.ts'`,
  'src/cli/bundle/request-checks.ts': `export * from './dist/.build/request-checks.js'`,
  'src/cli/bundle/fixture-check.ts': `export * from './dist/.build/fixture-check.js'`
}

/** Files of ours that an answer of plain text does not need. The command loads each when it first uses an export. */
const lazyFiles = [
  'src/embedding/embed-text.ts',
  'src/embedding/write-vector.ts',
  'src/generation/asked-facts.ts',
  'src/generation/attachment-replies.ts',
  'src/generation/call-arguments.ts',
  'src/generation/context-answer.ts',
  'src/generation/conversation-questions.ts',
  'src/generation/corrections.ts',
  'src/generation/custom-input.ts',
  'src/generation/option-patterns.ts',
  'src/generation/prompted-structure.ts',
  'src/generation/recalled-facts.ts',
  'src/generation/tool-choice.ts',
  'src/generation/tool-words.ts',
  'src/generation/write-structure.ts',
  'src/http/admin/register.ts',
  'src/http/operations/embeddings.ts',
  'src/http/operations/fixture-steps.ts',
  'src/http/operations/legacy-completions.ts',
  'src/http/operations/moderations.ts',
  'src/http/operations/register.ts',
  'src/http/recording/passthrough.ts',
  'src/prompt/reading.ts',
  'src/sample/mismatch.ts',
  'src/sample/sample.ts',
  'src/sample/value-calls.ts'
]

/**
 * Packages, and a file of the build, in files of their own, which the command reads when it first needs them. Packages that share code
 * share a file.
 */
const ownFiles = {
  ajv: ['ajv/dist/2020.js', 'ajv-formats', '@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'],
  chokidar: ['chokidar'],
  'fixture-check': ['./dist/.build/fixture-check.js'],
  ioredis: ['ioredis'],
  'js-yaml': ['js-yaml'],
  'json-p3': ['json-p3'],
  'light-my-request': ['light-my-request'],
  liquidjs: ['liquidjs'],
  'prom-client': ['prom-client'],
  re2js: ['re2js'],
  regexpp: ['@eslint-community/regexpp'],
  semver: ['semver'],
  swagger: ['@fastify/swagger'],
  yaml: ['yaml']
}
const fromOwnFile = (file, path) => `standinRun('${file}.cjs')['${path}']`
const commandFiles = {
  'src/cli/bundle/fixture-check.ts': `export const { check } = ${fromOwnFile('fixture-check', './dist/.build/fixture-check.js')}`
}

// Most starts never use these modules of Node, which take a tenth of the time to the first answer.
const lazyBuiltins = ['assert', 'crypto', 'https', 'http2', 'perf_hooks', 'zlib']

/** Packages and modules of Node, and the code in their place in the command. */
const replacedPackages = {
  ...Object.fromEntries(
    Object.entries(ownFiles).flatMap(([file, paths]) =>
      paths.map(path => [path, `module.exports = ${fromOwnFile(file, path)}`])
    )
  ),
  ...Object.fromEntries(
    lazyBuiltins.map(name => [
      name,
      `module.exports = require('./src/cli/bundle/lazy-module.ts').lazyBuiltin('${name}')`
    ])
  ),
  assert: `module.exports = require('./src/cli/bundle/lazy-module.ts').lazyAssert()`
}

/** Bundled CommonJS asks for Node's own modules by require. */
const requireBanner = {
  js: `import { createRequire as standinRequire } from 'node:module'; const require = standinRequire(import.meta.url);`
}

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  // The ES modules of packages that ship both: smaller, and the same shape bundled or not.
  mainFields: ['module', 'main'],
  format: 'esm',
  // The texts of all licences are in one file.
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning'
}

async function main() {
  if (process.argv.includes('--if-stale') && !(await isStale())) return
  const start = new Date()
  await rm(mark, { force: true })
  await rm(at('dist'), { recursive: true, force: true })
  await mkdir(at('dist/.build'), { recursive: true })
  const tools = await import(await buildTool('tools'))
  const { prepareData, replaceImports } = tools
  const define = await prepareData(new URL('dist/', import.meta.url), lazyBuiltins)
  const metafiles = [
    ...(await buildCommand(
      define,
      tools,
      replaceImports(resolveDir, { ...replacedFiles, ...commandFiles }, await listReplacedImports(tools))
    )),
    await buildLibrary(define, replaceImports(resolveDir, replacedFiles)),
    await buildThread(),
    await buildPage()
  ]
  for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css'])
    await cp(at(`${pagePackage}/static/${name}`), at(`dist/assets/${name}`))
  await writeLicenses(tools, metafiles)
  await writeCaches()
  await rm(at('dist/.build'), { recursive: true })
  await writeFile(mark, '')
  // A source that changed during the build is newer than it.
  await utimes(mark, start, start)
}

/** Writes the licences of what is bundled and copied, and the list of these packages for `npm run sbom`. */
async function writeLicenses({ collectLicenses, formatLicenses }, metafiles) {
  const licenses = await collectLicenses(resolveDir, metafiles, [pagePackage, vocabularyPackage])
  await writeFile(at('dist/THIRD-PARTY-LICENSES.txt'), formatLicenses(licenses))
  await writeFile(at('dist/bundled-packages.json'), JSON.stringify(licenses.flatMap(({ packages }) => packages)))
}

async function isStale() {
  const built = await stat(mark).catch(() => undefined)
  return !built || Math.max(...(await Promise.all(sources.map(newest)))) > built.mtimeMs
}

async function newest(path) {
  const info = await stat(at(path))
  if (!info.isDirectory()) return info.mtimeMs
  const entries = await readdir(at(path))
  return Math.max(info.mtimeMs, ...(await Promise.all(entries.map(entry => newest(`${path}/${entry}`)))))
}

/** Returns the code in the place of packages, modules of Node and lazy files. */
async function listReplacedImports({ lazyCode }) {
  // Fastify loads it at once, and needs it only for plugins that name the versions of Fastify that they work with.
  const replaced = { ...replacedPackages, semver: lazyCode(fromOwnFile('semver', 'semver'), ['satisfies']) }
  for (const path of lazyFiles) {
    const { metafile } = await build({
      format: 'esm',
      metafile: true,
      write: false,
      outdir: 'dist',
      entryPoints: [at(path)]
    })
    replaced[`./${path}`] = lazyCode(`require('./${path}')`, Object.values(metafile.outputs)[0].exports)
  }
  return replaced
}

/** Makes a program of src/cli/bundle/ that the build itself runs; returns its path. */
async function buildTool(name) {
  const outfile = at(`dist/.build/${name}.mjs`)
  await build({ ...common, packages: 'external', entryPoints: [at(`src/cli/bundle/${name}.ts`)], outfile })
  return outfile
}

/** The command is a few CommonJS files, since V8 keeps code caches for scripts and not for modules. Returns the metafiles. */
async function buildCommand(define, { scopeNames, toAscii }, plugin) {
  const command = {
    ...common,
    format: 'cjs',
    minify: true,
    define: { ...define, 'import.meta.url': 'standinUrl' },
    // The semicolon ends the directives, since packages of CommonJS are not made for strict mode.
    banner: { js: `(function ({ ${scopeNames.join(', ')} }) {;` },
    footer: { js: '})' }
  }
  const outfile = at('dist/standin.cjs')
  const results = [await build({ ...command, plugins: [plugin], entryPoints: [at('src/cli/main.ts')], outfile })]
  for (const [name, paths] of Object.entries(ownFiles)) {
    const contents = paths.map(path => `exports['${path}'] = require('${path}')`).join('\n')
    results.push(await build({ ...command, stdin: { contents, resolveDir }, outfile: at(`dist/${name}.cjs`) }))
  }
  for (const name of ['standin', ...Object.keys(ownFiles)]) await toAscii(at(`dist/${name}.cjs`))
  results.push(await build({ ...common, entryPoints: [at('src/cli/launcher.ts')], outfile: at('dist/cli.js') }))
  return results.map(({ metafile }) => metafile)
}

async function buildLibrary(define, plugin) {
  const { dependencies, peerDependencies } = JSON.parse(await readFile(at('package.json'), 'utf8'))
  const { metafile } = await build({
    ...common,
    define,
    plugins: [plugin],
    entryPoints: { index: at('src/index.ts'), testing: at('src/testing/index.ts') },
    outdir: at('dist'),
    chunkNames: 'lib-[hash]',
    splitting: true,
    sourcemap: 'linked',
    external: Object.keys({ ...dependencies, ...peerDependencies }),
    banner: requireBanner
  })
  return metafile
}

/** The thread that loads a large document, for the command and the library. */
async function buildThread() {
  const { metafile } = await build({
    ...common,
    minify: true,
    entryPoints: [at('src/server/spec-thread.ts')],
    outdir: at('dist'),
    banner: requireBanner
  })
  return metafile
}

/** The page at `/_mock/`: one ES module and its style. */
async function buildPage() {
  const { metafile } = await build({
    ...common,
    platform: 'browser',
    target: 'es2022',
    minify: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryPoints: [at('src/page/page.tsx'), at('src/page/page.css')],
    outdir: at('dist/page')
  })
  return metafile
}

/** A server that has answered has compiled what an answer needs; the code caches keep that. */
async function writeCaches() {
  // Settings of whoever builds are not for this server.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('STANDIN_')))
  await promisify(execFile)(process.execPath, [await buildTool('warm-up')], {
    cwd: at('dist/.build'),
    env: { ...env, PORT: '0', HOST: '127.0.0.1', STANDIN_LOG_LEVEL: 'silent' }
  })
}

await main()
