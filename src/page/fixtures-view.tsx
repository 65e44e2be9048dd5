/** The fixtures in the order of matching: their conditions in words, where they were used, and mistakes in them. */
import { useState } from 'preact/hooks'
import { useLoaded } from './hooks.js'
import { JsonView } from './json-view.jsx'
import { CopyButton, Foreign, Problem } from './parts.jsx'
import type { ViewProps } from './requests-view.jsx'
import type { ListedFixture } from './server-data.js'
import { countOf, formatTime, showHidden } from './visible-text.js'

const example = `fixtures:
  - name: weather
    match: { lastUser: weather }
    reply: { text: It is sunny. }
`

export function FixturesView({ client }: ViewProps) {
  const { data, problem, reload } = useLoaded(
    () => client.get<{ fixtures: ListedFixture[] }>('fixtures?details=true'),
    'fixtures',
    5000
  )
  const [failure, setFailure] = useState('')
  const [text, setText] = useState('')
  const remove = async (name: string) => {
    setFailure('')
    await client.remove(`fixtures/${encodeURIComponent(name)}`).catch(error => setFailure(error.message))
    reload()
  }
  const word = text.toLowerCase()
  const shown = (data?.fixtures ?? []).filter(({ name, place, conditions }) =>
    `${name} ${place} ${conditions.join(' ')}`.toLowerCase().includes(word)
  )
  return (
    <div class="page">
      <div class="bar">
        <h2>Fixtures</h2>
        <input
          type="search"
          aria-label="Filter fixtures"
          placeholder="Filter"
          value={text}
          onInput={event => setText(event.currentTarget.value)}
        />
      </div>
      <p class="muted">The first fixture that matches replies. Fixtures that were added at run time come first.</p>
      <Problem text={problem ?? failure} />
      {shown.slice(0, mostShown).map(fixture => (
        <FixtureCard key={`${fixture.name} ${fixture.place}`} fixture={fixture} onRemove={remove} />
      ))}
      {shown.length > mostShown ? (
        <p class="muted">{countOf(shown.length - mostShown, 'more fixture')}: use the filter.</p>
      ) : null}
      {data && !data.fixtures.length ? (
        <div class="empty">
          <h3>No fixtures</h3>
          <p>
            Standin generates every answer. To choose an answer, start it with --fixtures and a folder with such a file:
          </p>
          <div class="code">
            <CopyButton text={example} />
            <pre>{example}</pre>
          </div>
          <p>Or open a request and choose “Answer this next time”.</p>
        </div>
      ) : null}
    </div>
  )
}

const mostShown = 200

function FixtureCard({ fixture, onRemove }: { fixture: ListedFixture; onRemove(name: string): void }) {
  const { name, place, addedAtRunTime, session, conditions, uses, lastMatched, warnings, reply } = fixture
  const replies = uses.reduce((sum, each) => sum + each.replies, 0)
  return (
    <section class="card fixture">
      <h3>
        <Foreign text={name} />{' '}
        <small>
          {name === place ? null : <Foreign text={place} />}
          {addedAtRunTime ? <span class="chip">added at run time</span> : null}
          {session === undefined ? null : (
            <span class="chip">
              only session <Foreign text={session} />
            </span>
          )}
        </small>
        {addedAtRunTime ? (
          <button type="button" class="quiet" aria-label={`Remove ${name}`} onClick={() => onRemove(name)}>
            Remove
          </button>
        ) : null}
      </h3>
      <ul>
        {conditions.map(each => (
          <li key={each}>
            <Foreign text={each} />
          </li>
        ))}
        {conditions.length ? null : <li>matches every request</li>}
      </ul>
      {warnings.map(each => (
        <p key={each} class="tone-warn">
          ⚠ {showHidden(each)}
        </p>
      ))}
      <p class="muted">
        {replies === 0 || lastMatched === undefined
          ? 'Not used yet.'
          : `Used ${countOf(replies, 'time')}, last at ${formatTime(lastMatched)}.`}
        {uses.slice(0, 12).map(use => (
          <span key={use.session} class="use">
            <Foreign text={use.session === '' ? 'no session' : use.session} />: {use.replies}
            {fixture.times === undefined ? '' : ` of ${fixture.times}`}
          </span>
        ))}
        {uses.length > 12 ? ` and ${uses.length - 12} more sessions` : ''}
      </p>
      <details>
        <summary>{Array.isArray(reply) ? `Sequence of ${reply.length} replies` : 'Reply'}</summary>
        <JsonView value={reply} label={`Reply of ${name}`} />
      </details>
    </section>
  )
}
