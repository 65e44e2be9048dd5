// Writes sbom.cdx.json: the packages that users get, as a CycloneDX document. Needs package-lock.json and dist/, and no network.
// These are the dependencies that npm installs beside Standin, and the packages of which code is in dist/.
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const directory = fileURLToPath(new URL('.', import.meta.url))
const readJson = async name => JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8'))

async function main() {
  const { name } = await readJson('package.json')
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--offline']
  const { stdout } = await promisify(execFile)('npm', args, { cwd: directory, maxBuffer: 64 * 1024 * 1024 })
  const document = JSON.parse(stdout)
  // npm takes the name of the directory.
  document.metadata.component.name = name
  await writeFile(
    'sbom.cdx.json',
    `${JSON.stringify(keepShipped(document, await readJson('dist/bundled-packages.json')), null, 2)}\n`
  )
}

/** Removes the components that only developers need, and adds those that are inside of bundled packages. */
function keepShipped(document, bundled) {
  const bundledRefs = new Set(bundled.map(toRef))
  const listed = document.components
    .filter(component => bundledRefs.has(component['bom-ref']) || !isForDevelopment(component))
    .map(component => (bundledRefs.has(component['bom-ref']) ? asBundled(component) : component))
  const listedRefs = new Set(listed.map(component => component['bom-ref']))
  const others = bundled.filter(each => !listedRefs.has(toRef(each))).map(toComponent)
  const refs = new Set([document.metadata.component, ...listed, ...others].map(component => component['bom-ref']))
  const dependencies = document.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(each => refs.has(each)) }))
  return { ...document, components: [...listed, ...others], dependencies }
}

const toRef = ({ name, version }) => (version ? `${name}@${version}` : name)

const developmentProperty = 'cdx:npm:package:development'
const isForDevelopment = ({ properties = [] }) => properties.some(({ name }) => name === developmentProperty)
const bundledProperty = { name: 'standin:bundled', value: 'true' }

const asBundled = component => ({
  ...component,
  scope: 'required',
  properties: [...component.properties.filter(({ name }) => name !== developmentProperty), bundledProperty]
})

/** A package that another package bundles, such as those of Swagger UI. */
const toComponent = ({ name, version, license }) => ({
  'bom-ref': toRef({ name, version }),
  type: 'library',
  name,
  ...(version ? { version } : {}),
  scope: 'required',
  purl: `pkg:npm/${name.replace(/^@/, '%40')}${version ? `@${version}` : ''}`,
  properties: [bundledProperty],
  licenses: [{ expression: license }]
})

await main()
