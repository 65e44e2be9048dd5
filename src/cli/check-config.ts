/** `standin check`: everything that a start would read, and what the loader had to repair in the document. */

import { type Options, variableOf } from '../core/options.js'
import { upstreamOf } from '../core/upstream-options.js'
import { compileFixtures } from '../fixtures/load.js'
import { warningsOf } from '../fixtures/warnings.js'
import { readFiles } from '../server/load-config.js'

/** Answers the report. Throws a Mistake with every problem found. */
export async function check(options: Options): Promise<string> {
  upstreamOf(options, variableOf)
  const { spec, fixtures, forms, catalog } = await readFiles(options)
  const compiled = await compileFixtures(fixtures, forms)
  const lines = [
    ...spec.findings.map(({ pointer, what, repair }) => `${pointer}: ${what}; ${repair}`),
    ...warningsOf(compiled).map(warning => `warning: ${warning}`),
    ...spec.warnings.map(warning => `warning: ${warning}`),
    `All is well: ${spec.operations.length} operations, ${spec.findings.length} repairs of the document, ${compiled.length} fixtures, ${Object.keys(catalog).length} refusals.`
  ]
  return `${lines.join('\n')}\n`
}
