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
  | 'other'

/** A unit of measure. */
export interface Unit {
  class: UnitClass
  /** The unit as the text has it, in lower case. */
  name: string
}

/** Finds the unit that a text after a number begins with. */
export function findUnit(after: string): (Unit & { length: number }) | undefined {
  for (const [unitClass, pattern] of unitPatterns) {
    const match = pattern.exec(after)
    if (match) return { class: unitClass, name: match[1]!.toLowerCase(), length: match[0].length }
  }
  return undefined
}

const unitPatterns: [unitClass: UnitClass, pattern: RegExp][] = [
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
  const plain = text.replace(/(\d),(?=\d{3}(?:\D|$))/g, '$1').replaceAll('−', '-')
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
