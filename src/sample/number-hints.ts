/** Suggests the range of a number from the name of its property: an age is an age. */
import { splitPropertyName } from '../prompt/words.js'
import type { PropertyHint } from './property-hints.js'

/** A usual range of numbers, with at most `decimals` decimals. */
export interface NumberPreference {
  min: number
  max: number
  decimals?: number
}

/** The usual range of a number with this name. */
export function suggestNumber({ name, title }: PropertyHint): NumberPreference {
  const words = [splitPropertyName(name), title ? splitPropertyName(title) : '']
  const rule = numberRules.find(([test]) => words.some(each => test.test(each)))
  return rule?.[1] ?? { min: 1, max: 100 }
}

const numberRules: [test: RegExp, preference: NumberPreference][] = [
  [/\b(age)\b/, { min: 18, max: 80 }],
  [/\b(year)\b/, { min: 1990, max: 2026 }],
  [/\b(month)\b/, { min: 1, max: 12 }],
  [/\b(day)\b/, { min: 1, max: 28 }],
  [/\b(hour|hours)\b/, { min: 0, max: 23 }],
  [/\b(minutes?|seconds?)\b/, { min: 0, max: 59 }],
  [/\b(created|updated|expires|timestamp|unix ?time)\b/, { min: 1_704_067_200, max: 1_767_225_600 }],
  [/\b(confidence|probability|likelihood|relevance|similarity)\b/, { min: 0.5, max: 0.99 }],
  [/\b(rating|stars)\b/, { min: 3, max: 5, decimals: 1 }],
  [/\b(score)\b/, { min: 0.5, max: 10, decimals: 1 }],
  [/\b(percent|percentage|humidity)\b/, { min: 5, max: 95, decimals: 0 }],
  [/\b(lat|latitude)\b/, { min: 25, max: 60, decimals: 4 }],
  [/\b(lng|lon|long|longitude)\b/, { min: -120, max: 30, decimals: 4 }],
  [/\b(temp|temperature)\b/, { min: 8, max: 31, decimals: 1 }],
  [/\b(price|amount|cost|total|subtotal|salary|balance|fee)\b/, { min: 5, max: 500 }],
  [
    /\b(days|count|quantity|qty|number|limit|num|n|a|b|x|y|guests|people|adults|duration|value|size|top k)\b/,
    { min: 1, max: 10 }
  ],
  [/\b(index|offset|page)\b/, { min: 0, max: 5 }],
  [/\b(weight|height|distance|width|length)\b/, { min: 1, max: 200, decimals: 1 }]
]
