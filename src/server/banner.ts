/** Formats what a terminal shows about a server that has started. Pure. */
import { toVisible } from '../core/display-text.js'
import type { ServerFacts } from '../http/context.js'
import { formatRequestHeader } from './request-columns.js'
import { paint, type Style } from './style.js'

export function formatBanner(url: string, facts: ServerFacts, style: Style): string {
  const rows: [string, string][] = [
    ['page', `${url}/_mock/`],
    ['fixtures', `${facts.fixtures} from ${facts.origins.join(', ')}`],
    ['keys', describeKeys(facts)],
    ['use it', `OPENAI_BASE_URL=${url}/v1`]
  ]
  const lines = rows.map(([name, value]) => `  ${paint(name.padEnd(10), 'bold', style)}${toVisible(value)}`)
  return `${[...lines, '', formatRequestHeader(style)].join('\n')}\n`
}

const describeKeys = ({ acceptsAnyKey, keys }: ServerFacts) =>
  acceptsAnyKey
    ? `any key works; ${count(keys, 'key')} with settings of keys.yaml`
    : `only those of --key and keys.yaml: ${count(keys, 'key')}`

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`
