/** Checks everything that a start reads, for `standin check`. */

import { findExampleDefects } from '../contract/load.js'
import { type Options, readVariable } from '../core/options.js'
import { parseTimingString } from '../core/pacing-input.js'
import { resolveUpstream } from '../core/upstream-options.js'
import { compileConfig, loadConfig } from '../server/load-config.js'

/**
 * Returns the report. Throws a ConfigError with every problem.
 *
 * @param isVerbose whether to report also what the user cannot change
 */
export async function checkConfig(options: Options, isVerbose = false): Promise<string> {
  resolveUpstream(options, readVariable)
  if (options.timing) parseTimingString(options.timing, '--timing')
  const config = await loadConfig(options)
  const { spec, errorCatalog, origins } = config
  const { fixtures, warnings } = await compileConfig(config)
  const findings = [...spec.findings, ...findExampleDefects(spec)]
  const repairs = findings.map(({ pointer, message, repair }) => `${pointer}: ${message}; ${repair}`)
  const lines = [
    ...(options.spec || isVerbose ? repairs : []),
    ...warnings.map(warning => `warning: ${warning}`),
    ...(isVerbose ? [`fixtures from ${origins.join(', ')}`] : []),
    `All is well: ${spec.operations.length} operations, ${fixtures.length} fixtures, ${Object.keys(errorCatalog).length} errors.`
  ]
  return `${lines.join('\n')}\n`
}
