/** Lists the words that say little about a text. */
const stopWords: ReadonlySet<string> = new Set(
  (
    'a about after all also am an and any are as at be been before being but by can could did do does doing done each for from ' +
    'get gets got had has have having he her here hers him his how i if in into is it its just may me more most must my no nor ' +
    'not of off on one only or other our ours out own per s shall she should so some such t tell than that the their theirs ' +
    'them then there these they this those to too under up us very was we were what when where which while who whom whose why ' +
    'will with would you your yours please much many long often else ever'
  ).split(' ')
)

export const isStopWord = (word: string): boolean => stopWords.has(word)
