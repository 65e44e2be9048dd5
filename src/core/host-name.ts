/** Reads host names: of the header `Host`, and of the options `host` and `allowHost`. */
import { ConfigError } from './config-error.js'

/**
 * Returns the name of a host without its port, as browsers write it: in lower case, IPv6 addresses in brackets. Undefined
 * if it is not a host.
 */
export function parseHostName(host: string): string | undefined {
  // These characters end the host of a URL.
  if (/[\s/?#@\\]/.test(host)) return undefined
  try {
    return new URL(`http://${host}`).hostname.replace(/\.$/, '')
  } catch {
    return undefined
  }
}

/** @param name as `parseHostName` returns it */
export const isLoopbackName = (name: string): boolean =>
  /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/.test(name)

export const isIpAddress = (name: string): boolean => /^(?:\[.*\]|\d+(?:\.\d+){3})$/.test(name)

/** Returns the name of an address to listen on, which has no brackets. */
export const parseListenHost = (address: string): string =>
  parseHostName(address.includes(':') ? `[${address}]` : address) ?? address

/** Whether only programs of this machine reach a server that listens on the address. */
export const isLoopbackAddress = (address: string): boolean => isLoopbackName(parseListenHost(address))

/** Throws a ConfigError for each value of `--allow-host` that is not a host name. */
export function readAllowedHosts(allowHost: readonly string[] = []): Set<string> {
  const names = allowHost.map(value => [value, parseHostName(value)] as const)
  const problems = names
    .filter(([, name]) => !name || !/^[\w.-]+$|^\[/.test(name))
    .map(([value]) => `--allow-host ${value}: expected the name of a host, as in mock.example`)
  if (problems.length) throw new ConfigError(problems)
  return new Set(names.map(([, name]) => name!))
}
