/** Prompts that ask for a structure in their words, and the schema that the answer must fit. Shortened from what programs send. */
import type { JsonObject } from '../../src/core/openai-types.js'

/** A prompt and what its answer must be. */
export interface StructureRow {
  /** The instructions. */
  system?: string
  user: string
  /** The schema of the JSON in the answer, or of the sections, tags or lines as an object. */
  schema: JsonObject
  /** How the answer is written. @default 'json' */
  layout?: 'json' | 'fence' | 'sections' | 'tags' | 'labels'
  /** Whether the request also has `response_format: json_object`. */
  jsonObject?: true
}

const string = { type: 'string', minLength: 1 }
const integer = { type: 'integer' }
const number = { type: 'number' }
const boolean = { type: 'boolean' }
const oneOf = (...values: unknown[]): JsonObject => ({ enum: values as string[] })
const listOf = (items: JsonObject): JsonObject => ({ type: 'array', items, minItems: 1 })
const object = (properties: Record<string, JsonObject>): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false
})
const person = object({ name: string, age: integer })
const personSchema =
  '{"properties": {"name": {"title": "Name", "type": "string"}, "age": {"title": "Age", "type": "integer"}}, "required": ["name", "age"], "title": "Person", "type": "object"}'
const reminder = (fields: string) =>
  `Respond with the corresponding output fields, starting with the field ${fields}, and then ending with the marker for \`[[ ## completed ## ]]\`.`
const questionSections =
  'All interactions will be structured in the following way, with the appropriate values filled in.\n\n[[ ## question ## ]]\n{question}\n\n[[ ## answer ## ]]\n{answer}\n\n[[ ## completed ## ]]'
const reactTools = `Answer the following questions as best you can. You have access to the following tools:

search: Search the web for facts.
calculator: Evaluate arithmetic.

Use the following format:

Question: the input question you must answer
Thought: you should always think about what to do
Action: the action to take, should be one of [search, calculator]
Action Input: the input to the action
Observation: the result of the action
... (this Thought/Action/Action Input/Observation can repeat N times)
Thought: I now know the final answer
Final Answer: the final answer to the original input question

Begin!

`
const agentSystem = `Your input fields are:
1. \`question\` (str): 
2. \`trajectory\` (str): 
Your output fields are:
1. \`next_thought\` (str): 
2. \`next_tool_name\` (Literal['get_weather', 'finish']): 
3. \`next_tool_args\` (dict[str, Any]): 
All interactions will be structured in the following way, with the appropriate values filled in.

[[ ## question ## ]]
{question}

[[ ## trajectory ## ]]
{trajectory}

[[ ## next_thought ## ]]
{next_thought}

[[ ## next_tool_name ## ]]
{next_tool_name}        # note: the value you produce must exactly match (no extra characters) one of: get_weather; finish

[[ ## next_tool_args ## ]]
{next_tool_args}        # note: the value you produce must adhere to the JSON schema: {"type": "object", "additionalProperties": true}

[[ ## completed ## ]]
In adhering to this structure, your objective is: 
        When selecting the next_tool_name and its next_tool_args, the tool must be one of:
        
        (1) get_weather, whose description is <desc>Get the weather.</desc>. It takes arguments {'city': {'type': 'string'}}.
        (2) finish, whose description is <desc>Marks the task as complete.</desc>. It takes arguments {}.`
const agentFields =
  "`[[ ## next_thought ## ]]`, then `[[ ## next_tool_name ## ]]` (must be formatted as a valid Python Literal['get_weather', 'finish']), then `[[ ## next_tool_args ## ]]` (must be formatted as a valid Python dict[str, Any])"

const teamSchema =
  '{"type": "array", "$defs": {"Team": {"type": "object", "properties": {"city": {"type": "string"}, "points": {"type": "integer"}}, "required": ["city", "points"]}}, "items": {"$ref": "#/$defs/Team"}}'
const leagueSchema =
  '{"type": "object", "$defs": {"Team": {"type": "object", "properties": {"coach": {"type": "string"}}, "required": ["coach"]}}, "properties": {"first": {"$ref": "#/$defs/Team"}}, "required": ["first"]}'
const callsSchema =
  '{"type": "object", "$defs": {"Call": {"type": "object", "properties": {"args": {"type": "object", "additionalProperties": true}, "name": {"type": "string"}}, "required": ["name", "args"]}}, "properties": {"calls": {"type": "array", "items": {"$ref": "#/$defs/Call"}}}, "required": ["calls"]}'
const noteOf = (name: string, note: string) => `{${name}}        # note: the value you produce must ${note}`
const teams = listOf(object({ city: string, points: integer }))
const tools =
  "[\"get_rate, whose description is <desc>Get the exchange rate of a currency.</desc>. It takes arguments {'currency': {'type': 'string'}, 'days': {'type': 'integer'}}.\", \"send_letter, whose description is <desc>Send a letter.</desc>. It takes arguments {'address': {'type': 'string'}}.\"]"

/** The rows by kind. */
export const structureRows: Record<string, StructureRow[]> = {
  'a JSON schema': [
    {
      system: `As a genius expert, your task is to understand the content and provide the parsed objects in json that match the following json_schema:\n\n\n${personSchema}\n\nMake sure to return an instance of the JSON, not the schema itself`,
      user: 'Jason is 25 years old',
      schema: person,
      jsonObject: true
    },
    {
      system: `As a genius expert, your task is to understand the content and provide the parsed objects in json that match the following json_schema:\n\n${personSchema}\n\nMake sure to return an instance of the JSON, not the schema itself`,
      user: 'Jason is 25 years old\n\nReturn the correct JSON response within a ```json codeblock. not the JSON_SCHEMA',
      schema: person,
      layout: 'fence'
    },
    {
      system: `Always respond with a JSON object that's compatible with this schema:\n\n${personSchema}\n\nDon't include any text or Markdown fencing before or after.`,
      user: 'Who is it?',
      schema: person
    },
    {
      user: `Tell me about a person.\nThe output should be formatted as a JSON instance that conforms to the JSON schema below.\n\nAs an example, for the schema {"properties": {"foo": {"title": "Foo", "description": "a list of strings", "type": "array", "items": {"type": "string"}}}, "required": ["foo"]}\nthe object {"foo": ["bar", "baz"]} is a well-formatted instance of the schema. The object {"properties": {"foo": ["bar", "baz"]}} is not well-formatted.\n\nHere is the output schema:\n\`\`\`\n{"properties": {"name": {"title": "Name", "type": "string"}, "age": {"title": "Age", "type": "integer"}}, "required": ["name", "age"]}\n\`\`\``,
      schema: person
    },
    {
      user: 'Return JSON that matches this schema: {"type": "array", "items": {"type": "integer"}, "minItems": 2}',
      schema: { type: 'array', items: integer, minItems: 2 }
    },
    {
      system:
        'Respond in JSON with this schema: {"name": "answer", "schema": {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"], "additionalProperties": false}}',
      user: 'Are you there?',
      schema: object({ ok: boolean })
    },
    {
      system:
        'Answer only with JSON for the schema\n```json\n{"$defs": {"Item": {"properties": {"sku": {"type": "string"}}, "required": ["sku"], "type": "object"}}, "properties": {"items": {"items": {"$ref": "#/$defs/Item"}, "type": "array", "minItems": 1}}, "required": ["items"], "type": "object"}\n```',
      user: 'Two apples please',
      schema: {
        type: 'object',
        properties: { items: listOf({ type: 'object', properties: { sku: string }, required: ['sku'] }) },
        required: ['items']
      }
    }
  ],
  'an example object': [
    { user: 'Extract the person from "Ann is 30". Respond with JSON like {"name": "John", "age": 42}', schema: person },
    {
      user: 'Give me the result as JSON in this format:\n```json\n{"title": "...", "year": 1999, "tags": ["a", "b"]}\n```',
      schema: object({ title: string, year: integer, tags: listOf(string) }),
      layout: 'fence'
    },
    {
      user: 'Return a JSON object in this format: {"sentiment": "positive|negative|neutral", "confidence": 0.9}\n\nText: I love it',
      schema: object({ sentiment: oneOf('positive', 'negative', 'neutral'), confidence: number })
    },
    {
      user: 'Output JSON: {"date": "YYYY-MM-DD", "city": "<string>", "count": <number>}',
      schema: object({ date: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\d$' }, city: string, count: number })
    },
    { user: "Respond with a Python dictionary as JSON like {'name': str, 'age': int}", schema: person },
    { user: 'Answer as JSON with this structure: {{"name": "<string>", "age": "<integer>"}}', schema: person },
    {
      user: 'Reply in JSON using the type { name: string; tags: string[]; kind: "cat" | "dog"; ok: boolean }',
      schema: object({ name: string, tags: listOf(string), kind: oneOf('cat', 'dog'), ok: boolean })
    },
    {
      user: 'Return JSON matching:\n\ninterface Result {\n  answer: string; // the answer\n  score: number;\n}\n',
      schema: object({ answer: string, score: number })
    },
    {
      user: 'Return a JSON array like [{"name": "...", "price": 1.5}] of three fruits',
      schema: listOf(object({ name: string, price: number }))
    },
    {
      system: 'You answer questions.',
      user: 'Who is Klaus?\nYou must answer strictly in the following JSON format: {\n"name": (type: string),\n"age": (the age; type: integer),\n"address": (type: com.example.Address: {\n"street": (type: string)\n}),\n"mood": (type: enum, must be one of [HAPPY, SAD])\n}',
      schema: object({ name: string, age: integer, address: object({ street: string }), mood: oneOf('HAPPY', 'SAD') })
    },
    {
      system:
        'Compare the answers. Respond ONLY with a JSON object in this format:\n{\n  "category": "[LETTER]",\n  "reason": "[DETAILED EXPLANATION]"\n}\n\n- The "category" must be a single letter A, B, C, D, or E.\n- Your response must be valid JSON with no additional text.',
      user: 'Please analyze the answers.',
      schema: object({ category: oneOf('A', 'B', 'C', 'D', 'E'), reason: string })
    },
    {
      user: 'Here is my data: {"x": 1, "y": 2}. Describe it as JSON in the format {"summary": "...", "count": 2}',
      schema: object({ summary: string, count: integer })
    },
    {
      user: 'Generate a user. Use this JSON template:\n{\n  "id": 1,\n  "profile": {"email": "a@b.c", "active": true},\n  "roles": ["admin"]\n}',
      schema: object({ id: integer, profile: object({ email: string, active: boolean }), roles: listOf(string) })
    }
  ],
  'a judge': [
    {
      user: 'For each opinion, say whether it is biased. Return JSON, with the key \'verdicts\' as a list of JSON objects.\n\nExample JSON:\n{\n  "verdicts": [\n    {\n      "reason": "The opinion "Meddling bloats costs" is one-sided, and shows a view.",\n      "verdict": "yes"\n    },\n    {\n      "verdict": "no"\n    }\n  ]\n}\n\nOpinions:\n[\'Tea is best.\']\n\nJSON:',
      schema: object({
        verdicts: listOf({ ...object({ reason: string, verdict: oneOf('yes', 'no') }), required: ['verdict'] })
      })
    },
    {
      user: 'Say of each claim whether it agrees with the text. Return JSON, with the key \'verdicts\' as a list of JSON objects.\n\nExample:\n{\n  "verdicts": [\n    {\n      "verdict": "borderline",\n      "reason": "The text does not say so.\n    },\n    {\n      "verdict": "yes"\n    },\n  ]\n}\n\nThe length of \'verdicts\' SHOULD BE STRICTLY EQUAL to that of claims.\n\nClaims:\n[\'Tea is a drink.\', \'Tea is hot.\', \'Tea is old.\']\n\nJSON:',
      schema: object({
        verdicts: {
          ...listOf({ ...object({ reason: string, verdict: oneOf('yes', 'borderline') }), required: ['verdict'] }),
          minItems: 3,
          maxItems: 3
        }
      })
    },
    {
      user: 'Given an evaluation criterion, generate 7-8 concise evaluation steps. Return JSON only, with the "steps" key as a list of strings.\nExample JSON:\n{\n  "steps": <list_of_strings>\n}\n\nJSON:',
      schema: object({ steps: { ...listOf(string), minItems: 7, maxItems: 8 } })
    },
    {
      system:
        'You are grading output according to a user-specified rubric. If the statement in the rubric is true, then the output passes the test. You respond with a JSON object with this structure: {reason: string, pass: boolean, score: number}\n\nExamples:\n\n<Output>Hello world</Output>\n<Rubric>Content contains a greeting</Rubric>\n{"reason": "the content contains the word \'Hello\'", "pass": true, "score": 1.0}\n\n<Output>Avast ye swabs!</Output>\n<Rubric>Does not speak like a pirate</Rubric>\n{"reason": "it is a pirate term", "pass": false, "score": 0.0}',
      user: '<Output>\nHi there\n</Output>\n<Rubric>\nIs a greeting\n</Rubric>',
      schema: object({ reason: string, pass: oneOf(true), score: oneOf(1) })
    },
    {
      user: 'You are an evaluator. Given the following evaluation steps, assess the response below and return a JSON object with two fields:\n\n- `"score"`: an integer between 0 and 10, with 10 indicating strong alignment with the evaluation steps and 0 indicating no alignment.\n- `"reason"`: a brief explanation for why the score was given.\n\nOnly return valid JSON.\n\nEvaluation Steps:\n1. Compare.\n\nTest Case:\nInput: x\n\n---\n**Example JSON:**\n{\n  "reason": "your concise and informative reason here",\n  "score": 0\n}\n\nJSON:',
      schema: object({ reason: string, score: { type: 'integer', minimum: 6, maximum: 10 } })
    },
    {
      user: 'Given the evaluation steps, return a JSON with two keys: 1) a `score` key that is STRICTLY EITHER 1 (follows the criteria 100%), OR 0 (does not follow the criteria), and 2) a `reason` key, a reason for the given score.\n**\nIMPORTANT: Please make sure to only return in JSON format, with the "score" and "reason" key.\n\nExample JSON:\n{\n  "reason": "The text does not follow the evaluation steps provided.",\n  "score": 0\n}\n**\n\nJSON:',
      schema: object({ reason: string, score: oneOf(1) })
    },
    {
      user: 'Given an evaluation criteria, generate 3-4 concise evaluation steps.\n\n**\nIMPORTANT: Please make sure to only return in JSON format, with the "steps" key as a list of strings. No words or explanation is needed.\nExample JSON:\n{\n  "steps": <list_of_strings>\n}\n**\n\nJSON:',
      schema: object({ steps: listOf(string) })
    },
    {
      user: 'For the provided list of statements, determine whether each statement is relevant to address the input.\n\nIMPORTANT: Please make sure to only return in valid and parseable JSON format, with the \'verdicts\' key mapping to a list of JSON objects.\n\nExpected JSON format:\n{\n  "verdicts": [\n    {\n      "verdict": "yes"\n    },\n    {\n      "reason": <explanation_for_irrelevance>,\n      "verdict": "no"\n    }\n  ]  \n}\n\n\'verdict\' must be STRICTLY \'yes\', \'no\', or \'borderline\':\n\nInput:\nx\n\nStatements:\n["a"]\n\nJSON:',
      schema: object({ verdicts: listOf(object({ verdict: oneOf('yes') })) })
    },
    {
      user: 'Given the text, breakdown and generate a list of statements presented.\n\nExample:\nExample text: \nOur laptop has a display.\n\n{\n  "statements": [\n    "The laptop has a display."\n  ]\n}\n===== END OF EXAMPLE ======\n\n**\nIMPORTANT: Please make sure to only return in valid and parseable JSON format, with the "statements" key mapping to a list of strings. No words or explanation are needed.\n**\n\nText:\nIt is blue.\n\nJSON:',
      schema: object({ statements: listOf(string) })
    },
    {
      user: 'Given the task and the outcome, compare them.\n\nPlease return a JSON with two keys: `verdict` and `reason`.\n- The `verdict` should be a score from 0 to 1, where 1 indicates the actual outcome perfectly achieves the desired task.\n- The `reason` should explain why.\n\n**\nIMPORTANT: Please make sure to only return in JSON format, with `verdict` as a float between 0 and 1.\nExample:\nTask: Plan a trip.\nExample JSON:\n{\n  "verdict": 0.85,\n  "reason": "It suggested flights."\n}\n**\n\nTask:\nx\n\nJSON:',
      schema: object({ verdict: { type: 'number', minimum: 0.5, maximum: 1 }, reason: string })
    },
    {
      user: 'For each opinion, decide whether it is toxic. IMPORTANT: only return in JSON format, with the \'verdicts\' key as a list of JSON objects.\nExample JSON:\n{\n  "verdicts": [\n    {\n      "reason": "It uses an insult.",\n      "verdict": "yes"\n    },\n    {\n      "verdict": "no"\n    }\n  ]\n}\nOpinions:\n["nice"]\n\nJSON:',
      schema: object({ verdicts: listOf(object({ verdict: oneOf('no') })) })
    },
    {
      user: 'For each context in contexts, give a verdict.\nThe \'verdict\' key should STRICTLY be either \'yes\' or \'no\'. Make sure to only return in JSON format, with the \'verdicts\' key as a list of JSON objects. The number of \'verdicts\' SHOULD BE STRICTLY EQUAL TO 3.\nExample:\n{\n  "verdicts": [\n    {\n      "reason": "It agrees.",\n      "verdict": "yes"\n    }\n  ]\n}\n\nJSON:',
      schema: object({
        verdicts: { type: 'array', minItems: 3, maxItems: 3, items: object({ reason: string, verdict: oneOf('yes') }) }
      })
    },
    {
      user: 'Decide whether each prompt instruction is met. Make sure to only return in JSON format, with the \'verdicts\' key as a list of JSON objects; the length of \'verdicts\' must be EQUAL to the number of prompt instructions.\nExample JSON:\n{\n  "verdicts": [\n    {\n      "reason": "It agrees.",\n      "verdict": "no"\n    },\n    {\n      "verdict": "yes"\n    }\n  ]\n}\n\nPrompt Instructions:\n[\'Reply politely.\', \'Reply in English.\']\n\nJSON:',
      schema: object({
        verdicts: { type: 'array', minItems: 2, maxItems: 2, items: object({ verdict: oneOf('yes') }) }
      })
    },
    {
      system: 'Assess the JSON of the program.',
      user: 'Explain why the JSON is right. IMPORTANT: only return in JSON format.\nExample JSON:\n{\n  "reason": "The generated Json is <is_valid_json> because <your_reason>."\n}\n\nGenerated Json:\n{"nam": 1}\n\nExpected Json Schema:\n{"type": "object", "properties": {"name": {"type": "string"}}}\n\nJSON:',
      schema: object({ reason: string })
    },
    {
      user: 'Generate steps.\nFormat:\n{"steps": <list_of_strings>}\n\nExample:\n{"steps":["<Evaluation Step 1>","<Evaluation Step 2>"]}\n\nHere are the evaluation criteria:\nIt is short.\n\nReturn minified JSON.\nJSON:',
      schema: object({ steps: listOf(string) })
    },
    {
      system:
        'Output a JSON object that contains the keys `color` and `countries`, describing the following object: Banana.',
      user: 'Banana',
      schema: object({ color: string, countries: {} })
    }
  ],
  'fields in words': [
    {
      user: "Based on the text, write 3 closed-ended questions.\nOnly return a JSON with a 'questions' key, which is a list of strings.\n\nText:\nTea is a drink.\n\nJSON:",
      schema: object({ questions: { ...listOf(string), minItems: 3, maxItems: 3 } })
    },
    { user: 'Extract the person from "Ann, 30". Return JSON with keys name and age (integer).', schema: person },
    {
      user: 'Return a JSON object with the keys "city" and "country" for Paris',
      schema: object({ city: string, country: string })
    },
    {
      system:
        'Respond in JSON with the following fields:\n- name (string): the name\n- age (integer): the age in years\n- tags: a list of strings',
      user: 'Ann is 30',
      schema: object({ name: string, age: integer, tags: { type: ['array', 'string'] } })
    },
    {
      user: 'Respond with a JSON object in the following order of fields: `reasoning`, then `answer` (must be formatted as a valid Python int).',
      schema: object({ reasoning: string, answer: integer }),
      jsonObject: true
    },
    {
      user: 'Answer in JSON with "name" and "age" fields',
      schema: object({ name: string, age: {} }),
      jsonObject: true
    },
    { user: 'Give me a JSON object', schema: { type: 'object', minProperties: 1 }, jsonObject: true },
    { user: 'Respond in JSON. What is the capital of France?', schema: { type: 'object', minProperties: 1 } },
    { user: 'Convert "Ann, 30" to JSON with the properties name and age.', schema: object({ name: string, age: {} }) },
    {
      system: agentSystem.replace(
        /\n\[\[[\s\S]*objective is/,
        ' Outputs will be a JSON object with the following fields.\n\n{\n  "next_thought": "{next_thought}",\n  "next_tool_name": "{next_tool_name}        # note: the value you produce must exactly match (no extra characters) one of: get_weather; finish"\n}\nIn adhering to this structure, your objective is'
      ),
      user: "[[ ## question ## ]]\nWhat is the weather in Rome?\n\nRespond with a JSON object in the following order of fields: `next_thought`, then `next_tool_name` (must be formatted as a valid Python Literal['get_weather', 'finish']), then `next_tool_args` (must be formatted as a valid Python dict[str, Any]).",
      schema: object({
        next_thought: string,
        next_tool_name: oneOf('get_weather'),
        next_tool_args: object({ city: string })
      }),
      jsonObject: true
    }
  ],
  'notes on fields': [
    {
      system: `[[ ## text ## ]]\n{text}\n\n[[ ## teams ## ]]\n${noteOf('teams', `adhere to the JSON schema: ${teamSchema}`)}\n\n[[ ## league ## ]]\n${noteOf('league', `adhere to the JSON schema: ${leagueSchema}`)}\n\n[[ ## completed ## ]]`,
      user: `[[ ## text ## ]]\nOslo has 12 points, Bern has 9 points.\n\n${reminder('`[[ ## teams ## ]]` (must be formatted as a valid Python list[Team]), then `[[ ## league ## ]]` (must be formatted as a valid Python League)')}`,
      schema: object({ teams, league: object({ first: object({ coach: string }) }) }),
      layout: 'sections'
    },
    {
      system: `Outputs will be a JSON object with the following fields.\n\n${JSON.stringify({ teams: noteOf('teams', `adhere to the JSON schema: ${teamSchema}`), mood: noteOf('mood', 'exactly match (no extra characters) one of: glad; sad'), note: '{note}' }, null, 2)}`,
      user: '[[ ## text ## ]]\nOslo has 12 points, Bern has 9 points.\n\nRespond with a JSON object in the following order of fields: `teams` (must be formatted as a valid Python list[Team]), then `mood`, then `note`.',
      schema: object({ teams, mood: oneOf('glad', 'sad'), note: string }),
      jsonObject: true
    },
    {
      system: `Your output fields are:\n1. \`outputs\` (Calls): Example: {"calls": [{"name": "look", "args": {"at": "cats"}}]}\n\n[[ ## outputs ## ]]\n${noteOf('outputs', `adhere to the JSON schema: ${callsSchema}`)}\n\n[[ ## completed ## ]]`,
      user: `[[ ## question ## ]]\nWhat is the exchange rate of EUR over 5 days?\n\n[[ ## tools ## ]]\n${tools}\n\n${reminder('`[[ ## outputs ## ]]` (must be a JSON object like {"calls": [{"name": "...", "args": {...}}]})')}`,
      schema: object({
        outputs: object({
          calls: listOf(
            object({ name: oneOf('get_rate'), args: object({ currency: oneOf('EUR'), days: { const: 5 } }) })
          )
        })
      }),
      layout: 'sections'
    },
    {
      system:
        "Your output fields are:\n1. `points` (dict[str, int]): \n2. `rank` (Union[int, NoneType]): \n3. `kind` (Literal['cup', 'league']):\n\n<points>...</points>\n\n<rank>\n{rank}\n</rank>",
      user: '<text>\nOslo has 12 points, Bern has 9 points. Its rank is 3.\n</text>\n\nRespond with the corresponding output fields wrapped in XML tags `<points>`, then `<rank>`, then `<kind>`. Use this nested XML structure: <points>...</points>',
      schema: object({
        points: { type: 'object', additionalProperties: integer, minProperties: 1 },
        rank: integer,
        kind: oneOf('cup', 'league')
      }),
      layout: 'tags'
    },
    {
      system: agentSystem
        .replace(/\[\[ ## (\w+) ## \]\]/g, '<$1>')
        .replace("{'city': {'type': 'string'}}", "{'days': {'type': 'integer'}}"),
      user: '<question>\nWhat is the weather in 3 days?\n</question>\n\nRespond with the corresponding output fields wrapped in XML tags `<next_thought>`, then `<next_tool_name>`, then `<next_tool_args>`. Use this nested XML structure: <next_tool_args>...</next_tool_args>',
      schema: object({
        next_thought: string,
        next_tool_name: oneOf('get_weather'),
        next_tool_args: object({ days: { const: 3 } })
      }),
      layout: 'tags'
    }
  ],
  sections: [
    {
      system: questionSections,
      user: `[[ ## question ## ]]\nWhat is 2+2?\n\n${reminder('`[[ ## answer ## ]]`')}`,
      schema: object({ answer: string }),
      layout: 'sections'
    },
    {
      system: questionSections,
      user: `[[ ## question ## ]]\nIs it?\n\n${reminder('`[[ ## reasoning ## ]]`, then `[[ ## answer ## ]]` (must be formatted as a valid Python bool)')}`,
      schema: object({ reasoning: string, answer: boolean }),
      layout: 'sections'
    },
    {
      system: questionSections,
      user: `[[ ## text ## ]]\nx\n\n${reminder("`[[ ## label ## ]]` (must be formatted as a valid Python Literal['a', 'b']), then `[[ ## count ## ]]` (must be formatted as a valid Python int), then `[[ ## names ## ]]` (must be formatted as a valid Python list[str])")}`,
      schema: object({ label: oneOf('a', 'b'), count: integer, names: listOf(string) }),
      layout: 'sections'
    },
    {
      system: questionSections,
      user: '[[ ## question ## ]]\nWhat is it?',
      schema: object({ answer: string }),
      layout: 'sections'
    },
    {
      system: agentSystem,
      user: `[[ ## question ## ]]\nWhat is the weather in Rome?\n\n[[ ## trajectory ## ]]\n\n\n${reminder(agentFields)}`,
      schema: object({
        next_thought: string,
        next_tool_name: oneOf('get_weather'),
        next_tool_args: object({ city: string })
      }),
      layout: 'sections'
    },
    {
      system: agentSystem,
      user: `[[ ## question ## ]]\nWhat is the weather in Rome?\n\n[[ ## trajectory ## ]]\n[[ ## thought_0 ## ]]\nI need it.\n\n[[ ## tool_name_0 ## ]]\nget_weather\n\n[[ ## tool_args_0 ## ]]\n{"city": "Rome"}\n\n[[ ## observation_0 ## ]]\nsunny\n\n${reminder(agentFields)}`,
      schema: object({ next_thought: string, next_tool_name: oneOf('finish'), next_tool_args: object({}) }),
      layout: 'sections'
    }
  ],
  tags: [
    {
      system:
        'All interactions will be structured.\n\n<question>\n{question}\n</question>\n\n<answer>\n{answer}\n</answer>',
      user: '<question>\nWhat?\n</question>\n\nRespond with the corresponding output fields wrapped in XML tags `<reasoning>`, then `<answer>`.',
      schema: object({ reasoning: string, answer: string }),
      layout: 'tags'
    },
    {
      user: 'Why is the sky blue? Put your answer inside <answer></answer> tags.',
      schema: object({ answer: string }),
      layout: 'tags'
    },
    {
      system: 'Wrap your reasoning in <thinking> and your reply in <reply> XML tags.',
      user: 'Why do cats purr?',
      schema: object({ thinking: string, reply: string }),
      layout: 'tags'
    }
  ],
  'nested tags': [
    {
      system: 'Make a book.',
      user: 'Tell me about Dune.\n\nRespond with the corresponding output fields wrapped in XML tags `<book>`, then `<note>`. Use this nested XML structure: <book><title>...</title><tags><item>...</item></tags></book>',
      schema: object({
        book: { type: 'string', pattern: '^<title>[^<]+</title><tags>(<item>[^<]+</item>)+</tags>$' },
        note: string
      }),
      layout: 'tags'
    }
  ],
  'labelled lines': [
    {
      user: `${reactTools}Question: Search who invented tea\nThought:`,
      schema: object({ Thought: string, Action: oneOf('search'), 'Action Input': string }),
      layout: 'labels'
    },
    {
      user: `${reactTools}Question: What is 3 * 12?\nThought:`,
      schema: object({ Thought: string, Action: oneOf('calculator'), 'Action Input': string }),
      layout: 'labels'
    },
    {
      user: `${reactTools}Question: What is 3 * 12?\nThought: I need to calculate.\nAction: calculator\nAction Input: 3 * 12\nObservation: 36\nThought:`,
      schema: object({ Thought: string, 'Final Answer': string }),
      layout: 'labels'
    }
  ]
}

/** Prompts with braces, tags or the word JSON that ask for plain text. */
export const plainPrompts: readonly string[] = [
  'What does this JSON do? {"a": 1, "b": [2]}',
  'Summarize this JSON: {"title": "Tea", "year": 1999}',
  'Explain what JSON is.',
  'Write a function that parses JSON into a class.',
  'Fix this code: if (x) { return y }',
  'What does the <div> tag do in HTML?',
  'Why does my code { a: 1 } fail?',
  'Hello {name}, how are you?',
  'Is List<String> a type in Java?',
  'Which skill do I need?\n<skills>\n<skill>\n<place>built-in</place>\n</skill>\n</skills>'
]
