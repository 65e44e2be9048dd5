/** Reads files so that another process can read the same, whatever the disk contains by then. */
import type { MaybePromise } from './maybe-promise.js'

/** Returns what `read` returns, or what it returned to the process that recorded it. @param subject names what is read */
export type FileReader = <T>(subject: string, read: () => MaybePromise<T>) => Promise<T>

/** What was read, by subject. */
export type FileRecord = Map<string, unknown>

export const readDisk: FileReader = async (_subject, read) => read()

export function createFileRecorder(record: FileRecord): FileReader {
  return async (subject, read) => {
    const value = await read()
    record.set(subject, value)
    return value
  }
}

export function createRecordReader(record: FileRecord): FileReader {
  return async (subject, read) => (record.has(subject) ? record.get(subject) : read()) as never
}
