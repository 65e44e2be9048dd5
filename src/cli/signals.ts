/** Ends or reloads the server of this process on signals. */
import type { Logger } from 'pino'

interface SignalOptions {
  /** Closes what is open at this moment, also when the server is still starting. */
  close(): Promise<void>
  reload(): Promise<void>
  /** How long the close may take. */
  closeMs: number
  log: Logger
}

/** npm and npx send a signal on to a process that gets it from the terminal too. */
const sameSignalMs = 1000

export async function handleSignals({ close, reload, closeMs, log }: SignalOptions): Promise<void> {
  const { default: closeWithGrace } = await import('close-with-grace')
  // A terminal that closes sends SIGHUP to its programs. A server without a terminal outlives it, as under nohup.
  const hasTerminal = Boolean(process.stdout.isTTY || process.stderr.isTTY)
  const endingSignals: NodeJS.Signals[] = hasTerminal ? ['SIGINT', 'SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM']
  const grace = closeWithGrace(
    { delay: closeMs, logger: false, skip: ['SIGINT', 'SIGTERM', 'SIGHUP'] },
    async ({ err }) => {
      if (err) log.fatal({ err }, 'unexpected error')
      await close()
      await new Promise<void>(resolve => log.flush(() => resolve()))
    }
  )
  let endedAt: number | undefined
  const end = () => {
    if (endedAt === undefined) {
      endedAt = performance.now()
      grace.close()
    } else if (performance.now() - endedAt > sameSignalMs) process.exit(1)
  }
  for (const signal of endingSignals) process.on(signal, end)
  if (!hasTerminal) process.on('SIGHUP', () => void reload())
}
