/** Reads numbers, number words and units of measure. */

/** The classes of units. A number of a class fits a property of this class. */
export type UnitClass =
  | 'age'
  | 'money'
  | 'percent'
  | 'temperature'
  | 'duration'
  | 'speed'
  | 'length'
  | 'weight'
  | 'volume'
  | 'storage'
  | 'ordinal'
  | 'rating'
  | 'other'

/** A unit of measure. */
export interface Unit {
  class: UnitClass
  /** The unit as the text has it, in lower case. */
  name: string
}

/** Finds the unit that a text after a number begins with. */
export function findUnit(after: string): (Unit & { length: number }) | undefined {
  if (!anyUnit.test(after)) return undefined
  for (const [unitClass, pattern] of unitPatterns) {
    const match = pattern.exec(after)
    if (match) return { class: unitClass, name: match[1]!.toLowerCase(), length: match[0].length }
  }
  return undefined
}

const unitPatterns: [unitClass: UnitClass, pattern: RegExp][] = [
  ['ordinal', /^(st|nd|rd|th)\b/i],
  ['rating', /^(\s?\/\s?(?:5|10)(?![\d.])|\sout of\s(?:five|ten|\d{1,3})|[\s-]stars?)\b/i],
  ['age', /^[\s-]{0,2}(years?[\s-]old|yrs?[\s-]old|years? of age|y\/o|yo)\b/i],
  ['money', /^\s?(€|£|\$|¥|₹|(?:euros?|eur|dollars?|usd|bucks|gbp|yen|jpy|chf|francs?|cad|aud|inr|rupees?|cents?)\b)/i],
  ['percent', /^\s?(%|percent\b|per cent\b)/i],
  ['temperature', /^\s?(°\s?[cf]\b|°|degrees?\b|celsius\b|fahrenheit\b|kelvin\b)/i],
  ['speed', /^\s?(km\/h|kmh|kph|mph|m\/s|knots)\b/i],
  [
    'duration',
    /^[\s-]?(milliseconds?|ms|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|nights?)\b/i
  ],
  [
    'length',
    /^[\s-]?(kilomet(?:er|re)s?|km|centimet(?:er|re)s?|cm|millimet(?:er|re)s?|mm|met(?:er|re)s?|m|miles?|mi|feet|foot|ft|inch(?:es)?|yards?)\b/i
  ],
  ['weight', /^\s?(kilograms?|kilos?|kg|grams?|g|mg|pounds?|lbs?|ounces?|oz|tonn?e?s?)\b/i],
  ['volume', /^\s?(lit(?:er|re)s?|ml|l|gallons?|cups?|tbsp|tsp|tablespoons?|teaspoons?)\b/i],
  ['storage', /^\s?([kmgt]i?b|(?:kilo|mega|giga|tera)bytes?)\b/i],
  ['other', /^\s?(dpi|px|pixels?|rpm|fps|kwh|kw|watts?|volts?|g?hz|mhz|calories|kcal|points?)\b/i]
]

/** Most numbers have no unit, so that all patterns are tried at once. */
const anyUnit = new RegExp(unitPatterns.map(([, { source }]) => source).join('|'), 'i')

/** The currencies of symbols before a number. */
export const currencySymbols: Readonly<Record<string, string>> = {
  '€': 'EUR',
  $: 'USD',
  '£': 'GBP',
  '¥': 'JPY',
  '₹': 'INR'
}

/** Reads digits with a sign, separators of thousands and decimals; undefined if the text has no such form. */
export function readDigits(text: string): number | undefined {
  const hasDecimalComma = /^\D?(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,2}$/.test(text)
  const plain = (
    hasDecimalComma ? text.replaceAll('.', '').replace(',', '.') : text.replace(/(\d),(?=\d{3}(?:\D|$))/g, '$1')
  ).replaceAll('−', '-')
  const value = Number(plain)
  return plain !== '' && Number.isFinite(value) ? value : undefined
}

const multipliers: Readonly<Record<string, number>> = { k: 1e3, thousand: 1e3, million: 1e6, m: 1e6, billion: 1e9 }

/** Finds a factor after a number: the `k` of `5k`, the `million` of `2 million`. */
export function findMultiplier(after: string): { factor: number; length: number } | undefined {
  const match = /^(?:(k)\b|\s(thousand|million|billion)\b)/i.exec(after)
  const factor = match && multipliers[(match[1] ?? match[2])!.toLowerCase()]
  return factor ? { factor, length: match[0].length } : undefined
}

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' '
  )
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const numberWords: ReadonlyMap<string, number> = new Map([
  ...small.map((word, value): [string, number] => [word, value]),
  ...tens.map((word, index): [string, number] => [word, 20 + 10 * index]),
  ['dozen', 12],
  ['hundred', 100]
])

/** The value of a number word: `seven`, `forty`, `forty-two`; undefined for other words. */
export function readNumberWord(word: string): number | undefined {
  const known = numberWords.get(word)
  if (known !== undefined || !word.includes('-')) return known
  const [first = '', second = '', ...more] = word.split('-')
  const high = tens.indexOf(first)
  const low = small.indexOf(second)
  return more.length > 0 || high < 0 || low < 1 || low > 9 ? undefined : 20 + 10 * high + low
}

const ordinals: ReadonlyMap<string, number> = new Map(
  'first second third fourth fifth sixth seventh eighth ninth tenth'.split(' ').map((word, index) => [word, index + 1])
)

/** The value of an ordinal in small letters, such as `third`; undefined for other words. */
export const readOrdinal = (word: string): number | undefined => ordinals.get(word)
