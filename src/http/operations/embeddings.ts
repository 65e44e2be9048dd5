/** Responds to requests for embeddings. */
import type { Operation } from '../../contract/operations.js'
import { embeddingRules } from '../../contract/rules-embedding.js'
import type { Model } from '../../core/model.js'
import type { CompletionReply } from '../../core/reply.js'
import { readInputs } from '../../core/text-inputs.js'
import { embedNear, embedText, type VectorForm } from '../../embedding/embed-text.js'
import { maxEmbeddedChars } from '../../embedding/features.js'
import { createNumberFormatter, type NumberFormatter, toBase64 } from '../../embedding/write-vector.js'
import type { AppContext, Handler } from '../context.js'
import { createTextHandler } from './text-handler.js'
import type { TextCall, TextOperation, TextResponse } from './text-operation.js'

export function createEmbeddingHandler(context: AppContext, operation: Operation): Handler {
  const formatters = { half: createNumberFormatter(16), single: createNumberFormatter(32) }
  return createTextHandler(context, operation, createEmbeddings(formatters))
}

const noReply: CompletionReply = { kind: 'completion', choices: [] }

const createEmbeddings = (formatters: Record<Model['vectorPrecision'], NumberFormatter>): TextOperation => ({
  id: 'createEmbedding',
  rules: embeddingRules,
  layer: 'backend',
  hasLimits: true,
  readInputs: ({ input }, tokens) => readInputs(input, tokens),
  generate: () => noReply,
  respond: call => respond(call, formatters)
})

// Measured, with room: the work for a character, and for a number in each form.
const unitsPerChar = 4
const unitsPerNumber = { half: 0.5, single: 3, base64: 0.25 }
const bytesPerNumber = { half: 50, single: 50, base64: 12 }

function respond(call: TextCall, formatters: Record<Model['vectorPrecision'], NumberFormatter>): TextResponse {
  const { inputs, replies, resolved, model } = call
  const form = readForm(call)
  const isBase64 = (call.original as { encoding_format?: unknown }).encoding_format === 'base64'
  const layout = layouts[model.vectorPrecision]
  const promptTokens = resolved.reply.usage?.promptTokens ?? inputs.reduce((total, { tokens }) => total + tokens, 0)
  const format = (vector: Float32Array, isExact: boolean) => {
    if (isBase64) return JSON.stringify(toBase64(vector))
    // The numbers of a fixture have 32 bits.
    return layout.vector(formatters[isExact ? 'single' : model.vectorPrecision](vector))
  }
  const kind = isBase64 ? 'base64' : model.vectorPrecision
  const chars = inputs.reduce(
    (total, { text }, index) => total + Math.min(text.length, maxEmbeddedChars) + (replies[index]?.near?.length ?? 0),
    0
  )
  return {
    usage: { prompt: promptTokens, reasoning: 0, visible: 0 },
    ...(model.vectorPrecision === 'single' && { headers: { 'openai-model': resolved.reply.model ?? model.snapshot } }),
    partCount: Math.max(1, inputs.length),
    partCost: {
      work: (unitsPerChar * chars) / Math.max(1, inputs.length) + unitsPerNumber[kind] * form.dimensions,
      bytes: bytesPerNumber[kind] * form.dimensions
    },
    *parts() {
      yield layout.head
      for (const [index, { text }] of inputs.entries()) {
        const reply = replies[index] ?? noReply
        const embedding = format(embed(text, reply, form), reply.embedding !== undefined)
        yield (index ? layout.separator : '') + layout.item(index, embedding)
      }
      yield layout.tail(resolved.reply.model ?? model.snapshot, promptTokens)
    }
  }
}

function embed(text: string, { embedding, near }: CompletionReply, form: VectorForm): Float32Array {
  if (embedding) return Float32Array.from(embedding)
  return near === undefined ? embedText(text, form) : embedNear(text, near, form)
}

function readForm({ original, model }: TextCall): VectorForm {
  const { dimensions } = original as { dimensions?: unknown }
  const kept = Number.isSafeInteger(dimensions) && Number(dimensions) > 0 ? Number(dimensions) : undefined
  const size = model.isKnown ? model.dimensions : Math.min(Math.max(model.dimensions, kept ?? 0), maxDimensions)
  return { model: model.snapshot, dimensions: size, kept, bits: model.vectorPrecision === 'half' ? 16 : 32 }
}

/** The most dimensions of a model that is not known. */
const maxDimensions = 8192

interface Layout {
  head: string
  separator: string
  vector(numbers: readonly string[]): string
  item(index: number, embedding: string): string
  tail(model: string, tokens: number): string
}

/** The two servers of the service differ in spaces and in the order of members. */
const layouts: Record<Model['vectorPrecision'], Layout> = {
  half: {
    head: '{"object":"list","data":[',
    separator: ',',
    vector: numbers => `[${numbers.join(',')}]`,
    item: (index, embedding) => `{"object":"embedding","embedding":${embedding},"index":${index}}`,
    tail: (model, tokens) =>
      `],"model":${JSON.stringify(model)},"usage":{"prompt_tokens":${tokens},"total_tokens":${tokens}}}`
  },
  single: {
    head: '{\n  "object": "list",\n  "data": [\n',
    separator: ',\n',
    vector: numbers => `[\n        ${numbers.join(',\n        ')}\n      ]`,
    item: (index, embedding) =>
      `    {\n      "object": "embedding",\n      "index": ${index},\n      "embedding": ${embedding}\n    }`,
    tail: (model, tokens) =>
      `\n  ],\n  "model": ${JSON.stringify(model)},\n  "usage": {\n    "prompt_tokens": ${tokens},\n    "total_tokens": ${tokens}\n  }\n}\n`
  }
}
