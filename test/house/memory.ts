/** Checks what outlives a request: no variable of a module changes, and counts go through the store. */
import ts from 'typescript'
import * as names from './names.js'
import {
  bare,
  changing,
  declarationOf,
  fileOf,
  functionsAround,
  isGlobal,
  nameOf,
  nodesIn,
  type Tree,
  type Violation,
  violation,
  writtenBy
} from './tree.js'

/** Variables of modules that change: two servers in one process would share them. */
export function changingVariables(tree: Tree): Violation[] {
  return [...variables(tree), ...changes(tree)].filter(
    ({ file, name }) => !names.moduleState.includes(`${file} ${name}`)
  )
}

type Named = Violation & { name: string }

/** Every `let` and `var` at the top of a module, and every static member that is not `readonly`. */
function variables(tree: Tree): Named[] {
  return nodesIn(tree).flatMap(node => {
    if (isModuleVariable(node) && !(node.parent.flags & ts.NodeFlags.Const)) {
      const name = node.name.getText()
      return [{ ...violation(node, `${name} is a variable of the module; hold it in what a function returns`), name }]
    }
    const flags = ts.isPropertyDeclaration(node) ? ts.getCombinedModifierFlags(node) : 0
    if (!(flags & ts.ModifierFlags.Static) || flags & ts.ModifierFlags.Readonly) return []
    return [{ ...violation(node, `${nameOf(node)} is static and can change`), name: nameOf(node) }]
  })
}

const isModuleVariable = (node: ts.Node): node is ts.VariableDeclaration & { parent: ts.VariableDeclarationList } =>
  ts.isVariableDeclaration(node) &&
  ts.isVariableStatement(node.parent.parent) &&
  ts.isSourceFile(node.parent.parent.parent)

/** Changes of what a constant of a module holds, in any file. */
function changes(tree: Tree): Named[] {
  return nodesIn(tree).flatMap(node => {
    const place = writtenBy(node) ?? changedByCall(node)
    const start = place && startOf(place)
    if (!place || !start) return []
    if (start.text === 'globalThis' && isGlobal(tree, start)) {
      if (names.globalWriters.includes(fileOf(node))) return []
      return [{ ...violation(node, 'changes globalThis, which all servers share'), name: start.text }]
    }
    const declaration = declarationOf(tree, start)
    const isMember = place !== start || ts.isCallExpression(node)
    if (!declaration || !isMember || !isModuleVariable(declaration)) return []
    if (isMethodCall(node) && !holdsMany(declaration)) return []
    const name = declaration.name.getText()
    return [{ ...violation(node, `changes ${name}, which is a constant of a module`), name }]
  })
}

/** The place that `place.push(…)` or `Object.assign(place, …)` changes. */
function changedByCall(node: ts.Node): ts.Expression | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined
  const { expression, name } = node.expression
  if (expression.getText() === 'Object' && /^(assign|defineProperty|defineProperties)$/.test(name.text))
    return node.arguments[0] && bare(node.arguments[0])
  return changing.has(name.text) ? bare(expression) : undefined
}

const isMethodCall = (node: ts.Node) => ts.isCallExpression(node) && !/^Object\./.test(node.expression.getText())

/** A list, an object or a collection; a method called `add` of something else need not change it. */
function holdsMany({ initializer }: ts.VariableDeclaration): boolean {
  const value = initializer && bare(initializer)
  return (
    !!value && (ts.isArrayLiteralExpression(value) || ts.isObjectLiteralExpression(value) || ts.isNewExpression(value))
  )
}

/** The name that `a.b[c].d` begins with. */
function startOf(node: ts.Expression): ts.Identifier | undefined {
  const at = bare(node)
  if (ts.isIdentifier(at)) return at
  return ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at) ? startOf(at.expression) : undefined
}

const answering = /^(http|fixtures|contract|server)\//
const factory = /^(create|open|register|make)[A-Z]?/

/** Counts that a factory keeps and its functions raise: they are about many requests, and the store does not know of them. */
export function countsBesideStore(tree: Tree): Violation[] {
  return nodesIn(tree, file => answering.test(file)).flatMap(node => {
    const counter = counterOf(node)
    const declaration = counter && declarationOf(tree, counter)
    if (!counter || !declaration || ts.isParameter(declaration) || isText(declaration)) return []
    const [keeper] = functionsAround(declaration)
    if (!keeper || !factory.test(nameOf(keeper)) || functionsAround(node)[0] === keeper) return []
    if (names.ownCounts.includes(`${fileOf(node)} ${nameOf(keeper)}`)) return []
    const message = `${nameOf(keeper)} counts in ${counter.text}; counts across requests go through the Store`
    return [violation(node, message)]
  })
}

/** The variable that a node counts in: `n++`, `n += 1`, `map.set(key, (map.get(key) ?? 0) + 1)`. */
function counterOf(node: ts.Node): ts.Identifier | undefined {
  const isPlain = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken
  const place = isPlain || ts.isDeleteExpression(node) ? undefined : writtenBy(node)
  if (place) {
    const isSum = !ts.isBinaryExpression(node) || /^[+-]=$/.test(node.operatorToken.getText())
    return isSum && ts.isIdentifier(place) ? place : undefined
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined
  const { expression, name } = node.expression
  const [, value] = node.arguments
  if (name.text !== 'set' || !value || !ts.isIdentifier(expression)) return undefined
  const isCount =
    ts.isBinaryExpression(value) &&
    value.operatorToken.kind === ts.SyntaxKind.PlusToken &&
    value.left.getText().includes(`${expression.text}.get(`)
  return isCount ? expression : undefined
}

/** A variable that begins as a text is added to, and does not count. */
const isText = (node: ts.Declaration) =>
  ts.isVariableDeclaration(node) && !!node.initializer && ts.isStringLiteralLike(node.initializer)
