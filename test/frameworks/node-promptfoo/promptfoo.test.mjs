// The first evaluations of promptfoo's users: JSON and tool calls that are checked, and rubrics that a model grades.
// Assertions about a context (few-shot prompts without JSON) and those with embeddings are not here.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import promptfoo from 'promptfoo'

// It reads OPENAI_BASE_URL and OPENAI_API_KEY.
const id = 'openai:chat:gpt-4o'
const weatherTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Get the weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
  }
}

// Asks one prompt, and returns the result with its graded assertions.
async function ask(prompt, assertions, { config = {}, vars = {}, provider = id } = {}) {
  const evaluation = await promptfoo.evaluate(
    {
      prompts: [prompt],
      providers: [{ id: provider, config }],
      tests: [{ vars, options: { provider: id }, assert: assertions }],
      writeLatestResults: false
    },
    { cache: false, maxConcurrency: 1, showProgressBar: false }
  )
  const { results } = evaluation.toEvaluateSummary ? await evaluation.toEvaluateSummary() : evaluation
  assert.equal(results.length, 1)
  return results[0]
}

// A judge's verdict is not known, but it must be one.
function assertGraded(result) {
  const graded = result.gradingResult?.componentResults ?? []
  assert.ok(graded.length > 0, result.error)
  for (const { pass, score, reason } of graded) {
    assert.equal(typeof pass, 'boolean')
    assert.ok(score >= 0 && score <= 1, `score ${score}`)
    assert.ok(reason)
    assert.doesNotMatch(reason, /could not|not in JSON|not match|malformed|error parsing|no output/i)
  }
}

const greet = 'Write a short greeting for {{name}}.'
const fact = 'What is the capital of France?'

for (const [name, prompt, assertion] of [
  ['llm-rubric', greet, { type: 'llm-rubric', value: 'Is a polite greeting' }],
  [
    'llm-rubric with a threshold',
    greet,
    { type: 'llm-rubric', value: 'Is a polite greeting for {{name}}', threshold: 0.1 }
  ],
  ['factuality', fact, { type: 'factuality', value: 'The capital of France is Paris.' }],
  ['g-eval', greet, { type: 'g-eval', value: 'Ensure that the greeting is polite', threshold: 0.1 }],
  [
    'g-eval with several criteria',
    greet,
    { type: 'g-eval', value: ['Check the tone', 'Check the length'], threshold: 0.1 }
  ],
  ['model-graded-closedqa', fact, { type: 'model-graded-closedqa', value: 'Names a city' }],
  ['conversation-relevance', greet, { type: 'conversation-relevance', threshold: 0 }],
  [
    'llm-rubric with several lines',
    greet,
    { type: 'llm-rubric', value: ['Is polite', 'Is short'].map(line => `- ${line}`).join('\n') }
  ]
]) {
  test(`${name} is graded`, async () => {
    assertGraded(await ask(prompt, [assertion], { vars: { name: 'Ann' } }))
  })
}

test('select-best takes one of two answers', async () => {
  const evaluation = await promptfoo.evaluate(
    {
      prompts: ['Write a tweet about {{topic}}', 'Write a concise, funny tweet about {{topic}}'],
      providers: [id],
      tests: [
        {
          vars: { topic: 'bananas' },
          assert: [{ type: 'select-best', value: 'choose the funniest tweet' }]
        }
      ],
      writeLatestResults: false
    },
    { cache: false, maxConcurrency: 1, showProgressBar: false }
  )
  const { results } = await evaluation.toEvaluateSummary()
  assert.equal(results.filter(result => result.success).length, 1)
})

test('a prompt that asks for JSON with a schema gets it', async () => {
  const schema = {
    type: 'object',
    properties: { color: { type: 'string' }, countries: { type: 'array', items: { type: 'string' } } },
    required: ['color', 'countries']
  }
  const prompt =
    'Output a JSON object that contains the keys `color` and `countries`, describing the following object: {{item}}. ' +
    `It must match this JSON schema:\n${JSON.stringify(schema)}`
  const result = await ask(prompt, [{ type: 'is-json', value: schema }], { vars: { item: 'Banana' } })
  assert.equal(result.success, true, result.error)
})

test('a prompt that asks for JSON with keys gets it', async () => {
  const prompt =
    'Output a JSON object that contains the keys `color` and `location`, describing the following object: {{item}}'
  const result = await ask(
    prompt,
    [{ type: 'is-json', value: { type: 'object', required: ['color', 'location'] } }, { type: 'contains-json' }],
    { vars: { item: 'Banana' } }
  )
  assert.equal(result.success, true, result.error)
})

test('a response format is kept', async () => {
  const config = {
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'event',
        strict: true,
        schema: {
          type: 'object',
          properties: { name: { type: 'string' }, guests: { type: 'integer' } },
          required: ['name', 'guests'],
          additionalProperties: false
        }
      }
    }
  }
  const result = await ask(
    'Extract the event: the party called "Summer" has 12 guests.',
    [{ type: 'javascript', value: 'output.name === "Summer" && output.guests === 12' }],
    { config }
  )
  assert.equal(result.success, true, result.error)
})

test('a tool call is valid and has its argument', async () => {
  const result = await ask(
    'What is the weather in {{city}}?',
    [
      { type: 'is-valid-openai-tools-call' },
      { type: 'javascript', value: 'JSON.parse(output[0].function.arguments).city === "Boston"' }
    ],
    { config: { tools: [weatherTool] }, vars: { city: 'Boston' } }
  )
  assert.equal(result.success, true, result.error)
})

test('an exact reply is what the prompt says', async () => {
  const result = await ask('Reply with exactly: {{word}}', [{ type: 'equals', value: 'pong' }], {
    vars: { word: 'pong' }
  })
  assert.equal(result.success, true, result.error)
})

test('costs, times and log probabilities are there', async () => {
  const result = await ask(
    'Say hello',
    [
      { type: 'cost', threshold: 1 },
      { type: 'latency', threshold: 30000 },
      { type: 'perplexity', threshold: 1e9 }
    ],
    { config: { passthrough: { logprobs: true } } }
  )
  assert.equal(result.success, true, result.error)
})

for (const [provider, operation] of [
  ['openai:responses:gpt-4o', 'POST /v1/responses'],
  ['openai:gpt-5-pro', 'POST /v1/responses'],
  ['openai:image:dall-e-3', 'POST /v1/images/generations']
]) {
  test(`${provider} shows that Standin does not serve its operation`, async () => {
    const { error } = await ask('Hello!', [], { provider })
    assert.ok(error.includes(`Standin does not serve ${operation}.`), error)
  })
}
