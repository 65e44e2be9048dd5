/** Starts servers for the hostile inputs, in processes of their own. */
import { fork } from 'node:child_process'

/**
 * @param {string[]} options of the command
 * @returns the address of the server and functions to measure and end it
 */
export async function startServer(options) {
  const child = fork('dist/cli.js', ['--port', '0', '--log-level', 'warn', ...options], {
    execArgv: ['--import', './test/hostile/probe.mjs'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc']
  })
  let log = ''
  child.stderr.on('data', data => {
    log += data
  })
  let state
  const exited = new Promise(resolve =>
    child.once('exit', (code, signal) => {
      state = `ended with ${signal ?? code}`
      resolve()
    })
  )
  const port = await new Promise((resolve, reject) => {
    let output = ''
    child.stdout.on('data', data => {
      output += data
      const found = /^Standin listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)
      if (found) resolve(Number(found[1]))
    })
    child.once('exit', () => reject(new Error(`the server did not start:\n${log}`)))
  })
  return {
    port,
    /** How the process ended; undefined while it runs. */
    get ended() {
      return state
    },
    /** What the server logged since the last call. */
    takeLog() {
      const taken = log
      log = ''
      return taken
    },
    /** The longest block of the event loop since the last call, and the memory. */
    measure: () =>
      new Promise(resolve => {
        if (state) return resolve(undefined)
        child.once('message', resolve)
        child.send('measure')
      }),
    async stop() {
      child.kill()
      await exited
    }
  }
}
