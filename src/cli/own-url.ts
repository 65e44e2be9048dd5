/** Reads a URL of the server itself, whose certificate nobody may have signed. */
import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'

export function fetchOwnUrl(url: string, timeoutMs: number): Promise<{ status: number; text: string }> {
  const signal = AbortSignal.timeout(timeoutMs)
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:')
      ? getHttps(url, { signal, rejectUnauthorized: false })
      : getHttp(url, { signal })
    request.on('error', reject)
    request.on('response', async response => {
      try {
        let text = ''
        for await (const part of response.setEncoding('utf8')) text += part
        resolve({ status: response.statusCode ?? 0, text })
      } catch (error) {
        reject(error as Error)
      }
    })
  })
}
