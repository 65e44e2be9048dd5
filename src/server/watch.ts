/** Watches files, and calls a function once for all changes at the same time. */
import { stat } from 'node:fs/promises'

export interface Watcher {
  close(): Promise<void>
}

/** Editors write a file in several steps, and a checkout writes many files. */
const debounceMs = 50
/** How often the paths themselves are compared. */
const compareMs = 500

interface WatchOptions {
  paths: readonly string[]
  reload(): Promise<void>
  /** Called for files that the system does not watch. */
  onError(error: unknown): void
}

export async function watchFiles({ paths, reload, onError }: WatchOptions): Promise<Watcher> {
  const { watch: observe } = await import('chokidar')
  let timer: NodeJS.Timeout | undefined
  let reloading: Promise<void> | undefined
  const scheduleReload = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      reloading = reload()
    }, debounceMs)
  }
  const openWatcher = async () => {
    const opened = observe([...paths], { ignoreInitial: true })
    opened.on('all', scheduleReload)
    opened.on('error', onError)
    await new Promise(resolve => opened.once('ready', () => resolve(undefined)))
    return opened
  }
  let identities = await identifyPaths(paths)
  let watcher = await openWatcher()
  // A directory that is deleted and made again, or replaced by a rename or a link, is another directory, which nothing watches.
  let comparing = Promise.resolve()
  const compare = async () => {
    const current = await identifyPaths(paths)
    if (current === identities) return
    identities = current
    await watcher.close()
    watcher = await openWatcher()
    scheduleReload()
  }
  const compareTimer = setInterval(() => {
    comparing = comparing.then(compare).catch(onError)
  }, compareMs).unref()
  return {
    async close() {
      clearInterval(compareTimer)
      await comparing
      clearTimeout(timer)
      await watcher.close()
      await reloading
    }
  }
}

/** Returns a text that changes when another file or directory takes the place of one of the paths. */
async function identifyPaths(paths: readonly string[]): Promise<string> {
  const identities = paths.map(path =>
    stat(path).then(
      // A new file may get the number of a deleted file.
      ({ dev, ino, birthtimeMs }) => `${dev} ${ino} ${birthtimeMs}`,
      ({ code }) => String(code)
    )
  )
  return (await Promise.all(identities)).join('\n')
}
