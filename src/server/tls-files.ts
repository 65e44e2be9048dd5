/** Reads the certificate of a server and its key. */
import { readFile } from 'node:fs/promises'
import { ConfigError } from '../core/config-error.js'
import type { Options } from '../core/options.js'

export interface TlsFiles {
  cert: Buffer
  key: Buffer
}

/** Returns undefined without TLS. @throws ConfigError when a file is missing, unreadable, or not of the other */
export async function readTlsFiles({ tlsCert, tlsKey }: Options): Promise<TlsFiles | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (tlsCert === undefined || tlsKey === undefined)
    throw new ConfigError([
      tlsCert === undefined
        ? '--tls-key: there is no certificate, expected --tls-cert FILE too'
        : '--tls-cert: there is no key, expected --tls-key FILE too'
    ])
  const files = { cert: await readPem('--tls-cert', tlsCert), key: await readPem('--tls-key', tlsKey) }
  const { createSecureContext } = await import('node:tls')
  try {
    createSecureContext(files)
  } catch (error) {
    throw new ConfigError([
      `--tls-cert ${tlsCert}, --tls-key ${tlsKey}: ${(error as Error).message}, expected a certificate and its own key without a password`
    ])
  }
  return files
}

async function readPem(flag: string, path: string): Promise<Buffer> {
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError([`${flag} ${path}: can't be read (${error.code}), expected a PEM file`])
  })
  if (!content.includes('-----BEGIN '))
    throw new ConfigError([`${flag} ${path}: is not PEM, expected -----BEGIN …-----`])
  return content
}
