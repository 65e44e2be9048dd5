/** The right responses to hostile inputs. Each function returns what is wrong, or undefined. */

const parse = text => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A completion, as JSON or as a stream that ends with `[DONE]`. @param {(completion: object, response: object) => unknown} [also] more that must hold */
export const completion = also => response => {
  const { status, body, headers } = response
  if (status !== 200) return `expected 200 and a completion, got ${describe(response)}`
  if (headers['content-type']?.startsWith('text/event-stream'))
    return body.trimEnd().endsWith('data: [DONE]') ? undefined : 'the stream has no [DONE]'
  const parsed = parse(body)
  if (!parsed?.choices?.length) return `expected a completion, got ${body.slice(0, 200)}`
  return also && !also(parsed, response) ? `the completion is wrong: ${body.slice(0, 300)}` : undefined
}

/** An API error. @param {number} status @param {string | RegExp} [code] the code, or a pattern of the message */
export const error = (status, code) => response => {
  const found = parse(response.body)?.error
  if (response.status !== status || !found) return `expected an API error ${status}, got ${describe(response)}`
  if (code instanceof RegExp) return code.test(found.message) ? undefined : `the message is wrong: ${found.message}`
  return code === undefined || found.code === code ? undefined : `expected the code ${code}, got ${describe(response)}`
}

/** A status, whatever the body. */
export const status = wanted => response =>
  response.status === wanted ? undefined : `expected ${wanted}, got ${describe(response)}`

/** Any response below 500: the input may be answered or refused, but not break the server. */
export const noFailure = response =>
  response.status >= 200 && response.status < 500 && response.end !== 'no response'
    ? undefined
    : `expected no failure, got ${describe(response)}`

/** The connection closes without a response. */
export const closed = response =>
  response.status === 0 && response.end !== 'no response'
    ? undefined
    : `expected a closed connection, got ${describe(response)}`

/** One of several right responses. */
export const either =
  (...checks) =>
  response => {
    const problems = checks.map(check => check(response))
    return problems.includes(undefined) ? undefined : problems[0]
  }

const describe = ({ status, body, end }) => `${status || end} ${body.slice(0, 300)}`
