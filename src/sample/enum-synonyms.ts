/** Lists words that mean the same as the values that enums have often. */

/** Each line has words with one meaning. */
const lines = `
high, urgent, critical, highest, top
low, lowest, minor
medium, normal, moderate, average
small, tiny, little, s
medium, m
large, big, huge, l
xl, extra large, x-large
celsius, centigrade, metric, c
fahrenheit, imperial, f
metric, celsius, kilometers, kg
imperial, fahrenheit, miles
positive, happy, love, loved, great, wonderful, excellent, amazing, perfect, fantastic
negative, unhappy, hate, hated, terrible, awful, horrible, bad, broken, disappointed, poor
done, completed, complete, finished, closed
todo, to-do, not started
in_progress, in progress, started, ongoing, working on
active, enabled
inactive, disabled
asc, ascending, increasing, cheapest first, lowest to highest, low to high, lowest first, oldest first, a to z
desc, descending, decreasing, most expensive first, highest to lowest, high to low, highest first, newest first, z to a
male, man, boy
female, woman, girl
cancel, cancelled, canceled
one_way, one way, one-way
round_trip, round trip, return ticket, return flight
vegetarian, veggie
daily, every day, each day
weekly, every week, each week
monthly, every month, each month
yearly, annually, every year
credit_card, visa, mastercard
email, e-mail, mail
phone, call
sms, text message
admin, administrator
dev, development
prod, production, live
`

const synonyms: ReadonlyMap<string, readonly (readonly string[])[]> = (() => {
  const table = new Map<string, string[][]>()
  for (const line of lines.trim().split('\n')) {
    const words = line.split(', ')
    for (const word of words)
      table.set(word, [
        ...(table.get(word) ?? []),
        ...words.filter(other => other !== word && other.length > 1).map(other => other.split(' '))
      ])
  }
  return table
})()

/** The words that mean the same as a value, each split at its spaces. */
export const listSynonyms = (value: string): readonly (readonly string[])[] =>
  synonyms.get(value.toLowerCase().replaceAll('-', '_')) ?? none

const none: readonly (readonly string[])[] = []

/** The signs and words of units and currencies. */
export const symbols: Readonly<Record<string, RegExp>> = {
  eur: /€|\beuros?\b/gi,
  usd: /\$|\b(?:us )?dollars?\b/gi,
  gbp: /£|\bpounds?\b/gi,
  jpy: /¥|\byen\b/gi,
  inr: /₹|\brupees?\b/gi,
  chf: /\bfrancs?\b/gi,
  celsius: /°\s?C\b/g,
  fahrenheit: /°\s?F\b/g,
  c: /°\s?C\b|\bcelsius\b/gi,
  f: /°\s?F\b|\bfahrenheit\b/gi,
  km: /\bkilomet(?:er|re)s?\b/gi,
  kilometers: /\bkm\b/gi,
  kg: /\bkilograms?\b|\bkilos?\b/gi,
  kilograms: /\bkg\b/gi,
  percent: /%/g
}
