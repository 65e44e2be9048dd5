/** Opens the log on stderr: JSON lines, or readable lines on a terminal. */
import pino, { type Logger } from 'pino'
import { LogWriter } from './log-writer.js'

const stderr = 2

export async function openLog(level: string): Promise<Logger> {
  const options = { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }
  const isTerminal = process.stderr.isTTY
  // Lines are collected and written together, so that requests do not wait. On a terminal, each comes at once.
  const writer = new LogWriter(stderr, isTerminal ? 0 : 4096)
  process.once('exit', () => writer.flushSync())
  if (!isTerminal) return pino(options, writer)
  const { prettyFactory } = await import('pino-pretty')
  const format = prettyFactory({ ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l', singleLine: true })
  return pino(options, {
    write: line => writer.write(format(line) ?? ''),
    flush: (callback: () => void) => writer.flush(callback)
  } as pino.DestinationStream)
}
