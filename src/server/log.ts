/** Opens the log on stderr: JSON lines, or readable lines on a terminal. */
import pino, { type Logger } from 'pino'

export async function openLog(level: string): Promise<Logger> {
  const options = { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }
  if (process.stderr.isTTY) {
    const { default: pretty } = await import('pino-pretty')
    return pino(
      options,
      pretty({ destination: 2, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l', singleLine: true, sync: true })
    )
  }
  // Lines are collected and written together, so that requests do not wait; at the latest after 250 ms.
  const destination = pino.destination({ dest: 2, sync: false, minLength: 4096, periodicFlush: 250 })
  return pino(options, destination)
}
