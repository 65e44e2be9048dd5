/** `standin check`: everything that a start would read, and what the loader had to repair in the document. */

import { type Options, readVariable } from '../core/options.js'
import { resolveUpstream } from '../core/upstream-options.js'
import { compileFixtures } from '../fixtures/load.js'
import { findWarnings } from '../fixtures/warnings.js'
import { loadConfig } from '../server/load-config.js'

/** Answers the report. Throws a Mistake with every problem found. */
export async function checkConfig(options: Options): Promise<string> {
  resolveUpstream(options, readVariable)
  const { spec, fixtureSources, fixtureSchema, errorCatalog } = await loadConfig(options)
  const compiled = await compileFixtures(fixtureSources, fixtureSchema)
  const lines = [
    ...spec.findings.map(({ pointer, message, repair }) => `${pointer}: ${message}; ${repair}`),
    ...findWarnings(compiled).map(warning => `warning: ${warning}`),
    ...spec.warnings.map(warning => `warning: ${warning}`),
    `All is well: ${spec.operations.length} operations, ${spec.findings.length} repairs of the document, ${compiled.length} fixtures, ${Object.keys(errorCatalog).length} refusals.`
  ]
  return `${lines.join('\n')}\n`
}
