/** Answers a question about the conversation itself: who spoke, what was said, how many messages there are. */
import type { Budget } from '../core/budget.js'
import type { ChatRequest } from '../core/openai-types.js'
import { readAskedSentences } from './asked-sentences.js'
import {
  type Conversation,
  describeSpeaker,
  isQuestion,
  listNames,
  nearestTurn,
  questionsOf,
  quote,
  readConversation,
  turnAt,
  turnsOf
} from './conversation-turns.js'

/** A question, with what its row reads. */
interface Asked {
  /** The groups of the pattern by name. */
  words: Readonly<Record<string, string | undefined>>
  /** The sentence without polite words. */
  text: string
  /** Whether it asks to hear words again. */
  repeats: boolean
}

interface QuestionRow {
  question: RegExp
  /** Returns undefined if the conversation does not answer the question. */
  answer(asked: Asked, conversation: Conversation): string | undefined
}

/** Answers a question about the conversation. @param at the index of the message with the question */
export function answerAboutConversation(
  request: ChatRequest,
  at: number,
  user: string,
  budget: Budget
): string | undefined {
  const asks = conversationWords.test(user.slice(-600))
  const isGroup = request.messages.some(({ name }) => name)
  if (!asks && !isGroup) return undefined
  const sentences = readAskedSentences(user)
  let conversation: Conversation | undefined
  for (const { question, answer } of questionRows)
    for (const { text, repeats } of sentences) {
      const match = question.exec(text)
      if (!match) continue
      if (!conversation) {
        budget.spendWork(Math.ceil(at / turnsPerUnit), 'an answer about the conversation')
        conversation = readConversation(request, at)
      }
      const found = answer({ words: match.groups ?? {}, text, repeats }, conversation)
      if (found !== undefined) return found
    }
  return undefined
}

const turnsPerUnit = 2

const place = 'first|second|third|fourth|fifth|last|latest|previous|prior|most recent|preceding'
const kind = 'question|message|thing|prompt|request|query|statement|sentence|answer|reply|response'
const says =
  '(?:said|say|asked|ask|told|tell|wrote|write|written|sent|send|mentioned|mention|answered|answer|replied|reply|spoken|spoke|speak|posted)'
const toWhom = '(?: (?:to )?(?:you|me|us|here))?'
const when = '(?<when>before that|before|earlier|just now|first|last|previously|most recently)'
const soFar =
  '(?: (?:so far|until now|up to now|already|(?:in|of) (?:this|our|the) (?:chat|conversation|discussion|group|thread|session)))?'

const row = (pattern: string, answer: QuestionRow['answer']): QuestionRow => ({
  question: new RegExp(`^${pattern}${soFar}$`, 'i'),
  answer
})

/** The first use of the patterns costs milliseconds, so they run only on messages with these words. */
const conversationWords = new RegExp(
  `\\b(?:who|whose|which of us|how many|conversation|chat|discussion|(?:my|your|the) (?:${place}|${kind})|(?:did|have|had) (?:I|you|we)|(?:I|you) (?:have |just ){0,2}${says}|(?:say|repeat) (?:that|it|what|yourself))\\b`,
  'i'
)

const people = '(?:people|persons|participants|users|speakers)'
const who = '(?:who|which (?:user|person|participant|one)(?: of us)?)'
const whose = '(?<whose>I|you|\\S{1,64})'

const questionRows: readonly QuestionRow[] = [
  row(`(?:what (?:was|is|were) )?(?<whose>my|your) (?<place>${place}) (?<kind>${kind})${toWhom}`, quotePlace),
  row(`what (?:was|is|were) (?<whose>my|your) (?<kind>${kind})${toWhom}`, quotePlace),
  row(
    `(?:what (?:was|is|were) )?the (?:(?<place>${place}) )?(?<kind>${kind}) (?:that )?${whose} (?:have )?(?:just )?${says}${toWhom}`,
    quotePlace
  ),
  row(
    `what (?:did|had) (?<whose>I|you) (?:just |already )?(?:(?<place>first|last) )?(?:(?<asks>ask)|${says})${toWhom}(?: about)?(?: ${when})?`,
    quotePlace
  ),
  row(
    `what (?:did|had) (?<whose>I|you) ${says}${toWhom} in (?:my|your) (?<place>${place}) (?<kind>${kind})`,
    quotePlace
  ),
  row(`what (?<whose>I|you) (?:have )?(?:just )?(?:(?<asks>asked)|${says})${toWhom}(?: ${when})?`, quotePlace),
  row(`(?:what (?:was|is) )?the (?<place>${place}) (?<kind>${kind})`, quoteAny),
  row(`what (?:did|have) (?<whose>I|you) (?:just )?${says}${toWhom} about (?<topic>.{2,80})`, quoteTopic),
  row(`what (?:have|had) (?<whose>I|you) (?:already )?${says}${toWhom}`, ({ words }, conversation) =>
    listQuotes(turnsOf(words.whose!, conversation))
  ),
  row('what (?:have|did) we (?:talked|talk|discussed|discuss|spoken|speak|chatted|chat)(?: about)?', listAll),
  row(
    '(?:(?:give me )?a summary of|summari[sz]e|sum up|recap) (?:our|this|the) (?:chat|conversation|discussion)',
    listAll
  ),
  row('(?:say (?:that|it)|that|it|yourself)(?: (?:once|one) more(?: time)?)?', ({ repeats, text }, conversation) =>
    repeats || /^say/i.test(text) ? turnsOf('you', conversation).at(-1)?.text : undefined
  ),
  row(
    `${who} (?:was it (?:that|who) )?(?:(?<place>just|first|last) )?${says}(?: (?:something|anything|a message|to (?:you|me|us)|(?:the )?(?<which>${place}) (?<kind>${kind})))?(?: ${when})?(?: before (?:me|this)| here)?(?:, you or (?:I|me))?`,
    nameSpeaker
  ),
  row('who (?:was|came|went) (?:right |just )?before me', nameSpeaker),
  row(
    `who was (?:the )?(?<place>${place})(?: (?:one|person|user))?(?: (?:to|who|that) (?:speak|spoke|talk|talked|write|wrote|post|posted)| speaker)`,
    nameSpeaker
  ),
  row(
    `how many (?<counted>messages|questions|prompts|requests|things|answers|replies|responses|times) (?:have|did|had) (?<whose>I|you) (?:already )?(?:(?<asks>asked|ask)|${says}|given|give)${toWhom}`,
    countTurns
  ),
  row(
    'how many (?:messages|turns)(?: (?:are|were)(?: there| here)?| (?:have|did) we (?:exchanged?|sent|send|written|write))?',
    (_, { turns }) => `There are ${countOf(turns.length + 1, 'message')}, with this one.`
  ),
  row(`how many ${people} (?:are|were|take part)(?: (?:there|here|talking))?`, countPeople),
  row(
    `(?:who(?: else)?(?: is| are|'s| was| were)|which ${people} are)(?: here| taking part| participating| present| talking)?`,
    countPeople
  ),
  row(
    'what (?:did|has|does) (?<name>\\S{1,64}) (?:just )?(?:say|said|ask|asked|write|wrote|tell|told|want|answer).*',
    quotePerson
  ),
  row('(?:what|which|where|when|how|why|does|did|is|has|can)\\b.{3,200}', quotePerson),
  row('(?:who|whose|which of us)\\b.{3,200}', (asked, { turns }) => {
    const turn = nearestTurn(
      turns.filter(({ name }) => name),
      asked.text
    )
    return turn && `That was ${describeSpeaker(turn)}: ${quote(turn)}`
  })
]

function quotePlace({ words, repeats }: Asked, conversation: Conversation): string | undefined {
  const isOwn = /^your?$/i.test(words.whose!)
  if (!/^(?:I|my|your?)$/i.test(words.whose!) && !listNames(conversation).includes(words.whose!)) return undefined
  const turns = turnsOf(words.whose!, conversation)
  const at = words.place ?? words.when ?? 'last'
  const turn = turnAt(words.asks || /question/i.test(words.kind ?? '') ? questionsOf(turns) : turns, at)
  if (!turn) return turns.length ? undefined : describeStart(isOwn)
  if (repeats) return turn.text
  if (!isOwn && !/^(?:I|my)$/i.test(words.whose!)) return `${words.whose} said: ${quote(turn)}`
  if (words.kind) return `${isOwn ? 'My' : 'Your'} ${at.toLowerCase()} ${words.kind.toLowerCase()} was: ${quote(turn)}`
  return `${isOwn ? 'I said' : words.asks ? 'You asked' : 'You said'}: ${quote(turn)}`
}

/** Quotes the message at a place among all. */
function quoteAny({ words, repeats }: Asked, { turns }: Conversation): string | undefined {
  const turn = turnAt(/question/i.test(words.kind!) ? questionsOf(turns) : turns, words.place!)
  if (!turn || repeats) return turn?.text
  return `The ${words.place!.toLowerCase()} ${words.kind!.toLowerCase()} was: ${quote(turn)}`
}

const describeStart = (isOwn: boolean) =>
  isOwn
    ? 'I have not said anything before: our conversation has just begun.'
    : 'You have not said anything before: this is your first message.'

function quoteTopic({ words }: Asked, conversation: Conversation): string | undefined {
  const turn = nearestTurn(turnsOf(words.whose!, conversation), words.topic!)
  return turn && `${/^you$/i.test(words.whose!) ? 'I' : 'You'} said: ${quote(turn)}`
}

function listQuotes(turns: ReturnType<typeof turnsOf>): string {
  if (!turns.length) return describeStart(false)
  return `So far:\n${turns
    .slice(-maxListed)
    .map(turn => `- ${quote(turn)}`)
    .join('\n')}`
}

const maxListed = 20

function listAll(_: Asked, conversation: Conversation): string | undefined {
  return conversation.turns.length ? listQuotes(turnsOf('I', conversation)) : undefined
}

function nameSpeaker({ words }: Asked, conversation: Conversation): string | undefined {
  const { turns } = conversation
  const named = turns.filter(({ name }) => name)
  // In a group, the question is about its people.
  const speakers = named.length ? named : turns
  const at = words.place ?? words.which ?? words.when ?? 'last'
  const turn = turnAt(/question/i.test(words.kind ?? '') ? questionsOf(speakers) : speakers, at)
  return turn && `That was ${describeSpeaker(turn)}: ${quote(turn)}`
}

function countTurns({ words }: Asked, conversation: Conversation): string {
  const isOwn = /^you$/i.test(words.whose!)
  const turns = turnsOf(words.whose!, conversation)
  if (isOwn) return `I have answered ${countOf(turns.length, 'time')}.`
  const asks = Boolean(words.asks) && !/^(?:messages|things|prompts|requests)$/i.test(words.counted!)
  const before = asks ? turns.filter(isQuestion).length : turns.length
  return asks
    ? `You have asked ${countOf(before + 1, 'question')}, with this one.`
    : `You have sent ${countOf(before + 1, 'message')}, with this one.`
}

const countOf = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

function countPeople(_: Asked, conversation: Conversation): string | undefined {
  const names = listNames(conversation)
  return names.length > 1 ? `There are ${names.length} of you: ${names.join(', ')}.` : undefined
}

/** Quotes the person whom a question names: what has the words of the question, or what was said last. */
function quotePerson({ words, text }: Asked, conversation: Conversation): string | undefined {
  const named = listNames(conversation).find(name => mentions(text, name))
  if (named === undefined) return undefined
  const turns = conversation.turns.filter(({ name }) => name === named)
  const turn =
    nearestTurn(turns, text.replaceAll(named, ' ')) ??
    (words.name ? turnAt(turns, /\bfirst\b/i.test(text) ? 'first' : 'last') : undefined)
  return turn && `${named} said: ${quote(turn)}`
}

/** Whether a text has a name as a word of its own. */
function mentions(text: string, name: string): boolean {
  const at = text.indexOf(name)
  return at >= 0 && !/[\p{L}\d]/u.test(text[at - 1] ?? ' ') && !/[\p{L}\d]/u.test(text[at + name.length] ?? ' ')
}
