/** Responds to requests for moderations. */
import { generateScore, judgeText, type ModerationCategory } from '../../completion/moderation.js'
import type { Operation } from '../../contract/operations.js'
import { moderationRules } from '../../contract/rules-moderation.js'
import { formatJson } from '../../core/json-format.js'
import { isObject } from '../../core/json-pointer.js'
import { moderationCategories } from '../../core/openai-types.js'
import { createRandom, type Random } from '../../core/random.js'
import type { CompletionReply, ModerationVerdict } from '../../core/reply.js'
import type { CountedText } from '../../core/text-inputs.js'
import type { AppContext, Handler } from '../context.js'
import { createTextHandler } from './text-handler.js'
import type { TextCall, TextOperation, TextResponse } from './text-operation.js'

export const createModerationHandler = (context: AppContext, operation: Operation): Handler =>
  createTextHandler(context, operation, moderations)

const noReply: CompletionReply = { kind: 'completion', choices: [] }

const moderations: TextOperation = {
  id: 'createModeration',
  rules: moderationRules,
  layer: 'models',
  hasLimits: false,
  readInputs: ({ input }) => readInputs(input),
  generate: () => noReply,
  respond
}

/** Each text has a verdict of its own. A list of parts has one verdict. */
function readInputs(input: unknown): CountedText[] {
  const toInput = (text: string) => ({ text, tokens: 0 })
  if (typeof input === 'string') return [toInput(input)]
  if (!Array.isArray(input)) return []
  const texts = input.filter(each => typeof each === 'string')
  const parts = input.filter(isObject)
  if (!parts.length) return texts.map(toInput)
  return [toInput([...texts, ...parts.flatMap(({ text }) => (typeof text === 'string' ? [text] : []))].join('\n'))]
}

// Measured, with room: the patterns read each character a few times.
const unitsPerChar = 0.5
const bytesPerResult = 4000
const maxJudgedChars = 100_000

function respond(call: TextCall): TextResponse {
  const { inputs, replies, resolved, identity, model } = call
  const chars = inputs.reduce((total, { text }) => total + Math.min(text.length, maxJudgedChars), 0)
  const count = Math.max(1, inputs.length)
  return {
    usage: { prompt: 0, reasoning: 0, visible: 0 },
    partCount: count,
    partCost: { work: 100 + (unitsPerChar * chars) / count, bytes: bytesPerResult },
    *parts() {
      // Snapshots of omni-moderation are named as they were asked for.
      const name = resolved.reply.model ?? model.snapshot
      const id = isOmni(name)
        ? `modr-${identity.random.fork('moderation').integer(1, 9999)}`
        : `modr-${identity.id.slice(-29)}`
      const results = inputs.map(({ text }, index) => createResult(call, name, text, replies[index]?.moderation))
      yield formatJson({ id, model: name, results }, 2, scoreFields)
    }
  }
}

const scoreFields: ReadonlySet<string> = new Set(moderationCategories)
const isOmni = (model: string) => !model.startsWith('text-moderation')

function createResult(call: TextCall, model: string, text: string, verdict: ModerationVerdict | undefined) {
  const random = createRandom('moderation', model, text)
  const judged = verdict ? applyVerdict(verdict, random) : judgeText(text, random)
  const categories = isOmni(model) ? moderationCategories : textCategories
  const pick = <T>(values: Readonly<Record<string, T>>) =>
    Object.fromEntries(categories.map(category => [category, values[category]!]))
  return {
    flagged: judged.flagged,
    categories: pick(judged.categories),
    category_scores: pick(judged.category_scores),
    ...(isOmni(model) && {
      category_applied_input_types: Object.fromEntries(
        categories.map(category => [category, listAppliedTypes(call.original, category)])
      )
    })
  }
}

function applyVerdict({ flagged, scores }: ModerationVerdict, random: Random) {
  const forEach = <T>(value: (category: ModerationCategory) => T) =>
    Object.fromEntries(moderationCategories.map(category => [category, value(category)]))
  return {
    flagged: flagged.length > 0,
    categories: forEach(category => flagged.includes(category)),
    category_scores: forEach(category => {
      const generated = generateScore(flagged.includes(category), random)
      return scores?.[category] ?? generated
    })
  }
}

/** The categories for which the service looks at images. */
const imageCategories = /^(?:sexual|violence|violence\/graphic|self-harm(?:\/\w+)?)$/

function listAppliedTypes(body: unknown, category: string): string[] {
  const { input } = body as { input?: unknown }
  const parts = Array.isArray(input) ? input.filter(isObject) : []
  const hasImage = parts.some(({ type }) => type === 'image_url')
  const hasText = !parts.length || parts.some(({ type }) => type === 'text')
  return [...(hasText ? ['text'] : []), ...(hasImage && imageCategories.test(category) ? ['image'] : [])]
}

/** The categories of the models before omni-moderation, in their order. */
const textCategories: readonly ModerationCategory[] = [
  'sexual',
  'hate',
  'harassment',
  'self-harm',
  'sexual/minors',
  'hate/threatening',
  'violence/graphic',
  'self-harm/intent',
  'self-harm/instructions',
  'harassment/threatening',
  'violence'
]
