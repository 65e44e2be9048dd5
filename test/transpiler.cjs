// Turns TypeScript into JavaScript for tap, which runs each test file in a process of its own. TypeScript itself needs seconds for the
// files of src/ in each of them, so esbuild does it once; `npm run types` checks the types.
const { createHash } = require('node:crypto')
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { transformSync, version } = require('esbuild')

const folder = join(__dirname, '../node_modules/.cache/standin-tests')
mkdirSync(folder, { recursive: true })

function transpile(input, fileName) {
  const { code, map } = transformSync(input, {
    loader: fileName.endsWith('x') ? 'tsx' : 'ts',
    format: 'esm',
    target: 'node20',
    sourcemap: 'external',
    sourcefile: fileName
  })
  return { outputText: code, sourceMapText: map }
}

exports.create = () => ({
  transpile(input, { fileName }) {
    const file = join(folder, createHash('sha256').update(`${version}\n${fileName}\n${input}`).digest('hex'))
    try {
      return JSON.parse(readFileSync(file, 'utf8'))
    } catch {
      const output = transpile(input, fileName)
      // Another process may read the file at any moment.
      writeFileSync(`${file}.${process.pid}`, JSON.stringify(output))
      renameSync(`${file}.${process.pid}`, file)
      return output
    }
  }
})
