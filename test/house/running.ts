/**
 * Checks two laws by running servers: a wrong schema stops the start, and the same seed gives the same bytes. A check takes the
 * function that starts a server, so that a test can pass a wrong one.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { createServer } from '../../src/index.js'
import { ask } from '../helper.js'

export type Start = typeof createServer

const document = (schema: object) => ({
  openapi: '3.1.0',
  info: { title: 'A document with one schema', version: '1' },
  paths: {
    '/a': {
      post: {
        operationId: 'a',
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/A' } } } },
        responses: { 200: { description: 'Fine' } }
      }
    }
  },
  components: { schemas: { A: schema } }
})

const wrongSchemas: Record<string, object> = {
  '/components/schemas/A/maxLenght': { type: 'string', maxLenght: 3 },
  '/components/schemas/A/pattern': { type: 'string', pattern: '(' }
}

/** An unknown keyword, or a schema that does not compile, must stop the start with the path of what is wrong. */
export async function schemaProblems(start: Start, folder: string): Promise<string[]> {
  const problems: string[] = []
  for (const [path, schema] of Object.entries(wrongSchemas)) {
    const spec = join(folder, 'document.json')
    writeFileSync(spec, JSON.stringify(document(schema)))
    const error = await start({ spec, overlay: ['none'], fixtures: 'none' }).then(
      server => server.close(),
      (error: Error) => error
    )
    if (!error) problems.push(`the server starts with a wrong ${path}`)
    else if (!error.message.includes(path)) problems.push(`the message does not name ${path}: ${error.message}`)
  }
  return problems
}

const bodies = Array.from({ length: 12 }, (_, index) => ({
  model: ['gpt-4o', 'gpt-5-mini', 'gpt-3.5-turbo'][index % 3],
  messages: [{ role: 'user', content: `Question ${index}: what is the weather in Paris?` }],
  stream: index % 4 === 0,
  n: 1 + (index % 2)
}))

/** A server answers in turn. Another one with the same seed answers side by side and in another order. The bytes are the same. */
export async function seedProblems(start: Start): Promise<string[]> {
  const [one, two] = [await start({ seed: 'house' }), await start({ seed: 'house' })]
  try {
    const inTurn: string[] = []
    for (const body of bodies) inTurn.push((await ask(one, body)).text)
    const sideBySide: string[] = []
    // Seven and twelve share no divisor, so this visits all of them.
    const shuffled = bodies.map((_, index) => (index * 7) % bodies.length)
    await Promise.all(
      shuffled.map(async index => {
        sideBySide[index] = (await ask(two, bodies[index])).text
      })
    )
    return inTurn.flatMap((text, index) =>
      text === sideBySide[index] ? [] : [`request ${index} has other bytes on the second server`]
    )
  } finally {
    await Promise.all([one.close(), two.close()])
  }
}
