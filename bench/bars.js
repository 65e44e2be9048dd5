// What the bench should show. A bar that is not met says what was tried.
const caseRatio =
  name =>
  ({ results }) =>
    results.find(each => each.name === name)?.servers[0].ratio
const pacedCase = (streams, read) => report => {
  const found = report.streams?.paced.find(each => each.streams === streams)
  return found && read(found)
}
const span = (streams, quantile) => pacedCase(streams, ({ standin }) => standin[quantile])
const workerGain =
  name =>
  ({ workers }) => {
    const found = workers?.[name]
    return found && found.standin.times / found.bare.times
  }
const saturated =
  (connections, name) =>
  ({ saturation }) =>
    saturation?.find(each => each.connections === connections)?.[name]

const full =
  'one write for the events of a stream, shared turns; the core is full (µs a frame times frames), and bare is later'

/**
 * Each has a value of the report and the least or the most that it should be, or both.
 * @type {{ name: string, read: (report: object) => number | undefined, least?: number, most?: number, digits?: number, tried?: string }[]}
 */
export const bars = [
  {
    name: 'JSON, canned, each body another',
    read: caseRatio('JSON, canned, each body another'),
    least: 0.88,
    tried: 'a table for pairs of bytes in the count of tokens, which is most of the difference'
  },
  { name: 'prompt of 100 kB', read: caseRatio('prompt of 100 kB'), least: 0.75 },
  {
    name: 'one of 1,000 fixtures',
    read: caseRatio('one of 1,000 fixtures'),
    least: 0.9,
    tried:
      'an index of the words of fixtures: as fast as 10 fixtures now; the rest is routing, keys, limits, journal and metrics'
  },
  {
    name: 'tool call',
    read: caseRatio('tool call'),
    least: 0.88,
    tried: 'ids from one random number, prepared parts of the response'
  },
  {
    name: 'first answer',
    read: ({ first }) => first?.find(each => each.name === 'standin')?.ratio,
    most: 1.35,
    tried:
      'other operations, their routes and rare packages load late (from 1.94); a CommonJS entry; a larger young generation'
  },
  { name: 'idle memory, MB', read: ({ idleMb }) => idleMb, most: 80, digits: 0 },
  { name: '2,000 paced streams, span p50', read: span(2000, 'p50'), least: 0.998, most: 1.002, digits: 4, tried: full },
  { name: '2,000 paced streams, span p99', read: span(2000, 'p99'), most: 1.02, digits: 4, tried: full },
  { name: '5,000 paced streams, span p99', read: span(5000, 'p99'), most: 1.02, digits: 4, tried: full },
  {
    name: '2,000 paced streams, first token p99 beside bare',
    read: pacedCase(2000, ({ standin, bare }) => standin.firstP99 / bare.firstP99),
    most: 1.5
  },
  { name: 'gain of two workers beside bare, JSON', read: workerGain('JSON'), least: 0.95 },
  {
    name: 'gain of two workers beside bare, paced streams',
    read: workerGain('paced streams'),
    least: 0.95,
    tried: 'separate servers, which lose as much: two processes share the cache of one core'
  },
  {
    name: 'saturation at 300 connections, p50 beside the client',
    read: saturated(300, 'ratioP50'),
    least: 0.8,
    most: 1.2
  },
  {
    name: 'saturation at 300 connections, p99 beside the client',
    read: saturated(300, 'ratioP99'),
    least: 0.5,
    most: 2
  }
]

/** Whether a value keeps its bar. @returns undefined for a value that was not measured */
export function isMet({ least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY }, value) {
  return value === undefined ? undefined : value >= least && value <= most
}
