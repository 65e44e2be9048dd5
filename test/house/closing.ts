/** Checks that whatever opens is closed: by who opens it, or by who gets it. */
import ts from 'typescript'
import {
  declarationOf,
  functionsAround,
  isFunction,
  isGlobal,
  nodesIn,
  nodesOf,
  statementOf,
  type Tree,
  type Violation,
  violation
} from './tree.js'

/** What opens something, and the names that close it: a function that is called, a member, or an option. */
const openers: Readonly<Record<string, readonly string[]>> = {
  'global setTimeout': ['clearTimeout', 'unref'],
  'global setInterval': ['clearInterval', 'unref'],
  'node:timers/promises setTimeout': ['signal'],
  'node:timers/promises setInterval': ['signal'],
  'node:http createServer': ['close'],
  'node:http request': ['destroy'],
  'node:https request': ['destroy'],
  'node:net createServer': ['close'],
  'node:net connect': ['end', 'destroy'],
  'node:fs watch': ['close'],
  'node:fs watchFile': ['unwatchFile'],
  'node:cluster fork': ['kill', 'disconnect'],
  'node:child_process fork': ['kill'],
  'node:child_process spawn': ['kill'],
  'node:worker_threads Worker': ['terminate'],
  'chokidar watch': ['close'],
  'fastify default': ['close'],
  'ioredis Redis': ['quit', 'disconnect']
}

type Call = ts.CallExpression | ts.NewExpression

/** What is opened and neither closed beside it nor returned. */
export function leftOpen(tree: Tree): Violation[] {
  return nodesIn(tree).flatMap(node => {
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return []
    const closers = openers[openerOf(tree, node)] ?? (holderOf(node) && hasClose(tree, node) ? ['close'] : [])
    if (!closers.length || isClosed(tree, node, closers) || isReturned(tree, node)) return []
    return [violation(node, `opens with ${node.expression.getText()}; ${closers.join(' or ')} is missing`)]
  })
}

/** Whether what a call opens is closed: by a member of it, by a function that gets it, or by an option that it was opened with. */
function isClosed(tree: Tree, node: Call, closers: readonly string[]): boolean {
  const closes = (value: ts.Node): boolean => {
    const { parent } = value
    if (ts.isPropertyAccessExpression(parent)) return parent.expression === value && closers.includes(parent.name.text)
    return ts.isCallExpression(parent) && closers.includes(parent.expression.getText())
  }
  const holder = holderOf(node)
  const declaration = holder && declarationOf(tree, holder)
  const uses = !holder
    ? []
    : nodesOf(statementOf(node)).filter(
        use => ts.isIdentifier(use) && use.text === holder.text && declarationOf(tree, use) === declaration
      )
  const options = node.arguments?.flatMap(nodesOf).filter(ts.isIdentifier) ?? []
  return closes(node) || uses.some(closes) || options.some(({ text }) => closers.includes(text))
}

/** Where the function that is called comes from, and its name there: `global setTimeout`, `chokidar watch`, `fastify default`. */
function openerOf(tree: Tree, { expression }: Call): string {
  const member = ts.isPropertyAccessExpression(expression) ? expression.name.text : undefined
  const name = ts.isPropertyAccessExpression(expression) ? expression.expression : expression
  if (!ts.isIdentifier(name)) return ''
  if (isGlobal(tree, name)) return member === undefined ? `global ${name.text}` : ''
  const declaration = tree.checker.getSymbolAtLocation(name)?.declarations?.[0]
  const library = declaration && libraryOf(declaration)
  if (!declaration || !library) return ''
  if (member !== undefined) return `${library} ${member}`
  if (ts.isImportSpecifier(declaration) || ts.isBindingElement(declaration))
    return `${library} ${(declaration.propertyName ?? declaration.name).getText()}`
  return `${library} default`
}

/** The library of an import statement, or of `const { name } = await import('library')`. */
function libraryOf(declaration: ts.Node): string | undefined {
  for (let at = declaration; !ts.isSourceFile(at) && !isFunction(at); at = at.parent) {
    if (ts.isImportDeclaration(at)) return (at.moduleSpecifier as ts.StringLiteral).text
    if (ts.isVariableDeclaration(at))
      for (const node of at.initializer ? nodesOf(at.initializer) : [])
        if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
          return (node.arguments[0] as ts.StringLiteral).text
  }
  return undefined
}

/** Whether the function that is called returns something with a `close`, now or as a promise. */
function hasClose(tree: Tree, { expression }: Call): boolean {
  const called = declarationOf(tree, ts.isPropertyAccessExpression(expression) ? expression.name : expression)
  const type = called && (ts.isFunctionLike(called) ? called.type : undefined)
  return !!type && typesIn(type).some(name => membersOf(declarationOf(tree, name)).includes('close'))
}

function typesIn(type: ts.TypeNode): ts.EntityName[] {
  if (ts.isUnionTypeNode(type)) return type.types.flatMap(typesIn)
  if (!ts.isTypeReferenceNode(type)) return []
  const isPromise = /^(Maybe)?Promise$/.test(type.typeName.getText())
  return isPromise ? (type.typeArguments?.flatMap(typesIn) ?? []) : [type.typeName]
}

function membersOf(type: ts.Declaration | undefined): string[] {
  const literal = type && ts.isTypeAliasDeclaration(type) ? type.type : type
  if (
    !literal ||
    !(ts.isInterfaceDeclaration(literal) || ts.isClassDeclaration(literal) || ts.isTypeLiteralNode(literal))
  )
    return []
  return literal.members.flatMap(member => member.name?.getText() ?? [])
}

/** The variable that a value goes to, past `await`, `??` and `?:`. */
function holderOf(node: ts.Node): ts.Identifier | undefined {
  const { parent } = node
  const goesOn =
    ts.isAwaitExpression(parent) ||
    ts.isParenthesizedExpression(parent) ||
    ts.isAsExpression(parent) ||
    (ts.isConditionalExpression(parent) && parent.condition !== node) ||
    (ts.isBinaryExpression(parent) && /^(\?\?|\|\||&&)$/.test(parent.operatorToken.getText()))
  if (goesOn) return holderOf(parent)
  const name = ts.isVariableDeclaration(parent)
    ? parent.name
    : ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
      ? parent.left
      : undefined
  return name && ts.isIdentifier(name) ? name : undefined
}

/** Whether a value is part of what its function returns, so that the caller can close it. */
function isReturned(tree: Tree, value: ts.Node): boolean {
  for (let at = value; at.parent && !ts.isSourceFile(at); at = at.parent) {
    if (ts.isReturnStatement(at) || (ts.isArrowFunction(at.parent) && at.parent.body === at && !ts.isBlock(at)))
      return true
    // What a function makes of its arguments is another thing.
    if (isFunction(at) || (at !== value && ts.isCallExpression(at))) return false
    if (ts.isVariableDeclaration(at) || (ts.isBinaryExpression(at) && holderOf(value))) {
      const name = ts.isVariableDeclaration(at) ? at.name : holderOf(value)!
      return ts.isIdentifier(name) && usesOf(tree, name).some(use => isReturned(tree, use))
    }
  }
  return false
}

/** Where the function of a variable names it again, as a value of its own. */
function usesOf(tree: Tree, name: ts.Identifier): ts.Identifier[] {
  const declaration = declarationOf(tree, name)
  const [around] = functionsAround(name)
  return nodesOf(around ?? statementOf(name))
    .filter(ts.isIdentifier)
    .filter(
      use =>
        use !== name &&
        use.text === name.text &&
        use !== (declaration as ts.NamedDeclaration).name &&
        !ts.isPropertyAccessExpression(use.parent) &&
        !(ts.isBinaryExpression(use.parent) && use.parent.left === use) &&
        functionsAround(use)[0] === around &&
        declarationOf(tree, use) === declaration
    )
}
