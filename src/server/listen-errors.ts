/** Formats the address of a server, and explains why a server cannot listen there. */
import type { Options } from '../core/options.js'

/** @param address a host name or an address; IPv6 addresses get brackets */
export const formatUrl = (address: string, port: number, { tlsCert }: Pick<Options, 'tlsCert'>): string =>
  `${tlsCert === undefined ? 'http' : 'https'}://${address.includes(':') ? `[${address}]` : address}:${port}`

export function explainListenError({ code, message }: NodeJS.ErrnoException, { host, port }: Options): string {
  if (code === 'EADDRINUSE')
    return `--port ${port}: already in use on ${host}, expected a free port; --port 0 takes any free port`
  if (code === 'EACCES') return `--port ${port}: not permitted, expected a port above 1023`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `--host ${host}: not an address of this machine`
  return `${host}:${port}: ${message}`
}
