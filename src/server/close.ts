/** Closes a server: open streams may end for a while, then everything is freed. */
import type { Socket } from 'node:net'
import type { createApp } from '../http/app.js'
import type { AppContext } from '../http/context.js'
import type { ProcessGroup } from '../state/process-group.js'

const sweepMs = 50

/** Tracks the connections of an app from now on, and returns the function that closes it. */
export function createClose(
  app: ReturnType<typeof createApp>,
  { options, scheduler, recording, metricsCounters }: AppContext,
  group: ProcessGroup
): () => Promise<void> {
  const sockets = new Set<Socket>()
  app.server.on('connection', socket => {
    scheduler.catchUp()
    sockets.add(socket)
    metricsCounters.addConnections(1)
    socket.once('close', () => {
      sockets.delete(socket)
      metricsCounters.addConnections(-1)
    })
  })
  return async () => {
    const injected = [...app.injectedResponses]
    const cutOffTimer = setTimeout(() => {
      app.server.closeAllConnections()
      for (const response of injected) response.destroy()
    }, options.closeMs)
    // A client keeps its connection open after its stream has ended, which would delay the close until the cut-off.
    const sweepTimer = setInterval(() => {
      app.server.closeIdleConnections()
      // Node does not count a connection without any request as idle; fetch opens such connections after it aborts a request.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    }, sweepMs)
    const injectedEnds = injected.map(response => new Promise(resolve => response.once('close', resolve)))
    await app.close()
    await Promise.all(injectedEnds)
    clearTimeout(cutOffTimer)
    clearInterval(sweepTimer)
    // Exchanges that were cut off reach the journal within a few turns of the event loop.
    for (let turn = 0; scheduler.openStreams > 0 && turn < 100; turn++)
      await new Promise(resolve => setImmediate(resolve))
    await recording?.recorder.flush()
    scheduler.close()
    metricsCounters.close()
    await group.close()
  }
}
