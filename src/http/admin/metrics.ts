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
  {
    name: 'standin_own_overhead_seconds',
    help: 'What the server itself took for an answer, without the delay that a timing or a fault asked for.',
    type: 'histogram',
    values: ({ overhead }) => histogramValues('standin_own_overhead_seconds', overhead)
  },
  {
    name: 'standin_time_to_first_byte_seconds',
    help: 'From a request to the first byte of what its answer says, with the delay that was asked for.',
    type: 'histogram',
    values: ({ firstByte }) => histogramValues('standin_time_to_first_byte_seconds', firstByte)
  },
  {
    name: 'standin_stream_duration_seconds',
    help: 'From a request to the end of its stream.',
    type: 'histogram',
    values: ({ streamDuration }) => histogramValues('standin_stream_duration_seconds', streamDuration)
  },
  {
    name: 'standin_frame_lateness_seconds',
    help: 'How long after their moment the frames of paced streams were written.',
    type: 'histogram',
    values: ({ lateness }) => histogramValues('standin_frame_lateness_seconds', lateness)
  },
  {
    name: 'standin_open_streams',
    help: 'Paced answers that are under way.',
    type: 'gauge',
    values: ({ openStreams }) => singleValue(openStreams)
  },
  {
    name: 'standin_aborted_total',
    help: 'Answers whose client left before their end.',
    type: 'counter',
    values: ({ aborted }) => singleValue(aborted)
  }
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
  const { collectDefaultMetrics, Registry } = await import('prom-client')
  const registry = new Registry()
  // Event loop, memory and garbage collection of the process that responds.
  collectDefaultMetrics({ register: registry })
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
