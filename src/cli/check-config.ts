/** Checks everything that a start reads, for `standin check`, and reports the repairs of the document. */

import { type Options, readVariable } from '../core/options.js'
import { resolveUpstream } from '../core/upstream-options.js'
import { compileConfig, loadConfig } from '../server/load-config.js'

/** Returns the report. Throws a ConfigError with every problem. */
export async function checkConfig(options: Options): Promise<string> {
  resolveUpstream(options, readVariable)
  const config = await loadConfig(options)
  const { spec, errorCatalog } = config
  const { fixtures, warnings } = await compileConfig(config)
  const lines = [
    ...spec.findings.map(({ pointer, message, repair }) => `${pointer}: ${message}; ${repair}`),
    ...[...warnings, ...spec.warnings].map(warning => `warning: ${warning}`),
    `All is well: ${spec.operations.length} operations, ${spec.findings.length} repairs of the document, ${fixtures.length} fixtures, ${Object.keys(errorCatalog).length} errors.`
  ]
  return `${lines.join('\n')}\n`
}
