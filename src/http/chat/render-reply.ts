/** Renders the template of a fixture's reply. */
import { ApiError } from '../../core/api-error.js'
import type { Budget } from '../../core/budget.js'
import { ConfigError } from '../../core/config-error.js'
import type { KeyMask } from '../../core/key-mask.js'
import type { Reply } from '../../core/reply.js'
import type { SelectedFixture } from '../../fixtures/select.js'
import type { TemplateScope } from '../../fixtures/template.js'
import { maskSession } from '../../state/exchange-record.js'
import { openBudget } from '../exchange.js'
import type { IdentityFactory } from '../identity.js'
import type { ChatCall } from './chat-call.js'

/** Throws an API error that names the fixture if its template fails. */
export function renderReply(
  render: (scope: TemplateScope, budget: Budget) => Reply,
  call: ChatCall,
  selected: SelectedFixture,
  identities: IdentityFactory,
  keyMask: KeyMask
): Reply {
  const scope = createScope(call, selected, identities, keyMask)
  try {
    return render(scope, openBudget(call.exchange))
  } catch (error) {
    if (error instanceof ConfigError)
      throw new ApiError('template_failed', { what: `${selected.fixture.location}: ${error.problems[0]}` })
    throw error
  }
}

/** Creates the variables of a template. */
function createScope(
  { chat, exchange }: ChatCall,
  { groups, subject, turn }: SelectedFixture,
  identities: IdentityFactory,
  keyMask: KeyMask
) {
  return {
    request: subject.body,
    match: groups,
    path: subject.path,
    query: subject.query,
    session: maskSession(exchange, keyMask),
    turn: turn + 1,
    now: new Date(exchange.at).toISOString(),
    random: identities.contentRandom(chat).fork(`template ${turn}`).next()
  }
}
