/** Generates sentences about a prompt: the same prompt has the same text, other prompts have others. */
import type { Random } from '../core/random.js'
import { findKeywords } from './prompt-topic.js'

/** What a text is generated from. */
export interface TextPrompt {
  /** The text of the last user message. */
  prompt: string
  /** The tool result that the text describes. */
  result?: string
  /** The number of messages in the conversation. */
  turns: number
}

/** Generates a text: a description of the tool result, a greeting, a haiku, a list or sentences, as the prompt suggests. */
export function generateText({ prompt, result, turns }: TextPrompt, random: Random): string {
  if (result !== undefined) return describeToolResult(prompt, result, random)
  const words = findKeywords(prompt)
  if (!words.length) return pickGreeting(prompt, random)
  if (/\bhaiku\b/i.test(prompt)) return formatHaiku(words, random)
  const textForm = textForms.find(({ when }) => when.test(prompt)) ?? textForms.at(-1)!
  const topic = findTopic(prompt, words)
  const opening = fillSentence(random.pick(textForm.openings), topic, words, random)
  const length = 1 + random.integer(0, 2) + (turns > 6 ? 1 : 0)
  const sentences = [opening]
  const pool = [...middleSentences]
  for (let i = 0; i < length && pool.length; i++) {
    const [sentence] = pool.splice(random.integer(0, pool.length - 1), 1)
    sentences.push(fillSentence(sentence!, topic, words, random))
  }
  if (random.next() < 0.5) sentences.push(fillSentence(random.pick(closingSentences), topic, words, random))
  return textForm.list ? formatList(opening, words, random) : sentences.join(' ')
}

interface TextForm {
  when: RegExp
  openings: string[]
  list?: boolean
}

// {topic} is the topic of the prompt; {word} and {other} are two of its keywords.
const textForms: TextForm[] = [
  {
    when: /\b(list|steps|ideas|examples|bullet|ways to)\b/i,
    list: true,
    openings: ['Here is a short list on {topic}:', 'A few points on {topic}:', 'On {topic}, these come first:']
  },
  {
    when: /\b(code|function|script|class|regex|sql|implement|refactor|bug)\b/i,
    openings: [
      'For {topic}, start with the smallest version that runs.',
      'The part of {topic} to get right first is {word}.',
      'Here is how {topic} can be approached in code.'
    ]
  },
  {
    when: /\b(summar|tl;?dr|shorten|condense)/i,
    openings: [
      'In short: it is about {topic}, and mostly about {word}.',
      'Summary: {topic}, with {word} at its centre.'
    ]
  },
  {
    when: /\b(translate|translation)\b/i,
    openings: [
      'A translation of {topic} keeps {word} close to the original.',
      'Translated, {topic} reads much the same, with more weight on {word}.'
    ]
  },
  {
    when: /^\s*(why|how come)\b/i,
    openings: [
      'The reason lies in {word}: that is what {topic} comes down to.',
      '{Topic} has more than one cause, and {word} is the main one.'
    ]
  },
  {
    when: /^\s*how\b/i,
    openings: [
      'With {topic}, begin with {word} and go on from there.',
      'There are a few ways to go about {topic}; the plain one starts at {word}.'
    ]
  },
  {
    when: /^\s*(what|which|who|where|when|is|are|do|does|did|can|could|should|will)\b|\?\s*$/i,
    openings: [
      'The short answer on {topic}: it depends on {word}.',
      '{Topic} is a good thing to ask about.',
      'As for {topic}, {word} is what matters most.',
      'Looking at {topic}, the answer turns on {word}.'
    ]
  },
  {
    when: /^/,
    openings: [
      'Here is something on {topic}.',
      '{Topic}: let us take it from {word}.',
      'On the subject of {topic}, a few thoughts.',
      'Certainly. {Topic} it is.'
    ]
  }
]

const middleSentences = [
  'What stands out is {word}, and how it bears on {other}.',
  'Most of it follows once {word} is clear.',
  'People often overlook {other} here.',
  'In practice {word} and {other} go together.',
  'One could also begin with {other}, which leads to the same place.',
  'The details of {word} vary, but the outline holds.',
  'It helps to keep {word} apart from {other}.',
  'A good next step is to look at {other} more closely.'
]

const closingSentences = [
  'Would you like more on {word}?',
  'I can go deeper into {other} if that helps.',
  'Tell me if {word} is not what you meant.',
  'Ask away if {other} needs another example.'
]

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
  const word = random.pick(words)
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

function pickGreeting(prompt: string, random: Random): string {
  return prompt.trim()
    ? random.pick([
        'Hello! How can I help you today?',
        'Hi there! What can I do for you?',
        'Hello! What would you like to talk about?',
        'Hi! How may I assist you today?'
      ])
    : random.pick([
        'I did not get any text to answer. What would you like to know?',
        'There is nothing to read in that message. How can I help?'
      ])
}

function formatList(opening: string, words: string[], random: Random): string {
  const points = [
    'Start with {word}.',
    'Compare {word} with {other}.',
    'Write down what {word} needs.',
    'Try {other} on a small case.',
    'Come back to {word} at the end.'
  ]
  const chosen = points.filter(() => random.next() < 0.75)
  const lines = (chosen.length > 1 ? chosen : points).map(
    (point, i) => `${i + 1}. ${fillSentence(point, '', words, random)}`
  )
  return `${opening}\n\n${lines.join('\n')}`
}

function formatHaiku(words: string[], random: Random): string {
  const subject = words.find(word => !/^haiku$/i.test(word)) ?? 'silence'
  const first = random.pick(['Quiet morning light', 'Soft keys in the dark', 'Long night, steady hum'])
  const last = random.pick(['the cursor still waits', 'one more line, then sleep', 'rain begins again'])
  return `${first},\n${subject} finds its own way —\n${last}.`
}

function describeToolResult(prompt: string, result: string, random: Random): string {
  const resultText = formatToolResult(result)
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
