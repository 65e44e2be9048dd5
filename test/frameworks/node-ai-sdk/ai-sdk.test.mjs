// The first programs of the AI SDK's users: tool loops, objects and streams, with the chat models of two providers.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import {
  generateObject,
  generateText,
  hasToolCall,
  isStepCount,
  Output,
  streamObject,
  streamText,
  ToolLoopAgent,
  tool
} from 'ai'
import { z } from 'zod'

const baseURL = process.env.OPENAI_BASE_URL
const jsonMode = 'compatible, without schemas'
const models = {
  openai: createOpenAI({ baseURL, apiKey: 'sk-test' }).chat('gpt-4o'),
  [jsonMode]: createOpenAICompatible({ name: 'standin', baseURL, apiKey: 'sk-test' })('gpt-4o'),
  'compatible, with schemas': createOpenAICompatible({
    name: 'standin',
    baseURL,
    apiKey: 'sk-test',
    supportsStructuredOutputs: true
  })('gpt-4o')
}

const weather = tool({
  description: 'Get the weather in a location',
  inputSchema: z.object({ location: z.string().describe('The location to get the weather for') }),
  execute: async ({ location }) => ({ location, temperature: 72 })
})
const convert = tool({
  description: 'Convert a temperature from Fahrenheit to Celsius',
  inputSchema: z.object({ temperature: z.number().describe('The temperature in Fahrenheit') }),
  execute: async ({ temperature }) => ({ celsius: Math.round(((temperature - 32) * 5) / 9) })
})
const recipe = z.object({
  recipe: z.object({
    name: z.string(),
    ingredients: z.array(z.object({ name: z.string(), amount: z.string() })),
    steps: z.array(z.string())
  })
})
const person = z.object({
  name: z.string(),
  age: z.number().int(),
  email: z.string().email(),
  hobbies: z.array(z.string()).nullable()
})
const elements = item => z.object({ elements: z.array(item) })
const called = steps => steps.flatMap(step => step.toolCalls.map(call => [call.toolName, call.input]))

for (const [name, model] of Object.entries(models)) {
  // A provider that only has JSON mode does not send the schema: the prompt has it.
  const withSchema = (prompt, schema) =>
    name === jsonMode
      ? `${prompt}\n\nJSON schema:\n${JSON.stringify(z.toJSONSchema(schema))}\nYou MUST answer with a JSON object that matches the JSON schema above.`
      : prompt

  describe(name, () => {
    test('a text and its stream are the same', async () => {
      const prompt = 'Write a vegetarian lasagna recipe for 4 people.'
      const { text, usage, finishReason } = await generateText({ model, prompt })
      const streamed = streamText({ model, prompt })
      let parts = ''
      for await (const part of streamed.textStream) parts += part
      assert.ok(text.length > 0)
      assert.equal(parts, text)
      assert.equal(finishReason, 'stop')
      assert.ok(usage.outputTokens > 0)
    })

    test('a loop calls a tool and ends with its result', async () => {
      const { text, steps } = await generateText({
        model,
        tools: { weather },
        stopWhen: isStepCount(5),
        prompt: 'What is the weather in San Francisco?'
      })
      assert.deepEqual(called(steps), [['weather', { location: 'San Francisco' }]])
      assert.equal(steps.length, 2)
      assert.match(text, /72/)
    })

    test('a loop gives the result of a tool to the next tool', async () => {
      const { steps } = await generateText({
        model,
        tools: { weather, convert },
        stopWhen: isStepCount(6),
        prompt: 'What is the weather in Berlin? Convert the temperature to Celsius.'
      })
      const names = called(steps).map(([tool]) => tool)
      assert.ok(names.includes('weather') && names.includes('convert'), names.join())
      assert.ok(steps.length <= 3, `${steps.length} steps`)
      assert.equal(steps.at(-1).toolCalls.length, 0)
    })

    test('two locations are two calls', async () => {
      const { steps } = await generateText({
        model,
        tools: { weather },
        stopWhen: isStepCount(5),
        prompt: 'What is the weather in Paris and in London?'
      })
      assert.deepEqual(called(steps), [
        ['weather', { location: 'Paris' }],
        ['weather', { location: 'London' }]
      ])
    })

    test('a required tool, a named tool and no tool', async () => {
      const ask = toolChoice => generateText({ model, tools: { weather, convert }, toolChoice, prompt: 'Hello!' })
      assert.equal((await ask('required')).toolCalls.length > 0, true)
      assert.deepEqual(
        (await ask({ type: 'tool', toolName: 'convert' })).toolCalls.map(call => call.toolName),
        ['convert']
      )
      const none = await ask('none')
      assert.equal(none.toolCalls.length, 0)
      assert.ok(none.text.length > 0)
    })

    test('a loop with an answer tool ends when it is called', async () => {
      const { steps } = await generateText({
        model,
        tools: {
          calculate: tool({
            description: 'Evaluate a mathematical expression',
            inputSchema: z.object({ expression: z.string() }),
            execute: async () => 30
          }),
          answer: tool({
            description: 'A tool for providing the final answer.',
            inputSchema: z.object({ steps: z.array(z.object({ calculation: z.string() })), answer: z.string() })
          })
        },
        toolChoice: 'required',
        stopWhen: [isStepCount(10), hasToolCall('answer')],
        system: 'You solve math problems. Calculate with the tool, then give the answer with the answer tool.',
        prompt: 'A taxi driver earns $9461 per 1-hour of work. What is 12 * 2.5?'
      })
      assert.ok(called(steps).some(([tool]) => tool === 'answer'))
      assert.ok(steps.length <= 3, `${steps.length} steps`)
    })

    test('an object fits its schema', async () => {
      const { object } = await generateObject({
        model,
        schema: recipe,
        prompt: withSchema('Generate a lasagna recipe.', recipe)
      })
      assert.ok(object.recipe.name.length > 0)
      assert.ok(object.recipe.steps.length > 0)
    })

    test('an object has the values of the prompt', async () => {
      const { object } = await generateObject({
        model,
        schema: person,
        schemaName: 'Person',
        schemaDescription: 'A person',
        prompt: withSchema(
          'Extract the person: John Doe is 27 years old, and his email is john.doe@example.com.',
          person
        )
      })
      assert.deepEqual([object.name, object.age, object.email], ['John Doe', 27, 'john.doe@example.com'])
    })

    test('an array, an enum, and an object without a schema', async () => {
      const hero = z.object({ name: z.string(), class: z.enum(['warrior', 'mage', 'rogue']), description: z.string() })
      const heroes = await generateObject({
        model,
        output: 'array',
        schema: hero,
        prompt: withSchema('Generate 3 hero descriptions for a fantasy role playing game.', elements(hero))
      })
      assert.equal(heroes.object.length, 3)
      const genres = ['action', 'comedy', 'drama', 'horror', 'sci-fi']
      const genre = await generateObject({
        model,
        output: 'enum',
        enum: genres,
        prompt: withSchema(
          'Classify the genre of this movie plot: "A comedy about a group of astronauts."',
          z.object({ result: z.enum(genres) })
        )
      })
      assert.equal(genre.object, 'comedy')
      const free = await generateObject({ model, output: 'no-schema', prompt: 'Generate a lasagna recipe as JSON.' })
      assert.equal(typeof free.object, 'object')
    })

    test('a streamed object grows and ends as its schema asks', async () => {
      const { partialObjectStream, object } = streamObject({
        model,
        schema: recipe,
        prompt: withSchema('Generate a lasagna recipe.', recipe)
      })
      const parts = []
      for await (const part of partialObjectStream) parts.push(part)
      assert.ok(parts.length > 1)
      assert.deepEqual(parts.at(-1), await object)
    })

    test('streamed elements of an array come one by one', async () => {
      const schema = z.object({ name: z.string(), age: z.number() })
      const { elementStream, object } = streamObject({
        model,
        output: 'array',
        schema,
        prompt: withSchema('Generate 3 people: Ann is 31, Bob is 32, Cem is 33.', elements(schema))
      })
      const people = []
      for await (const element of elementStream) people.push(element)
      assert.deepEqual(people, [
        { name: 'Ann', age: 31 },
        { name: 'Bob', age: 32 },
        { name: 'Cem', age: 33 }
      ])
      assert.deepEqual(await object, people)
    })

    test('a text with tools ends with an output', async () => {
      const schema = z.object({ location: z.string(), temperature: z.number() })
      const { output, steps } = await generateText({
        model,
        tools: { weather },
        output: Output.object({ schema }),
        stopWhen: isStepCount(5),
        prompt: withSchema('What is the weather in Madrid?', schema)
      })
      assert.deepEqual(called(steps), [['weather', { location: 'Madrid' }]])
      assert.deepEqual(output, { location: 'Madrid', temperature: 72 })
    })

    test('a choice is one of its options', async () => {
      const options = ['sunny', 'rainy', 'snowy']
      const { output } = await generateText({
        model,
        output: Output.choice({ options }),
        prompt: withSchema('Is the weather sunny, rainy, or snowy today?', z.object({ result: z.enum(options) }))
      })
      assert.ok(options.includes(output))
    })

    test('a streamed loop has calls, results and text', async () => {
      const { fullStream, steps } = streamText({
        model,
        tools: { weather },
        stopWhen: isStepCount(5),
        prompt: 'What is the weather in Oslo?'
      })
      const types = new Set()
      for await (const part of fullStream) types.add(part.type)
      for (const type of ['tool-input-start', 'tool-input-delta', 'tool-call', 'tool-result', 'text-delta', 'finish']) {
        assert.ok(types.has(type), type)
      }
      assert.deepEqual(called(await steps), [['weather', { location: 'Oslo' }]])
    })

    test('an agent keeps a conversation', async () => {
      const agent = new ToolLoopAgent({ model, instructions: 'You are a weather agent.', tools: { weather } })
      const first = await agent.generate({ prompt: 'What is the weather in Cairo?' })
      const second = await agent.generate({
        messages: [
          { role: 'user', content: 'What is the weather in Cairo?' },
          ...first.response.messages,
          { role: 'user', content: 'Thank you!' }
        ]
      })
      assert.deepEqual(called(first.steps), [['weather', { location: 'Cairo' }]])
      assert.deepEqual(called(second.steps), [])
      assert.ok(second.text.length > 0)
    })
  })
}

describe('the default API of the provider', () => {
  const model = createOpenAI({ baseURL, apiKey: 'sk-test' })('gpt-4o')
  const notServed = { name: 'AI_APICallError', message: /^Standin does not serve POST \/v1\/responses\./ }

  test('the error of a text and of an object names the operation that is not served', async () => {
    await assert.rejects(generateText({ model, prompt: 'Hello!' }), notServed)
    await assert.rejects(generateObject({ model, schema: person, prompt: 'Hello!' }), notServed)
  })

  test('a stream ends with the same error', async () => {
    const errors = []
    const { fullStream } = streamText({ model, prompt: 'Hello!', onError: ({ error }) => errors.push(error) })
    for await (const part of fullStream) if (part.type === 'error') errors.push(part.error)
    assert.equal(errors.length, 2)
    for (const error of errors) assert.match(error.message, notServed.message)
  })
})
