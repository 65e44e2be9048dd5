/** Filters the list of requests by what the reader types: words, and terms such as `status:4xx` or `session:a`. */
import type { RequestRow } from './server-data.js'
import { answererOf, operationWord, toneOf } from './status-words.js'

type Test = (line: RequestRow) => boolean

const contains = (text: string | undefined, part: string) => (text ?? '').toLowerCase().includes(part)

const terms: Readonly<Record<string, (value: string) => Test>> = {
  status: value => {
    const pattern = value.replaceAll('x', '')
    return ({ status }) => String(status).startsWith(pattern)
  },
  session: value => line => contains(line.session, value),
  model: value => line => contains(line.model, value),
  fixture: value => line => contains(line.fixture, value),
  error: value => line => contains(line.refusal, value),
  fault: value => line => contains(line.fault, value),
  id: value => line => contains(line.id, value),
  is: value => kinds[value] ?? (() => false)
}

const kinds: Readonly<Record<string, Test>> = {
  error: line => toneOf(line) !== 'good',
  unmatched: line => line.unmatched === true,
  stream: line => line.streamed
}

/** The names of the terms, for the help beside the field. */
export const filterTerms = Object.keys(terms)

/** Every part of the text must hold. Words are looked for in all that the line shows. */
export function createLineFilter(text: string): Test {
  const parts = text.toLowerCase().matchAll(/(?:(\w+):)?(?:"([^"]*)"|(\S+))|(\w+):/g)
  const tests = [...parts].map(([part, name = '', quoted, plain = '']): Test => {
    const value = quoted ?? plain
    const term = Object.hasOwn(terms, name) ? terms[name] : undefined
    if (term) return term(value)
    // A term whose value is not typed yet.
    if (terms[part.slice(0, -1)] && part.endsWith(':')) return () => true
    const words = quoted ?? part
    // The digits of an id would fit many short words.
    if (words.startsWith('req_')) return terms.id!(words)
    return line => contains(wordsOf(line), words)
  })
  return line => tests.every(test => test(line))
}

const wordsOf = (line: RequestRow) =>
  `${line.method} ${operationWord(line)} ${line.url} ${line.status} ${line.model ?? ''} ${answererOf(line)} ${line.session} ${line.about ?? ''}`
