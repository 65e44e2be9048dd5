/** Conversations that end with a question about themselves, and what the answer has. Written by hand; a third have distractors. */
import type { Message } from '../../src/core/openai-types.js'

/** What the answer has, and what it does not have. */
export interface ConversationRow {
  /** One message a line: `ROLE: TEXT`, or `NAME: TEXT` of a user with a name. */
  talk: string
  has: RegExp
  hasNot?: RegExp
  distracts?: true
}

const unknown = /\b(?:don['’]t know|do not know|have(?:n['’]t| not) (?:told|said|mentioned|asked))\b/i

/** The rows by kind. */
export const conversationRows: Readonly<Record<string, ConversationRow[]>> = {
  'who spoke': [
    {
      talk: 'Alice: Hi, my hair is red.\nBob: Hi, my hair is grey.\nCarol: Who spoke last before me?',
      has: /Bob/,
      hasNot: /Alice|Carol/
    },
    { talk: 'Ann: Good morning!\nBen: Morning, all.\nCem: Who spoke first?', has: /Ann/, hasNot: /Ben|Cem/ },
    {
      talk: 'Ann: I want tea.\nassistant: Tea it is.\nBen: I want coffee.\nassistant: Noted.\nCem: Who wrote the last message?',
      has: /Ben/,
      hasNot: /Ann/,
      distracts: true
    },
    {
      talk: 'Lea: Where is the station?\nassistant: Down the road.\nMax: Thanks, I was looking for it too.\nLea: Who asked the first question?',
      has: /Lea/,
      hasNot: /Max/
    },
    {
      talk: 'Tom: I have a red bike.\nKim: I have a green car.\nJo: Who has a green car?',
      has: /Kim/,
      hasNot: /Tom/
    },
    {
      talk: 'Tom: Kim likes my bike.\nKim: I like your bike, but I prefer buses.\nJo: Who prefers buses?',
      has: /Kim/,
      hasNot: /Tom\b/,
      distracts: true
    },
    {
      talk: 'Ann: The meeting is on Monday.\nBen: No, it is on Tuesday.\nCem: What did Ben say?',
      has: /Tuesday/,
      hasNot: /Monday/
    },
    {
      talk: 'Ann: The budget is 400 euros.\nBen: Ann said 300 before.\nCem: What did Ann say about the budget?',
      has: /400/,
      hasNot: /300/,
      distracts: true
    },
    { talk: 'Ann: Hello.\nBen: Hi.\nAnn: Lunch?\nCem: How many people are in this chat?', has: /\b(?:3|three)\b/i },
    { talk: 'Ann: Hello.\nBen: Hi.\nCem: Who is taking part in this conversation?', has: /Ann.*Ben.*Cem/ },
    {
      talk: 'Ann: Who spoke first at the ceremony of 1863, as far as you know?',
      has: /./,
      hasNot: /\bAnn\b|first message/,
      distracts: true
    },
    {
      talk: 'user: Hello!\nassistant: Hi, how can I help?\nuser: Who spoke first, you or I?',
      has: /\byou\b/i,
      hasNot: /\bI (?:did|spoke)\b/
    }
  ],
  'what was said': [
    {
      talk: 'Ann: My hair is red.\nBen: My hair is brown, my hat is red.\nCem: What colour is the hair of Ben?',
      has: /brown/
    },
    {
      talk: "Ann: My hair is red.\nBen: My hair is grey.\nCem: What colour is Ann's hair?",
      has: /red/,
      hasNot: /grey/,
      distracts: true
    },
    {
      talk: 'user: Is tea bitter?\nassistant: Yes.\nuser: Is milk sweet?\nassistant: Yes.\nuser: Is salt sour?\nassistant: No.\nuser: What was my second question?',
      has: /milk/,
      hasNot: /tea|salt/
    },
    {
      talk: 'user: Is tea bitter?\nassistant: Yes.\nuser: How old are the Alps?\nassistant: Very.\nuser: What have we talked about so far?',
      has: /tea[\s\S]*Alps/
    },
    {
      talk: 'user: What is the capital of Peru?\nassistant: Lima.\nuser: And of Chile?\nassistant: Santiago.\nuser: What was my first question?',
      has: /capital of Peru/,
      hasNot: /Chile/
    },
    {
      talk: 'user: What is the capital of Peru?\nassistant: Lima.\nuser: And of Chile?\nassistant: Santiago.\nuser: What was my previous question?',
      has: /And of Chile/,
      hasNot: /Peru/
    },
    {
      talk: 'user: The code word is heron.\nassistant: Understood.\nuser: What did I just say?',
      has: /The code word is heron/
    },
    {
      talk: 'user: I need a table for two.\nassistant: For when?\nuser: For Friday at 8.\nassistant: Done.\nuser: What was my last message?',
      has: /For Friday at 8/,
      hasNot: /table for two/
    },
    {
      talk: 'user: How tall is Everest?\nassistant: 8,849 metres.\nuser: What did I ask you before?',
      has: /How tall is Everest/
    },
    {
      talk: 'user: Thank you for yesterday.\nassistant: You are welcome.\nuser: How tall is Everest?\nassistant: 8,849 metres.\nuser: Nice.\nassistant: Indeed.\nuser: What was the last question I asked?',
      has: /How tall is Everest/,
      hasNot: /Nice|yesterday/,
      distracts: true
    },
    {
      talk: 'user: Name a fruit.\nassistant: Mango is a good fruit.\nuser: What did you just say?',
      has: /Mango is a good fruit/
    },
    {
      talk: 'user: Name a fruit.\nassistant: Mango.\nuser: Name a vegetable.\nassistant: Leek.\nuser: What was your first answer?',
      has: /Mango/,
      hasNot: /Leek/
    },
    {
      talk: 'user: Name a fruit.\nassistant: Mango.\nuser: Name a vegetable.\nassistant: Leek.\nuser: Can you repeat your last answer?',
      has: /Leek/,
      hasNot: /Mango/
    },
    {
      talk: 'user: Book a room for 3 nights.\nassistant: Which city?\nuser: Porto.\nassistant: Booked.\nuser: Repeat the first thing I said.',
      has: /Book a room for 3 nights/,
      hasNot: /Porto/
    },
    { talk: 'user: What was my previous question?', has: /first (?:message|question)|have(?:n['’]t| not) asked/i },
    {
      talk: 'user: In the novel, what was the first question that the detective asked?',
      has: /./,
      hasNot: /first message|have(?:n['’]t| not) asked/i,
      distracts: true
    },
    {
      talk: 'user: I think my last message to the landlord was rude: "Fix it now!" How can I soften it?',
      has: /./,
      hasNot: /^Your (?:last|previous) message/,
      distracts: true
    },
    {
      talk: 'system: You are a helpful assistant.\nuser: My flight is KL 642.\nassistant: Noted.\nuser: It leaves at noon.\nassistant: Noted.\nuser: What have I told you so far?',
      has: /KL 642[\s\S]*noon/
    }
  ],
  'how many': [
    {
      talk: 'user: One.\nassistant: Yes.\nuser: Two.\nassistant: Yes.\nuser: How many messages have I sent you?',
      has: /\b(?:3|three)\b/i
    },
    {
      talk: 'user: Is it late?\nassistant: No.\nuser: Good.\nassistant: Yes.\nuser: Is it early?\nassistant: No.\nuser: How many questions have I asked so far?',
      has: /\b(?:3|three)\b/i,
      hasNot: /\b(?:4|four)\b/i,
      distracts: true
    },
    {
      talk: 'user: Name a river.\nassistant: The Nile.\nuser: Name a lake.\nassistant: Lake Chad.\nuser: How many times have you answered me?',
      has: /\b(?:2|two)\b/i
    },
    {
      talk: 'user: One kilogram is how many messages of 140 bytes each, if I have sent 7 kilograms?',
      has: /./,
      hasNot: /messages? so far|You have sent/,
      distracts: true
    }
  ],
  'my name': [
    { talk: "user: Hi! I'm Bob.\nassistant: Hi Bob!\nuser: What's my name?", has: /\bBob\b/ },
    { talk: 'user: my name is bob\nassistant: Hello!\nuser: what is my name', has: /\bBob\b/i },
    {
      talk: 'user: My name is Bob.\nassistant: Hi Bob!\nuser: Sorry, I meant that my name is Rob.\nassistant: No problem.\nuser: What is my name?',
      has: /\bRob\b/,
      hasNot: /\bBob\b/,
      distracts: true
    },
    {
      talk: 'user: Call me Ishmael.\nassistant: Aye.\nuser: Do you remember my name?',
      has: /\bIshmael\b/
    },
    {
      talk: "user: My name is Dana Scott and my sister's name is Eve.\nassistant: Nice.\nuser: Can you tell me what my name is?",
      has: /\bDana Scott\b/,
      hasNot: /Eve/,
      distracts: true
    },
    {
      talk: "user: My name is Dana and my sister's name is Eve.\nassistant: Nice.\nuser: What is my sister's name?",
      has: /\bEve\b/,
      hasNot: /\bDana\b/,
      distracts: true
    },
    { talk: 'user: My name is Ravi. What is my name?', has: /\bRavi\b/ },
    { talk: 'user: Hello!\nassistant: Hello!\nuser: What is my name?', has: unknown },
    {
      talk: 'system: The name of the user is Olga.\nuser: Hi!\nassistant: Hello!\nuser: What is my name?',
      has: /\bOlga\b/
    },
    { talk: 'Priya: Hi there.\nassistant: Hello!\nPriya: What is my name?', has: /\bPriya\b/ },
    {
      talk: 'user: I am hungry. My name is Finn, by the way.\nassistant: Hi!\nuser: Who am I?',
      has: /\bFinn\b/,
      hasNot: /hungry/,
      distracts: true
    },
    { talk: 'system: Your name is Marvin.\nuser: What is your name?', has: /\bMarvin\b/ },
    {
      talk: 'system: You are Ada, a friendly helper.\nuser: Hi, I am Ben.\nassistant: Hi!\nuser: Who are you?',
      has: /\bAda\b/,
      hasNot: /\bBen\b/,
      distracts: true
    }
  ],
  'facts about the user': [
    {
      talk: 'user: My favourite colour is blue.\nassistant: Nice!\nuser: What is my favorite color?',
      has: /\bblue\b/
    },
    {
      talk: "user: My favourite colour is blue and my favourite food is ramen.\nassistant: Nice!\nuser: What's my favourite food?",
      has: /\bramen\b/,
      hasNot: /blue/,
      distracts: true
    },
    { talk: "user: I'm allergic to peanuts.\nassistant: Noted.\nuser: What am I allergic to?", has: /\bpeanuts\b/ },
    { talk: 'user: I work as a plumber in Leeds.\nassistant: Great.\nuser: What is my job?', has: /\bplumber\b/ },
    {
      talk: 'user: I have two brothers and a cat.\nassistant: Nice.\nuser: How many brothers do I have?',
      has: /\b(?:2|two)\b/i
    },
    {
      talk: 'user: I live in Oslo, but I am from Chile.\nassistant: OK.\nuser: Where am I from?',
      has: /\bChile\b/,
      hasNot: /Oslo/,
      distracts: true
    },
    { talk: 'user: I live in Oslo.\nassistant: OK.\nuser: What city do I live in?', has: /\bOslo\b/ },
    {
      talk: 'user: I used to live in Rome.\nassistant: OK.\nuser: I live in Oslo now.\nassistant: OK.\nuser: Where do I live?',
      has: /\bOslo\b/,
      hasNot: /Rome/,
      distracts: true
    },
    { talk: 'user: I have a dog called Rex.\nassistant: Cute!\nuser: What is the name of my dog?', has: /\bRex\b/ },
    { talk: "user: My cat's name is Tom.\nassistant: Cute!\nuser: What's my cat called?", has: /\bTom\b/ },
    {
      talk: 'user: Remember the number 42.\nassistant: I will.\nuser: What number did I ask you to remember?',
      has: /\b42\b/
    },
    {
      talk: 'user: Please remember this code: QX-71.\nassistant: OK.\nuser: There are 12 apples here.\nassistant: OK.\nuser: What was the code?',
      has: /QX-71/,
      hasNot: /\b12\b/,
      distracts: true
    },
    {
      talk: 'user: The secret word is marmalade.\nassistant: OK.\nuser: What is the secret word?',
      has: /\bmarmalade\b/
    },
    { talk: "user: I'm learning Rust.\nassistant: Good.\nuser: Which language am I learning?", has: /\bRust\b/ },
    { talk: 'user: My birthday is on 4 March.\nassistant: OK.\nuser: When is my birthday?', has: /4 March/ },
    {
      talk: "user: My wife's birthday is on 9 May, and my birthday is on 4 March.\nassistant: OK.\nuser: When is my birthday?",
      has: /4 March/,
      hasNot: /9 May/,
      distracts: true
    },
    {
      talk: 'user: I like tea.\nassistant: OK.\nuser: What is my favourite film?',
      has: unknown,
      hasNot: /\btea\b/,
      distracts: true
    },
    { talk: 'user: What is my IP address, and how do I find it on Linux?', has: /./, hasNot: unknown, distracts: true }
  ]
}

/** Further conversations, written against the first rules: a conversation, and what the answer contains. */
export const furtherConversations: readonly (readonly [talk: string, has: string])[] = [
  ['user: My name is Zoe\nassistant: Hi!\nuser: Hey, do you know who I am?', 'Zoe'],
  ['user: Hey there, this is Omar.\nassistant: Hi!\nuser: What is my name?', 'Omar'],
  ['user: I am called Petra.\nassistant: Hi!\nuser: Tell me my name.', 'Petra'],
  ["user: hi i'm bob\nassistant: Hi!\nuser: what's my name?", 'bob'],
  ["user: Hi, I'm Bob and I live in SF.\nassistant: Hi!\nuser: What's my name and where do I live?", 'Bob'],
  ['user: My favorite animal is the otter.\nassistant: ok\nuser: Which animal is my favorite?', 'otter'],
  ['user: My favorite animal is the otter.\nassistant: ok\nuser: Do you remember my favourite animal?', 'otter'],
  ['user: I love ramen.\nassistant: ok\nuser: What food do I love?', 'ramen'],
  ['user: My email is bob@example.com.\nassistant: ok\nuser: What is my email address?', 'bob@example.com'],
  ['user: My phone number is 555-0199.\nassistant: ok\nuser: What was my phone number?', '555-0199'],
  ['user: My lucky number is 7.5, remember it.\nassistant: ok\nuser: What is my lucky number?', '7.5'],
  ['user: The password is "swordfish".\nassistant: ok\nuser: Can you tell me the password?', 'swordfish'],
  ['user: I was born in 1984.\nassistant: ok\nuser: When was I born?', '1984'],
  ['user: I moved to Berlin last year.\nassistant: ok\nuser: Where did I move?', 'Berlin'],
  ['user: I am a software engineer at Acme.\nassistant: ok\nuser: What do I do for a living?', 'software engineer'],
  ['user: I am a software engineer at Acme.\nassistant: ok\nuser: What is my profession?', 'software engineer'],
  ['user: I have 3 kids.\nassistant: ok\nuser: How many kids do I have?', '3'],
  ["user: My dog is named Buddy.\nassistant: ok\nuser: What is my dog's name?", 'Buddy'],
  ['user: I want to visit Japan.\nassistant: ok\nuser: Which country do I want to visit?', 'Japan'],
  ['user: What is 2+2?\nassistant: 4\nuser: What was my question?', '2+2'],
  ['user: What is 2+2?\nassistant: 4\nuser: What was the question I asked you?', '2+2'],
  ['user: What is 2+2?\nassistant: The answer is 4.\nuser: What was your answer?', '4'],
  ['user: What is 2+2?\nassistant: The answer is 4.\nuser: Repeat what you just said.', 'answer is 4'],
  ['user: Sing.\nassistant: La la.\nuser: Say that again', 'La la'],
  ['user: Hello.\nassistant: Hi.\nuser: What did I say first?', 'Hello'],
  ['user: Hello.\nassistant: Hi.\nuser: What did I say in my first message?', 'Hello'],
  ['user: Hello.\nassistant: Hi.\nuser: What was the first message in this conversation?', 'Hello'],
  ['user: Hello.\nassistant: Hi.\nuser: Summarize our conversation.', 'Hello'],
  ['Ann: I vote yes.\nBen: I vote no.\nCem: Who voted no?', 'Ben'],
  ['Ann: I vote yes.\nBen: I vote no.\nCem: What was the last thing Ben said?', 'no'],
  ['Ann: I vote yes.\nBen: I vote no.\nCem: How did Ann vote?', 'yes'],
  ['Ann: I vote yes.\nBen: I vote no.\nCem: What is my name?', 'Cem'],
  ['Ann: Hi.\nassistant: Hi Ann.\nBen: Hi.\nCem: Who was the last person to speak?', 'Ben'],
  ['Ann: Hi.\nassistant: Hi Ann.\nBen: Hi.\nCem: Who else is here?', 'Ann'],
  ['Ann: Hi.\nBen: Hey.\nCem: Which user sent the last message?', 'Ben'],
  ['user: Hi.\nassistant: Hello.\nuser: How many messages are in this conversation?', '3'],
  ['user: Hi.\nassistant: Hello.\nuser: How many messages have we exchanged?', '3'],
  ['user: I like jazz.\nassistant: ok\nuser: Did I tell you what music I like?', 'jazz'],
  ['user: My budget is $1,200.\nassistant: ok\nuser: What is my budget?', '1,200'],
  ['system: User profile: name: Ines, city: Faro\nuser: What is my name?', 'Ines'],
  ['system: You are a pirate named Redbeard.\nuser: What is your name?', 'Redbeard'],
  ['user: Remember that my car is red.\nassistant: ok\nuser: What color is my car?', 'red'],
  [
    'user: My order number is A-1009.\nassistant: ok\nuser: I need help with my order.\nassistant: ok\nuser: What order number did I give you?',
    'A-1009'
  ],
  [
    'user: My name is Lars.\nassistant: Hello Lars.\nuser: Nice weather.\nassistant: Yes.\nuser: By the way, what was my name again?',
    'Lars'
  ],
  ["user: I recently adopted a parrot named Kiwi.\nassistant: Nice.\nuser: What is my parrot's name?", 'Kiwi'],
  ['user: My son is 7 and my daughter is 4.\nassistant: ok\nuser: How old is my daughter?', '4'],
  ['user: My wife works at NASA.\nassistant: ok\nuser: Where does my wife work?', 'NASA'],
  ['user: I hate mushrooms.\nassistant: ok\nuser: Which food do I hate?', 'mushrooms'],
  ['user: My flight leaves at 6:45 pm.\nassistant: ok\nuser: When does my flight leave?', '6:45'],
  ['user: The project is called Falcon.\nassistant: ok\nuser: What is the project called?', 'Falcon'],
  ['user: The project is called Falcon.\nassistant: ok\nuser: What is the name of the project?', 'Falcon'],
  [
    'user: The capital of Wonderland is Heart City.\nassistant: ok\nuser: What is the capital of Wonderland?',
    'Heart City'
  ],
  ['user: I play the violin.\nassistant: ok\nuser: What instrument do I play?', 'violin'],
  ['user: I bought 12 eggs yesterday.\nassistant: ok\nuser: What did I buy yesterday?', '12 eggs'],
  ['user: Let x = 5.\nassistant: ok\nuser: What is x?', '5'],
  ['user: What is the tallest mountain?\nassistant: Mount Everest.\nuser: What did I ask you about?', 'mountain'],
  ['user: Can you help me cook?\nassistant: Yes.\nuser: What was the first thing I asked you?', 'cook'],
  [
    'user: First topic: cats.\nassistant: ok\nuser: Second topic: dogs.\nassistant: ok\nuser: What was the second message I sent?',
    'dogs'
  ],
  ['user: Hello.\nassistant: Greetings, traveller.\nuser: What was the last thing you said to me?', 'traveller'],
  ['Ann: I live in Rome.\nBen: I live in Oslo.\nCem: Where does Ben live?', 'Oslo'],
  ['Ann: I live in Rome.\nBen: I live in Oslo.\nCem: Who lives in Rome?', 'Ann'],
  ['Ann: I live in Rome.\nBen: I live in Oslo.\nAnn: Where do I live?', 'Rome'],
  ['Ann: I live in Rome.\nBen: I live in Oslo.\nCem: Who said they live in Oslo?', 'Ben'],
  ['Ann: I live in Rome.\nBen: I live in Oslo.\nCem: Who came before me?', 'Ben'],
  ['system: You are a helpful assistant. The user is called Mia and lives in Graz.\nuser: What is my name?', 'Mia'],
  ['system: You are Nova, the assistant of Acme.\nuser: What should I call you?', 'Nova'],
  [
    'user: Remember these words: apple, river, stone.\nassistant: ok\nuser: What words did I ask you to remember?',
    'apple, river, stone'
  ],
  ['user: I have an appointment on Tuesday at 10.\nassistant: ok\nuser: When is my appointment?', 'Tuesday'],
  ['Ann: My name is Ann, hello.\nassistant: Hi!\nCem: What is my name?', 'Cem'],
  [
    'user: My hobbies are chess, golf and tennis.\nassistant: ok\nuser: What are my hobbies?',
    'are chess, golf and tennis'
  ]
]

/** The messages of a row. */
export const readTalk = (talk: string): Message[] =>
  talk.split('\n').map(line => {
    const at = line.indexOf(': ')
    const speaker = line.slice(0, at)
    const content = line.slice(at + 2)
    return /^(?:user|assistant|system)$/.test(speaker)
      ? { role: speaker, content }
      : { role: 'user', name: speaker, content }
  })
