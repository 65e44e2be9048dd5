/** Exports the chat requests of the journal as fixtures. */

import type { ErrorCatalog } from '../../core/api-error.js'
import { ConfigError } from '../../core/config-error.js'
import { formatYaml } from '../../core/source-file.js'
import { exchangesToFixtures, type ImportResult } from '../../fixtures/import.js'
import type { ExchangeRecord } from '../../state/exchange-record.js'

/** Returns fixtures as YAML. Comments list skipped requests. Throws a ConfigError if no request can be a fixture. */
export async function exportFixtures(records: readonly ExchangeRecord[], errorCatalog: ErrorCatalog): Promise<string> {
  const chats = records.filter(({ operation }) => operation === 'createChatCompletion')
  const checkedChats = chats.map(record => [record, whyNotExportable(record, errorCatalog)] as const)
  const exportable = checkedChats.filter(([, reason]) => !reason).map(([record]) => toImportable(record))
  const imported: ImportResult = exchangesToFixtures(exportable, errorCatalog)
  const skipped = [
    ...checkedChats.flatMap(([{ id }, reason]) => (reason ? [`${id}: ${reason}`] : [])),
    ...imported.skipped
  ]
  if (!imported.fixtures.length)
    throw new ConfigError([`requests: none of ${chats.length} chat requests can be a fixture`, ...skipped.slice(0, 3)])
  const notes = skipped.map(line => `# left out: ${line}\n`)
  return `${notes.join('')}${await formatYaml({ fixtures: imported.fixtures })}`
}

function whyNotExportable(
  { aborted, fault, fixture, refusal }: ExchangeRecord,
  errorCatalog: ErrorCatalog
): string | undefined {
  if (fault !== undefined) return `its answer was damaged (${fault})`
  if (aborted) return 'the client left before the end of its answer'
  if (refusal && fixture === undefined) return `it was refused (${refusal.name}) before a fixture could answer`
  if (refusal && errorCatalog[refusal.name]?.evidence === 'standin')
    return `its fixture could not answer (${refusal.name})`
  return undefined
}

function toImportable({ id, method, url, request, status, answer, streamed, refusal }: ExchangeRecord) {
  return {
    location: id,
    method,
    url,
    request: JSON.stringify(request),
    status,
    headers: { 'content-type': streamed ? 'text/event-stream' : 'application/json' },
    body: typeof answer === 'string' ? answer : JSON.stringify(answer),
    errorName: refusal?.name
  }
}
