/** Lists the streams that are open now. */

import type { Exchange } from '../../state/exchange.js'
import { createTextMask, maskSession } from '../../state/exchange-record.js'
import type { AppContext } from '../context.js'
import type { OpenStream } from './readings.js'

/** Returns the open streams of this process. */
export function listOpenStreams({ scheduler, keyMask }: AppContext): OpenStream[] {
  return scheduler.openSources().map(({ source, writtenEvents, events }) => {
    const exchange = source as Exchange
    const mask = createTextMask(exchange, keyMask)
    return {
      id: exchange.id,
      at: new Date(exchange.at).toISOString(),
      session: maskSession(exchange, keyMask),
      url: mask.url(exchange.url),
      fixture: exchange.fixture && mask.text(exchange.fixture),
      writtenEvents,
      events
    }
  })
}
