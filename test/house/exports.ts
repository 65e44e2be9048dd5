/** Checks names and exports: no exported name is defined twice, and every member of a public type has TSDoc. */
import ts from 'typescript'
import * as names from './names.js'
import { declarationOf, fileOf, isFunction, nameOf, type Tree, type Violation, violation } from './tree.js'

export interface TopLevelName {
  name: string
  file: string
  node: ts.Node
  isExported: boolean
}

/** The names that files define at their top level. A name that a file defines as a type and as a value counts once. */
export function topLevelNames({ sources }: Tree): TopLevelName[] {
  return [...sources].flatMap(([file, source]) => {
    const found = new Map<string, TopLevelName>()
    const add = (node: ts.Node & { name?: ts.Node }, isExported: boolean) => {
      const name = node.name?.getText()
      if (name && !found.has(name)) found.set(name, { name, file, node, isExported })
    }
    for (const statement of source.statements) {
      const isExported = isExportedStatement(statement)
      if (ts.isVariableStatement(statement))
        for (const declaration of statement.declarationList.declarations)
          for (const variable of variablesOf(declaration)) add(variable, isExported)
      else if (isNamedDeclaration(statement)) add(statement, isExported)
    }
    for (const statement of source.statements)
      if (ts.isExportDeclaration(statement) && !statement.moduleSpecifier && statement.exportClause)
        for (const element of (statement.exportClause as ts.NamedExports).elements ?? []) {
          const own = found.get((element.propertyName ?? element.name).getText())
          if (own) found.set(element.name.getText(), { ...own, name: element.name.getText(), isExported: true })
        }
    return [...found.values()]
  })
}

const isExportedStatement = (node: ts.Statement) =>
  ts.canHaveModifiers(node) && !!ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)

const isNamedDeclaration = (node: ts.Node): node is ts.DeclarationStatement =>
  ts.isFunctionDeclaration(node) ||
  ts.isClassDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isEnumDeclaration(node)

function variablesOf(declaration: ts.VariableDeclaration): (ts.VariableDeclaration | ts.BindingElement)[] {
  const { name } = declaration
  if (ts.isIdentifier(name)) return [declaration]
  return (name.elements as readonly ts.Node[]).filter(ts.isBindingElement).filter(({ name }) => ts.isIdentifier(name))
}

/** Names that more than one file defines. */
export function sharedNames(all: readonly TopLevelName[]): Map<string, TopLevelName[]> {
  const byName = new Map<string, TopLevelName[]>()
  for (const each of all) byName.set(each.name, [...(byName.get(each.name) ?? []), each])
  return new Map([...byName].filter(([, found]) => found.length > 1))
}

/** Exported names that an earlier file exports too. */
export function exportedTwice(tree: Tree): Violation[] {
  const shared = sharedNames(topLevelNames(tree).filter(({ isExported }) => isExported))
  return [...shared.values()].flatMap(([first, ...others]) =>
    others.map(({ name, node }) => violation(node, `exports ${name}, which ${first!.file} exports too`))
  )
}

export interface PublicMember {
  node: ts.Node
  name: string
  hasDoc: boolean
}

/** The exported functions, classes and constants of the package, and the members of all types that can be reached from them. */
export function publicMembers(tree: Tree, files: readonly string[] = names.publicFiles): PublicMember[] {
  const found: PublicMember[] = []
  const seen = new Set<ts.Node>()
  const visit = (declaration: ts.Declaration): void => {
    if (seen.has(declaration)) return
    seen.add(declaration)
    for (const member of membersOf(declaration)) found.push(publicMember(member, `${nameOf(declaration)}.`))
    for (const name of typeNamesOf(declaration)) {
      const next = declarationOf(tree, name)
      if (next) visit(next)
    }
  }
  for (const symbol of files.flatMap(file => exportsOf(tree, file)))
    for (const declaration of symbol.declarations ?? []) {
      const isType = ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration)
      if (!isType && !found.some(({ node }) => node === declaration)) found.push(publicMember(declaration, ''))
      visit(declaration)
    }
  return found
}

const publicMember = (node: ts.Node, owner: string): PublicMember => ({
  node,
  name: owner + nameOf(node),
  hasDoc: ts.getJSDocCommentsAndTags(node).some(each => ts.isJSDoc(each) && !!ts.getTextOfJSDocComment(each.comment))
})

/** What a file exports, past imports. */
function exportsOf({ sources, checker }: Tree, file: string): ts.Symbol[] {
  const source = sources.get(file)
  const module = source && checker.getSymbolAtLocation(source)
  const symbols = module ? checker.getExportsOfModule(module) : []
  return symbols.map(symbol => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
}

/** The members that users see of a type or a class. A literal within a member is described by the member. */
function membersOf(declaration: ts.Node): ts.Node[] {
  if (ts.isTypeAliasDeclaration(declaration)) return literalsOf(declaration.type).flatMap(membersOf)
  if (ts.isClassDeclaration(declaration)) return declaration.members.filter(isPublic)
  if (ts.isInterfaceDeclaration(declaration) || ts.isTypeLiteralNode(declaration))
    return declaration.members.filter(member => !ts.isIndexSignatureDeclaration(member))
  return ts.isEnumDeclaration(declaration) ? [...declaration.members] : []
}

/** The literals in a type that stand in no member of another one. */
function literalsOf(type: ts.Node): ts.Node[] {
  if (ts.isTypeLiteralNode(type)) return [type]
  const found: ts.Node[] = []
  ts.forEachChild(type, child => void found.push(...literalsOf(child)))
  return found
}

/** The names of types in what users see of a declaration: all of it but the bodies of functions, values, and private members. */
function typeNamesOf(node: ts.Node): ts.Node[] {
  if (ts.isClassElement(node) && !isPublic(node)) return []
  const own = ts.isTypeReferenceNode(node)
    ? [node.typeName]
    : ts.isExpressionWithTypeArguments(node)
      ? [node.expression]
      : []
  const { initializer, body } = node as { initializer?: ts.Node; body?: ts.Node }
  const found: ts.Node[] = [...own]
  ts.forEachChild(node, child => {
    if (child !== body && (child !== initializer || isFunction(child))) found.push(...typeNamesOf(child))
  })
  return found
}

const isPublic = (member: ts.ClassElement) =>
  !ts.isConstructorDeclaration(member) &&
  !(ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) &&
  !(member.name && ts.isPrivateIdentifier(member.name))

export function membersWithoutDoc(tree: Tree): Violation[] {
  return publicMembers(tree)
    .filter(({ hasDoc }) => !hasDoc)
    .map(({ node, name }) => violation(node, `${name} is public and has no TSDoc`))
}

/** Public functions whose result has a type that is not written down: nobody can document its members. */
export function resultsWithoutType(tree: Tree): Violation[] {
  return publicMembers(tree).flatMap(({ node, name }) => {
    const signature = ts.isVariableDeclaration(node) ? node.initializer : node
    const isOpen = signature && isFunction(signature) && !signature.type && !ts.isConstructorDeclaration(signature)
    return isOpen ? [violation(node, `${name} is public and has no written result type`)] : []
  })
}

/** Where a name of names.ts such as `core/store.ts Store.take` is declared. */
export function named(tree: Tree, name: string): ts.Declaration | undefined {
  const [file = '', path = ''] = name.split(' ')
  const [top, member] = path.split('.')
  const own = topLevelNames(tree).find(each => each.file === file && each.name === top)?.node as
    | ts.Declaration
    | undefined
  if (member === undefined || !own) return own
  return (own as ts.InterfaceDeclaration).members.find(each => each.name?.getText() === member)
}

/** Whether a name means a declaration of names.ts. */
export function means(tree: Tree, node: ts.Node, name: string): boolean {
  const declaration = declarationOf(tree, node)
  if (!declaration) return false
  const [file, path] = name.split(' ')
  const owner = path?.includes('.') ? `${(declaration.parent as ts.NamedDeclaration).name?.getText()}.` : ''
  return fileOf(declaration) === file && owner + nameOf(declaration) === path
}
