/** Writes a value as JSON, in a code fence, in sections, in tags, or as labelled lines. */
import type { Json } from '../core/openai-types.js'
import type { Layout } from './prompted-structure.js'

/** Writes a value in a layout. */
export const writeStructure = (value: Json, layout: Layout): string => writers[layout](value)

const plain = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

const joinMembers = (value: Json, write: (name: string, text: string) => string, separator: string): string =>
  Object.entries(value as Record<string, Json>)
    .map(([name, member]) => write(name, plain(member)))
    .join(separator)

/** Lists have items in tags of their own, and objects their members. */
const writeTags = (value: Json): string => {
  if (Array.isArray(value)) return value.map(item => `<item>${writeTags(item)}</item>`).join('')
  if (typeof value !== 'object' || value === null) return value === null ? '' : escapeTags(String(value))
  return Object.entries(value)
    .map(([name, member]) => `<${name}>${writeTags(member)}</${name}>`)
    .join('')
}

const escapeTags = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const writers: Readonly<Record<Layout, (value: Json) => string>> = {
  json: value => JSON.stringify(value),
  fence: value => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``,
  sections: value =>
    `${joinMembers(value, (name, text) => `[[ ## ${name} ## ]]\n${text}`, '\n\n')}\n\n[[ ## completed ## ]]`,
  tags: value =>
    Object.entries(value as Record<string, Json>)
      .map(([name, member]) => `<${name}>\n${writeTags(member)}\n</${name}>`)
      .join('\n'),
  labels: value => joinMembers(value, (name, text) => `${name}: ${text}`, '\n'),
  plain
}
