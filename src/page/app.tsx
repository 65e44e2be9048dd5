/** The whole page: one line about the server, the tabs, and the key that the server may ask for. */
import { useEffect, useMemo, useState } from 'preact/hooks'
import { FaultsView } from './faults-view.jsx'
import { FixturesView } from './fixtures-view.jsx'
import { useLoaded, useRoute } from './hooks.js'
import { createLineFeed } from './line-feed.js'
import { Field } from './parts.jsx'
import { RequestsView } from './requests-view.jsx'
import { createServerClient, type ServerClient } from './server-client.js'
import type { ServerInfo } from './server-data.js'
import { SessionsView } from './sessions-view.jsx'
import { TopLine } from './top-line.jsx'
import { TryView } from './try-view.jsx'
import { VerifyView } from './verify-view.jsx'

const tabs: readonly [id: string, label: string][] = [
  ['requests', 'Requests'],
  ['fixtures', 'Fixtures'],
  ['sessions', 'Sessions & limits'],
  ['faults', 'Faults'],
  ['verify', 'Verify'],
  ['try', 'Try it']
]

export function App() {
  const [isKeyNeeded, setKeyNeeded] = useState(false)
  const [keys, setKeys] = useState(0)
  const client = useMemo(() => createServerClient(location.origin, () => setKeyNeeded(true)), [])
  const feed = useMemo(() => createLineFeed(client), [client])
  const { data: info, problem } = useLoaded(() => client.get<ServerInfo>('info'), `info ${keys}`, 10_000)
  const [tab, item] = useRoute()
  const [filter, setFilter] = useState('')
  useEffect(() => {
    if (tab !== 'find') return
    setFilter(item)
    location.replace('#/requests')
  }, [tab, item])
  useEffect(() => {
    feed.start()
    return () => feed.stop()
  }, [feed, keys])
  if (isKeyNeeded)
    return (
      <KeyForm
        client={client}
        onKey={() => {
          setKeyNeeded(false)
          setKeys(count => count + 1)
        }}
      />
    )
  const current = tabs.some(([id]) => id === tab) ? tab : 'requests'
  const view = { client, feed, info, item: tab === current ? item : '', filter, onFilter: setFilter }
  return (
    <>
      <TopLine client={client} info={info} feed={feed} problem={problem} />
      <nav aria-label="Parts of the page">
        {tabs.map(([id, label]) => (
          <a key={id} href={`#/${id}`} aria-current={id === current ? 'page' : undefined}>
            {label}
          </a>
        ))}
        <a href="/_mock/docs" class="away">
          API reference
        </a>
      </nav>
      <main>
        {current === 'requests' ? <RequestsView {...view} /> : null}
        {current === 'fixtures' ? <FixturesView {...view} /> : null}
        {current === 'sessions' ? <SessionsView {...view} /> : null}
        {current === 'faults' ? <FaultsView {...view} /> : null}
        {current === 'verify' ? <VerifyView {...view} /> : null}
        {current === 'try' ? <TryView {...view} /> : null}
      </main>
    </>
  )
}

/** The key is kept by the client in memory, and asked for again after a reload. */
function KeyForm({ client, onKey }: { client: ServerClient; onKey(): void }) {
  const [key, setKey] = useState('')
  const submit = (event: Event) => {
    event.preventDefault()
    client.setAdminKey(key)
    onKey()
  }
  return (
    <main class="key-form">
      <form class="card" onSubmit={submit}>
        <h1>Standin</h1>
        <p>
          This server was started with <code>--admin-key</code>. The page keeps the key in memory only.
        </p>
        <Field label="Admin key">
          {control => (
            <input
              {...control}
              type="password"
              autocomplete="off"
              required
              value={key}
              onInput={event => setKey(event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit">Open</button>
      </form>
    </main>
  )
}
