/**
 * Lists the errors and rules whose evidence is older than a year, the oldest first.
 *
 *   npm run evidence                      as of today
 *   npm run evidence -- 2027-01-31        as of a day
 */
import { readdirSync } from 'node:fs'
import { rules } from '../../src/contract/rules.js'
import { readSource } from '../../src/core/source-file.js'
import { readErrorCatalog } from '../../src/fixtures/error-catalog.js'
import { findOldEvidence, formatOldEvidence, listEvidence } from './old-evidence.js'

const [day = new Date().toISOString().slice(0, 10)] = process.argv.slice(2)
if (!/^\d{4}-[01]\d-[0-3]\d$/.test(day)) {
  console.error(`npm run evidence: ${day} is no day, expected one such as 2027-01-31`)
  process.exit(1)
}
const files = readdirSync('fixtures/errors').sort()
const catalog = readErrorCatalog(await Promise.all(files.map(file => readSource(`fixtures/errors/${file}`))))
const entries = listEvidence(catalog, rules)
const old = findOldEvidence(entries, day)
process.stdout.write(formatOldEvidence(old))
console.log(`${old.length} of ${entries.length} errors and rules have evidence older than a year on ${day}`)
