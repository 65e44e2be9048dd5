/** Opens the log on stderr: JSON lines, or readable lines on a terminal. */
import pino, { type Logger, type LoggerOptions } from 'pino'
import { LogWriter } from './log-writer.js'

const stderr = 2

/** The options of every log: levels have names, and times are in ISO 8601. */
export const createLogOptions = (level: string): LoggerOptions => ({
  level,
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: label => ({ level: label }) }
})

export async function openLog(level: string): Promise<Logger> {
  const options = createLogOptions(level)
  const isTerminal = process.stderr.isTTY
  // Lines are collected and written together, so that requests do not wait. On a terminal, each comes at once.
  const writer = new LogWriter(stderr, isTerminal ? 0 : 4096)
  process.once('exit', () => writer.flushSync())
  if (!isTerminal) return pino(options, writer)
  const { formatForTerminal, readStyle } = await import('./terminal-log.js')
  return pino(options, {
    write: line => writer.write(formatForTerminal(line, readStyle(process.stderr))),
    flush: (callback: () => void) => writer.flush(callback)
  } as pino.DestinationStream)
}
