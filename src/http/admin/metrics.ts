/** Writes the counts of all processes as Prometheus metrics. */
import type { Registry } from 'prom-client'
import type { Histogram, MetricsSnapshot } from '../../state/metrics-counters.js'

type MetricValue = { labels: Record<string, string | number>; value: number; metricName?: string }

interface MetricDefinition {
  name: string
  help: string
  type: 'counter' | 'gauge' | 'histogram'
  values(read: MetricsSnapshot): MetricValue[]
}

const singleValue = (value: number): MetricValue[] => [{ labels: {}, value }]

const histogramDefinition = (
  name: string,
  help: string,
  read: (from: MetricsSnapshot) => Histogram
): MetricDefinition => ({
  name,
  help,
  type: 'histogram',
  values: snapshot => histogramValues(name, read(snapshot))
})

const valueDefinition = (
  type: 'counter' | 'gauge',
  name: string,
  help: string,
  read: (from: MetricsSnapshot) => number
): MetricDefinition => ({ name, help, type, values: snapshot => singleValue(read(snapshot)) })

const metricDefinitions: readonly MetricDefinition[] = [
  {
    name: 'standin_requests_total',
    help: 'Answered requests by operation, status and fixture.',
    type: 'counter',
    values: ({ requests }) => {
      const sums = new Map<string, MetricValue>()
      for (const { count, ...labels } of requests) {
        const key = JSON.stringify(labels)
        sums.set(key, { labels, value: (sums.get(key)?.value ?? 0) + count })
      }
      return [...sums.values()]
    }
  },
  histogramDefinition(
    'standin_request_duration_seconds',
    'From the first byte of a request to the last byte of its response, with the estimated wait and the requested delay.',
    ({ duration }) => duration
  ),
  histogramDefinition(
    'standin_wait_seconds',
    'The estimated wait of a request before it was read.',
    ({ wait }) => wait
  ),
  histogramDefinition(
    'standin_own_overhead_seconds',
    'What the server itself took for an answer, without the delay that a timing or a fault asked for.',
    ({ overhead }) => overhead
  ),
  histogramDefinition(
    'standin_injected_delay_seconds',
    'The delay that a timing or a fault asked for, of the answers that have such a delay.',
    ({ delay }) => delay
  ),
  histogramDefinition(
    'standin_time_to_first_byte_seconds',
    'From a request to the first byte of what its answer says, with the delay that was asked for.',
    ({ firstByte }) => firstByte
  ),
  histogramDefinition(
    'standin_stream_duration_seconds',
    'From a request to the end of its stream.',
    ({ streamDuration }) => streamDuration
  ),
  histogramDefinition(
    'standin_frame_lateness_seconds',
    'How long after their moment the frames of paced streams were written.',
    ({ lateness }) => lateness
  ),
  valueDefinition(
    'gauge',
    'standin_open_connections',
    'Connections that are open.',
    ({ load }) => load.openConnections
  ),
  valueDefinition(
    'gauge',
    'standin_open_streams',
    'Paced answers that are under way.',
    ({ openStreams }) => openStreams
  ),
  valueDefinition(
    'counter',
    'standin_aborted_total',
    'Answers whose client left before their end.',
    ({ aborted }) => aborted
  ),
  valueDefinition(
    'gauge',
    'standin_saturated',
    'Whether an event loop had work for 90 % or more of the seconds with load in the last minute, and for a second at least (1 or 0).',
    ({ load }) => Number(load.isSaturated)
  ),
  valueDefinition(
    'gauge',
    'standin_event_loop_utilization_ratio',
    'The share of the seconds with load in the last minute in which the busiest event loop had work.',
    ({ load }) => load.utilization
  ),
  valueDefinition(
    'counter',
    'standin_event_loop_busy_seconds_total',
    'How long event loops had work.',
    ({ process }) => process.busySeconds
  ),
  histogramDefinition(
    'standin_event_loop_delay_seconds',
    'How long each turn of the event loop took in which requests or due frames came together.',
    ({ turns }) => turns
  ),
  valueDefinition(
    'counter',
    'process_cpu_seconds_total',
    'Processor time, of the user and of the system.',
    ({ process }) => process.userSeconds + process.systemSeconds
  ),
  valueDefinition(
    'counter',
    'process_cpu_user_seconds_total',
    'Processor time of the user.',
    ({ process }) => process.userSeconds
  ),
  valueDefinition(
    'counter',
    'process_cpu_system_seconds_total',
    'Processor time of the system.',
    ({ process }) => process.systemSeconds
  ),
  valueDefinition('gauge', 'process_resident_memory_bytes', 'Memory in use.', ({ process }) => process.residentBytes),
  valueDefinition(
    'gauge',
    'process_start_time_seconds',
    'When the oldest process started, in Unix time.',
    ({ process }) => process.startedAt
  ),
  valueDefinition('gauge', 'nodejs_heap_size_used_bytes', 'Heap in use.', ({ process }) => process.heapUsedBytes),
  valueDefinition(
    'gauge',
    'nodejs_heap_size_total_bytes',
    'Heap that is reserved.',
    ({ process }) => process.heapTotalBytes
  )
]

function histogramValues(name: string, { bounds, counts, sum }: Histogram): MetricValue[] {
  let total = 0
  const buckets = counts.map((count, index) => {
    total += count
    return { labels: { le: bounds[index] ?? '+Inf' }, value: total, metricName: `${name}_bucket` }
  })
  return [
    ...buckets,
    { labels: {}, value: sum, metricName: `${name}_sum` },
    { labels: {}, value: total, metricName: `${name}_count` }
  ]
}

export interface MetricsWriter {
  contentType: string
  write(): Promise<string>
}

/** @param read returns the counts of all processes; called on each `write` */
export async function createMetrics(read: () => Promise<MetricsSnapshot>): Promise<MetricsWriter> {
  // Not its own metrics of Node: they begin with the first read, and are those of one worker.
  const { Registry } = await import('prom-client')
  const registry = new Registry()
  let snapshot: MetricsSnapshot
  for (const { name, help, type, values } of metricDefinitions)
    registry.registerMetric({
      name,
      get: async () => ({ name, help, type, values: values(snapshot), aggregator: 'sum' })
    } as unknown as Parameters<Registry['registerMetric']>[0])
  return {
    contentType: registry.contentType,
    async write() {
      snapshot = await read()
      return registry.metrics()
    }
  }
}
