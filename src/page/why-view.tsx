/** Why a fixture replied or none did: each condition with a tick or a cross, and what the request had. */
import { Foreign } from './parts.jsx'
import type { ConditionCheck, Reason, RequestRecord } from './server-data.js'
import { FixtureName } from './verdict.jsx'
import { countOf, formatCount, formatMs, showHidden } from './visible-text.js'

export function WhyView({ record }: { record: RequestRecord }) {
  const { why, refusal, warning, fixture } = record
  return (
    <>
      <h3>Fixtures</h3>
      {why.map(reason => (
        <ReasonCard key={`${reason.name} ${reason.place}`} reason={reason} />
      ))}
      {why.length ? null : <p class="muted">{explainNone(record)}</p>}
      <h3>Validation</h3>
      <p>
        {refusal ? (
          <>
            <Cross /> Refused with <code>{refusal.name}</code>
            {refusal.rule === undefined ? '' : <> by the rule {<code>{refusal.rule}</code>}</>}.
          </>
        ) : warning ? (
          <>
            <Cross /> The service would refuse it with <code>{warning.name}</code>. The mode is <code>warn</code>.
          </>
        ) : (
          <>
            <Tick /> The request breaks no rule{fixture === undefined ? '' : ' that the fixture checks'}.
          </>
        )}
      </p>
      <h3>Cost and time</h3>
      <dl class="facts">
        <Fact
          name="Tokens"
          value={
            record.usage
              ? `${formatCount(record.usage.promptTokens)} of the prompt, ${formatCount(record.usage.completionTokens)} of the completion`
              : 'the response has no usage'
          }
        />
        <Fact name="Duration" value={formatMs(record.durationMs)} />
        {record.chunkMs?.length ? <Fact name="First event" value={formatMs(record.chunkMs[0]!)} /> : null}
        {record.budget ? <Fact name="Work" value={`${countOf(record.budget.work, 'unit')}`} /> : null}
      </dl>
    </>
  )
}

function explainNone({ refusal, operation, fixture }: RequestRecord): string {
  if (operation !== 'createChatCompletion') return 'Fixtures answer only chat requests.'
  if (fixture !== undefined) return `The fixture ${fixture} replied. It was removed since.`
  return refusal ? 'No fixture was tried: the request was refused before.' : 'The server has no fixtures.'
}

function ReasonCard({ reason }: { reason: Reason }) {
  const { replied, conditions } = reason
  return (
    <section class="card reason">
      <h4>
        {replied ? <Tick /> : <Cross />} <FixtureName reason={reason} />{' '}
        <small>
          {replied ? 'replied' : `${countOf(conditions.filter(({ holds }) => !holds).length, 'condition')} failed`}
        </small>
      </h4>
      {conditions.length ? (
        <ul class="conditions">
          {conditions.map(each => (
            <Condition key={each.condition} check={each} />
          ))}
        </ul>
      ) : (
        <p class="muted">It has no conditions, so it matches every request.</p>
      )}
    </section>
  )
}

function Condition({ check: { condition, expected, seen, holds } }: { check: ConditionCheck }) {
  return (
    <li class={holds ? 'holds' : 'fails'}>
      {holds ? <Tick /> : <Cross />}
      <span>
        <code>{condition}</code> <Foreign text={`expected ${expected}`} />
        <span class="got">
          {holds ? 'has ' : 'got '}
          <code>{showHidden(seen)}</code>
        </span>
      </span>
    </li>
  )
}

const Tick = () => (
  <span class="tick" role="img" aria-label="holds">
    ✓
  </span>
)

const Cross = () => (
  <span class="cross" role="img" aria-label="fails">
    ✗
  </span>
)

export const Fact = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)
