/** Says in one sentence what answered a request, and how it is known that the service does the same. */
import { Foreign } from './parts.jsx'
import { errorOf } from './received-answer.js'
import type { ApiErrorFacts, Reason, RequestRecord, ServerInfo } from './server-data.js'
import { showHidden } from './visible-text.js'

const evidenceWords: Readonly<Record<string, string>> = {
  recorded: 'recorded from the service',
  measured: 'measured at the service',
  documented: 'documented by the service',
  thread: 'reported by users of the service',
  inferred: 'inferred from similar errors',
  standin: "Standin's own"
}

export function Verdict({ record, info }: { record: RequestRecord; info: ServerInfo | undefined }) {
  const { refusal, warning, warningBody, fixture, why, fault, ignoredFault, mismatch, aborted } = record
  const error = errorOf(record)
  const [nearest] = why
  return (
    <div class="verdict">
      {error ? (
        <p>
          <strong>
            <Foreign text={error.message} />
          </strong>
        </p>
      ) : null}
      {refusal ? <Evidence facts={refusal} /> : null}
      {warning ? (
        <>
          <p class="tone-warn">
            The service would refuse this request: <Foreign text={warningBody?.error.message ?? warning.name} />
          </p>
          <Evidence facts={warning} />
        </>
      ) : null}
      {fixture === undefined ? null : (
        <p>Answered by {nearest ? <FixtureName reason={nearest} /> : <Foreign text={fixture} />}.</p>
      )}
      {fixture === undefined && nearest ? (
        <Unmatched nearest={nearest} isGenerated={info?.unmatched !== 'refuse'} />
      ) : null}
      {fixture === undefined && !nearest && !refusal && record.operation === 'createChatCompletion' ? (
        <p>There is no fixture: Standin generated the answer.</p>
      ) : null}
      {fault === undefined ? null : (
        <p class="tone-warn">
          Damaged by the fault <Foreign text={fault} />.
        </p>
      )}
      {ignoredFault === undefined ? null : (
        <p class="tone-warn">
          A fault did not apply: <Foreign text={ignoredFault} />
        </p>
      )}
      {mismatch === undefined ? null : (
        <p class="tone-warn">
          The reply breaks the request: <Foreign text={mismatch} />
        </p>
      )}
      {aborted ? <p class="tone-warn">The connection closed before the end of the response.</p> : null}
    </div>
  )
}

function Evidence({ facts: { name, rule, evidence, seen } }: { facts: ApiErrorFacts }) {
  return (
    <p class="muted">
      {rule === undefined ? 'error ' : 'rule '}
      <code>{rule ?? name}</code>
      {evidence === undefined ? '' : ` · evidence: ${evidenceWords[evidence] ?? evidence}`}
      {seen === undefined ? '' : `, last in ${seen}`}
    </p>
  )
}

function Unmatched({ nearest, isGenerated }: { nearest: Reason; isGenerated: boolean }) {
  const failed = nearest.conditions.filter(({ holds }) => !holds)
  return (
    <p>
      No fixture matched{isGenerated ? ', so Standin generated the answer' : ''}. Nearest:{' '}
      <FixtureName reason={nearest} />
      {failed.slice(0, 1).map(({ condition, expected, seen }) => (
        <span key={condition}>
          {': '}
          {condition} expected <Foreign text={expected} />, got <code>{showHidden(seen)}</code>
        </span>
      ))}
    </p>
  )
}

export const FixtureName = ({ reason: { name, place } }: { reason: Reason }) => (
  <>
    <strong>
      <Foreign text={name} />
    </strong>
    {name === place ? null : (
      <>
        {' '}
        (<Foreign text={place} />)
      </>
    )}
  </>
)
