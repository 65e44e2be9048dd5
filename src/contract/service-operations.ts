/** Recognises the operations that have a handler of their own by their method and path, whatever a document calls them. */

interface Named {
  id: string
  documentId?: string
  method: string
  paths: string[]
}

/** The operations by method and path, with the names that the published document has. */
const serviceOperations: Readonly<Record<string, string>> = {
  'post /chat/completions': 'createChatCompletion',
  'get /chat/completions': 'listChatCompletions',
  'get /chat/completions/{completion_id}': 'getChatCompletion',
  'post /chat/completions/{completion_id}': 'updateChatCompletion',
  'delete /chat/completions/{completion_id}': 'deleteChatCompletion',
  'get /chat/completions/{completion_id}/messages': 'getChatCompletionMessages',
  'get /models': 'listModels',
  'get /models/{model}': 'retrieveModel',
  'delete /models/{model}': 'deleteModel',
  'post /embeddings': 'createEmbedding',
  'post /moderations': 'createModeration',
  'post /completions': 'createCompletion'
}

const withoutNames = (path: string) => path.replace(/\{[^}]+\}/g, '{}')
const idsByShape = new Map(Object.entries(serviceOperations).map(([shape, id]) => [withoutNames(shape), id]))
const shapesById = new Map(Object.entries(serviceOperations).map(([shape, id]) => [id, shape]))

const chatPath = '/chat/completions'

/** Gives the operations of the service their names and those of their parameters. */
export function nameServiceOperations<T extends Named>(operations: readonly T[]): T[] {
  const prefixes = new Set(
    operations
      .filter(({ method }) => method === 'post')
      .flatMap(({ paths }) =>
        paths.filter(path => path.endsWith(chatPath)).map(path => path.slice(0, -chatPath.length))
      )
  )
  const taken = new Set<string>()
  return operations.map(operation => {
    const prefix = [...prefixes].find(each => idsByShape.has(toShape(operation, each)))
    const id = prefix === undefined ? undefined : idsByShape.get(toShape(operation, prefix))
    if (id === undefined || taken.has(id)) return operation
    taken.add(id)
    const documentId = operation.id === id ? {} : { documentId: operation.id }
    return {
      ...operation,
      id,
      ...documentId,
      paths: operation.paths.map(path => renameParameters(path, shapesById.get(id)!))
    }
  })
}

function toShape({ method, paths: [path = ''] }: Named, prefix: string): string {
  return path.startsWith(prefix) ? `${method} ${withoutNames(path.slice(prefix.length))}` : ''
}

function renameParameters(path: string, shape: string): string {
  const names = shape.match(/\{[^}]+\}/g) ?? []
  let at = 0
  return path.replace(/\{[^}]+\}/g, name => names[at++] ?? name)
}
