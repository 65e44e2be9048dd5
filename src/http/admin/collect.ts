/** Collects the requests of the journals of all processes. */
import { setImmediate } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import { type ExchangeRecord, endOf } from '../../state/exchange-record.js'
import type { ExchangeSummary } from '../../state/exchange-summary.js'
import type { JournalCursor, JournalPart } from '../../state/journal.js'
import { type RequestFilter, selectPage } from '../../state/journal-query.js'
import type { AppContext } from '../context.js'

/** Returns the requests of all processes, oldest first. Other requests are served while a long journal is read. */
export const collectRequests = (context: AppContext, filter: RequestFilter): Promise<ExchangeRecord[]> =>
  collect(cursors => context.broadcast('listRequests', filter, cursors), filter)

/** Does the same as `collectRequests`, but each request is one line of a list. */
export const collectSummaries = (context: AppContext, filter: RequestFilter): Promise<ExchangeSummary[]> =>
  collect(cursors => context.broadcast('listSummaries', filter, cursors), filter)

async function collect<T extends Pick<ExchangeRecord, 'id' | 'at' | 'durationMs'>>(
  readParts: (cursors?: Record<number, JournalCursor>) => Promise<(JournalPart<T> & { process: number })[]>,
  filter: RequestFilter
): Promise<T[]> {
  const lists = new Map<number, T[]>()
  let cursors: Record<number, JournalCursor> | undefined
  do {
    if (cursors) await setImmediate()
    const parts = await readParts(cursors)
    cursors = {}
    for (const { process, records, next } of parts) {
      const list = lists.get(process) ?? []
      for (const record of records) list.push(record)
      lists.set(process, list)
      if (next) cursors[process] = next
    }
  } while (Object.keys(cursors).length)
  const all = [...lists.values()].flat()
  return selectPage(lists.size === 1 ? all : all.sort((a, b) => endOf(a) - endOf(b)), filter)
}

/** Whether the query has a parameter that is true. */
export const isAsked = ({ query }: FastifyRequest, name: string): boolean =>
  ['', 'true'].includes((query as Record<string, string>)[name] ?? 'false')
