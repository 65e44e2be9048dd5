/** Faults for a share of the requests: adds them by kind, lists them with what they did, and removes them. */
import { useState } from 'preact/hooks'
import { formatFault, listFaultKinds } from '../core/fault.js'
import { findAddress, useFeed, useLoaded } from './hooks.js'
import { Field, Foreign, Problem } from './parts.jsx'
import type { ViewProps } from './requests-view.jsx'
import type { ListedFault } from './server-data.js'
import { countOf } from './visible-text.js'

export function FaultsView({ client, feed }: ViewProps) {
  const { data, problem, reload } = useLoaded(() => client.get<{ faults: ListedFault[] }>('faults'), 'faults', 5000)
  const [failure, setFailure] = useState('')
  const act = async (action: Promise<unknown>) => {
    setFailure('')
    await action.catch(error => setFailure(error.message))
    reload()
  }
  return (
    <div class="page">
      <h2>Faults</h2>
      <p class="muted">A fault damages a share of the responses. A request header or a fixture can have faults too.</p>
      <FaultForm onAdd={(body, session) => act(client.post('faults', body, session))} />
      <Problem text={problem ?? failure} />
      {data?.faults.length ? (
        <FaultList faults={data.faults} feed={feed} onRemove={number => act(client.remove(`faults/${number}`))} />
      ) : (
        <p class="muted">No fault is on: every response is whole.</p>
      )}
    </div>
  )
}

function FaultForm({ onAdd }: { onAdd(body: object, session: string): void }) {
  const [kind, setKind] = useState('status')
  const [members, setMembers] = useState('status=500')
  const [percent, setPercent] = useState('100')
  const [model, setModel] = useState('')
  const [session, setSession] = useState('')
  const kinds = listFaultKinds()
  const changeKind = (name: string) => {
    setKind(name)
    setMembers(kinds.find(each => each.kind === name)?.example ?? name)
  }
  const submit = (event: Event) => {
    event.preventDefault()
    onAdd({ fault: members, rate: Number(percent) / 100, ...(model !== '' && { model }) }, session)
  }
  return (
    <form class="card fields wide" onSubmit={submit}>
      <Field label="Kind">
        {control => (
          <select {...control} value={kind} onChange={event => changeKind(event.currentTarget.value)}>
            {kinds.map(({ kind: name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Fault" hint="As in the header x-mock-fault: reset; after=3">
        {control => (
          <input {...control} required value={members} onInput={event => setMembers(event.currentTarget.value)} />
        )}
      </Field>
      <Field label="Share in %">
        {control => (
          <input
            {...control}
            type="number"
            min="0"
            max="100"
            step="any"
            required
            value={percent}
            onInput={event => setPercent(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="Model" hint="Empty: all. gpt-4o* is a pattern.">
        {control => <input {...control} value={model} onInput={event => setModel(event.currentTarget.value)} />}
      </Field>
      <Field label="Session" hint="Empty: all.">
        {control => <input {...control} value={session} onInput={event => setSession(event.currentTarget.value)} />}
      </Field>
      <div class="actions">
        <button type="submit" class="primary">
          Switch on
        </button>
      </div>
    </form>
  )
}

interface FaultListProps {
  faults: readonly ListedFault[]
  feed: ViewProps['feed']
  onRemove(number: number): void
}

function FaultList({ faults, feed, onRemove }: FaultListProps) {
  const { lines } = useFeed(feed)
  return (
    <ul class="cards">
      {faults.map(({ number, fault, rate, model, session }) => {
        const words = fault.map(each => formatFault(each as Parameters<typeof formatFault>[0]))
        const count = lines.filter(line => line.fault !== undefined && words.includes(line.fault)).length
        return (
          <li key={number} class="card">
            <strong>
              <Foreign text={words.join(', ')} />
            </strong>{' '}
            for {Math.round(rate * 10_000) / 100} % of the requests
            {model === undefined ? (
              ''
            ) : (
              <>
                {' '}
                to <Foreign text={model} />
              </>
            )}
            {session === undefined ? (
              ''
            ) : (
              <>
                {' '}
                of session <Foreign text={session} />
              </>
            )}
            . <a href={findAddress(`fault:"${words[0]}"`)}>{countOf(count, 'response')}</a> had it.
            <button
              type="button"
              class="quiet"
              aria-label={`Remove ${words.join(', ')}`}
              onClick={() => onRemove(number)}
            >
              Remove
            </button>
          </li>
        )
      })}
    </ul>
  )
}
