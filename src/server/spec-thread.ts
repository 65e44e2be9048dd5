/** The thread that loads a large document. It sends what a start needs of the document, and the rest packed. */
import { parentPort, workerData } from 'node:worker_threads'
import type { LargePart, SmallSpec } from '../contract/lazy-spec.js'
import { loadSpec, type SpecFiles } from '../contract/load.js'
import { ConfigError } from '../core/config-error.js'
import type { FileReader } from '../core/file-reader.js'
import { packValue } from './packed-value.js'

export interface SpecThreadInput {
  files: SpecFiles
  /** The files in UTF-8, by path. */
  texts: ReadonlyMap<string, Uint8Array>
}

export type SpecThreadResult =
  | { small: SmallSpec; large: Partial<Record<LargePart, Uint8Array>>; problems?: undefined }
  | { problems: string[] }

async function load({ files, texts }: SpecThreadInput): Promise<SpecThreadResult> {
  const readFile: FileReader = async path => new TextDecoder().decode(texts.get(path)) as never
  try {
    const { document, schemas, ...small } = await loadSpec(files, readFile)
    return { small, large: { document: packValue(document), schemas: packValue(schemas) } }
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems }
    throw error
  }
}

parentPort!.postMessage(await load(workerData))
