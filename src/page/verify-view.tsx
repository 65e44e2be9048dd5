/** Verifies the requests so far against an expectation, as a test does at its end. */
import { useState } from 'preact/hooks'
import { Field, Foreign, Problem } from './parts.jsx'
import type { ViewProps } from './requests-view.jsx'
import { CallError } from './server-client.js'
import type { VerifyReport } from './server-data.js'

const counts: Readonly<Record<string, string>> = {
  atLeast: 'at least',
  count: 'exactly',
  atMost: 'at most'
}

interface Expectation {
  match: string
  bound: string
  number: string
  noneUnmatched: boolean
}

/** @throws a SyntaxError if the conditions are not JSON */
const toVerifyBody = ({ match, bound, number, noneUnmatched }: Expectation): object =>
  noneUnmatched ? { noneUnmatched } : { match: match.trim() === '' ? {} : JSON.parse(match), [bound]: Number(number) }

export function VerifyView({ client }: ViewProps) {
  const [expectation, setExpectation] = useState<Expectation>({
    match: '{ "lastUser": "weather" }',
    bound: 'atLeast',
    number: '1',
    noneUnmatched: false
  })
  const [report, setReport] = useState<VerifyReport>()
  const [problem, setProblem] = useState('')
  const verify = async (event: Event) => {
    event.preventDefault()
    setReport(undefined)
    setProblem('')
    try {
      setReport(await client.postReport<VerifyReport>('verify', toVerifyBody(expectation)))
    } catch (error) {
      const { message } = error as Error
      setProblem(error instanceof CallError ? message : `The conditions are not JSON: ${message}`)
    }
  }
  return (
    <div class="page">
      <h2>Verify</h2>
      <p class="muted">Did your program send what it should? The journal is compared with what you expect.</p>
      <form class="card fields" onSubmit={verify}>
        <ExpectationFields expectation={expectation} onChange={part => setExpectation({ ...expectation, ...part })} />
        <div class="actions">
          <button type="submit" class="primary">
            Verify
          </button>
        </div>
      </form>
      <Problem text={problem} />
      {report ? <Report report={report} /> : null}
    </div>
  )
}

interface ExpectationFieldsProps {
  expectation: Expectation
  onChange(part: Partial<Expectation>): void
}

function ExpectationFields({ expectation, onChange }: ExpectationFieldsProps) {
  const { match, bound, number, noneUnmatched } = expectation
  return (
    <>
      <Field label="Conditions" hint="As in the match of a fixture.">
        {control => (
          <textarea
            {...control}
            rows={3}
            value={match}
            disabled={noneUnmatched}
            onInput={event => onChange({ match: event.currentTarget.value })}
          />
        )}
      </Field>
      <div class="pair">
        <Field label="Kind of bound">
          {control => (
            <select
              {...control}
              value={bound}
              disabled={noneUnmatched}
              onChange={event => onChange({ bound: event.currentTarget.value })}
            >
              {Object.entries(counts).map(([id, words]) => (
                <option key={id} value={id}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Number of requests">
          {control => (
            <input
              {...control}
              type="number"
              min="0"
              value={number}
              disabled={noneUnmatched}
              onInput={event => onChange({ number: event.currentTarget.value })}
            />
          )}
        </Field>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={noneUnmatched}
          onChange={event => onChange({ noneUnmatched: event.currentTarget.checked })}
        />{' '}
        instead: a fixture answered every request
      </label>
    </>
  )
}

function Report({ report: { verified, report } }: { report: VerifyReport }) {
  return (
    <section class="card" role="status">
      <h3 class={verified ? 'tone-good' : 'tone-bad'}>{verified ? '✓ As expected' : '✗ Not as expected'}</h3>
      <ul>
        {report.map((line, index) => (
          <li key={index}>
            <Foreign text={line} />
          </li>
        ))}
      </ul>
    </section>
  )
}
