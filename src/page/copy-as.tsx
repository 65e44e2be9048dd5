/** Shows a request as a command, as code, as a fixture and as a test, each ready to copy. */
import { useState } from 'preact/hooks'
import { toCurl, toNode, toPython, toTest } from './copy-text.js'
import { useLoaded } from './hooks.js'
import { Code, Problem } from './parts.jsx'
import { toReply } from './received-answer.js'
import type { ServerClient } from './server-client.js'
import type { RequestRecord, ServerInfo } from './server-data.js'
import { baseUrlOf } from './top-line.jsx'

const forms = ['curl', 'Node', 'Python', 'Fixture', 'Test'] as const
type Form = (typeof forms)[number]

interface CopyAsProps {
  client: ServerClient
  info: ServerInfo | undefined
  record: RequestRecord
}

export function CopyAs({ client, info, record }: CopyAsProps) {
  const [form, setForm] = useState<Form>('curl')
  const isChat = record.operation === 'createChatCompletion'
  const { data, problem } = useLoaded(
    async () =>
      form === 'Fixture'
        ? client.text(`requests/${encodeURIComponent(record.id)}?format=fixtures`)
        : writeForm(form, client.origin, baseUrlOf(client, info), record),
    form
  )
  return (
    <>
      <fieldset class="choices">
        <legend>Copy as</legend>
        {(isChat ? forms : forms.slice(0, 1)).map(each => (
          <label key={each}>
            <input type="radio" name="form" checked={each === form} onChange={() => setForm(each)} />
            <span>{each}</span>
          </label>
        ))}
      </fieldset>
      <Problem text={problem} />
      {data === undefined ? null : <Code text={data} label={`The request as ${form}`} />}
    </>
  )
}

function writeForm(form: Form, origin: string, baseUrl: string, record: RequestRecord): string {
  if (form === 'curl') return toCurl(origin, record)
  if (form === 'Node') return toNode(baseUrl, record)
  return form === 'Python' ? toPython(baseUrl, record) : toTest(record, toReply(record))
}
