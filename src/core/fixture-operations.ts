/** Lists the operations that fixtures answer. */

/** The ids of the operations in OpenAI's document. */
export const fixtureOperations = [
  'createChatCompletion',
  'createCompletion',
  'createEmbedding',
  'createModeration'
] as const

/** An operation that fixtures answer. */
export type FixtureOperation = (typeof fixtureOperations)[number]
