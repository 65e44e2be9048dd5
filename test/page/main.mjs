/** Tests the page: node main.mjs URL_WITH_FIXTURES URL_WITH_ADMIN_KEY URL_WITHOUT_FIXTURES URL_WITH_WARNINGS */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { browser, chat, findBarriers, finish, openPage, test, troubles } from './browser.mjs'

const [url, guarded, empty, lenient] = process.argv.slice(2)
const tabs = ['requests', 'fixtures', 'sessions', 'faults', 'verify', 'try']
const post = (path, body, at = url) =>
  fetch(`${at}/_mock/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body)
  }).then(response => response.json())
const get = (path, at = url) => fetch(`${at}/_mock/${path}`).then(response => response.json())

const row = (page, text) => page.getByRole('option').filter({ hasText: text }).first()
const part = (page, name) => page.getByRole('tab', { name })
const panel = page => page.getByRole('tabpanel')
/** Waits until a text is in an element. */
const has = (locator, text) => locator.filter({ hasText: text }).first().waitFor()
const select = async (page, text) => {
  await row(page, text).click()
  await page.getByRole('heading', { name: /POST/ }).waitFor()
}

try {
  await test('without requests, the page shows how to point each client here, and fills itself', async () => {
    const page = await openPage(`${empty}/_mock/`)
    for (const line of [`baseURL: '${empty}/v1'`, `base_url="${empty}/v1"`, `curl ${empty}/v1/chat/completions`])
      await has(page.locator('pre'), line)
    await page.getByRole('link', { name: 'send a request from this page' }).waitFor()
    await chat(empty, 'Hello!')
    await row(page, 'Hello!').waitFor()
    assert.equal(await page.getByText('No request yet').count(), 0)
    await page.goto(`${empty}/_mock/#/fixtures`)
    await has(page.locator('main'), 'Standin generates every answer')
    await page.context().close()
  })

  await chat(url, 'Hello!')
  await chat(url, 'What is the weather in Paris?', { stream: true, stream_options: { include_usage: true } })
  for (let turn = 0; turn < 3; turn++) await chat(url, 'a flaky request')
  const tools = [
    { type: 'function', function: { name: 'book_flight', parameters: { type: 'object', properties: {} } } }
  ]
  await chat(url, 'Please book it', { tools }, { authorization: 'Bearer sk-limited-000000' })
  await chat(url, 'How warm?', { temperature: 3 })
  await chat(url, 'A long story', { stream: true }, { 'x-mock-fault': 'truncate; after=3' })
  await chat(url, "How's the wether in Paris?", {}, { 'x-mock-session': 'checkout test' })

  await test('the first screen shows the newest request that went wrong, with the reason', async () => {
    const page = await openPage(`${url}/_mock/`)
    await has(page.locator('.verdict'), 'Damaged by the fault truncate; after=3')
    assert.equal(await page.getByRole('option', { selected: true }).count(), 1)
    await page.context().close()
  })

  if (process.env.SHOTS)
    await test('screenshots of the docs are written', async () => {
      for (const colorScheme of ['light', 'dark']) {
        const shot = await openPage(`${url}/_mock/`, { colorScheme, viewport: { width: 940, height: 540 } })
        await select(shot, "How's the wether")
        await has(shot.locator('.verdict'), 'No fixture matched')
        await has(shot.locator('header'), 'load')
        await shot.mouse.move(0, 0)
        await shot.evaluate(() => document.activeElement?.blur())
        await shot.screenshot({ path: `${process.env.SHOTS}/page-${colorScheme}.png` })
        await shot.context().close()
      }
    })

  // Tests of this page send wrong fixtures, faults and requests.
  const page = await openPage(`${url}/_mock/`, {}, /status of 4(00|09)/)

  await test('the top line has the address to copy, the fixtures and the load', async () => {
    const header = page.locator('header')
    await has(header, `${url}/v1`)
    await has(header, /5 fixtures from .*test.page.fixtures/)
    await has(header, /load \d+ % · [\d,]+ req\/s · \d+ open/)
    await header.getByRole('button', { name: 'Copy' }).click()
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${url}/v1`)
  })

  await test('a row has time, operation, status in words, model, answerer, tokens, duration and session', async () => {
    const expected = [/\d\d:\d\d:\d\d/, /200 OK/, /chat ~/, /gpt-4o/, /weather/, /\d+ \+ \d+ tok/, /\d ms/, /sk-/]
    const text = await row(page, 'weather in Paris').textContent()
    for (const each of expected) assert.match(text, each)
    assert.match(await row(page, 'How warm?').textContent(), /400 bad request.*decimal_above_max_value/s)
    assert.match(await row(page, 'Hello!').textContent(), /generated/)
    assert.match(await row(page, 'A long story').textContent(), /200 damaged/)
  })

  await test('requests come newest first as they happen', async () => {
    await chat(url, 'the newest of all')
    await has(page.getByRole('option').first(), 'the newest of all')
  })

  await test('the filter takes words and terms', async () => {
    const field = page.getByRole('searchbox')
    for (const [filter, count] of [
      ['status:4xx', 2],
      ['session:"checkout test"', 1],
      ['is:stream', 2],
      ['fixture:flaky status:5xx', 1],
      ['wether', 1],
      ['nothing-like-this', 0]
    ]) {
      await field.fill(filter)
      await has(page.locator('.count'), new RegExp(`^${count} of `))
      assert.equal(await page.getByRole('option').count(), count, filter)
    }
    await field.fill('')
  })

  await test('the keys move in the list, open the details, go to the filter, and pause', async () => {
    await page.getByRole('listbox').focus()
    await page.keyboard.press('Home')
    await has(page.getByRole('option', { selected: true }), 'the newest of all')
    await page.keyboard.press('ArrowDown')
    await has(page.getByRole('option', { selected: true }), 'wether')
    await page.getByRole('heading', { name: /POST/ }).waitFor()
    await page.keyboard.press('ArrowUp')
    await has(page.getByRole('option', { selected: true }), 'the newest of all')
    await has(page.locator('.detail'), 'the newest of all')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'tab')
    await page.keyboard.press('ArrowRight')
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-selected')), 'true')
    await page.evaluate(() => document.activeElement?.blur())
    await page.keyboard.press(' ')
    await page.getByRole('button', { name: 'Go on', pressed: true }).waitFor()
    await chat(url, 'while it is paused')
    await page.getByRole('button', { name: '1 new' }).waitFor()
    assert.equal(await row(page, 'while it is paused').count(), 0)
    await page.keyboard.press(' ')
    await row(page, 'while it is paused').waitFor()
    await page.keyboard.press('/')
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('type')), 'search')
  })

  await test('the list stands still while somebody reads it, and says how many are new', async () => {
    await page.getByRole('listbox').hover()
    const first = await page.getByRole('option').first().textContent()
    for (const each of [1, 2]) await chat(url, `behind the reader ${each}`)
    await page.getByRole('button', { name: '2 new' }).waitFor()
    assert.equal(await page.getByRole('option').first().textContent(), first)
    await page.getByRole('button', { name: '2 new' }).click()
    await has(page.getByRole('option').first(), 'behind the reader 2')
  })

  await test('an invalid request shows message, rule and evidence, and marks the faulty place', async () => {
    await select(page, 'How warm?')
    await has(page.locator('.verdict'), /Invalid 'temperature'/)
    await has(page.locator('.verdict'), /decimal_above_max_value.* · evidence: recorded/)
    await has(panel(page).locator('mark'), '"temperature": 3')
    await part(page, 'Response').click()
    await has(panel(page).locator('pre'), 'decimal_above_max_value')
    await part(page, 'Why').click()
    await has(panel(page), 'Refused with decimal_above_max_value')
  })

  await test('with --validate warn, the page shows what the service would have refused', async () => {
    await chat(lenient, 'How warm?', { temperature: 3 })
    const other = await openPage(`${lenient}/_mock/`)
    await has(other.locator('.verdict'), /The service would refuse this request: Invalid 'temperature'/)
    await has(other.getByRole('tabpanel').locator('mark'), '"temperature": 3')
    await other.context().close()
  })

  await test('a request without a fixture shows the nearest fixtures, each condition with tick or cross', async () => {
    await select(page, "How's the wether")
    await has(page.locator('.verdict'), /No fixture matched.*Nearest: weather \(.*answers\.yaml:2\)/)
    const card = panel(page).locator('.reason').first()
    await has(card.locator('li.holds'), /model expected to be gpt-4o\*.*"gpt-4o"/s)
    await has(card.locator('li.fails'), /lastUser expected to match .*weather in.*got.*"How's the wether in Paris\?"/s)
    assert.equal(await card.getByRole('img', { name: 'holds' }).count(), 1)
    await has(page.locator('.detail'), 'session checkout test')
  })

  await test('a stream shows its text, and when each event was due and written', async () => {
    await select(page, 'weather in Paris')
    await has(page.locator('.verdict'), /Answered by weather \(.*answers\.yaml:2\)/)
    await has(panel(page).locator('blockquote'), 'It is 21 °C in Paris.')
    const events = panel(page).locator('.waterfall li')
    assert.ok((await events.count()) > 8)
    assert.match(await events.nth(2).textContent(), /\d ms/)
    assert.ok((await panel(page).locator('.due').count()) > 8)
    assert.ok((await panel(page).locator('.bar').count()) > 8)
    await has(panel(page), 'end of the stream')
    await part(page, 'Why').click()
    await has(panel(page), /\d+ of the prompt, \d+ of the completion/)
    await has(panel(page), 'replied')
  })

  await test('copy as writes a command, code, a fixture and a test that work', async () => {
    await select(page, 'Hello!')
    await part(page, 'Copy as').click()
    const copied = async form => {
      await panel(page).getByText(form, { exact: true }).click()
      await panel(page).getByLabel(`The request as ${form}`).waitFor()
      await panel(page).getByRole('button', { name: 'Copy' }).click()
      return page.evaluate(() => navigator.clipboard.readText())
    }
    const curl = await copied('curl')
    assert.match(
      execFileSync('bash', ['-c', curl], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
      /"chat.completion"/
    )
    const inRepository = name => new URL(`../../dist/${name}`, import.meta.url)
    for (const [form, name, args] of [
      ['Node', 'page-copy.mjs', []],
      ['Test', 'page-copy.test.mjs', ['--test']]
    ]) {
      writeFileSync(inRepository(name), await copied(form))
      try {
        execFileSync(process.execPath, [...args, inRepository(name).pathname], { stdio: 'pipe' })
      } finally {
        rmSync(inRepository(name))
      }
    }
    const python = await copied('Python')
    assert.match(python, /client\.chat\.completions\.create\(\n {4}model="gpt-4o",/)
    execFileSync('python3', ['-c', `import ast, sys; ast.parse(sys.stdin.read())`], { input: python })
    assert.match(await copied('Fixture'), /^fixtures:\n {2}- match:.*exact: Hello!/s)
  })

  await test('two clicks answer a request next time, and the page shows that it was answered', async () => {
    await select(page, "How's the wether")
    await page.getByRole('button', { name: 'Answer this next time' }).click()
    await page.getByRole('button', { name: 'Save as fixture' }).click()
    await has(page.locator('.saved'), 'Saved as fixture 1')
    await page.getByRole('button', { name: 'Send it again' }).click()
    await has(page.locator('.saved'), 'It answered the request at')
    const { choices } = JSON.parse(await chat(url, "How's the wether in Paris?"))
    const [first] = (await get('requests?text=wether')).requests
    assert.equal(choices[0].message.content, first.answer.choices[0].message.content)
  })

  await test('the reply can be changed, and a wrong reply is explained', async () => {
    await select(page, 'a flaky request')
    await page.getByRole('button', { name: 'Answer this next time' }).click()
    const editor = page.getByLabel('Reply', { exact: true })
    await editor.fill('Always {{ lucky }}.')
    await page.getByText('Any reply, as JSON').click()
    assert.match(await editor.inputValue(), /"literal": true/)
    await editor.fill('{"txet": "typo"}')
    await page.getByRole('button', { name: 'Save as fixture' }).click()
    await has(page.getByRole('alert'), /txet/)
    await editor.fill('{"text": "Always lucky."}')
    await page.getByRole('button', { name: 'Save as fixture' }).click()
    await has(page.locator('.saved'), /Saved as fixture \d/)
    assert.match(await chat(url, 'a flaky request'), /Always lucky/)
  })

  await test('fixtures show place, conditions, uses and warnings, and added fixtures can be removed', async () => {
    await page.getByRole('link', { name: 'Fixtures', exact: true }).click()
    const card = name => page.locator('.fixture').filter({ has: page.getByRole('heading', { name }) })
    await has(card(/^weather/), /answers\.yaml:2/)
    await has(card(/^weather/), 'expects lastUser to match /weather in (?<city>\\w+)/i')
    await has(card(/^weather/), /Used 1 time, last at \d\d:\d\d:\d\d/)
    await has(card(/^booking/), /expects tools: book_flight to be declared/)
    await has(card(/^booking/), /: 1 of 2/)
    await has(card(/^never/), /waits for the state "paid", which no fixture sets/)
    await has(card(/^flaky/), 'Sequence of 3 replies')
    await card(/^fixture 1/)
      .getByRole('button', { name: 'Remove' })
      .click()
    await card(/^fixture 1/).waitFor({ state: 'detached' })
    assert.equal(
      (await get('fixtures')).fixtures.some(({ name }) => name === 'fixture 1'),
      false
    )
    await page.getByRole('searchbox').fill('book_flight')
    assert.equal(await page.locator('.fixture').count(), 1)
  })

  await test('sessions show requests, tokens and cost, and lead to their requests', async () => {
    await page.getByRole('link', { name: 'Sessions & limits' }).click()
    const line = page.getByRole('row').filter({ hasText: 'checkout test' })
    await has(line, /checkout test1\d+no price/)
    await page.getByText('Prices for the cost column').click()
    await page.getByLabel('Price of prompt tokens of gpt-4o').fill('2.5')
    await page.getByLabel('Price of completion tokens of gpt-4o').fill('10')
    await has(line, /\$0\.000\d/)
    await line.getByRole('link').click()
    await has(page.locator('.count'), /^1 of /)
    await page.getByRole('searchbox').fill('')
  })

  await test('limits show what is left and when they are full again', async () => {
    await page.getByRole('link', { name: 'Sessions & limits' }).click()
    await has(page.locator('.limit'), /(99|100) of 100 requests per minute left/)
    await has(page.locator('.limit'), /of 1,000 tokens per day left · full again in/)
    assert.ok((await page.getByRole('meter').count()) >= 2)
  })

  await test('open streams are listed while they run', async () => {
    const controller = new AbortController()
    const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'A slow one' }], stream: true }
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      signal: controller.signal,
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer sk-test',
        'x-mock-timing': 'firstTokenMs=0, interTokenMs=60000'
      },
      body: JSON.stringify(body)
    })
    await has(page.locator('.streams'), /\d+ of \d+ events/)
    controller.abort()
    await response.text().catch(() => {})
    await has(page.locator('main'), 'No stream is open')
  })

  await test('faults are switched on by kind and share, show what they did, and are removed', async () => {
    await page.getByRole('link', { name: 'Faults' }).click()
    await has(page.locator('main'), 'No fault is on')
    await page.getByLabel('Kind').selectOption('delay')
    assert.equal(await page.getByLabel('Fault', { exact: true }).inputValue(), 'delay=200')
    await page.getByLabel('Fault', { exact: true }).fill('delay=1')
    await page.getByLabel('Share').fill('100')
    await page.getByLabel('Session').fill('slow test')
    await page.getByRole('button', { name: 'Switch on' }).click()
    await has(page.locator('.cards li'), /delay; ms=1 for 100 % of the requests of session/)
    await chat(url, 'delayed', {}, { 'x-mock-session': 'slow test' })
    await chat(url, 'not delayed')
    await has(page.locator('.cards li'), '1 response had it')
    await page.getByLabel('Fault', { exact: true }).fill('nonsense')
    await page.getByRole('button', { name: 'Switch on' }).click()
    await has(page.getByRole('alert'), /unknown fault "nonsense"/)
    await page.getByRole('button', { name: /^Remove/ }).click()
    await has(page.locator('main'), 'No fault is on')
    assert.deepEqual((await get('faults')).faults, [])
  })

  await test('verify reports whether the requests are as expected', async () => {
    await page.getByRole('link', { name: 'Verify' }).click()
    await page.getByLabel('Conditions').fill('{ "lastUser": "weather in Paris" }')
    await page.getByRole('button', { name: 'Verify' }).click()
    await has(page.getByRole('status'), '✓ As expected')
    await page.getByLabel('Kind of bound').selectOption('count')
    await page.getByLabel('Number of requests').fill('7')
    await page.getByRole('button', { name: 'Verify' }).click()
    await has(page.getByRole('status'), /✗ Not as expected.*expected 7 requests/s)
    await page.getByLabel('a fixture answered every request').check()
    await page.getByRole('button', { name: 'Verify' }).click()
    await has(page.getByRole('status'), /chat requests that no fixture answered/)
    await page.getByLabel('a fixture answered every request').uncheck()
    await page.getByLabel('Conditions').fill('{')
    await page.getByRole('button', { name: 'Verify' }).click()
    await has(page.getByRole('alert'), 'The conditions are not JSON')
  })

  await test('a request from the page shows the stream as it comes, and the same with curl', async () => {
    await page.getByRole('link', { name: 'Try it' }).click()
    await page.getByLabel('Messages').fill('[{ "role": "user", "content": "When is high tide?" }]')
    await has(page.locator('pre'), '"stream":true')
    await page.getByRole('button', { name: 'Send' }).click()
    const part = page.getByLabel('Text of the response')
    await has(part, 'The tide')
    assert.ok((await part.textContent()).length < 30, 'a part comes before the end')
    await has(page.locator('main'), 'receiving …')
    await has(page.getByLabel('Text of the response'), 'The tide is high in the morning today.')
    await page.getByRole('link', { name: 'Why this answer' }).click()
    await has(page.locator('.verdict'), 'Answered by tide')
    await page.getByRole('link', { name: 'Try it' }).click()
    await page.getByLabel('Tools').fill(JSON.stringify(tools))
    await page
      .getByLabel('Schema')
      .fill('{ "type": "object", "properties": {}, "required": [], "additionalProperties": false }')
    await page.getByLabel('stream').uncheck()
    await has(page.locator('pre'), /"tools":\[.*"json_schema"/)
    await page.getByRole('button', { name: 'Send' }).click()
    await has(page.getByLabel('Text of the response'), '"chat.completion"')
    await page.getByLabel('Tools').fill('[')
    await page.getByRole('button', { name: 'Send' }).click()
    await has(page.getByRole('alert'), /^Tools: /)
  })

  await test('the API reference is one click away, and leads back', async () => {
    await page.getByRole('link', { name: 'API reference' }).click()
    assert.equal(await page.title(), 'Standin API reference')
    await page.locator('.opblock').first().waitFor()
    await page.getByRole('link', { name: 'Back to the requests' }).click()
    await page.getByRole('listbox').waitFor()
  })

  await test('hostile texts are shown as texts, and hidden characters as escapes', async () => {
    const hostile =
      '<img src=x onerror=alert(1)><script>alert(2)</script> \u202egpj.exe\u202c \u001b[31mred\u0007 \u200b'
    await chat(url, hostile, { model: '<b>gpt</b>' }, { 'x-mock-session': '<i>session' })
    await post('fixtures', { name: '<u>fixture\u202e', match: { lastUser: '<s>' }, reply: { text: '<img src=y>' } })
    await row(page, 'onerror').waitFor()
    await select(page, 'onerror')
    for (const name of ['Request', 'Response', 'Why', 'Copy as']) {
      await part(page, name).click()
      const text = await page.locator('main').textContent()
      assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u206f]/)
    }
    await part(page, 'Request').click()
    await has(panel(page), '\\u202egpj.exe\\u202c \\u001b[31mred\\u0007')
    await page.goto(`${url}/_mock/#/fixtures`)
    await has(page.locator('.fixture'), '<u>fixture\\u202e')
    assert.equal(await page.locator('main :is(img, u, s, b:has(*))').count(), 0)
    await page.goto(`${url}/_mock/#/requests`)
  })

  await test('a huge body is cut, and shown whole on demand', async () => {
    const long = 'x'.repeat(3_000_000)
    await chat(url, `huge ${long}`, {
      metadata: Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`k${at}`, 'v']))
    })
    await select(page, 'huge')
    await part(page, 'Request').click()
    await has(panel(page), '2,998,007 more characters')
    const length = () => panel(page).evaluate(element => element.textContent.length)
    assert.ok((await length()) < 10_000)
    await panel(page).getByRole('button', { name: 'Show all' }).click()
    assert.ok((await length()) > 3_000_000)
  })

  await test('an address of an unknown request says so', async () => {
    const gone = await openPage(`${url}/_mock/#/requests/req_nope`, {}, /404/)
    await has(gone.getByRole('alert'), 'There is no request req_nope')
    await gone.context().close()
  })

  await test('ten thousand requests leave the document small, and the list scrolls and filters', async () => {
    const ask = at => chat(url, `number ${at}`)
    for (let at = 0; at < 10_000; at += 100)
      await Promise.all(Array.from({ length: 100 }, (_, index) => ask(at + index)))
    const many = await openPage(`${url}/_mock/`)
    await has(many.locator('.count'), '10,000 requests')
    const count = () => many.locator('main *').count()
    assert.ok((await many.getByRole('option').count()) < 40)
    assert.ok((await count()) < 1000)
    await many.getByRole('listbox').evaluate(list => list.scrollTo(0, list.scrollHeight))
    await has(many.getByRole('option').last(), /number|flaky|Hello|weather/)
    assert.ok((await many.getByRole('option').count()) < 40)
    await many.getByRole('searchbox').fill('number 4321')
    await has(many.locator('.count'), '1 of 10,000 requests')
    await many.getByRole('searchbox').fill('')
    await has(many.locator('.count'), /^10,000 requests/)
    await many.getByRole('listbox').evaluate(list => list.scrollTo(0, list.scrollHeight))
    await ask('after the flood')
    await many.getByRole('button', { name: '1 new' }).click()
    await has(many.getByRole('option').first(), 'after the flood')
    await has(many.locator('.count'), '10,000 requests (the newest of 10,001)')
    await many.getByRole('button', { name: 'Clear list' }).click()
    await has(many.locator('main'), 'No request yet')
    await many.context().close()
  })

  await test('with an admin key, the page asks for it once, and keeps it in memory only', async () => {
    const other = await openPage(`${guarded}/_mock/`, {}, /401/)
    await other.getByLabel('Admin key').fill('wrong')
    await other.getByRole('button', { name: 'Open' }).click()
    await other.getByLabel('Admin key').fill('admin-secret')
    await other.getByRole('button', { name: 'Open' }).click()
    await has(other.locator('main'), 'No request yet')
    await chat(guarded, 'behind the key')
    await row(other, 'behind the key').waitFor()
    assert.equal(
      await other.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])),
      '[{},{},""]'
    )
    await other.reload()
    await other.getByLabel('Admin key').waitFor()
    assert.deepEqual(await findBarriers(other), [])
    await other.context().close()
  })

  await test('a reset of the server is asked for twice', async () => {
    const other = await openPage(`${empty}/_mock/#/sessions`)
    await other.getByRole('button', { name: 'Reset the server' }).click()
    assert.ok((await get('requests', empty)).requests.length > 0)
    await other.getByRole('button', { name: 'Really reset?' }).click()
    await has(other.locator('main'), 'No session yet')
    assert.deepEqual((await get('requests', empty)).requests, [])
    await other.context().close()
  })

  for (const [name, options] of [
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['at 360 px', { viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' }]
  ])
    await test(`no part of the page has a barrier that axe-core calls serious: ${name}`, async () => {
      const other = await openPage(`${lenient}/_mock/`, options)
      await chat(lenient, 'a stream', { stream: true }, { 'x-mock-timing': 'firstTokenMs=5, interTokenMs=1' })
      await row(other, 'a stream').click()
      await other.getByRole('button', { name: 'Answer this next time' }).click()
      for (const each of ['Why', 'Request', 'Response', /Stream/, 'Copy as']) {
        await part(other, each).click()
        assert.deepEqual(await findBarriers(other), [], String(each))
      }
      for (const tab of tabs) {
        await other.goto(`${lenient}/_mock/#/${tab}`)
        await other
          .getByRole(tab === 'requests' ? 'listbox' : 'heading')
          .last()
          .waitFor()
        assert.deepEqual(await findBarriers(other), [], tab)
        const width = await other.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        assert.ok(width <= 0, `${tab} is ${width} px too wide`)
      }
      await other.context().close()
    })

  await test('on a narrow screen, a request opens over the list, and leads back', async () => {
    const phone = await openPage(`${lenient}/_mock/`, { viewport: { width: 360, height: 740 } })
    await row(phone, 'a stream').click()
    await phone.getByRole('heading', { name: /POST/ }).waitFor()
    assert.equal(await phone.getByRole('listbox').isVisible(), false)
    await phone.getByRole('button', { name: '← List' }).click()
    await phone.getByRole('listbox').waitFor()
    await phone.context().close()
  })

  await test('the top line counts requests for operations that are not served', async () => {
    await fetch(`${url}/v1/assistants`, { method: 'POST' })
    await has(
      page.locator('header'),
      '1 request for operations that Standin does not serve, such as POST /v1/assistants'
    )
  })

  await test('the policy allows no inline script or style, and the files are small', async () => {
    const response = await fetch(`${url}/_mock/`)
    const policy = response.headers.get('content-security-policy')
    assert.match(
      policy,
      /^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'/
    )
    assert.doesNotMatch(policy, /unsafe|\*/)
    assert.doesNotMatch(await response.text(), /<style|style=|<script>|https?:/)
    const dist = name => statSync(new URL(`../../dist/page/${name}`, import.meta.url)).size
    assert.ok(dist('page.js') + dist('page.css') < 150_000)
    assert.doesNotMatch(readFileSync(new URL('../../dist/page/page.css', import.meta.url), 'utf8'), /https?:|@import/)
  })

  await test('no page had a console error, an exception, a dialog, a broken policy or a request to another host', async () =>
    assert.deepEqual(troubles, []))
} finally {
  await browser.close()
}
finish()
