/** Turns a text into a vector: texts with the same words, or with parts of words in common, have vectors that are near. Pure. */
import type { Budget } from '../core/budget.js'
import { maxEmbeddedChars, visitFeatures } from './features.js'
import { hashText, mix } from './hash-text.js'

/** How a model's vectors look. */
export interface VectorForm {
  /** Vectors of different models are not near. */
  model: string
  /** The dimensions of the model. */
  dimensions: number
  /** The dimensions that are kept. The rest is cut off. @default all */
  kept?: number | undefined
  /** The precision of each number, in bits. */
  bits: 16 | 32
}

// Each feature changes so many numbers of a vector, so that a vector that is cut keeps nearly all features.
const spread = 16
const step = 0x9e3779b9 | 0

/** The share of a vector that depends on every character of its text, so that no two texts have the same vector. */
const backgroundLength = 0.05

// Measured, with room: a character is a part of about seven features.
const unitsPerChar = 4
const unitsPerDimension = 0.25

/** Returns a vector of length 1. The same text always has the same vector. */
export function embedText(text: string, form: VectorForm, budget?: Budget): Float32Array {
  const chars = Math.min(text.length, maxEmbeddedChars)
  budget?.spendWork(Math.ceil(unitsPerChar * chars + unitsPerDimension * form.dimensions), 'the vector of a text')
  return toForm(sumFeatures(text, form), form)
}

function sumFeatures(text: string, { model, dimensions }: VectorForm): Float64Array {
  const seed = hashText(model)
  const vector = new Float64Array(dimensions)
  visitFeatures(text, seed, (hash, weight) => {
    let bits = hash
    for (let turn = 0; turn < spread; turn++) {
      bits = mix((bits + step) | 0)
      vector[(bits >>> 1) % dimensions]! += bits & 1 ? weight : -weight
    }
  })
  const length = measure(vector)
  const scale = length > 0 ? 1 / length : 0
  const background = backgroundLength / Math.sqrt(dimensions)
  let bits = hashText(text, seed)
  for (let at = 0; at < dimensions; at++) {
    bits = mix((bits + step) | 0)
    vector[at] = vector[at]! * scale + (bits / 0x80000000) * background
  }
  return vector
}

/** Returns a vector of length 1 that is near the vector of another text, and that is still its own. */
export function embedNear(text: string, near: string, form: VectorForm, budget?: Budget): Float32Array {
  const full = { ...form, kept: undefined, bits: 32 } as const
  const own = embedText(text, full, budget)
  const other = embedText(near, full, budget)
  return toForm(
    Float64Array.from(other, (value, at) => nearShare * value + (1 - nearShare) * own[at]!),
    form
  )
}

// The cosine of the two vectors is then at least 0.97, also if the texts have nothing in common.
const nearShare = 0.8

/** Cuts a vector to its kept dimensions, gives it the length 1, and rounds its numbers. */
export function toForm(vector: Float64Array, { kept = vector.length, bits }: VectorForm): Float32Array {
  const cut = vector.subarray(0, kept)
  const scale = 1 / measure(cut)
  const formed = new Float32Array(cut.length)
  for (let at = 0; at < cut.length; at++) formed[at] = bits === 16 ? roundToHalf(cut[at]! * scale) : cut[at]! * scale
  return formed
}

function measure(vector: Float64Array): number {
  let sum = 0
  for (const value of vector) sum += value * value
  return Math.sqrt(sum)
}

// Numbers below this have a fixed distance from each other in 16 bits. All numbers are multiples of this distance.
const smallestNormal = 2 ** -14
const smallestStep = 2 ** -24

/** Rounds to the nearest float of 16 bits, which has 11 significant bits. */
export function roundToHalf(value: number): number {
  if (Math.abs(value) < smallestNormal) return Math.round(value / smallestStep) * smallestStep
  // Veltkamp's splitting: of the 53 bits of a number, the first 11 remain.
  const large = value * splitter
  return large - (large - value)
}

const splitter = 2 ** 42 + 1
