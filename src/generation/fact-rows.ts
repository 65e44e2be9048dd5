/** Lists the questions about the user that earlier messages answer, and the statements that answer them. */
import { countSource } from './counts.js'

/** Patterns of statements in groups: of the first group that matches, the last statement counts. The last group of a match is its value. */
export type Statements = readonly (readonly string[])[]

/** A question about the user, the statements that answer it, and the answer. */
export interface FactRow {
  question: RegExp
  statements(words: string[]): Statements
  answer(value: string, words: string[]): string
  /** Only earlier messages have the statement. */
  needsEarlier?: true
}

// A full stop or a comma within a word or a number belongs to the value.
const value = '((?:[^.!?\\n,]|[.,](?=[\\p{L}\\d])){1,80})'
const longValue = '([^.!?\\n]{1,160})'
const isPlural = (thing: string): boolean => /[^s]s$/.test(thing)
/** Only the value of a plural is a list with commas. */
const valueSource = (thing: string): string => (isPlural(thing) ? longValue : value)
const be = (thing: string): string => (isPlural(thing) ? 'are' : 'is')
const properName = "(\\p{Lu}[\\p{L}'-]{1,30}(?: \\p{Lu}[\\p{L}'-]{1,30}){0,3})"
const subject = '((?:[\\w-]{1,30} ){0,2}?[\\w-]{1,30})'
const is = "(?:'s| is| was| are| were)"
const states = `(?:${is}|:| =)`
/** The subject of a statement, and not of a question such as `Where do I live?`. */
const I = '(?<!\\b(?:do|did|have|had|can|could|should|would|will|must|may|am|was) )\\bI'
const asks = '(?:what|which|when|where|who|how old|how tall)'

const nameStatements: Statements = [
  [
    `\\b[Mm]y name(?: is|'s|:) ${properName}`,
    `\\b[Cc]all me ${properName}`,
    `\\bI go by ${properName}`,
    `\\b[Uu]ser is (?:called |named )?${properName}`,
    `\\bI(?: am|'m) (?:called|named) ${properName}`
  ],
  ["\\bmy name(?: is|'s|:) ([\\p{L}'-]{2,30})"],
  [`\\bI(?: am|'m) ${properName}`, `(?:^|[\\n,.!] {0,2})[Tt]his is ${properName}(?=[.!,\\n]|$)`],
  ["(?:^|\\n|\\b(?:hi|hello|hey|there)\\b[,!.]? ?)i(?: am|'m) ([\\p{L}-]{2,30})(?=[.!,\\n]| and\\b|$)"]
]
const ageStatements: Statements = [
  ["\\bI(?: am|'m) (\\d{1,3})\\b", '\\bI (?:just )?turned (\\d{1,3})\\b', '\\bmy age is (\\d{1,3})\\b']
]
const jobStatements: Statements = [
  [`\\bmy (?:job|profession|occupation|work) is ${value}`],
  [`\\bI work as ${value}`],
  ["\\bI(?: am|'m) (an? [^.!?\\n,]{1,60})"]
]

const otherStatements: readonly { subject: RegExp; statements: Statements }[] = [
  { subject: /^name$/, statements: nameStatements },
  { subject: /^age$/, statements: ageStatements },
  { subject: /^(?:job|profession|occupation|work)$/, statements: jobStatements }
]

/** A pattern of both spellings of a word such as colour. */
const anySpelling = (words: string): string => words.replace(/ou?r/g, 'ou?r')

/** An address or a number is often called by its first word alone: my e-mail. */
const statesOwn = (about: string): Statements => {
  const shorter = about.replace(/ (?:address|number|name|date|code|id)$/, '')
  return [
    ...[...new Set([about, shorter])].map(each => [`\\bmy ${anySpelling(each)}${states} ${valueSource(each)}`]),
    [
      `\\buser(?:'s)? ${anySpelling(about)}${states} ${value}`,
      `\\b${anySpelling(about)} of (?:the|this) user${states} ${value}`
    ],
    [`\\buser\\b[\\s\\S]{0,150}?[\\n,;:({*-]\\s{0,3}"?${anySpelling(about)}"?\\s?[:=] {0,2}${value}`]
  ]
}

const statesThing = (thing: string): Statements => [
  [
    `\\b(?:the|this|that|my|our) ${anySpelling(thing)}${states} ${valueSource(thing)}`,
    `\\bremember (?:(?:the|this|that|these|those) )?${anySpelling(thing)}:? ${valueSource(thing)}`
  ]
]

const irregularPasts: Readonly<Record<string, string>> = Object.fromEntries(
  'buy bought, eat ate, go went, see saw, meet met, get got, take took, read read, write wrote, have had, find found, lose lost, choose chose, leave left, make made, pay paid, drink drank, watch watched, give gave, win won, sell sold, come came, drive drove, fly flew, study studied'
    .split(', ')
    .map(pair => pair.split(' ') as [string, string])
)
const pastOf = (verb: string): string => irregularPasts[verb] ?? `${verb.replace(/e$/, '')}(?:${verb.at(-1)})?ed`

export const factRows: readonly FactRow[] = [
  {
    question: new RegExp(
      `\\bmy ${subject}'s name$|\\bthe name of my ${subject}$|\\bmy ${subject} (?:called|named)$`,
      'i'
    ),
    statements: ([owned]) => [
      [
        `\\bmy ${owned}(?:'s name is| is called| is named|, called|, named| called| named) ${value}`,
        `\\b(?:an?|the|one|our) (?:\\w{1,20} )?${owned},? (?:called|named) ${value}`
      ]
    ],
    answer: (fact, [owned]) => `Your ${owned} is called ${fact}.`
  },
  {
    question: new RegExp(`^(?:${asks}${is}? )?my ${subject}${is}?$`, 'i'),
    statements: ([about]) => [
      ...(otherStatements.find(each => each.subject.test(about!))?.statements ?? []),
      ...statesOwn(about!)
    ],
    answer: (fact, [about]) => `Your ${about} ${be(about!)} ${fact}.`
  },
  {
    question: /^(?:what|which) ([\w-]{2,30}) (?:is|are|was) my (favou?rite|best|first|last|usual)$/i,
    statements: ([about, rank]) => statesOwn(`${rank} ${about}`),
    answer: (fact, [about, rank]) => `Your ${rank} ${about} is ${fact}.`
  },
  {
    question: new RegExp(`^(?:what|which|how) ([\\w-]{2,30})${is} my ${subject}$`, 'i'),
    statements: ([aspect, owned]) => [
      [`\\bmy ${owned}'s ${anySpelling(aspect!)}${states} ${value}`],
      ...statesOwn(owned!)
    ],
    answer: (fact, [, owned]) => `Your ${owned} ${be(owned!)} ${fact}.`
  },
  {
    question: /\bhow old (?:am I|I am)$/i,
    statements: () => ageStatements,
    answer: fact => `You are ${fact} years old.`
  },
  { question: /\bwho (?:am I|I am)$/i, statements: () => nameStatements, answer: fact => `You are ${fact}.` },
  {
    question: /\bwhat (?:do I|I) do for (?:a living|work)$/i,
    statements: () => jobStatements,
    answer: fact => `You work as ${fact}.`
  },
  {
    question: /\bhow many ((?:\w{1,20} )?\w{2,20}) do I (have|own|want|need|keep|see)$/i,
    statements: ([counted, verb]) => [
      [
        `${I} (?:also )?${verb} (?:[^.!?\\n]{1,60}(?: and|,) )?(?:about )?(${countSource}|no) (?:\\w{1,20} )?${counted}\\b`
      ]
    ],
    answer: (fact, [counted, verb]) => `You ${verb} ${fact} ${counted}.`
  },
  {
    question:
      /\b(?:where|when|what|which|who)\b.{0,40}\b(?:do|(?<!\b(?:am|did|was|have|had|can|should|could) )(?=I)) ?I (?:also |really |usually )?(\w{2,20})\b/i,
    statements: ([verb]) => [[`${I} (?:[^.!?\\n]{1,60}\\band )?(?:also |really |usually )?${verb} ${value}`]],
    answer: (fact, [verb]) => `You ${verb} ${fact}.`
  },
  {
    question: /\b(?:where|when|what|which|who)\b.{0,40}\bdid I (\w{2,20})(?: (?:to|in|at|for|from|with|on))?$/i,
    needsEarlier: true,
    statements: ([verb]) => [
      [`${I} (?:[^.!?\\n]{1,60}\\band )?(?:also |just |really )?(${pastOf(verb!)} ${value.slice(1)}`]
    ],
    answer: fact => `You ${fact}.`
  },
  {
    question: /\b(?:where|when|what)\b.{0,20}\bwas I (\w{2,20})\b/i,
    statements: ([verb]) => [[`${I} was ${verb} ${value}`]],
    answer: (fact, [verb]) => `You were ${verb} ${fact}.`
  },
  {
    question: /\bwhere (?:am I|I am) from$/i,
    statements: () => [[`\\bI(?: am|'m| come) from ${value}`]],
    answer: fact => `You are from ${fact}.`
  },
  {
    question: /\b(?:where|what|which|who)\b.{0,30}\bam I ([\w-]{2,20}(?: (?:to|for|in|at|on|of|with|about|by))?)$/i,
    statements: ([state]) => [[`\\bI(?: am|'m)(?: also| really| currently)? ${state} ${value}`]],
    answer: (fact, [state]) => `You are ${state} ${fact}.`
  },
  {
    question: new RegExp(
      `^(?:${asks}${is} )?(?:the name of )?(?:the|that|this|these|those) ${subject}(?: called| named)?$`,
      'i'
    ),
    needsEarlier: true,
    statements: ([thing]) => statesThing(thing!),
    answer: (fact, [thing]) => `The ${thing} ${be(thing!)} ${fact}.`
  },
  {
    question: /^what(?:'s| is) ([\w-]{1,20})$/i,
    needsEarlier: true,
    statements: ([thing]) => [[`\\b${thing} ?= ?${value}`, `\\blet ${thing} be ${value}`]],
    answer: (fact, [thing]) => `${thing} is ${fact}.`
  },
  {
    question:
      /\b(?:what|which)(?: was the)? ((?:(?!did\b)\w{2,30} )?(?!did\b)\w{2,30}) (?:did )?I (?:ask|tell|told|give|gave|mention|say|said|send|sent|pick|choose|want)/i,
    needsEarlier: true,
    statements: ([thing]) => [...statesThing(thing!), [`\\b${thing}(?: is| was|:)? ([\\p{L}\\d][\\w.-]{0,40})`]],
    answer: (fact, [thing]) => `The ${thing} ${be(thing!)} ${fact}.`
  }
]
