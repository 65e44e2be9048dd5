/** Prompts that say what the answer is, and the answers. Written by hand. */

/** A prompt and its answer: the text itself, or what the text must match. */
export type PhraseRow = [user: string, answer: string | RegExp, system?: string]

const words = (count: number) => new RegExp(`^\\S+(?:\\s+\\S+){${count - 1}}$`)
const sentences = (count: number) => new RegExp(`^(?:[^.!?]+[.!?](?: |$)){${count}}$`)
const lines = (count: number) => new RegExp(`^(?:(?:\\d+\\.|-) [^\\n]+(?:\\n|$)){${count}}$`)

/** The rows by kind. */
export const phraseRows: Record<string, PhraseRow[]> = {
  'exact words': [
    ['Reply with exactly: OK', 'OK'],
    ['Reply with exactly "OK".', 'OK'],
    ["Reply with exactly 'hello world' and nothing else.", 'hello world'],
    ['Respond with only the word PONG.', 'PONG'],
    ['Please respond with exactly the following text: The quick brown fox.', 'The quick brown fox.'],
    ['Respond only with “yes”', 'yes'],
    ['Only respond with the word "banana".', 'banana'],
    ['Answer with the single word blue.', 'blue'],
    ['Return only the string `abc-123`', 'abc-123'],
    ['Output exactly: test passed', 'test passed'],
    ['Output only the number 42', '42'],
    ['Just reply "pong"', 'pong'],
    ['Ping! Reply with just pong', 'pong'],
    ['Reply with nothing but «bonjour»', 'bonjour'],
    ['This is a test. Respond with the word success.', 'success'],
    ['Your entire response must be "ACK".', 'ACK'],
    ['Your answer should be exactly: ready', /^ready$|ready/],
    ['Say exactly the words: one two three', 'one two three'],
    ['Reply exactly with the following sentence: "All systems are go."', 'All systems are go.'],
    ['Respond to this message with only "received"', 'received'],
    ['Reply with exactly the following:\n```\nline one\nline two\n```', 'line one\nline two'],
    ['Simply respond with OK. Do not add anything else.', 'OK'],
    ['Hello, please respond with exactly one word: connected', 'connected'],
    ['Write only the letter A', 'A'],
    ['Print the string "done" and stop.', 'done'],
    ['You must reply with exactly "it\'s fine"', "it's fine"],
    ['Answer only with the text "a, b and c"', 'a, b and c']
  ],
  say: [
    ['Say hello', 'hello'],
    ['Say "hi"', 'hi'],
    ['Say this is a test', 'this is a test'],
    ['Say this is a test!', 'this is a test!'],
    ['Please say hello world.', 'hello world'],
    ["Say 'foo bar' please", 'foo bar'],
    ['say cheese', 'cheese'],
    ['Can you say banana?', /^banana\??$/],
    ['Say the word "apple" three times.', 'apple apple apple'],
    ['Say hi twice', 'hi hi'],
    ['Say hello in uppercase', 'HELLO'],
    ['Say “good morning”', 'good morning'],
    ['Say salt and pepper', 'salt and pepper'],
    ['Say hi and then explain what tides are.', 'hi'],
    ['Please say the magic word: abracadabra', 'abracadabra']
  ],
  repeat: [
    ['Repeat after me: The sky is blue.', 'The sky is blue.'],
    ['Repeat after me: the sky is blue. The grass is green.', 'the sky is blue. The grass is green.'],
    ['Repeat this sentence: "Cats are great."', 'Cats are great.'],
    ['Repeat the following text exactly:\n\nfirst line\nsecond line', 'first line\nsecond line'],
    ['repeat: foo', 'foo'],
    ['Repeat the word "test" 4 times', 'test test test test'],
    ['Echo: 12345', '12345'],
    ['Echo back "ping"', 'ping'],
    ['Please echo this: hello-world_42', 'hello-world_42'],
    ['echo hello there', 'hello there'],
    ['Repeat back to me exactly: A-B-C', 'A-B-C']
  ],
  'the system': [
    ['How are you?', 'Arrr', 'You are a pirate. Always reply with "Arrr".'],
    ['Say hello', 'hello', 'Reply with exactly "bye".'],
    ['Say hello', 'bye', 'Whatever the user says, always reply with exactly "bye".'],
    ['What is the weather?', 'I am a teapot', 'Respond only with "I am a teapot".'],
    ['Hi', 'OK', 'Reply with exactly: OK']
  ],
  'the last instruction': [
    ['Say "one". Actually, say "two" instead.', 'two'],
    ['Reply with exactly "first". No wait: reply with exactly "second".', 'second'],
    ['Reply with exactly: say hi', 'say hi']
  ],
  'no phrase': [
    ['What did he say about it?', /\w+ \w+ \w+ \w+/],
    ['Reply with a poem about rivers', /\w+ \w+ \w+ \w+/],
    ['If you do not know, say "I do not know". What are tides?', /\b(?:tides|know)\b.*\w+ \w+ \w+/],
    ['Never say "sorry". Why is the sky blue?', /\w+ \w+ \w+ \w+/],
    ['Just answer in French: where is the station?', /\w+ \w+ \w+ \w+/],
    ['What does the fox say?', /\w+ \w+ \w+/],
    ['Say something nice about my garden', /\w+ \w+ \w+ \w+/],
    ['Can you repeat the question?', /\w+ \w+ \w+ \w+/],
    ['Only answer questions about cats. What do cats eat?', /\w+ \w+ \w+ \w+/]
  ],
  options: [
    ['Is the sky blue? Answer yes or no.', /^(?:yes|no)$/i],
    ['Is 7 a prime number? Reply with only yes or no', /^(?:yes|no)$/i],
    ['Answer with true or false: water is wet.', /^(?:true|false)$/],
    ['Is Rome in Italy (yes/no)?', /^(?:yes|no)$/],
    ['Classify the sentiment as positive, negative or neutral: I love this product!', 'positive'],
    ['Classify the sentiment as positive or negative: this was a terrible waste of money', 'negative'],
    ['Pick one of: red, green, blue', /^(?:red|green|blue)$/],
    ['Choose one of the following colours: red, green or blue. My car is green.', 'green'],
    ['Classify the following ticket as one of: billing, technical, other. "My invoice was charged twice."', 'billing'],
    ['Respond with either "spam" or "ham": You won a free prize, click here', 'spam'],
    ['Categorize this animal into one of these categories:\n- mammal\n- bird\n- fish\n\nThe fish swims.', 'fish'],
    ['Label the text as A or B.', /^[AB]$/],
    ["Does the file have pages? Respond with 'yes' or 'no' only.", /^(?:yes|no)$/],
    [
      'What does it feel like? "I am so happy, this is great"\nYou must answer strictly with one of these enums:\nPOSITIVE - a good review\nNEGATIVE - a bad review',
      'POSITIVE'
    ],
    ['Which season is it?\nYou must answer strictly with one of these enums:\nSUMMER\nWINTER', /^(?:SUMMER|WINTER)$/],
    ['I hate rainy days', 'negative', 'Classify the user message as positive, negative or neutral.']
  ],
  numbers: [
    ['What is 2 + 2?', /\b4\b/],
    ['What is 12 * 3? Reply with only the number.', '36'],
    ["What's 7 times 6?", /\b42\b/],
    ['Calculate 10 / 4', /\b2\.5\b/],
    ['2+3*4 = ?', /\b14\b/],
    ['What is 100 minus 58?', /\b42\b/],
    ['Pick a number between 5 and 7', /^[5-7]$/],
    ['Rate this text on a scale of 1 to 5. Respond with only a number.', /^[1-5]$/],
    ['How many apples?\nYou must answer strictly in the following format: integer number', /^\d+$/],
    ['When?\nYou must answer strictly in the following format: yyyy-MM-dd', /^\d{4}-\d\d-\d\d$/],
    [
      'When?\nYou must answer strictly in the following format: yyyy-MM-ddTHH:mm:ss',
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/
    ],
    [
      'Which is best?\n<Text index="0">a</Text>\n<Text index="1">b</Text>\nOutput the index of the best text. You must output a single integer.',
      /^[01]$/
    ],
    [
      'Does it meet the criterion? Reason step by step. Then print only the single character "Y" or "N" on its own line. At the end, repeat just the letter again by itself on a new line.',
      /\n[YN]\n[YN]$/
    ],
    ['When does my holiday 123-456 start?', /^(?!.*333)/],
    ['What happened on 2024-01-15?', /^(?!.*2008)/]
  ],
  lengths: [
    ['Explain tides in 50 words.', words(50)],
    ['Describe the moon in exactly 20 words', words(20)],
    ['Write a 30-word summary of photosynthesis', words(30)],
    ['Answer in one word: which colour is the sky?', words(1)],
    ['Explain gravity in exactly 3 sentences.', sentences(3)],
    ['Describe Rome in two sentences', sentences(2)],
    ['In one sentence, what is a haiku machine for?', /^[^\n]+/],
    ['Tell me about rivers in at most 12 words', /^\S+(?:\s+\S+){0,11}$/],
    ['Tell me about rivers in at least 40 words', /^\S+(?:\s+\S+){39,}$/],
    ['Tell me about rivers in 10 to 15 words', /^\S+(?:\s+\S+){9,14}$/],
    ['List 5 cities in Europe', lines(5)],
    ['Give me three ideas for a party', lines(3)],
    ['Name 4 fruits', lines(4)],
    ['Give me 3 bullet points about tea', lines(3)],
    ['Write two paragraphs about trees', /^[^\n]+\n\n[^\n]+$/],
    ['Write a haiku about rivers', /^[^\n]+\n[^\n]+\n[^\n]+$/],
    ['Tell me about cats', words(10), 'Always answer in exactly 10 words.']
  ],
  'lists in other words': [
    [
      'Generate 3 different versions of the query, each on a separate line, without enumerations',
      /^(?:(?!\d+\.|-)[^\n]+(?:\n|$)){3}$/
    ],
    [
      'What is in it? "salt, oil and water"\nYou must answer strictly with zero or more of these enums on a separate line:\nSALT\nPEPPER\nOIL',
      'SALT\nOIL'
    ],
    ['Summarize the messages', lines(3), 'Summarize each message in 3 bullet points.']
  ],
  'plain answers': [
    ['Hello, my name is Klaus', /Klaus/],
    ['Translate the following text: Hello, how are you?', /^(?!I am doing well)/],
    ['Hello!', /^(?:Hello|Hi)\b/],
    ['Thanks a lot!', /welcome|happy to help/i],
    ['Tell me a joke', /[.?!]$/],
    ['Who are you?', /assistant/],
    ['Why do tides follow the moon?', /tides|moon/i]
  ]
}
