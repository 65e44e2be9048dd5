/** Watches files, and calls a function once for all changes at the same time. */

export interface Watcher {
  close(): Promise<void>
}

/** Editors write a file in several steps, and a checkout writes many files. */
const debounceMs = 50

/** @param reload is not called again before it has finished */
export async function watchFiles(paths: readonly string[], reload: () => Promise<void>): Promise<Watcher> {
  const { watch: observe } = await import('chokidar')
  const watcher = observe([...paths], { ignoreInitial: true })
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  watcher.on('all', () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      running = running.then(reload)
    }, debounceMs)
  })
  await new Promise(resolve => watcher.once('ready', () => resolve(undefined)))
  return {
    async close() {
      clearTimeout(timer)
      await watcher.close()
      await running
    }
  }
}
