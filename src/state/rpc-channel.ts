/** Calls functions of another process over a channel of messages, such as the one between a worker and its primary. */
import { ApiError, type ErrorParams } from '../core/api-error.js'

/** The common part of `process` and of a cluster's worker. */
export interface MessageTransport {
  send?(message: unknown): unknown
  on(event: 'message', listener: (message: unknown) => void): unknown
  off(event: 'message', listener: (message: unknown) => void): unknown
}

export interface RpcChannel {
  /** Rejects with the API error of the other side, or the message of its error, or when the channel closes first. */
  call(name: string, ...args: unknown[]): Promise<unknown>
  /** Rejects the pending calls, and ignores all further messages. */
  close(): void
}

/** Runs the call of the other side. Its errors are sent back. */
export type RpcHandler = (name: string, args: unknown[]) => unknown

type RpcMessage =
  | { standin: 'request'; id: number; name: string; args: unknown[] }
  | { standin: 'response'; id: number; value?: unknown; error?: RpcError }

type RpcError = string | { errorName: string; params: ErrorParams }

const toRpcError = (error: unknown): RpcError =>
  error instanceof ApiError
    ? { errorName: error.errorName, params: error.params }
    : String((error as Error)?.message ?? error)

const fromRpcError = (error: RpcError): Error =>
  typeof error === 'string' ? new Error(error) : new ApiError(error.errorName, error.params)

export function openRpcChannel(transport: MessageTransport, handler: RpcHandler): RpcChannel {
  const pendingCalls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let lastId = 0
  let isOpen = true
  const send = (message: RpcMessage) => {
    if (isOpen) transport.send?.(message)
  }
  const listener = (message: unknown) => {
    const { standin, id } = (message ?? {}) as Partial<RpcMessage>
    if (standin === 'request') {
      const { name, args } = message as RpcMessage & { standin: 'request' }
      Promise.resolve()
        .then(() => handler(name, args))
        .then(
          value => send({ standin: 'response', id: id!, value }),
          error => send({ standin: 'response', id: id!, error: toRpcError(error) })
        )
    } else if (standin === 'response') {
      const { value, error } = message as RpcMessage & { standin: 'response' }
      const pendingCall = pendingCalls.get(id!)
      pendingCalls.delete(id!)
      if (error === undefined) pendingCall?.resolve(value)
      else pendingCall?.reject(fromRpcError(error))
    }
  }
  transport.on('message', listener)
  return {
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        if (!isOpen) return reject(new Error('the channel is closed'))
        const id = ++lastId
        pendingCalls.set(id, { resolve, reject })
        send({ standin: 'request', id, name, args })
      }),
    close() {
      isOpen = false
      transport.off('message', listener)
      for (const { reject } of pendingCalls.values()) reject(new Error('the channel is closed'))
      pendingCalls.clear()
    }
  }
}
