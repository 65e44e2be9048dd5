/** Checks imports: they go down, they never go in a circle, libraries have keepers, and no file of http/ has too many. */
import { posix } from 'node:path'
import ts from 'typescript'
import * as names from './names.js'
import { fileOf, nodesOf, type Tree, type Violation, violation } from './tree.js'

export interface Import {
  from: string
  /** The file of the tree that is imported; undefined for a module of Node or a library. */
  file: string | undefined
  /** As it is written. */
  specifier: string
  node: ts.Node
  /** Only types are imported, so that nothing of it is left at run time. */
  isType: boolean
}

/** All imports of a file: statements, types such as `import('x').T`, and calls of `import` and `require`. */
export function importsOf(source: ts.SourceFile): Import[] {
  const from = fileOf(source)
  const found: Import[] = []
  for (const node of nodesOf(source)) {
    const specifier = specifierOf(node)
    if (!specifier) continue
    const file = specifier.startsWith('.')
      ? posix.join(posix.dirname(from), specifier).replace(/\.js(x?)$/, '.ts$1')
      : undefined
    found.push({ from, file, specifier, node, isType: isTypeImport(node) })
  }
  return found
}

function specifierOf(node: ts.Node): string | undefined {
  const at =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
        ? node.argument.literal
        : ts.isCallExpression(node) && (isImportCall(node) || node.expression.getText() === 'require')
          ? node.arguments[0]
          : undefined
  return at && ts.isStringLiteral(at) ? at.text : undefined
}

const isImportCall = (node: ts.CallExpression) => node.expression.kind === ts.SyntaxKind.ImportKeyword

function isTypeImport(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true
  if (ts.isExportDeclaration(node)) return node.isTypeOnly
  if (!ts.isImportDeclaration(node) || !node.importClause) return false
  const { isTypeOnly, name, namedBindings } = node.importClause
  if (isTypeOnly) return true
  return !name && !!namedBindings && ts.isNamedImports(namedBindings) && namedBindings.elements.every(e => e.isTypeOnly)
}

/** Libraries that a start loads although only some starts or requests need them, and files that a start no longer needs. */
export function loadedAtStart({ sources }: Tree, lazyFiles: readonly string[]): Violation[] {
  const later = new Set([...lazyFiles, ...names.replacedInBundle])
  const reached = new Set<string>()
  const queue = names.startFiles.filter(file => sources.has(file))
  const found: Violation[] = []
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (reached.has(file)) continue
    reached.add(file)
    for (const { file: next, specifier, node, isType } of importsOf(sources.get(file)!)) {
      if (isType || !ts.isStatement(node)) continue
      if (next !== undefined) {
        if (sources.has(next) && !later.has(next)) queue.push(next)
      } else if (!specifier.startsWith('node:') && !names.startLibraries.test(specifier))
        found.push(
          violation(
            node,
            `loads ${specifier} at the start; import it where it is first used, see lazyFiles in build.js`
          )
        )
    }
  }
  return found
}

const folderOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '')

const floorOf = (file: string): number =>
  file === names.topFile ? names.floors.length : names.floors.findIndex(floor => floor.includes(folderOf(file)))

/** Imports that go up, or to a neighbour that this folder does not know. Files without a floor are another checker's. */
export function importsUpward({ sources }: Tree): Violation[] {
  return [...sources.values()].flatMap(importsOf).flatMap(({ from, file, node }) => {
    if (file === undefined) return []
    if (!sources.has(file)) return [violation(node, `imports ${file}, which is not there`)]
    const [own, other] = [folderOf(from), folderOf(file)]
    const [floor, target] = [floorOf(from), floorOf(file)]
    if (floor < 0 || target < 0 || target < floor || (own === other && own !== '')) return []
    if (target > floor) return [violation(node, `imports ${file}, which is on a higher floor`)]
    if (names.neighbours[own]?.includes(other)) return []
    return [violation(node, `imports ${file}, and ${own}/ must not know ${other}/`)]
  })
}

/** Files and folders that have no place in the house. */
export function misplacedFiles({ files }: Tree): Violation[] {
  const seen = new Set<string>()
  return [...files.keys()].flatMap(file => {
    if (floorOf(file) >= 0) return []
    const folder = folderOf(file)
    if (folder === '') return [{ file, line: 1, message: `lies directly in src/; move it into a folder` }]
    if (seen.has(folder)) return []
    seen.add(folder)
    const message = `${folder}/ has no floor; add it to "floors" in test/house/names.ts, above all folders that it imports`
    return [{ file, line: 1, message }]
  })
}

/** Imports that close a circle, each with the whole circle. */
export function importCircles({ sources }: Tree): Violation[] {
  const found: Violation[] = []
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): void => {
    path.push(file)
    for (const { file: next, node } of importsOf(sources.get(file)!)) {
      if (next === undefined || !sources.has(next) || done.has(next)) continue
      if (!path.includes(next)) visit(next)
      else
        found.push(
          violation(node, `closes a circle of imports: ${[...path.slice(path.indexOf(next)), next].join(' → ')}`)
        )
    }
    path.pop()
    done.add(file)
  }
  for (const file of sources.keys()) if (!done.has(file)) visit(file)
  return found
}

const isLibrary = ({ specifier }: Import) => !/^(\.|node:)/.test(specifier)

const libraryOf = ({ specifier }: Import) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)![0]

/** Libraries that are imported by others than their keepers, and imports that package.json does not name. */
export function librariesWithoutKeeper(tree: Tree, installed: readonly string[]): Violation[] {
  return [...tree.sources.values()].flatMap(importsOf).flatMap(found => {
    if (!isLibrary(found)) return []
    const library = libraryOf(found)
    const keeper = names.keepers[library]
    const problems = []
    if (!keeper) problems.push(`imports ${library}, which has no keeper; name one in test/house/names.ts`)
    else if (!keeper.test(found.from)) problems.push(`imports ${library}, which only ${keeper.source} may`)
    if (!installed.includes(library)) problems.push(`imports ${library}, which package.json does not name`)
    return problems.map(problem => violation(found.node, problem))
  })
}

/** Libraries of package.json that no file imports. */
export function unusedLibraries({ sources }: Tree, dependencies: readonly string[]): string[] {
  const used = new Set([...sources.values()].flatMap(importsOf).filter(isLibrary).map(libraryOf))
  return dependencies.filter(name => !used.has(name))
}

/** How many files one file of http/ may import. */
const mostImports = 15

/** Files of http/ with too many imports: they know too much. */
export function tooManyImports({ sources }: Tree): Violation[] {
  return [...sources].flatMap(([file, source]) => {
    if (!file.startsWith('http/') || names.assemblers.includes(file)) return []
    const imports = source.statements.filter(ts.isImportDeclaration)
    if (imports.length <= mostImports) return []
    return [
      violation(imports[mostImports]!, `is import ${mostImports + 1} of ${imports.length}; ${mostImports} are allowed`)
    ]
  })
}
