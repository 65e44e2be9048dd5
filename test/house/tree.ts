/** Reads a source tree as data, and parses it with TypeScript's compiler. The checkers of this folder walk what it returns. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'

/** The files of a tree: the path below `src/`, and the text. */
export type Files = ReadonlyMap<string, string>

export interface Tree {
  files: Files
  sources: ReadonlyMap<string, ts.SourceFile>
  /** All nodes of each file, in their order. */
  nodes: ReadonlyMap<string, readonly ts.Node[]>
  /** Knows which declaration a name means, in the whole tree. It knows neither Node's types nor those of packages. */
  checker: ts.TypeChecker
}

/** Something that breaks a law. */
export interface Violation {
  file: string
  line: number
  message: string
}

export const report = ({ file, line, message }: Violation): string => `${file}:${line} ${message}`

/** Reads all files below a folder. */
export function readFiles(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
  return new Map(names.sort().map(name => [posix.normalize(name.slice(folder.length + 1)), readFileSync(name, 'utf8')]))
}

const root = '/src/'

export const isTypeScript = (file: string): boolean => /\.tsx?$/.test(file)

/** Parses the TypeScript files of a tree. */
export function parseTree(files: Files): Tree {
  const textOf = (name: string) => (name.startsWith(root) ? files.get(name.slice(root.length)) : undefined)
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    noLib: true,
    strict: true,
    jsx: ts.JsxEmit.ReactJSX,
    types: []
  }
  const names = [...files.keys()].filter(name => isTypeScript(name))
  const program = ts.createProgram(
    names.map(name => root + name),
    options,
    {
      getSourceFile: (name, version) => {
        const text = textOf(name)
        return text === undefined ? undefined : ts.createSourceFile(name, text, version, true)
      },
      fileExists: name => textOf(name) !== undefined,
      readFile: textOf,
      writeFile: () => {},
      getDefaultLibFileName: () => '',
      getCurrentDirectory: () => '/',
      getCanonicalFileName: name => name,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => '\n'
    }
  )
  const sources = new Map(names.map(name => [name, program.getSourceFile(root + name)!]))
  const nodes = new Map([...sources].map(([name, source]) => [name, nodesOf(source)]))
  return { files, sources, nodes, checker: program.getTypeChecker() }
}

/** The path below `src/` of the file that a node stands in. */
export const fileOf = (node: ts.Node): string => node.getSourceFile().fileName.slice(root.length)

export const lineOf = (node: ts.Node): number => lineAt(node, node.getStart())

export const lastLineOf = (node: ts.Node): number => lineAt(node, node.getEnd())

const lineAt = (node: ts.Node, position: number) =>
  node.getSourceFile().getLineAndCharacterOfPosition(position).line + 1

export const violation = (node: ts.Node, message: string): Violation => ({
  file: fileOf(node),
  line: lineOf(node),
  message
})

/** A node and all nodes in it, in their order. */
export function nodesOf(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = []
  const visit = (each: ts.Node): void => {
    found.push(each)
    ts.forEachChild(each, visit)
  }
  visit(node)
  return found
}

/** All nodes of the files whose path passes a test. */
export const nodesIn = ({ nodes }: Tree, accepts: (file: string) => boolean = () => true): ts.Node[] =>
  [...nodes].flatMap(([file, own]) => (accepts(file) ? own : []))

/** The declaration that a name means, past imports. Undefined for globals, and for what packages export. */
export function declarationOf({ checker }: Tree, name: ts.Node): ts.Declaration | undefined {
  return symbolOf(checker, name)?.declarations?.[0]
}

function symbolOf(checker: ts.TypeChecker, name: ts.Node): ts.Symbol | undefined {
  const symbol = ts.isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name)
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

/** Whether a name is a global of the language or of Node: no file of the tree declares or imports it. */
export const isGlobal = ({ checker }: Tree, name: ts.Node): boolean =>
  !checker.getSymbolAtLocation(name)?.declarations?.length

export type FunctionNode = ts.FunctionLikeDeclaration & { body: ts.Node }

export const isFunction = (node: ts.Node): node is FunctionNode =>
  (ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node) ||
    ts.isAccessor(node)) &&
  node.body !== undefined

/** The functions around a node, the nearest first. */
export function functionsAround(node: ts.Node): FunctionNode[] {
  const found: FunctionNode[] = []
  for (let at = node.parent; at; at = at.parent) if (isFunction(at)) found.push(at)
  return found
}

/** The statement of its file that a node stands in. */
export function statementOf(node: ts.Node): ts.Node {
  let at = node
  while (at.parent && !ts.isSourceFile(at.parent)) at = at.parent
  return at
}

/** The name of a function or a member, for messages. */
export function nameOf(node: ts.Node): string {
  const { name } = node as { name?: ts.Node }
  if (name) return name.getText()
  if (ts.isConstructorDeclaration(node)) return 'constructor'
  const { parent } = node
  if (parent && (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent))) return parent.name.getText()
  return 'a function without a name'
}

/** The last name of `a.b.c` or of `c`. */
export function lastName(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node)) return node.text
  if (ts.isPropertyAccessExpression(node)) return node.name.text
  if (ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node) || ts.isAsExpression(node))
    return lastName(node.expression)
  return undefined
}

/** What stands in parentheses, or before `!` and `as`. */
export function bare(node: ts.Expression): ts.Expression {
  let at = node
  while (ts.isParenthesizedExpression(at) || ts.isNonNullExpression(at) || ts.isAsExpression(at)) at = at.expression
  return at
}

const assignments = ts.SyntaxKind.FirstAssignment
const lastAssignment = ts.SyntaxKind.LastAssignment

/** The place that a node writes to: the left side of an assignment, the operand of `++`, `--` and `delete`. */
export function writtenBy(node: ts.Node): ts.Expression | undefined {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken
    return kind >= assignments && kind <= lastAssignment ? bare(node.left) : undefined
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const counts = node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken
    return counts ? bare(node.operand) : undefined
  }
  if (ts.isDeleteExpression(node)) return bare(node.expression)
  return undefined
}

/** Methods of lists, maps and sets that change them. */
export const changing = new Set(
  'add set delete clear push pop shift unshift splice sort reverse fill copyWithin'.split(' ')
)
