/** Serves an app over TLS: HTTP/1.1 on its own server, and HTTP/2 through a local socket. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as sendRequest } from 'node:http'
import {
  constants,
  createServer as createHttp2,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTls, type TlsOptions } from 'node:tls'
import type { FastifyInstance } from 'fastify'

export interface TlsFront {
  listen(place: { port: number; host: string; backlog: number }): Promise<AddressInfo>
  /** Accepts no more connections, closes the app, and then what is left. */
  close(closeApp: () => Promise<void>): Promise<void>
}

/** @param files the certificate and its key, as PEM */
export function createTlsFront(app: FastifyInstance, files: Pick<TlsOptions, 'cert' | 'key'>): TlsFront {
  const front = createTls({ ...files, ALPNProtocols: ['h2', 'http/1.1'] })
  const http2 = createHttp2()
  let directory: string | undefined
  const agent = new Agent({ keepAlive: true })
  // A client that does not trust the certificate, or leaves during the handshake, is no error of the server.
  front.on('tlsClientError', (_error, socket) => socket.destroy())
  front.on('secureConnection', socket => {
    if (socket.alpnProtocol === 'h2') http2.emit('connection', socket)
    else app.server.emit('connection', socket)
  })
  http2.on('sessionError', () => {})
  const sessions = new Set<ServerHttp2Session>()
  http2.on('session', session => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })
  http2.on('request', (request, response) => passOn(request, response, join(directory!, socketName), agent))
  return {
    async listen(place) {
      directory = await mkdtemp(join(tmpdir(), 'standin-'))
      await app.listen({ path: join(directory, socketName), exclusive: true } as never)
      await chmod(directory, 0o700)
      await new Promise<void>((resolve, reject) => {
        front.once('error', reject)
        front.listen(place, () => {
          front.off('error', reject)
          resolve()
        })
      })
      return front.address() as AddressInfo
    },
    async close(closeApp) {
      front.close()
      for (const session of sessions) session.close()
      await closeApp()
      for (const session of sessions) session.destroy()
      agent.destroy()
      if (directory !== undefined) await rm(directory, { recursive: true, force: true })
    }
  }
}

const socketName = 'http.sock'

/** The headers of a connection, which HTTP/2 does not have. */
const connectionHeaders = /^(:.*|connection|keep-alive|proxy-connection|transfer-encoding|upgrade|http2-settings|te)$/

function withoutConnection(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !connectionHeaders.test(name)))
}

function passOn(request: Http2ServerRequest, response: Http2ServerResponse, socketPath: string, agent: Agent): void {
  const { method, url, authority, headers } = request
  const fail = () => response.stream?.close(constants.NGHTTP2_INTERNAL_ERROR)
  const inner = sendRequest({
    socketPath,
    agent,
    method,
    path: url,
    headers: { host: authority, ...withoutConnection(headers) }
  })
  inner.on('response', (received: IncomingMessage) => {
    response.writeHead(received.statusCode!, withoutConnection(received.headers))
    // A response that was cut off ends the stream of HTTP/2 with an error too.
    received.on('error', fail)
    received.pipe(response)
  })
  inner.on('error', fail)
  response.on('close', () => inner.destroy())
  request.pipe(inner)
}
