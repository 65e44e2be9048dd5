/** Lists the sentences of generated texts, by what a prompt asks for. */

/** The sentences for one kind of prompt. The first row that matches a prompt counts. */
export interface TextForm {
  when: RegExp
  /** {topic} is the topic of the prompt; {word} and {other} are two of its keywords. */
  openings: readonly string[]
  /** A list follows the opening. */
  isList?: true
  /** The opening is the whole text. */
  isWhole?: true
}

const whole = (when: RegExp, ...openings: string[]): TextForm => ({ when, openings, isWhole: true })

/** The forms of texts. */
export const textForms: readonly TextForm[] = [
  {
    when: /\b(?:translate|translation)\b/i,
    openings: ['Here is the translation: {topic}.', 'The translated text reads: {topic}.']
  },
  whole(
    /\bjokes?\b/i,
    'Why did the developer go broke? Because they used up all their cache.',
    'Why do programmers prefer dark mode? Because light attracts bugs.',
    'I told my computer that I needed a break, and it froze.'
  ),
  whole(
    /\b(?:who|what) are you\b|\bwhat(?:['’]s| is) your name\b|\bintroduce yourself\b/i,
    'I am an assistant. I can answer questions, write texts and work with the tools that I am given.',
    'I am an AI assistant, and I am here to help with questions and tasks.'
  ),
  whole(
    /\bhow are you\b|\bhow(?:['’]s| is) it going\b/i,
    'I am doing well, thank you! How can I help you today?',
    'All is well here, thanks for asking. What can I do for you?'
  ),
  whole(
    /^\W*(?:thanks?|thank you|cheers)\b/i,
    'You are welcome! Let me know if you need anything else.',
    'Happy to help! Is there anything else?'
  ),
  whole(/^\W*(?:bye|goodbye|see you|good night)\b/i, 'Goodbye! Have a great day.', 'See you next time!'),
  {
    when: /\b(?:list|steps|ideas|examples|bullets?|ways to)\b/i,
    isList: true,
    openings: ['Here is a short list on {topic}:', 'Here are a few points on {topic}:', 'These come first for {topic}:']
  },
  {
    when: /\b(?:code|function|script|class|regex|sql|implement|refactor|bug)\b/i,
    openings: [
      'For {topic}, start with the smallest version that runs.',
      'With {topic}, the part to get right first is {word}.',
      'A simple way to approach {topic} is to write a test for {word} first.'
    ]
  },
  {
    when: /\b(?:summar|tl;?dr|shorten|condense)/i,
    openings: [
      'In short, the text is about {topic}, and mostly about {word}.',
      'Summary: the main subject is {topic}, and the key point is {word}.'
    ]
  },
  {
    when: /\b(?:story|tale|poem)\b/i,
    openings: [
      'Once upon a time, everything turned around {word}.',
      'It began on a quiet morning, with {word} and {other}.'
    ]
  },
  {
    when: /^\s*(?:why|how come)\b/i,
    openings: [
      'The main reason has to do with {word}.',
      'There is more than one reason for this, and the first is {word}.'
    ]
  },
  {
    when: /^\s*how\b/i,
    openings: [
      'For {topic}, begin with {word} and go on from there.',
      'There are a few ways to do this; the simplest starts with {word}.'
    ]
  },
  {
    when: /^\s*(?:what|which|who|where|when|is|are|do|does|did|can|could|should|will)\b|\?\s*$/i,
    openings: [
      'The short answer on {topic} is that it depends on {word}.',
      'With {topic}, the key point is {word}.',
      'On {topic}, the answer comes down to {word}.'
    ]
  },
  {
    when: /^/,
    openings: [
      'Here are some thoughts on {topic}.',
      'Sure. Here is a short overview of {topic}.',
      'On {topic}, the first thing to know is {word}.'
    ]
  }
]

/** Sentences between the opening and the end. */
export const middleSentences: readonly string[] = [
  'The main thing to understand is {word}, and how it relates to {other}.',
  'Most of the rest follows once {word} is clear.',
  'People often overlook {other} here.',
  'In practice, {word} and {other} go together.',
  'It is also possible to begin with {other}, which leads to the same result.',
  'The details of {word} vary, but the outline stays the same.',
  'It helps to keep {word} apart from {other}.',
  'A good next step is to look at {other} more closely.'
]

/** Sentences at the end. */
export const closingSentences: readonly string[] = [
  'Would you like more on {word}?',
  'I can go deeper into {other} if that helps.',
  'Let me know if {word} is not what you meant.',
  'Feel free to ask for an example of {other}.'
]

/** The points of a list without a number. */
export const listPoints: readonly string[] = [
  'Start with {word}.',
  'Compare {word} with {other}.',
  'Write down what matters about {word}.',
  'Try {other} on a small scale.',
  'Come back to {word} at the end.',
  'Ask others about {other}.',
  'Look for examples of {word}.'
]

/** Answers to a greeting. */
export const greetings: readonly string[] = [
  'Hello! How can I help you today?',
  'Hi there! What can I do for you?',
  'Hello! What would you like to talk about?',
  'Hi! How may I assist you today?'
]

/** Answers to a message without text. */
export const emptyPrompts: readonly string[] = [
  'I did not get any text to answer. What would you like to know?',
  'There is nothing to read in that message. How can I help?'
]
