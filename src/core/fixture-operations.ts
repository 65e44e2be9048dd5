/** Lists the operations that a fixture answers without naming them, and finds operations by the names that people write. */
import { findSimilar } from './edit-distance.js'

/** The ids of the operations in OpenAI's document. */
export const fixtureOperations = [
  'createChatCompletion',
  'createCompletion',
  'createEmbedding',
  'createModeration'
] as const

/** An operation whose reply is a text, a vector or a verdict. */
export type FixtureOperation = (typeof fixtureOperations)[number]

const fixtureOperationIds: ReadonlySet<string> = new Set(fixtureOperations)

/** Whether fixtures answer the operation with a text, a vector or a verdict, and not with a whole response. */
export const isFixtureOperation = (id: string): id is FixtureOperation => fixtureOperationIds.has(id)

/** An operation of the document, as a fixture names it. */
export interface NamedOperation {
  id: string
  /** The `operationId`, if the id is another name. */
  documentId?: string
  method: string
  /** The paths, each with parameters in braces; the last is the one of the document. */
  paths: readonly string[]
}

/** Finds an operation by its id, or by method and path. */
export function findOperation(operations: readonly NamedOperation[], name: string): NamedOperation | undefined {
  const [method = '', path] = name.split(' ')
  return operations.find(
    ({ id, documentId, method: own, paths }) =>
      id === name || documentId === name || (path !== undefined && own === method.toLowerCase() && paths.includes(path))
  )
}

/** What is wrong with the name of an operation that the document does not have. */
export function explainUnknownOperation(operations: readonly NamedOperation[], name: string): string {
  const known = operations.map(({ id, documentId = id, method, paths }) =>
    name.includes(' ') ? `${method.toUpperCase()} ${paths.at(-1)}` : documentId
  )
  const similar = findSimilar(name, known).map(each => `"${each}"`)
  const hint = similar.length
    ? `did you mean ${similar.join(' or ')}?`
    : 'expected an operationId, or a method and a path, as in "GET /models"'
  return `the document has no operation "${name}", ${hint}`
}
