/** Defines what the service checks of a request for moderations, beside its schema. */
import { ApiError } from '../core/api-error.js'
import { formatAndList } from './error-phrases.js'
import type { TextRules } from './text-rules.js'

const moderationModels = ['omni-moderation-latest', 'omni-moderation-2024-09-26', 'text-moderation-latest']

export const moderationRules: TextRules = {
  order: ['input', 'model'],
  defaultModel: 'omni-moderation-latest',
  findModelError: ({ id, kind }) =>
    kind === 'moderation'
      ? undefined
      : new ApiError('invalid_value', { p: 'model', value: id, values: formatAndList(moderationModels) }),
  findError: () => undefined
}
