/** Replaces src/completion/load-vocabulary.ts in the bundle: the build has packed the vocabularies. */
import { readFile } from 'node:fs/promises'

export const readVocabulary: typeof import('../../completion/load-vocabulary.js').loadVocabulary = name =>
  readFile(new URL(`./${name}.vocabulary`, import.meta.url))
