/** Checks that pure files know no clock, no disk, no network and no dice, and that few files know the process. */
import ts from 'typescript'
import { importsOf } from './imports.js'
import * as names from './names.js'
import { fileOf, isGlobal, nodesIn, nodesOf, type Tree, type Violation, violation } from './tree.js'

/** Globals that depend on time, chance or the outside, with the members that do; no members mean all of it. */
const impureGlobals: Readonly<Record<string, readonly string[]>> = {
  Date: ['now'],
  Math: ['random'],
  performance: [],
  process: [],
  crypto: [],
  fetch: [],
  require: [],
  globalThis: [],
  setTimeout: [],
  setInterval: [],
  setImmediate: [],
  queueMicrotask: []
}

/** What pure files do that only others may. */
export function impurities(tree: Tree): Violation[] {
  const modulesOfNode = new Set([...tree.sources].filter(([, source]) => importsNode(source)).map(([file]) => file))
  return [...tree.sources].flatMap(([file, source]) => {
    if (!names.pure.test(file)) return []
    const found = importsOf(source).flatMap(({ specifier, file: target, node, isType }) => {
      if (isType) return []
      if (specifier.startsWith('node:')) return [violation(node, `imports ${specifier}, and is pure`)]
      if (ts.isCallExpression(node)) return [violation(node, `loads ${specifier} while it runs, and is pure`)]
      if (target === undefined || !modulesOfNode.has(target) || names.pureEnough.includes(target)) return []
      return [violation(node, `imports ${target}, which imports a module of Node, and is pure`)]
    })
    for (const node of nodesOf(source)) {
      const problem = impurityOf(tree, node)
      if (problem) found.push(violation(node, `${problem}, and is pure`))
    }
    return found
  })
}

const importsNode = (source: ts.SourceFile) =>
  importsOf(source).some(({ specifier, isType }) => !isType && specifier.startsWith('node:'))

function impurityOf(tree: Tree, node: ts.Node): string | undefined {
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return 'waits'
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'is asynchronous'
  if (!ts.isIdentifier(node) || !Object.hasOwn(impureGlobals, node.text) || !isUse(node) || !isGlobal(tree, node))
    return undefined
  const { parent } = node
  // `new Date()` and `Date()` are now, `new Date(0)` is not.
  if (node.text === 'Date' && (ts.isNewExpression(parent) || ts.isCallExpression(parent)) && !parent.arguments?.length)
    return 'asks for the time'
  const members = impureGlobals[node.text]!
  if (!members.length) return `uses ${node.text}`
  const isMember = ts.isPropertyAccessExpression(parent) && members.includes(parent.name.text)
  return isMember ? `uses ${node.text}.${parent.name.text}` : undefined
}

/** Whether a name stands for a value, and not for a member, a key or a type. */
function isUse(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent)) return parent.name !== node
  return !ts.isTypeNode(parent) && !ts.isTypeElement(parent) && !ts.isQualifiedName(parent)
}

/** Files that read the environment or the command line, and are no front door. */
export function processReaders(tree: Tree): Violation[] {
  return nodesIn(tree, file => !names.processReaders.test(file))
    .filter(ts.isPropertyAccessExpression)
    .filter(({ expression, name }) => expression.getText() === 'process' && /^(env|argv)$/.test(name.text))
    .map(node => violation(node, `reads ${node.getText()}, and ${fileOf(node)} is no front door`))
}
