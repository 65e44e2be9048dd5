/** Closes connections on which nothing is sent or read. A timeout of each socket would cost a part of each request. */
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** Compares the bytes of each connection with those of the last check. A timer calls it. */
    checkSilentConnections(): void
  }
}

/** How many checks in a row find a silent connection before it is closed. */
export const checksUntilClose = 30

/** @param silentMs how long a connection may be silent; it closes at most a fifteenth later */
export function closeSilentConnections(app: FastifyInstance, silentMs: number): void {
  const connections = new Map<Socket, { bytes: number; silentChecks: number }>()
  app.server.on('connection', (socket: Socket) => {
    connections.set(socket, { bytes: -1, silentChecks: 0 })
    socket.once('close', () => connections.delete(socket))
  })
  app.decorate('checkSilentConnections', () => {
    for (const [socket, state] of connections) {
      // Bytes that wait for the client are not sent.
      const bytes = socket.bytesRead + socket.bytesWritten - socket.writableLength
      state.silentChecks = bytes === state.bytes ? state.silentChecks + 1 : 0
      state.bytes = bytes
      if (state.silentChecks >= checksUntilClose) socket.destroy()
    }
  })
  const timer = setInterval(() => app.checkSilentConnections(), silentMs / checksUntilClose).unref()
  app.addHook('onClose', async () => clearInterval(timer))
}
