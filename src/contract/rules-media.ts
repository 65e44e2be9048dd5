/** Defines the rules about images, files and sound: where they may stand, and what their data is. */
import type { ErrorParams } from '../core/api-error.js'
import type { ContentPart, Message } from '../core/openai-types.js'
import { isBase64, isImage, isSound, looksLikeBase64, readDataUrl } from './media.js'
import { hasKnownCapabilities } from './model-capabilities.js'
import type { Rule } from './rule.js'

/** The only role that may have a part. Which roles may have images depends on the model. */
const rolesByPart: ReadonlyMap<string, string> = new Map([
  ['input_audio', 'user'],
  ['file', 'user'],
  ['refusal', 'assistant'],
  ['audio', 'assistant']
])

export const mediaRules: readonly Rule[] = [
  {
    errorName: 'unsupported_content_part',
    at: { field: 'messages', step: 'after' },
    needs: ['mediaParts'],
    evidence: 'recorded',
    check({ messages }, model) {
      const isDeaf = !model.abilities.audioInput && hasKnownCapabilities(model)
      return findPart(messages, ({ type }, { i, role }) =>
        (type === 'input_audio' && isDeaf) || (rolesByPart.get(type) ?? role) !== role
          ? { p: `messages[${i}]` }
          : undefined
      )
    }
  },
  {
    errorName: 'image_in_other_role',
    at: { field: 'messages', step: 'after' },
    needs: ['mediaParts'],
    evidence: 'thread',
    check({ messages }, model) {
      const { imageRoles } = model.abilities
      if (!hasKnownCapabilities(model)) return undefined
      return findPart(messages, ({ type }, { i, role }) =>
        type === 'image_url' && !imageRoles.includes(role) ? { p: `messages[${i}]`, role } : undefined
      )
    }
  },
  {
    errorName: 'file_not_supported',
    at: { field: 'messages', step: 'after' },
    needs: ['mediaParts'],
    evidence: 'inferred',
    check({ messages }, model) {
      // The models that read files are those that see images.
      if (model.abilities.imageInput || !hasKnownCapabilities(model)) return undefined
      return findPart(messages, ({ type }, place) => (type === 'file' ? { p: `${pathOf(place)}.type` } : undefined))
    }
  },
  {
    errorName: 'invalid_url',
    at: { field: 'messages', step: 'after' },
    needs: ['mediaParts'],
    evidence: 'thread',
    check: ({ messages }) =>
      findImage(messages, (url, place) =>
        url.startsWith('data:') || looksLikeBase64(url) || /^https?:\/\/\S+$/i.test(url)
          ? undefined
          : { p: pathOfUrl(place) }
      )
  },
  {
    errorName: 'invalid_image_data',
    at: { field: 'messages', step: 'after' },
    needs: ['mediaParts'],
    evidence: 'thread',
    check: ({ messages }) =>
      findImage(messages, (url, place) => {
        if (looksLikeBase64(url)) return { p: pathOfUrl(place), got: "a value without the 'data:' prefix" }
        const type = readDataUrl(url)?.type ?? 'image/'
        return type.startsWith('image/') ? undefined : { p: pathOfUrl(place), got: `unsupported MIME type '${type}'` }
      })
  },
  {
    errorName: 'invalid_file_data',
    at: { field: 'messages', step: 'after' },
    needs: ['mediaParts'],
    evidence: 'thread',
    check: ({ messages }) =>
      findPart(messages, ({ type, file }, place) => {
        if (type !== 'file' || typeof file?.file_data !== 'string') return undefined
        const got = describeFileProblem(file.file_data)
        return got === undefined ? undefined : { p: `${pathOf(place)}.file.file_data`, got }
      })
  },
  {
    errorName: 'invalid_base64',
    at: { field: 'messages', step: 'after' },
    needs: ['mediaParts'],
    evidence: 'inferred',
    check: ({ messages }) =>
      findSound(messages, ({ data }, place) =>
        isBase64(data) ? undefined : { p: `${pathOf(place)}.input_audio.data` }
      )
  },
  {
    errorName: 'audio_format_while_streaming',
    at: { field: 'audio', step: 'after' },
    evidence: 'thread',
    check: ({ audio, stream }) =>
      audio && stream === true && audio.format !== 'pcm16' ? { value: audio.format } : undefined
  },
  {
    errorName: 'unsupported_audio_format',
    at: 'prompt',
    needs: ['mediaParts'],
    evidence: 'thread',
    check: ({ messages }) => findSound(messages, ({ data, format }) => (isSound(data, format) ? undefined : {}))
  },
  {
    errorName: 'image_not_supported',
    at: 'prompt',
    needs: ['mediaParts'],
    evidence: 'thread',
    check({ messages }, model) {
      if (model.abilities.imageInput || !hasKnownCapabilities(model)) return undefined
      return findPart(messages, ({ type }, { i, j }) => (type === 'image_url' ? { i, j } : undefined))
    }
  },
  {
    errorName: 'invalid_image_base64',
    at: 'prompt',
    needs: ['mediaParts'],
    evidence: 'recorded',
    check: ({ messages }) => findImage(messages, url => (readDataUrl(url)?.isBase64 === false ? {} : undefined))
  },
  {
    errorName: 'invalid_image_format',
    at: 'prompt',
    needs: ['mediaParts'],
    evidence: 'recorded',
    check: ({ messages }) =>
      findImage(messages, url => {
        const image = readDataUrl(url)
        return image && !isImage(image.data) ? {} : undefined
      })
  }
]

function describeFileProblem(data: string): string | undefined {
  const file = readDataUrl(data)
  if (file && file.type !== 'application/pdf') return `unsupported MIME type '${file.type}'`
  return file?.isBase64 ? undefined : 'an invalid base64-encoded value'
}

const noParts: readonly never[] = []

const listContentParts = (message: Message): readonly ContentPart[] =>
  Array.isArray(message.content) ? message.content : noParts

const isSoundPart = (part: ContentPart | undefined): boolean => part?.type === 'input_audio'

/** Where a part stands, and the role of its message. */
interface PartPlace {
  i: number
  j: number
  role: string
}

const pathOf = ({ i, j }: PartPlace): string => `messages[${i}].content[${j}]`
const pathOfUrl = (place: PartPlace): string => `${pathOf(place)}.image_url.url`

/** Returns what the function returns for the first part for which it returns something. */
function findPart(
  messages: readonly Message[],
  find: (part: ContentPart, place: PartPlace) => ErrorParams | undefined
): ErrorParams | undefined {
  for (const [i, message] of messages.entries())
    for (const [j, part] of listContentParts(message).entries()) {
      // The document of a user may allow other parts.
      if (typeof part !== 'object' || part === null) continue
      const found = find(part, { i, j, role: message.role })
      if (found) return found
    }
  return undefined
}

const findImage = (messages: readonly Message[], find: (url: string, place: PartPlace) => ErrorParams | undefined) =>
  findPart(messages, ({ type, image_url }, place) =>
    type === 'image_url' && typeof image_url?.url === 'string' ? find(image_url.url, place) : undefined
  )

const findSound = (
  messages: readonly Message[],
  find: (sound: { data: string; format: string }, place: PartPlace) => ErrorParams | undefined
) =>
  findPart(messages, (part, place) => {
    const { data, format } = part.input_audio ?? {}
    return isSoundPart(part) && typeof data === 'string' && typeof format === 'string'
      ? find({ data, format }, place)
      : undefined
  })
