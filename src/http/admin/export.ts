/** The journal as fixtures: what was answered, to be answered again. */

import { type Catalog, Mistake } from '../../core/api-error.js'
import { writeYaml } from '../../core/source-file.js'
import { fixturesFrom, type Imported } from '../../fixtures/import.js'
import type { ExchangeRecord } from '../../state/exchange.js'

/** A file of fixtures, as YAML. What can't be one is told in comments. Throws a Mistake when there is nothing to write. */
export async function toFixtures(records: readonly ExchangeRecord[], catalog: Catalog): Promise<string> {
  const chats = records.filter(({ operation }) => operation === 'createChatCompletion')
  const left = chats.map(record => [record, whyNot(record, catalog)] as const)
  const recorded = left.filter(([, why]) => !why).map(([record]) => recordedOf(record))
  const found: Imported = fixturesFrom(recorded, catalog)
  const skipped = [...left.flatMap(([{ id }, why]) => (why ? [`${id}: ${why}`] : [])), ...found.skipped]
  if (!found.fixtures.length)
    throw new Mistake([`requests: none of ${chats.length} chat requests can be a fixture`, ...skipped.slice(0, 3)])
  const notes = skipped.map(line => `# left out: ${line}\n`)
  return `${notes.join('')}${await writeYaml({ fixtures: found.fixtures })}`
}

function whyNot({ aborted, fault, fixture, refusal }: ExchangeRecord, catalog: Catalog): string | undefined {
  if (fault !== undefined) return `its answer was damaged (${fault})`
  if (aborted) return 'the client left before the end of its answer'
  if (refusal && fixture === undefined) return `it was refused (${refusal.name}) before a fixture could answer`
  if (refusal && catalog[refusal.name]?.evidence === 'standin') return `its fixture could not answer (${refusal.name})`
  return undefined
}

function recordedOf({ id, method, url, request, status, answer, streamed, refusal }: ExchangeRecord) {
  return {
    place: id,
    method,
    url,
    request: JSON.stringify(request),
    status,
    headers: { 'content-type': streamed ? 'text/event-stream' : 'application/json' },
    body: typeof answer === 'string' ? answer : JSON.stringify(answer),
    refusal: refusal?.name
  }
}
