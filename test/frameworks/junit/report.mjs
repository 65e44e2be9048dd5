// Counts the tests in files of JUnit's format: node report.mjs NAME LEFT_OUT FILE... prints a line for each failure,
// then `NAME: N passed, M failed, K left out`. A line of LEFT_OUT is `TEST  network|understanding: REASON`, with * in
// TEST as a wildcard. As in the suites of Python, a listed test that needs understanding and passes is a failure, and so
// is a line that fits no test.
import { readFileSync } from 'node:fs'

const mostLeftOut = 0.08
const [name, listFile, ...files] = process.argv.slice(2)
const plain = text =>
  text
    .replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&(lt|gt|quot|apos|amp);/g, (_, entity) => ({ lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' })[entity])

function readList() {
  const rows = []
  readFileSync(listFile, 'utf8')
    .split('\n')
    .forEach((line, index) => {
      if (line.trim() === '' || line.startsWith('#')) return
      const [, test, reason] = /^(\S.*?)\s{2,}((?:network|understanding): \S.*)$/.exec(line.trimEnd()) ?? []
      if (!reason) throw new Error(`${listFile}:${index + 1}: expected TEST, two spaces, network|understanding: REASON`)
      const pattern = test
        .split('*')
        .map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
        .join('.*')
      rows.push({ test, reason, pattern: new RegExp(`^${pattern}$`), used: false })
    })
  return rows
}

function* readTests(file) {
  const xml = readFileSync(file, 'utf8')
  for (const [, attributes, rest] of xml.matchAll(
    /<testcase\b((?:\s+[\w:-]+="[^"]*")*)\s*(?:\/>|>([\s\S]*?)<\/testcase>)/g
  )) {
    const attribute = key => plain(new RegExp(`\\s${key}="([^"]*)"`).exec(attributes)?.[1] ?? '')
    const [, outcome, message = ''] = /<(failure|error|skipped)\b(?:[^>]*?\smessage="([^"]*)")?/.exec(rest ?? '') ?? []
    const group = attribute('classname').split('.').pop()
    const test = group && group !== 'test' ? `${group} ${attribute('name')}` : attribute('name')
    yield {
      test,
      outcome: outcome ?? 'passed',
      message: plain(message).split('\n').slice(0, 3).join(' ').slice(0, 300)
    }
  }
}

const rows = readList()
let total = 0
let passed = 0
let failed = 0
let leftOut = 0
const fail = line => {
  failed++
  console.log(`not ok - ${line}`)
}
for (const file of files) {
  for (const { test, outcome, message } of readTests(file)) {
    total++
    const row = rows.find(each => each.pattern.test(test))
    if (row) {
      row.used = true
      leftOut++
      if (outcome === 'passed' && row.reason.startsWith('understanding'))
        fail(`${test} passes, but the list leaves it out`)
      else console.log(`# left out (${outcome}): ${test}: ${row.reason}`)
    } else if (outcome === 'passed') passed++
    else if (outcome === 'skipped') console.log(`# skipped by itself: ${test}: ${message}`)
    else fail(`${test}${message && ` # ${message}`}`)
  }
}
for (const { test, used } of rows) if (!used) fail(`the list leaves out ${test}, which is no test`)
if (leftOut > mostLeftOut * total)
  fail(`the list leaves out ${leftOut} of ${total} tests, more than ${100 * mostLeftOut} %`)
if (total === 0) fail(`${name} ran no test`)
console.log(`${name}: ${passed} passed, ${failed} failed, ${leftOut} left out`)
process.exitCode = failed > 0 ? 1 : 0
