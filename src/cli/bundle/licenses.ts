/** Collects the licences of everything that the build puts into dist/. A package without a licence text fails the build. */
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** The part of esbuild's metafile that is used here. */
export interface Metafile {
  outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>
}

/** A package of which code is in dist/. */
export interface BundledPackage {
  name: string
  /** Undefined for a package inside another one that does not tell its version. */
  version?: string
  /** The SPDX expression. */
  license: string
}

/** A licence text, and the packages that have it. */
export interface PackageLicense {
  packages: BundledPackage[]
  text: string
}

/** Returns the licences of all packages, each text once. @param directories of packages that are copied as they are */
export async function collectLicenses(
  root: string,
  metafiles: readonly Metafile[],
  directories: readonly string[]
): Promise<PackageLicense[]> {
  const all = new Set([...metafiles.flatMap(findPackageDirectories), ...directories].map(path => join(root, path)))
  const licenses: PackageLicense[] = []
  for (const directory of all) licenses.push(...(await readLicenses(directory, join(root, 'licenses'))))
  return groupByText(licenses)
}

/** The directories of the packages of which at least one byte is in an output. */
function findPackageDirectories({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => {
      const directory = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]
      return directory && bytesInOutput > 0 ? [directory] : []
    })
  )
}

/** Reads the licence of a package, and of the packages that it bundles itself. */
async function readLicenses(directory: string, ownTexts: string): Promise<PackageLicense[]> {
  const { name, version, license } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'))
  const text = (await readLicenseFiles(directory)) ?? (await readText(join(ownTexts, `${basename(name)}.txt`)))
  if (!text || typeof license !== 'string')
    throw new Error(
      `${name} ${version} has no licence text, expected its licence in package.json and a file LICENSE, or licenses/${basename(name)}.txt`
    )
  const inside = await readText(join(ownTexts, `${basename(name)}.json`))
  return [{ packages: [{ name, version, license }], text }, ...(inside ? parseInside(inside, name, version) : [])]
}

/** Returns the texts of the licence and the notices of a package; undefined without a licence. */
async function readLicenseFiles(directory: string): Promise<string | undefined> {
  const names = (await readdir(directory)).filter(name => /^(licen[sc]e|copying|notice)/i.test(name)).sort()
  if (names.every(name => /^notice/i.test(name))) return undefined
  const texts = await Promise.all(names.map(name => readText(join(directory, name))))
  return texts.filter(text => text).join('\n\n') || undefined
}

/** Returns undefined for a file that does not exist, and for a directory. */
const readText = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').then(
    text => text.replaceAll('\r\n', '\n').trim(),
    () => undefined
  )

/** Parses the licences that were collected from a package that is published as a bundle. */
function parseInside(json: string, name: string, version: string): PackageLicense[] {
  const inside: { package: string; version: string; licenses: PackageLicense[] } = JSON.parse(json)
  if (inside.package !== name || inside.version !== version)
    throw new Error(
      `licenses/${basename(name)}.json is for ${inside.package} ${inside.version}, expected ${name} ${version}: collect the licences of its bundle again`
    )
  return inside.licenses
}

function groupByText(licenses: readonly PackageLicense[]): PackageLicense[] {
  const groups = new Map<string, Map<string, BundledPackage>>()
  for (const { packages, text } of licenses) {
    const group = groups.get(text) ?? new Map<string, BundledPackage>()
    groups.set(text, group)
    // A package can be in several directories of node_modules.
    for (const each of packages) group.set(nameWithVersion(each), each)
  }
  const byName = (a: BundledPackage, b: BundledPackage) => (nameWithVersion(a) < nameWithVersion(b) ? -1 : 1)
  return [...groups]
    .map(([text, group]) => ({ packages: [...group.values()].sort(byName), text }))
    .sort((a, b) => byName(a.packages[0]!, b.packages[0]!))
}

const nameWithVersion = ({ name, version }: BundledPackage) => `${name}${version ? ` ${version}` : ''}`

const rule = '='.repeat(80)

/** Formats the file that ships with the bundle. */
export function formatLicenses(licenses: readonly PackageLicense[]): string {
  const sections = licenses.map(({ packages, text }) => {
    const names = packages.map(each => `${nameWithVersion(each)} (${each.license})`)
    return `${rule}\n${names.join('\n')}\n${rule}\n\n${text}\n`
  })
  return `Standin contains code of these packages, under these licences.\n\n${sections.join('\n')}`
}
