/** Formats JSON as the service does: its indentation, and its floats. */
import { type Chunk, type Completion, moderationCategories } from './openai-types.js'

/** Formats a value as JSON. @param floatFields the members whose numbers are floats: `0.0`, `-6.869018e-6` */
export function formatJson(value: unknown, indent: 0 | 2 | 4, floatFields?: ReadonlySet<string>): string {
  return floatFields ? formatValue(value, indent, '', false, floatFields) : JSON.stringify(value, null, indent)
}

const completionFloatFields: ReadonlySet<string> = new Set(['logprob', ...moderationCategories])

/** Returns the members of a completion or chunk that hold floats, if it has any. */
export function findFloatFields({
  choices,
  moderation
}: Pick<Completion | Chunk, 'choices' | 'moderation'>): ReadonlySet<string> | undefined {
  return moderation || choices.some(choice => choice.logprobs) ? completionFloatFields : undefined
}

function formatValue(
  value: unknown,
  indent: number,
  margin: string,
  isFloat: boolean,
  floatFields: ReadonlySet<string>
): string {
  if (typeof value === 'number' && isFloat) return formatFloat(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = indent ? `${margin}${' '.repeat(indent)}` : ''
  const parts = Array.isArray(value)
    ? value.map(item => formatValue(item, indent, inner, isFloat, floatFields))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(
          ([key, item]) =>
            `${JSON.stringify(key)}:${indent ? ' ' : ''}${formatValue(item, indent, inner, floatFields.has(key), floatFields)}`
        )
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  if (!parts.length) return `${open}${close}`
  return indent
    ? `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${margin}${close}`
    : `${open}${parts.join(',')}${close}`
}

/** Formats a float as Rust's `ryu` does: always with a decimal point, and with an exponent only below 1e-5. */
export function formatFloat(value: number): string {
  if (Number.isInteger(value)) return `${Object.is(value, -0) ? '-0' : value}.0`
  const size = Math.abs(value)
  return size < 1e-5 ? value.toExponential() : String(value)
}

/** A text that is built when it is read, so that it costs little memory. */
export interface LazyText {
  /** The length in UTF-16 code units. */
  readonly length: number
  /** The length in UTF-8. */
  readonly bytes: number
  /** Builds the text. */
  toString(): string
}
