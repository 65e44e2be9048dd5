/** Says which properties are numbers with a unit, and which count things. */
import type { UnitClass } from '../prompt/numbers.js'
import { setOf } from './property-concepts.js'

/** The words of numbers that count things. */
export const countWords: ReadonlySet<string> = setOf(
  'count quantity qty number num people guest ticket room adult child item limit n size person seat copy piece page night result top amount'
)

const measureRows: [measure: UnitClass, words: ReadonlySet<string>][] = [
  ['age', setOf('age old')],
  [
    'money',
    setOf(
      'price amount cost total fee fare budget salary balance payment rent tip subtotal dollar euro usd eur money revenue income bill refund discount pay wage spend tax'
    )
  ],
  [
    'percent',
    setOf('percent percentage discount humidity rate tax ratio interest tip probability battery progress pct share')
  ],
  ['temperature', setOf('temperature temp degree celsius fahrenheit')],
  [
    'duration',
    setOf('duration minute second hour day week month night year timer timeout delay time length period stay min sec')
  ],
  ['speed', setOf('speed velocity mph kmh')],
  [
    'length',
    setOf('distance length height width depth km kilometer mile meter cm mm radius size altitude mi foot inch')
  ],
  ['weight', setOf('weight mass kg kilogram kilo pound gram lb')],
  ['volume', setOf('volume liter litre ml capacity')],
  ['rating', setOf('rating star grade mark')],
  ['storage', setOf('storage memory disk gb mb ram size')],
  ['other', setOf('power watt dpi pixel px rpm fps frequency hz resolution calorie point score width height')]
]

/** The units of each word. */
export const measuresByWord: ReadonlyMap<string, readonly UnitClass[]> = new Map(
  measureRows
    .flatMap(([, words]) => [...words])
    .map(word => [word, measureRows.filter(([, words]) => words.has(word)).map(([measure]) => measure)])
)
