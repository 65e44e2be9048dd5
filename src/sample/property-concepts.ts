/** Says which values of a prompt a property is likely to have: a table of concepts, each with the words of its properties. */
import type { PromptValueKind } from '../prompt/value.js'
import * as lists from '../prompt/word-lists.js'

/** How well each kind of value fits a concept. A kind that is not named does not fit. */
export type KindFits = Partial<Record<PromptValueKind, number>>

/** What a property is about. */
export interface Concept {
  name: string
  /** The words of property names, as stems. */
  words: ReadonlySet<string>
  fits: KindFits
  /** The words that stand before a value of the concept. */
  cues: ReadonlySet<string>
  /** The only texts of the concept. */
  vocabulary?: readonly string[]
}

/** A set of words that stand in a text. */
export const setOf = (words: string) => new Set(words.split(' ').filter(word => word !== ''))
const row = (name: string, words: string, fits: KindFits, cues = '', vocabulary?: readonly string[]): Concept => ({
  name,
  words: setOf(words),
  fits,
  cues: setOf(cues),
  vocabulary
})

const concepts: readonly Concept[] = [
  row('email', 'email mail', { email: 10 }),
  row('url', 'url uri link website homepage href webpage webhook endpoint site page', { url: 10, quoted: 1 }),
  row('file', 'file filename filepath path directory folder dir attachment document script', {
    file: 10,
    quoted: 3,
    word: 1
  }),
  row('transfer', 'source destination target src dst dest from to input output old new', {
    file: 7,
    url: 7,
    code: 3,
    quoted: 4
  }),
  row('conversion', 'from to source target input output', { mention: 3 }, '', lists.knownUnits),
  row('repository', 'repo repository', { file: 8, url: 6, quoted: 5, code: 3, name: 3 }, 'in'),
  row('machine', 'host hostname server ip domain', { url: 8, code: 7, file: 6, quoted: 4, word: 1 }),
  row('phone', 'phone telephone mobile fax', { phone: 10, quoted: 2, number: 1 }),
  row('party', 'to from recipient sender contact cc bcc invitee', {
    email: 7,
    name: 6,
    phone: 4,
    code: 4,
    acronym: 1,
    quoted: 1,
    phrase: 1
  }),
  row(
    'person',
    'name person user customer client author writer guest participant attendee member friend owner assignee patient employee student teacher player director manager ' +
      'speaker host passenger candidate applicant who actor actress artist singer character people buyer seller reporter winner colleague doctor nurse username traveler traveller creator editor reviewer composer leader captain',
    { name: 7, quoted: 4, phrase: 2, acronym: 1, word: 2 },
    'is am named called by for with tell call ask invite mail meet name'
  ),
  row('country', 'country nation nationality', { name: 6, acronym: 3, quoted: 3, phrase: 1 }, 'in from to of'),
  row(
    'place',
    'city location place town state region venue area capital destination origin departure arrival hometown birthplace where airport station village county province ' +
      'neighborhood zone country source target',
    { name: 7, phrase: 3, quoted: 3, acronym: 3, word: 2 },
    'in near at around to from for of visit'
  ),
  row(
    'organization',
    'company organization organisation employer brand vendor manufacturer team school university bank institution',
    { name: 7, acronym: 6, quoted: 4, phrase: 1 },
    'at for by with from of'
  ),
  row('role', 'job role occupation profession position', { word: 6, quoted: 5, phrase: 4, name: 4 }, 'as is'),
  // The ends of a way are names only after `from` or `to`.
  row('way', 'start end begin finish', { name: 2, acronym: 1, quoted: 1, address: 3 }),
  row(
    'device',
    'device appliance machine gadget equipment',
    { phrase: 4, acronym: 4, quoted: 6, name: 3, word: 3 },
    'on off lock unlock dim mute'
  ),
  row(
    'software',
    'package library module dependency service app application program framework',
    { quoted: 7, phrase: 4, name: 4, word: 4, file: 3, code: 2, acronym: 3 },
    'install upgrade downgrade uninstall restart deploy'
  ),
  row('dateTime', 'datetime timestamp', { dateTime: 9, date: 6, time: 3, day: 4 }, 'on at'),
  row(
    'date',
    'date day deadline due birthday dob born birth start end since until from to when released release departure arrival checkin checkout expiry expiration published created weekday when period',
    { date: 9, dateTime: 6, day: 5 },
    'on by from until since'
  ),
  row('time', 'time hour when start end alarm', { time: 9, dateTime: 4, day: 4, quoted: 1 }, 'at by'),
  row('address', 'address street', { address: 10, name: 4, quoted: 6 }, 'at in to'),
  row('currency', 'currency base quote', { mention: 9, acronym: 1 }, '', lists.knownCurrencies),
  row('language', 'language locale lang', { mention: 9 }, 'into to in', lists.knownLanguages),
  row('color', 'color colour', { mention: 9, code: 5 }, '', lists.knownColors),
  row('month', 'month', { mention: 8 }, 'in', lists.months),
  row('weekday', 'weekday', { mention: 9 }, 'on', lists.weekdays),
  row('unit', 'unit', { mention: 8 }, 'in', lists.knownUnits),
  row('room', 'room', { mention: 9 }, 'in', lists.knownRooms),
  row('expression', 'expression formula equation calculation', { expression: 10, quoted: 7 }),
  row('uuid', 'uuid guid', { uuid: 10 }),
  row(
    'code',
    'id identifier code zip postal postcode sku symbol ticker isbn coupon tracking flight reference ref serial account invoice ticket voucher key token hash version plate license licence iban passport parcel ' +
      'booking reservation promo order number case ip tag',
    { code: 8, uuid: 8, number: 4, acronym: 6, phone: 2, quoted: 4 },
    'code'
  ),
  row('query', 'query search q keyword term question', { quoted: 8, phrase: 5, name: 4, word: 3, acronym: 4, code: 2 }),
  row(
    'topic',
    'topic subject theme',
    { quoted: 8, phrase: 5, name: 4, word: 3, acronym: 4, code: 2 },
    'about on regarding'
  ),
  row('product', 'product item ingredient food dish article good dessert drink grocery', {
    quoted: 7,
    word: 7,
    name: 5,
    phrase: 4,
    code: 3,
    acronym: 2
  }),
  row(
    'title',
    'title headline heading caption work book movie film song album task event project label tag genre category note',
    {
      quoted: 8,
      phrase: 4,
      name: 4,
      word: 5,
      acronym: 2
    }
  ),
  row(
    'text',
    'message text content body comment input string phrase sentence prompt command code old new pattern value greeting reminder',
    { quoted: 9, phrase: 3, expression: 2, word: 2 }
  ),
  // Texts that a model writes by itself: only a clear key gives them a value.
  row(
    'prose',
    'summary description reason reasoning explanation answer analysis thought conclusion response output review feedback bio detail overview rationale justification',
    {}
  )
]

/** The fits of a string about which nothing is known. */
export const anyText: KindFits = {
  quoted: 6,
  code: 4,
  uuid: 4,
  file: 4,
  url: 4,
  email: 4,
  name: 4,
  acronym: 3,
  date: 3,
  dateTime: 3,
  day: 2,
  time: 2,
  phone: 2,
  phrase: 2,
  expression: 2,
  word: 4,
  number: -2
}

/** The fits of a format, which come before those of the concepts. */
export const formatFits: ReadonlyMap<string, KindFits> = new Map<string, KindFits>(
  Object.entries({
    date: { date: 10, dateTime: 6 },
    'date-time': { dateTime: 10, date: 7 },
    time: { time: 10, dateTime: 5 },
    email: { email: 10 },
    'idn-email': { email: 10 },
    uri: { url: 10 },
    iri: { url: 10 },
    url: { url: 10 },
    'uri-reference': { url: 8, file: 6 },
    uuid: { uuid: 10 },
    ipv4: { code: 8 },
    hostname: { file: 3, quoted: 3 }
  })
)

/** The words that show the direction of a value, by the words of the property. */
export const directions: readonly {
  words: ReadonlySet<string>
  cues: ReadonlySet<string>
  against: ReadonlySet<string>
}[] = [
  {
    words: setOf('from origin source departure start begin sender old since after input'),
    cues: setOf('from between since after leaving departing starting #'),
    against: setOf('to until into till arriving')
  },
  {
    words: setOf('to destination target arrival end recipient until new into before till output'),
    cues: setOf('to until into as with till for before arriving towards visit many'),
    against: setOf('from since leaving departing #')
  }
]

/** The concepts of each word. */
export const conceptsByWord: ReadonlyMap<string, readonly Concept[]> = new Map(
  [...new Set(concepts.flatMap(({ words }) => [...words]))].map(word => [
    word,
    concepts.filter(({ words }) => words.has(word))
  ])
)

/** These words say little; the word before them says what the property is. */
export const weakHeads: ReadonlySet<string> = setOf(
  'name number value text string info list field data address line type at time pattern'
)
