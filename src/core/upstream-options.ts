/** Resolves the options of the upstream: the service that Standin records. */
import { ConfigError } from './config-error.js'
import type { Options } from './options.js'

/** The service that gets the requests without a matching fixture. */
export interface Upstream {
  /** The URL of its chat completions. */
  url: URL
  /** The URL for messages, without query and credentials. */
  displayUrl: string
  /** Replaces the key of the client. */
  key?: string | undefined
  /** Milliseconds without data after which a request fails. */
  timeoutMs: number
}

/**
 * Resolves the upstream of `--unmatched record`; returns undefined for other values.
 *
 * @param readEnv reads an environment variable
 * @throws ConfigError with a line for each problem
 */
export function resolveUpstream(
  { unmatched, upstream, keyFromEnv, upstreamTimeoutMs, workers }: Options,
  readEnv: (name: string) => string | undefined
): Upstream | undefined {
  const url = upstream === undefined ? undefined : parseUpstreamUrl(upstream)
  const problems = url instanceof Error ? [url.message] : []
  if (unmatched !== 'record') {
    if (problems.length) throw new ConfigError(problems)
    return undefined
  }
  if (!url) problems.push('--unmatched record: no upstream, expected --upstream with the URL of a service')
  if (workers !== 1)
    problems.push(`--workers ${workers}: recording needs a single process, expected 1 with --unmatched record`)
  const key = keyFromEnv === undefined ? undefined : readEnv(keyFromEnv)?.trim()
  // The value may be the key itself, so no message shows it.
  if (keyFromEnv !== undefined && !/^[A-Za-z_]\w*$/.test(keyFromEnv))
    problems.push('--key-from-env: expected the name of an environment variable, not its value')
  else if (keyFromEnv !== undefined && !key)
    problems.push(`--key-from-env ${keyFromEnv}: this variable is not set, expected the key of the upstream in it`)
  if (problems.length) throw new ConfigError(problems)
  const { origin, pathname } = url as URL
  return { url: url as URL, displayUrl: origin + pathname, key, timeoutMs: upstreamTimeoutMs }
}

function parseUpstreamUrl(text: string): URL | Error {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    return new Error(
      `--upstream: ${JSON.stringify(text)} is not a URL, expected a URL such as https://api.openai.com/v1`
    )
  if (url.username || url.password)
    return new Error('--upstream: the URL has a password, expected --key-from-env with the name of a variable')
  const base = url.pathname.replace(/\/+$/, '') || '/v1'
  url.pathname = base.endsWith('/chat/completions') ? base : `${base}/chat/completions`
  url.hash = ''
  return url
}
