/** Adds up the tokens of the requests in the journal, by session and model. */
import type { ExchangeSummary } from '../../state/exchange-summary.js'

interface ModelUsage {
  model: string
  /** Requests with `usage` in their response. */
  requests: number
  promptTokens: number
  completionTokens: number
}

interface SessionUsage {
  /** Masked. */
  name: string
  requests: number
  /** Completed streams without `usage`: their client did not ask for it. */
  withoutUsage: number
  usage: ModelUsage[]
}

export function sumUsage(summaries: readonly ExchangeSummary[]): SessionUsage[] {
  const sessions = new Map<string, SessionUsage & { byModel: Map<string, ModelUsage> }>()
  for (const { session: name, model = '', usage, status, streamed } of summaries) {
    const session = sessions.get(name) ?? { name, requests: 0, withoutUsage: 0, usage: [], byModel: new Map() }
    sessions.set(name, session)
    session.requests++
    if (!usage && streamed && status === 200) session.withoutUsage++
    if (!usage) continue
    const sum = session.byModel.get(model) ?? { model, requests: 0, promptTokens: 0, completionTokens: 0 }
    session.byModel.set(model, sum)
    sum.requests++
    sum.promptTokens += usage.promptTokens
    sum.completionTokens += usage.completionTokens
  }
  return [...sessions.values()].map(({ byModel, ...session }) => ({ ...session, usage: [...byModel.values()] }))
}
