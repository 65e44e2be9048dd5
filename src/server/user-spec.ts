/** Loads the document of a user. */
import { Worker } from 'node:worker_threads'
import { createSpecChecks } from '../contract/check.js'
import { createLazySpec } from '../contract/lazy-spec.js'
import { loadSpec, type Spec, type SpecFiles } from '../contract/load.js'
import { ConfigError } from '../core/config-error.js'
import { createFileRecorder, createRecordReader, type FileReader, type FileRecord } from '../core/file-reader.js'
import { isLargeText, readSourceText } from '../core/source-file.js'
import type { SpecWithChecks } from './builtin-data.js'
import { unpackValue } from './packed-value.js'
import type { SpecThreadInput, SpecThreadResult } from './spec-thread.js'

/** @throws ConfigError with `file:line:column` when the document or an overlay is invalid */
export async function loadUserSpec(files: SpecFiles, readFile: FileReader): Promise<SpecWithChecks> {
  const record: FileRecord = new Map()
  const recordFile = createFileRecorder(record)
  const readOnce: FileReader = (subject, read) => recordFile(subject, () => readFile(subject, read))
  const [text = ''] = await Promise.all([files.spec, ...files.overlays].map(path => readSourceText(path, readOnce)))
  const spec = isLargeText(text) ? await loadInThread(files, record) : await loadSpec(files, createRecordReader(record))
  return { spec, requestChecks: createSpecChecks(spec, true).request }
}

/** Parsing takes 30 times the memory of the document. The system gets it back when the thread ends. */
async function loadInThread(files: SpecFiles, record: FileRecord): Promise<Spec> {
  const texts = new Map([...record].map(([path, text]) => [path, new TextEncoder().encode(String(text))]))
  const result = await runThread({ files, texts })
  if (result.problems) throw new ConfigError(result.problems)
  const { small, large } = result
  return createLazySpec(small, part => {
    const value = unpackValue(large[part]!) as Spec[typeof part]
    delete large[part]
    return value
  })
}

function runThread(workerData: SpecThreadInput): Promise<SpecThreadResult> {
  // Less room for new objects makes the peak lower, and the load not slower.
  const resourceLimits = { maxYoungGenerationSizeMb: 8 }
  const thread = new Worker(new URL('./spec-thread.js', import.meta.url), { workerData, resourceLimits })
  return new Promise((resolve, reject) => {
    let result: SpecThreadResult | undefined
    thread.once('message', message => {
      result = message
      void thread.terminate()
    })
    thread.once('error', reject)
    thread.once('exit', code => {
      if (result) resolve(result)
      else reject(new Error(`the thread that loads the document ended with ${code}`))
    })
  })
}
