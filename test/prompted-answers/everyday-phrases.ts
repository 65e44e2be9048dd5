/** Everyday messages that say what the answer is, and the answers. Written by hand, before the rules. */
import type { PhraseRow } from './phrases.js'

/** The rows by kind. */
export const everydayPhraseRows: Record<string, PhraseRow[]> = {
  'everyday words in quotes': [
    ['Say "Hello, World!"', 'Hello, World!'],
    ["Please say 'this is a test'.", 'this is a test'],
    ['Can you say “good morning”?', 'good morning'],
    ['Could you please reply with "pong"?', 'pong'],
    ['I want you to say "banana" and nothing else.', 'banana'],
    ['Reply to this message with the single word "ready".', 'ready'],
    ['Your response should be exactly "ACK".', 'ACK'],
    ['Answer only with "42", no explanation.', '42'],
    ['Respond with `true` only.', 'true'],
    ['Output the text "a,b,c" and nothing more.', 'a,b,c'],
    ['Print "it\'s done" exactly as written.', "it's done"],
    ['Type **DONE** and nothing else.', 'DONE'],
    ['Respond with «bonjour»', 'bonjour'],
    ['Write only the following: "End of test."', 'End of test.'],
    ['This is a health check. Respond with "OK" if you can read this.', 'OK'],
    ['Just answer "received" so I know that the API works.', 'received']
  ],
  'everyday words without quotes': [
    ['Say hi', 'hi'],
    ['Say this is a test!', 'this is a test!'],
    ['Say hello in one word.', /^hello[.!]?$/i],
    ['Reply with the word yes', 'yes'],
    ['Respond only with OK', 'OK'],
    ['Reply with exactly one word: pineapple', 'pineapple'],
    ['Reply with only the number 7.', '7'],
    ['Reply exactly with: connection established', 'connection established'],
    ['Answer with just the letter B', 'B'],
    ['Return exactly this string: foo_bar-123', 'foo_bar-123'],
    ['Say the word elephant.', 'elephant'],
    ['Please output only: SUCCESS', 'SUCCESS'],
    ['Write the word test and stop.', 'test'],
    ['Hi! This is a connection test. Please reply with "connected".', 'connected']
  ],
  'everyday repetition': [
    ['Repeat: one two three', 'one two three'],
    ['Repeat after me: I am a robot.', 'I am a robot.'],
    ['Repeat the following sentence: The sky is blue today.', 'The sky is blue today.'],
    ['Echo: hello there', 'hello there'],
    ['echo "foo bar"', 'foo bar'],
    ['Repeat exactly what I say: apples & oranges', 'apples & oranges'],
    ['Please repeat the word "lamp" three times.', 'lamp lamp lamp'],
    ['Repeat this back to me:\n\nLine one.\nLine two.', 'Line one.\nLine two.'],
    ['Echo back the following text verbatim: 3 + 4 = 7', '3 + 4 = 7'],
    ['Copy this text exactly: Lorem ipsum dolor sit amet.', 'Lorem ipsum dolor sit amet.'],
    ['Repeat the phrase "never say never".', 'never say never']
  ],
  'everyday requests, second set': [
    ['Please say: Hello from the other side', 'Hello from the other side'],
    ['I need you to reply with exactly "test-123".', 'test-123'],
    ['Send back the word "mirror".', 'mirror'],
    ['Respond exactly like this: All good!', 'All good!'],
    ['Your only output should be the word: done', 'done'],
    ['Answer with one word: blue', 'blue'],
    ['Return the following text unchanged: x < y && y > z', 'x < y && y > z'],
    ['Now repeat after me: peter piper picked a peck', 'peter piper picked a peck'],
    ['Write "hello" in uppercase.', 'HELLO'],
    ['Respond with the number 5 and nothing else', '5']
  ],
  'everyday instructions of the system': [
    ['Hello', 'Pong', 'Always reply with "Pong".'],
    ['What is 2 + 2?', 'I cannot help.', "No matter what the user says, respond with 'I cannot help.'"],
    ['How are you?', 'beep boop', 'You must only answer with: beep boop'],
    ['Tell me about Rome.', 'TEST_OK', 'For every message, your answer must be exactly `TEST_OK`.']
  ],
  'everyday words that are no phrase': [
    ['What did the fox say?', /\S+ \S+/],
    ['Say something about the sea.', /\S+ \S+ \S+/],
    ['If you do not know, say "unknown". What is a lighthouse?', /\S+ \S+ \S+/],
    ['Write a note to "Anna" about the picnic.', /\S+ \S+ \S+/]
  ]
}
