/** What a list without requests says: how to send the first one. */
import { Code } from './parts.jsx'

export function EmptyState({ baseUrl }: { baseUrl: string }) {
  return (
    <div class="empty">
      <h2>No request yet</h2>
      <p>Point your client here. Any key works, such as sk-test.</p>
      <h3>Every SDK</h3>
      <Code label="Environment variables" text={`export OPENAI_BASE_URL=${baseUrl} OPENAI_API_KEY=sk-test`} />
      <h3>Node</h3>
      <Code label="Node" text={`const openai = new OpenAI({ baseURL: '${baseUrl}', apiKey: 'sk-test' })`} />
      <h3>Python</h3>
      <Code label="Python" text={`client = OpenAI(base_url="${baseUrl}", api_key="sk-test")`} />
      <h3>curl</h3>
      <Code
        label="curl"
        text={`curl ${baseUrl}/chat/completions -H 'authorization: Bearer sk-test' \\\n  -H 'content-type: application/json' -d '{ "model": "gpt-4o", "messages": [{ "role": "user", "content": "Hello!" }] }'`}
      />
      <p>
        Or <a href="#/try">send a request from this page</a>. Each request appears here as it comes.
      </p>
    </div>
  )
}
