/** Sends requests to the operations of the server, as a client with the key `sk-test`. */
import type { RequestRecord } from './server-data.js'

const headersOf = (headers: Record<string, string>) => ({
  authorization: 'Bearer sk-test',
  'content-type': 'application/json',
  // A masked session would be another one.
  ...Object.fromEntries(Object.entries(headers).filter(([name]) => /^x-mock-(?!session$|fault$)|^prefer$/.test(name)))
})

export async function sendAgain({ method, url, headers, request }: RequestRecord): Promise<void> {
  const body = typeof request === 'string' ? request : JSON.stringify(request)
  const response = await fetch(url, { method, headers: headersOf(headers), ...(method !== 'GET' && { body }) })
  // A stream goes on until it was read.
  await response.text()
}

/** @returns the response, before its body is read */
export const sendChat = (path: string, body: unknown, signal: AbortSignal): Promise<Response> =>
  fetch(path, { method: 'POST', headers: headersOf({}), body: JSON.stringify(body), signal })
