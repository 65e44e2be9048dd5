/** Calls the server that this page came from. The admin key stays in memory, and is gone when the page closes. */

/** A response that is no success, with the message of its API error. */
export class CallError extends Error {
  constructor(
    readonly status: number,
    message: string
  ) {
    super(message)
  }
}

export interface ServerClient {
  /** The root of the server, as in `http://127.0.0.1:4010`. */
  readonly origin: string
  setAdminKey(key: string): void
  get<T>(path: string): Promise<T>
  /** @param session limits the call to a session */
  post<T>(path: string, body: unknown, session?: string): Promise<T>
  /** Posts to an endpoint that answers 409 with a report, which is no failure of the call. */
  postReport<T>(path: string, body: unknown): Promise<T>
  remove(path: string): Promise<{ removed: number }>
  text(path: string): Promise<string>
  /** Opens a response under `/_mock/` whose body never ends. */
  open(path: string, signal: AbortSignal): Promise<Response>
}

interface CallOptions {
  body?: unknown
  signal?: AbortSignal
  session?: string | undefined
  isReport?: boolean
}

/** @param onKeyNeeded called when the server asks for the admin key */
export function createServerClient(origin: string, onKeyNeeded: () => void): ServerClient {
  const state = { adminKey: '' }
  const call = async (method: string, path: string, { body, signal, session, isReport }: CallOptions = {}) => {
    const response = await fetch(`/_mock/${path}`, {
      method,
      cache: 'no-store',
      signal: signal ?? null,
      headers: {
        ...(state.adminKey && { authorization: `Bearer ${state.adminKey}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(session && { 'x-mock-session': session })
      },
      ...(body !== undefined && { body: JSON.stringify(body) })
    })
    if (response.ok || (isReport && response.status === 409)) return response
    if (response.status === 401) onKeyNeeded()
    const text = await response.text()
    throw new CallError(response.status, messageOf(text) ?? `${response.status} ${text.slice(0, 300)}`)
  }
  return {
    origin,
    setAdminKey(key) {
      state.adminKey = key
    },
    get: async path => (await call('GET', path)).json(),
    post: async (path, body, session) => (await call('POST', path, { body, session })).json(),
    postReport: async (path, body) => (await call('POST', path, { body, isReport: true })).json(),
    remove: async path => (await call('DELETE', path)).json(),
    text: async path => (await call('GET', path)).text(),
    open: (path, signal) => call('GET', path, { signal })
  }
}

function messageOf(text: string): string | undefined {
  try {
    return JSON.parse(text).error?.message
  } catch {
    return undefined
  }
}
