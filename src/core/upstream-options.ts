/** The service that is asked for what no fixture answers, as the options name it. */

import { ConfigError } from './api-error.js'
import type { Options } from './options.js'

export interface Upstream {
  /** Of its chat operation. */
  url: URL
  /** The same for messages, without what may be secret in it. */
  displayUrl: string
  /** What is sent in place of the client's own key. */
  key?: string | undefined
  /** How long it may say nothing. */
  timeoutMs: number
}

/**
 * Nothing unless there is something to record.
 *
 * @param readEnv reads a variable of the environment
 * @throws a Mistake with all that is wrong
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
  if (!url) problems.push('--unmatched record: there is nobody to ask, expected --upstream with the URL of a service')
  if (workers !== 1) problems.push(`--workers ${workers}: one process records, expected 1 with --unmatched record`)
  const key = keyFromEnv === undefined ? undefined : readEnv(keyFromEnv)?.trim()
  // Whoever gives the key itself does not want to read it in a log.
  if (keyFromEnv !== undefined && !/^[A-Za-z_]\w*$/.test(keyFromEnv))
    problems.push('--key-from-env: expected the name of a variable, and not what it holds')
  else if (keyFromEnv !== undefined && !key)
    problems.push(`--key-from-env ${keyFromEnv}: this variable is not set, expected it to hold the key of the upstream`)
  if (problems.length) throw new ConfigError(problems)
  const { origin, pathname } = url as URL
  return { url: url as URL, displayUrl: origin + pathname, key, timeoutMs: upstreamTimeoutMs }
}

function parseUpstreamUrl(text: string): URL | Error {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    return new Error(`--upstream: ${JSON.stringify(text)} is no URL, expected one as in https://api.openai.com/v1`)
  if (url.username || url.password)
    return new Error('--upstream: there is a password in the URL, expected --key-from-env with the name of a variable')
  const base = url.pathname.replace(/\/+$/, '') || '/v1'
  url.pathname = base.endsWith('/chat/completions') ? base : `${base}/chat/completions`
  url.hash = ''
  return url
}
