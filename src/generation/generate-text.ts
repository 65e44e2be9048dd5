/** Generates sentences about a prompt: the same prompt has the same text, other prompts have others. */
import type { Random } from '../core/random.js'
import type { AskedLength } from './asked-length.js'
import { writeLength } from './exact-text.js'
import { isSmallTalk } from './message-intent.js'
import { findKeywords } from './prompt-topic.js'
import { closingSentences, emptyPrompts, greetings, listPoints, middleSentences, textForms } from './text-forms.js'

/** What a text is generated from. */
export interface TextPrompt {
  /** The text of the last user message. */
  prompt: string
  /** The tool results that the text describes. */
  results?: readonly string[]
  /** The number of messages in the conversation. */
  turns: number
  /** The length that the prompt asks for. */
  length?: AskedLength
}

/** Generates a text: a description of the tool result, a greeting, a haiku, a list or sentences, as the prompt suggests. */
export function generateText({ prompt, results, turns, length }: TextPrompt, random: Random): string {
  if (results) return describeToolResults(prompt, results, random)
  const words = findTopicWords(prompt)
  if (/\bhaiku\b/i.test(prompt)) return formatHaiku(words, random)
  if (length?.unit === 'item' || length?.unit === 'bullet')
    return formatPoints(length.max, length.unit === 'bullet', words, random).join('\n')
  if (length) return writeLength(length, words, random)
  const textForm = textForms.find(({ when }) => when.test(prompt)) ?? textForms.at(-1)!
  if (!textForm.isWhole && (isSmallTalk(prompt) || !words.length))
    return random.pick(prompt.trim() ? greetings : emptyPrompts)
  const topic = findTopic(prompt, words)
  const opening = fillSentence(random.pick(fitting(textForm.openings, words)), topic, words, random)
  if (textForm.isWhole) return opening
  if (textForm.isList)
    return `${opening}\n\n${formatPoints(random.integer(3, 5), /\bbullet/i.test(prompt), words, random).join('\n')}`
  const sentences = [opening]
  const pool = fitting(middleSentences, words)
  for (let i = random.integer(0, 2) + (turns > 6 ? 1 : 0); i >= 0 && pool.length; i--) {
    const [sentence] = pool.splice(random.integer(0, pool.length - 1), 1)
    sentences.push(fillSentence(sentence!, topic, words, random))
  }
  if (random.next() < 0.5)
    sentences.push(fillSentence(random.pick(fitting(closingSentences, words)), topic, words, random))
  return sentences.join(' ')
}

/** The sentences that the words can fill. */
const fitting = (sentences: readonly string[], words: readonly string[]): string[] =>
  sentences.filter(sentence => words.length > 1 || !sentence.includes('{other}'))

/** Words of instructions, which no text is about. */
const instructionWords = new Set(
  'answer answers briefly brief bullet bullets characters concise describe exactly explain examples example ideas item items language lines list paragraph paragraphs points question questions sentence sentences short steps summarize text three two four five six seven eight ten word words write'.split(
    ' '
  )
)

function findTopicWords(prompt: string): string[] {
  const words = findKeywords(prompt, 24)
  const topical = words.filter(word => !instructionWords.has(word.toLowerCase()) && !/^\d+$/.test(word))
  return (topical.length ? topical : words).slice(0, 12)
}

/** The phrase after `about`, `of` and the like where it is short, otherwise the first keywords. */
function findTopic(prompt: string, words: string[]): string {
  const about =
    /\b(?:about|of|on|for|in)\s+((?:the\s+|a\s+|an\s+)?[\p{L}\p{N}][\p{L}\p{N}\s'’-]{2,50})[.?!,]?\s*$/u.exec(
      prompt.trim()
    )
  if (about) return about[1]!.trim()
  return words.slice(0, 3).join(' ')
}

function fillSentence(sentence: string, topic: string, words: string[], random: Random): string {
  const word = words.length ? random.pick(words) : 'it'
  const others = words.filter(other => other !== word)
  const other = others.length ? random.pick(others) : 'the rest'
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
  const filled = sentence
    .replaceAll('{topic}', topic)
    .replaceAll('{Topic}', capital(topic))
    .replaceAll('{word}', word)
    .replaceAll('{other}', other)
  return capital(filled)
}

/** Numbered lines, or lines with bullets. */
function formatPoints(count: number, isBulleted: boolean, words: string[], random: Random): string[] {
  const points = fitting(listPoints, words)
  const start = random.integer(0, points.length - 1)
  return Array.from({ length: count }, (_, index) => {
    const point = fillSentence(points[(start + index) % points.length]!, '', words, random)
    return `${isBulleted ? '-' : `${index + 1}.`} ${point}`
  })
}

function formatHaiku(words: string[], random: Random): string {
  const subject = words.find(word => !/^haiku$/i.test(word)) ?? 'silence'
  const first = random.pick(['Quiet morning light', 'Soft keys in the dark', 'Long night, steady hum'])
  const last = random.pick(['the cursor still waits', 'one more line, then sleep', 'rain begins again'])
  return `${first},\n${subject} finds its own way —\n${last}.`
}

function describeToolResults(prompt: string, results: readonly string[], random: Random): string {
  const resultText = results.map(formatToolResult).join('\n')
  const topic = findKeywords(prompt).slice(0, 3).join(' ')
  const openings = topic
    ? [`About ${topic}: `, `For ${topic}, this is what I found: `, `Here is what came back on ${topic}: `]
    : ['Here is what came back: ', 'This is what I found: ']
  return random.pick(openings) + resultText
}

// A longer result is read as text, because all choices read it.
const maxResultChars = 20_000

const shorten = (text: string) => (text.length > 400 ? `${text.slice(0, 400)}…` : text)

function formatToolResult(result: string): string {
  const text = result.slice(0, maxResultChars).trim()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return shorten(text) || 'nothing.'
  }
  if (value === null || typeof value !== 'object') return `${shorten(String(value))}.`
  const entries = Object.entries(value)
    .slice(0, 8)
    .map(
      ([key, item]) =>
        `${key.replaceAll('_', ' ')} ${shorten(typeof item === 'object' ? JSON.stringify(item) : String(item))}`
    )
  return entries.length ? `${entries.join(', ')}.` : 'nothing.'
}
