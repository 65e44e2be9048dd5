/** Writes a value as JSON, in a code fence, in sections, in tags, or as labelled lines. */
import type { Json, JsonObject } from '../core/openai-types.js'
import type { Layout, PromptedStructure } from './prompted-structure.js'

/** Writes a value in a layout. */
export const writeStructure = (value: Json, { layout, schema }: PromptedStructure): string =>
  writers[layout](value, schema)

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

/** An object with keys of its own is JSON, since its keys may be no names of tags. */
const isOpenObject = (schema: Json | undefined): boolean => {
  const { type, additionalProperties } = (schema ?? {}) as JsonObject
  return type === 'object' && additionalProperties !== false
}

const writers: Readonly<Record<Layout, (value: Json, schema: JsonObject) => string>> = {
  json: value => JSON.stringify(value),
  fence: value => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``,
  sections: value =>
    `${joinMembers(value, (name, text) => `[[ ## ${name} ## ]]\n${text}`, '\n\n')}\n\n[[ ## completed ## ]]`,
  tags: (value, { properties }) =>
    Object.entries(value as Record<string, Json>)
      .map(([name, member]) => {
        const hasOwnKeys = isOpenObject((properties as JsonObject | undefined)?.[name])
        return `<${name}>\n${hasOwnKeys ? JSON.stringify(member) : writeTags(member)}\n</${name}>`
      })
      .join('\n'),
  labels: value => joinMembers(value, (name, text) => `${name}: ${text}`, '\n'),
  plain
}
