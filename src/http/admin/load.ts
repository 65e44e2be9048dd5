/** Serves `/_mock/load`: whether Standin was fast enough for the load of the last minute. */
import { availableParallelism } from 'node:os'
import type { FastifyInstance } from 'fastify'
import { ConfigError } from '../../core/config-error.js'
import { loadWindowSeconds } from '../../state/load-meter.js'
import { type LoadReport, reportLoad } from '../../state/load-report.js'
import type { AppContext } from '../context.js'
import { createAdminGuard } from './routes.js'

export function registerLoadRoute(app: FastifyInstance, { options, log, broadcast }: AppContext): void {
  app.get('/_mock/load', { preValidation: createAdminGuard(options.adminKey) }, async (request, reply) => {
    const snapshots = await broadcast('readMetrics', readSeconds(request.query))
    const report = reportLoad(
      snapshots.map(({ load }) => load),
      {
        cores: availableParallelism(),
        streamWrites: options.streamWrites,
        logsRequests: log.isLevelEnabled('info')
      }
    )
    return prefersText(request.headers.accept)
      ? reply.type('text/plain; charset=utf-8').send(formatText(report))
      : report
  })
}

function readSeconds(query: unknown): number {
  const { seconds = loadWindowSeconds } = query as { seconds?: unknown }
  const count = Number(seconds)
  if (Number.isInteger(count) && count >= 1 && count <= loadWindowSeconds) return count
  throw new ConfigError([
    `load: seconds is ${JSON.stringify(seconds)}, expected a whole number from 1 to ${loadWindowSeconds}`
  ])
}

const prefersText = (accept = ''): boolean => /^\s*text\/plain\b/i.test(accept)

/** The summary, then each number on a line of its own. */
function formatText({ summary, ...facts }: LoadReport): string {
  const lines = Object.entries(facts).map(([name, value]) => `${name}: ${formatFact(value)}`)
  return `${[summary, '', ...lines].join('\n')}\n`
}

const formatFact = (value: LoadReport[keyof LoadReport]): string =>
  typeof value === 'object' ? `p50 ${value.p50}, p99 ${value.p99}` : String(value)
