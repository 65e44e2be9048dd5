/** Checks who answers: one file sends errors, one logs and journals requests, two write exchanges, one takes responses from Fastify. */
import ts from 'typescript'
import { means } from './exports.js'
import * as names from './names.js'
import { changing, fileOf, lastName, nodesIn, type Tree, type Violation, violation, writtenBy } from './tree.js'

/** Errors that are rendered, written by hand, or sent with a status, outside of the one file that sends them. */
export function errorsSentElsewhere(tree: Tree): Violation[] {
  const { writer, readers, renderers } = names.errors
  return nodesIn(tree, file => file !== writer && !readers.includes(file)).flatMap(node => {
    if (ts.isImportSpecifier(node)) {
      const renderer = renderers.find(name => means(tree, node.name, name))
      return renderer ? [violation(node, `renders errors with ${renderer.split(' ')[1]}; only ${writer} may`)] : []
    }
    if (isErrorBody(node)) return [violation(node, `writes the body of an error by hand; only ${writer} may`)]
    if (fileOf(node).startsWith('http/') && sendsErrorStatus(node))
      return [violation(node, `sends the status of an error; only ${writer} may`)]
    return []
  })
}

/** `error: { message, type, … }` as a value. */
function isErrorBody(node: ts.Node): boolean {
  if (!ts.isPropertyAssignment(node) || node.name.getText() !== 'error') return false
  const { initializer } = node
  if (!ts.isObjectLiteralExpression(initializer)) return false
  const keys = initializer.properties.map(({ name }) => name?.getText())
  return keys.includes('message') && keys.includes('type')
}

function sendsErrorStatus(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false
  const [status] = node.arguments
  return (
    ['writeHead', 'code', 'status'].includes(node.expression.name.text) &&
    !!status &&
    ts.isNumericLiteral(status) &&
    Number(status.text) >= 400
  )
}

/** Errors that are thrown under a name that the catalog does not have. */
export function unknownErrors(tree: Tree, catalog: ReadonlySet<string>): Violation[] {
  return nodesIn(tree).flatMap(node => {
    if (!ts.isNewExpression(node) || !means(tree, node.expression, names.errors.thrown)) return []
    return literalsIn(node.arguments?.[0])
      .filter(({ text }) => !catalog.has(text))
      .map(name => violation(name, `throws ${name.text}, which fixtures/errors/ does not have`))
  })
}

/** The texts that an expression can be, as far as they are written there. */
function literalsIn(node: ts.Node | undefined): ts.StringLiteralLike[] {
  if (!node) return []
  if (ts.isStringLiteralLike(node)) return [node]
  if (ts.isConditionalExpression(node)) return [...literalsIn(node.whenTrue), ...literalsIn(node.whenFalse)]
  if (ts.isParenthesizedExpression(node)) return literalsIn(node.expression)
  const isEither =
    ts.isBinaryExpression(node) &&
    [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken].includes(node.operatorToken.kind)
  return isEither ? [...literalsIn(node.left), ...literalsIn(node.right)] : []
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** Files that log in http/, or that journal or count requests anywhere, and are not the one that may. */
export function otherLoggers(tree: Tree): Violation[] {
  const { keeper, journaling } = names.exchanges
  return nodesIn(tree, file => file !== keeper).flatMap(node => {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
    const { expression, name } = node.expression
    if (fileOf(node).startsWith('http/') && lastName(expression) === 'log' && levels.includes(name.text))
      return [violation(node, `logs; in http/ only ${keeper} may`)]
    const what = journaling.find(each => each.endsWith(`.${name.text}`) && means(tree, name, each))
    return what ? [violation(node, `calls ${what.split(' ')[1]}; only ${keeper} may`)] : []
  })
}

/** All places that write a member of an exchange, or put one in its place. */
export function exchangeWrites(tree: Tree): Violation[] {
  const isExchange = (node: ts.Expression) => {
    if (lastName(node) === 'exchange') return true
    const symbol = tree.checker.getTypeAtLocation(node).getSymbol()
    const [file, name] = names.exchanges.type.split(' ')
    return symbol?.name === name && !!symbol?.declarations?.some(declaration => fileOf(declaration) === file)
  }
  /** Whether a place is an exchange's, at any depth. */
  const isMember = (node: ts.Expression): boolean =>
    (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) &&
    (isExchange(node.expression) || isMember(node.expression as ts.Expression))
  return nodesIn(tree).flatMap(node => {
    const place = writtenBy(node)
    if (place && (isMember(place) || isOwnExchange(place))) return [violation(node, `writes ${place.getText()}`)]
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
    const { expression, name } = node.expression
    const [first] = node.arguments
    if (expression.getText() === 'Object' && name.text === 'assign' && first && (isExchange(first) || isMember(first)))
      return [violation(node, `writes ${first.getText()}`)]
    return changing.has(name.text) && isMember(expression) ? [violation(node, `changes ${expression.getText()}`)] : []
  })
}

/** `request.exchange = …`. */
const isOwnExchange = (node: ts.Expression) => ts.isPropertyAccessExpression(node) && node.name.text === 'exchange'

export function exchangesWrittenElsewhere(tree: Tree): Violation[] {
  const { writers } = names.exchanges
  return exchangeWrites(tree)
    .filter(({ file }) => !writers.includes(file))
    .map(found => ({ ...found, message: `${found.message}; only ${writers.slice(0, 2).join(' and ')} may` }))
}

/** All calls of `hijack`. */
export function hijacks(tree: Tree): Violation[] {
  return nodesIn(tree)
    .filter(ts.isCallExpression)
    .filter(({ expression }) => ts.isPropertyAccessExpression(expression) && expression.name.text === 'hijack')
    .map(node => violation(node, 'takes a response from Fastify'))
}

/** Calls of `hijack` but the one that may be. */
export function furtherHijacks(tree: Tree): Violation[] {
  const all = hijacks(tree)
  const own = all.find(({ file }) => file === names.hijacker)
  return all
    .filter(each => each !== own)
    .map(each => ({ ...each, message: `${each.message}; there is one place for it, in ${names.hijacker}` }))
}

/** Members of Node's classes that its documentation does not name. Those that begin with _ count without being named here. */
const undocumented = new Set(['resetAndClosing', 'chunkedEncoding', 'useChunkedEncodingByDefault', 'shouldKeepAlive'])

/** Uses of undocumented members of Node outside of the one file that may. */
export function internalsElsewhere(tree: Tree): Violation[] {
  return nodesIn(tree, file => file !== names.nodeInternals).flatMap(node => {
    const name = memberIn(node)
    if (name === undefined || !(undocumented.has(name) || /^_[a-z]/.test(name))) return []
    return [violation(node, `uses ${name} of Node; only ${names.nodeInternals} may`)]
  })
}

/** The member that a node reads, or the text that may name one, as in `'_header' in response`. */
function memberIn(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text
  if (ts.isImportSpecifier(node)) return (node.propertyName ?? node.name).text
  if (!ts.isStringLiteral(node)) return undefined
  const { parent } = node
  const isKey =
    ts.isElementAccessExpression(parent) ||
    (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InKeyword)
  return isKey ? node.text : undefined
}
