/** Checks that there is one way to do a thing: code repeats nothing of the contract, and there is one path to an answer. */
import ts from 'typescript'
import { means, named } from './exports.js'
import * as names from './names.js'
import { fileOf, nodesIn, type Tree, type Violation, violation } from './tree.js'

/** What the contract says and code must not repeat. */
export interface Contract {
  /** The names of the parameters of a chat request. */
  parameters: ReadonlySet<string>
  paths: readonly string[]
  /** The values of each `enum`. */
  enums: readonly (readonly string[])[]
}

interface Document {
  paths?: Record<string, unknown>
  components?: { schemas?: Record<string, { properties?: object }> }
  actions?: { target: string; update?: object }[]
}

const requestSchema = 'CreateChatCompletionRequest'

/** Reads the vendor's document, and the overlays that add to it. */
export function contractOf(documents: readonly Document[]): Contract {
  const actions = documents.flatMap(({ actions = [] }) => actions)
  const updated = (target: string) =>
    actions.filter(action => action.target === target).map(({ update = {} }) => update)
  const keysOf = (...parts: (object | undefined)[]) => parts.flatMap(part => Object.keys(part ?? {}))
  const schemas = documents.flatMap(({ components }) => components?.schemas?.[requestSchema] ?? [])
  const parameters = keysOf(
    ...schemas.map(({ properties }) => properties),
    ...updated(`$.components.schemas.${requestSchema}.properties`)
  )
  return {
    parameters: new Set(parameters),
    paths: keysOf(...documents.map(({ paths }) => paths), ...updated('$.paths')),
    enums: enumsIn(documents).filter(({ length }) => length >= fewestValues)
  }
}

function enumsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return []
  const { enum: values } = value as { enum?: unknown }
  return [...(Array.isArray(values) ? [values.map(String)] : []), ...Object.values(value).flatMap(enumsIn)]
}

// Shorter lists are alike by chance.
const fewestParameters = 5
const fewestValues = 4

/** Lists of request parameters, paths of operations and enumerations that stand in code too. */
export function repeatsOfContract(tree: Tree, { parameters, paths, enums }: Contract): Violation[] {
  const lists = [names.parameterTable, ...names.parameterReaders]
  return nodesIn(tree, file => !lists.includes(file)).flatMap(node => {
    const isPath = ts.isStringLiteralLike(node) && paths.includes(node.text.replace(/^\/v1(?=\/)/, ''))
    if (isPath && !names.addressBuilders.includes(fileOf(node)))
      return [violation(node, `writes the path ${node.text}, which stands in the contract`)]
    const list = listIn(node)
    const known = list.filter(name => parameters.has(name))
    if (known.length >= fewestParameters && known.length >= list.length * 0.6)
      return [violation(node, `lists ${known.length} request parameters, which stand in ${names.parameterTable}`)]
    const same = enums.find(values => values.join() === list.join())
    return same ? [violation(node, `lists the values ${same.join(', ')}, which stand in the contract`)] : []
  })
}

/** The names in a list, or the keys of an object that are not only passed on. */
function listIn(node: ts.Node): string[] {
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(each => nameIn(each) ?? [])
  if (ts.isObjectLiteralExpression(node))
    return node.properties.flatMap(({ name }) => (name && !ts.isComputedPropertyName(name) ? name.text : []))
  return []
}

const nameIn = (node: ts.Node) => (ts.isStringLiteralLike(node) || ts.isIdentifier(node) ? node.text : undefined)

/** Calls of the steps to a completion or a stream, objects that pass for one, and events that are written by hand. */
export function otherPaths(tree: Tree): Violation[] {
  const { steps, objects, events } = names.paths
  return nodesIn(tree).flatMap(node => {
    const file = fileOf(node)
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'object') {
      const value = ts.isAsExpression(node.initializer) ? node.initializer.expression : node.initializer
      const makers = ts.isStringLiteral(value) ? objects[value.text] : undefined
      if (!makers || makers.includes(file)) return []
      return [violation(node, `makes a ${(value as ts.StringLiteral).text}; only ${makers.join(', ')} may`)]
    }
    if (isEvent(node) && !events.includes(file))
      return [violation(node, `writes an event of a stream; only ${events.join(', ')} may`)]
    // An import is looked at, and not each call, so that no step is handed on under another name.
    if (!ts.isImportSpecifier(node)) return []
    return Object.entries(steps).flatMap(([step, callers]) => {
      if (callers.includes(file) || !means(tree, node.name, step)) return []
      return [violation(node, `imports ${step.split(' ')[1]} of ${step.split(' ')[0]}; only ${callers.join(', ')} may`)]
    })
  })
}

function isEvent(node: ts.Node): boolean {
  const text = ts.isStringLiteralLike(node)
    ? node.text
    : ts.isTemplateExpression(node)
      ? node.getText().slice(1, -1)
      : ''
  return text.startsWith('data: ') && /(\n|\\n){2}$/.test(text)
}

/** Names of names.ts that src/ does not have. */
export function missingNames(tree: Tree): string[] {
  const { errors, exchanges, paths } = names
  const declared = [
    ...Object.keys(paths.steps),
    errors.thrown,
    ...errors.renderers,
    exchanges.type,
    ...exchanges.journaling,
    ...names.moduleState,
    ...names.ownCounts
  ]
  const files = [
    ...names.publicFiles,
    names.parameterTable,
    ...names.parameterReaders,
    ...names.addressBuilders,
    ...Object.values(paths.steps).flat(),
    ...Object.values(paths.objects).flat(),
    ...paths.events,
    ...names.pureEnough,
    errors.writer,
    ...errors.readers,
    exchanges.keeper,
    ...exchanges.writers,
    names.hijacker,
    names.nodeInternals,
    ...names.assemblers,
    ...names.globalWriters,
    ...names.startFiles,
    ...names.replacedInBundle
  ]
  return [...declared.filter(name => !named(tree, name)), ...files.filter(file => !tree.files.has(file))].filter(
    (name, at, all) => all.indexOf(name) === at
  )
}
