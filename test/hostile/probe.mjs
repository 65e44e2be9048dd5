/** Loaded into a server: reports its longest event-loop block and its memory to the parent process. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

const resolutionMs = 1
const delay = monitorEventLoopDelay({ resolution: resolutionMs })
delay.enable()

process.on('message', () => {
  const blockMs = Math.max(0, delay.max / 1e6 - resolutionMs)
  delay.reset()
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send({ blockMs, rss, heapUsed, external, peakRss: process.resourceUsage().maxRSS * 1024 })
})
process.on('disconnect', () => process.exit())
process.channel.unref()
