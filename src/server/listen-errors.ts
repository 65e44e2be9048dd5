/** What is said of the address to listen on: as a URL, and why nobody can listen there. */
import type { Options } from '../core/options.js'

export const formatUrl = (address: string, isIPv6: boolean, port: number): string =>
  `http://${isIPv6 ? `[${address}]` : address}:${port}`

export function explainListenError({ code, message }: NodeJS.ErrnoException, { host, port }: Options): string {
  if (code === 'EADDRINUSE')
    return `--port ${port}: something listens there already on ${host}, expected a free port; --port 0 takes one`
  if (code === 'EACCES') return `--port ${port}: not allowed to listen there, expected a port above 1023`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `--host ${host}: not an address of this machine`
  return `${host}:${port}: ${message}`
}
