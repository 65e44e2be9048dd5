/** Describes the server: what it serves, from where, and how it replies. */
import { version } from '../../core/version.js'
import type { AppContext } from '../context.js'

export function readServerInfo({ contract, fixtures, fixtureOrigins, models, options, reloadProblems }: AppContext) {
  const chatPath = contract.operations.find(({ id }) => id === 'createChatCompletion')?.paths[0]
  return {
    version,
    chatPath,
    fixtures: {
      files: fixtures.all.length - fixtures.added.length,
      from: fixtureOrigins,
      added: fixtures.added.length
    },
    unmatched: options.unmatched,
    validate: options.validate,
    models: models.list().flatMap(({ id, kind }) => (kind === 'chat' ? [id] : [])),
    problems: reloadProblems()
  }
}
