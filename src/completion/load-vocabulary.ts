/** Loads the vocabularies of gpt-tokenizer. The build packs them, and replaces this file. */
import { packVocabulary } from './packed-vocabulary.js'

export const encodingNames = ['o200k_base', 'cl100k_base'] as const

/** The encodings of the service's models. */
export type EncodingName = (typeof encodingNames)[number]

/** Returns a packed vocabulary. */
export async function loadVocabulary(name: EncodingName): Promise<Uint8Array> {
  // One import after the other: jest's loader of ES modules fails if two load the same dependency at the same time.
  const splits = await import('gpt-tokenizer/encodingParams/constants')
  if (name === 'o200k_base') {
    const { default: ranks } = await import('gpt-tokenizer/bpeRanks/o200k_base')
    return packVocabulary(ranks, splits.O200K_TOKEN_SPLIT_REGEX)
  }
  const { default: ranks } = await import('gpt-tokenizer/bpeRanks/cl100k_base')
  return packVocabulary(ranks, splits.CL100K_TOKEN_SPLIT_REGEX)
}
