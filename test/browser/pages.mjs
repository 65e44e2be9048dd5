/** Attacks two servers with pages of other origins in Chromium: node pages.mjs URL_ON_LOOPBACK URL_ON_ALL_ADDRESSES */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { isDeepStrictEqual } from 'node:util'

const [loopback, everywhere] = process.argv.slice(2)
const { chromium } = await import(process.env.PLAYWRIGHT)

let passed = 0
let failed = 0
function check(name, isRight, found) {
  if (isRight) passed++
  else failed++
  console.log(`${isRight ? 'ok' : 'not ok'} - ${name}`)
  if (!isRight) console.log(`  # found ${JSON.stringify(found)}`)
}

/** A server with pages of an attacker. All its names and ports are other origins than those of Standin. */
const attackerPage = '<!doctype html><title>Attacker</title><body></body>'
const attacker = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html')
  response.end(attackerPage)
}).listen(0, '127.0.0.1')
await once(attacker, 'listening')
const attackerPort = attacker.address().port

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: [
    '--host-resolver-rules=MAP evil.test 127.0.0.1',
    // This check of Chromium would hide what the server itself does. Other browsers do not have it.
    '--disable-features=LocalNetworkAccessChecks',
    // Chromium's sandbox does not work for root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])
  ]
})

const fixture = { match: { lastUser: 'planted' }, reply: { text: 'Planted.' } }
const secret = 'a secret prompt'

/** What an attacker could change or read, as a program of the same machine sees it. */
async function readState(url) {
  const get = async path => (await fetch(url + path)).json()
  const { requests } = await get('/_mock/requests')
  return {
    fixtures: await get('/_mock/fixtures'),
    faults: await get('/_mock/faults'),
    keys: await get('/_mock/keys'),
    requests: requests.filter(({ url }) => url.includes('chat')).map(({ id }) => id)
  }
}

const ask = (url, session, content = secret) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${session}` },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content }] })
  })

/** Attempts to write. Each runs in the page, and may fail in any way. */
const writes = {
  'a plain text': (url, body) =>
    fetch(`${url}/_mock/fixtures`, {
      method: 'POST',
      mode: 'no-cors',
      headers: { 'content-type': 'text/plain' },
      body
    }),
  'a form body': (url, body) =>
    fetch(`${url}/_mock/fixtures`, { method: 'POST', mode: 'no-cors', body: new URLSearchParams(body) }),
  'a body without a type': (url, body) =>
    fetch(`${url}/_mock/fixtures`, { method: 'POST', mode: 'no-cors', body: new Blob([body]) }),
  'JSON after a preflight': (url, body) =>
    fetch(`${url}/_mock/fixtures`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
  'an old XMLHttpRequest': (url, body) =>
    new Promise(resolve => {
      const request = new XMLHttpRequest()
      request.open('POST', `${url}/_mock/fixtures`)
      request.onloadend = resolve
      request.send(body)
    }),
  'a beacon with a text': (url, body) => navigator.sendBeacon(`${url}/_mock/fixtures`, body),
  'a beacon with JSON': (url, body) =>
    navigator.sendBeacon(`${url}/_mock/fixtures`, new Blob([body], { type: 'application/json' })),
  'a form in a frame': (url, body) =>
    new Promise(resolve => {
      document.body.innerHTML =
        '<iframe name="target"></iframe><form method="post" enctype="text/plain" target="target">'
      const form = document.querySelector('form')
      const input = document.createElement('input')
      // The text of the form is name=value, so a "=" within the JSON makes it valid.
      input.name = body.slice(0, -1).concat(',"name":"')
      input.value = '"}'
      form.append(input)
      form.action = `${url}/_mock/fixtures`
      document.querySelector('iframe').onload = resolve
      form.submit()
    }),
  'a form to reset': url =>
    new Promise(resolve => {
      document.body.innerHTML = '<iframe name="target"></iframe><form method="post" target="target">'
      const form = document.querySelector('form')
      form.action = `${url}/_mock/reset`
      document.querySelector('iframe').onload = resolve
      form.submit()
    }),
  'a reset without a body': url => fetch(`${url}/_mock/reset`, { method: 'POST', mode: 'no-cors' }),
  'a removal of the fixtures': url => fetch(`${url}/_mock/fixtures`, { method: 'DELETE' }),
  'a removal of the journal': url => fetch(`${url}/_mock/requests`, { method: 'DELETE' }),
  'a new key': url =>
    fetch(`${url}/_mock/keys`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"keys":{"sk-a":{}}}'
    }),
  'a fault': url => fetch(`${url}/_mock/faults`, { method: 'POST', mode: 'no-cors', body: '{"fault":"close"}' }),
  'a session of another key': url =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-page', 'x-mock-session': 'sk-victim' },
      body: '{"model":"gpt-4o","messages":[{"role":"user","content":"turn"}]}'
    })
}

/** Attempts to read. Each runs in the page, and returns what the page sees. */
const reads = {
  'fetch of the journal': async url => (await fetch(`${url}/_mock/requests`)).text(),
  'fetch of the unmatched requests': async url => (await fetch(`${url}/_mock/unmatched`)).text(),
  'fetch of the fixtures': async url => (await fetch(`${url}/_mock/fixtures`)).text(),
  'fetch of the metrics': async url => (await fetch(`${url}/_mock/metrics`)).text(),
  'fetch without CORS': async url => (await fetch(`${url}/_mock/requests`, { mode: 'no-cors' })).text(),
  'a frame': async url => {
    document.body.innerHTML = `<iframe src="${url}/_mock/requests"></iframe>`
    await new Promise(resolve => (document.querySelector('iframe').onload = resolve))
    return document.querySelector('iframe').contentDocument?.body.textContent ?? ''
  },
  'a script': async url => {
    const script = document.createElement('script')
    script.src = `${url}/_mock/requests`
    const loaded = new Promise(resolve => {
      script.onload = () => resolve('the script was loaded')
      script.onerror = () => resolve('')
    })
    document.body.append(script)
    return loaded
  },
  'a style': async url => {
    const link = document.createElement('link')
    link.rel = 'stylesheet'
    link.href = `${url}/_mock/requests?format=fixtures`
    const loaded = new Promise(resolve => {
      link.onload = () => resolve('the style was loaded')
      link.onerror = () => resolve('')
    })
    document.head.append(link)
    return loaded
  }
}

/** Runs a function in the page. Its source is passed, because the page has its own world. */
const runIn = (page, code, ...args) =>
  page.evaluate(
    async ([source, args]) => {
      try {
        const found = await new Function(`return ${source}`)()(...args)
        return found instanceof Response ? '' : String(found ?? '')
      } catch {
        return ''
      }
    },
    [String(code), args]
  )

const readModels = async url =>
  (await fetch(`${url}/v1/models`, { headers: { authorization: 'Bearer sk-page' } })).status

/** Opens a page of an attacker, and tries everything against a server, which the page calls `target`. */
async function attack(name, pageUrl, url, target = url, reached = 200) {
  const isRebound = target !== url
  const page = await browser.newPage()
  const open = async () => {
    // The page comes from the attacker also if its name now has the address of the server.
    if (isRebound) await page.route(pageUrl, route => route.fulfill({ contentType: 'text/html', body: attackerPage }))
    await page.goto(pageUrl)
    await page.unroute(pageUrl)
  }
  await open()
  check(`${name}: the page is open`, (await page.title()) === 'Attacker', page.url())
  const status = await runIn(page, readModels, target)
  check(`${name}: the page reaches the server, which responds with ${reached}`, status === String(reached), status)
  const before = await readState(url)
  for (const [what, code] of Object.entries(writes)) {
    await runIn(page, code, target, JSON.stringify(fixture))
    // A beacon has no end that a page can wait for. The next request of the page comes after it.
    await runIn(page, `url => fetch(url + '/health', { mode: 'no-cors' })`, target)
    const after = await readState(url)
    const found = what === 'a session of another key' ? { ...after, requests: before.requests } : after
    check(`${name}: ${what} changes nothing`, isDeepStrictEqual(found, before), found)
  }
  await open()
  for (const [what, code] of Object.entries(reads)) {
    const found = await runIn(page, code, target)
    check(
      `${name}: ${what} reads nothing`,
      !found.includes(secret) && !/standin_|"fixtures"|was loaded/.test(found),
      found
    )
  }
  await page.close()
}

/** Opens the server's own page, and uses it. */
async function useOwnPage(name, url) {
  const page = await browser.newPage()
  await page.goto(`${url}/_mock/docs`)
  await page.waitForSelector('.opblock')
  check(`${name}: the page shows the operations`, (await page.locator('.opblock').count()) > 5)
  const send = (method, path, body) =>
    page.evaluate(
      async ([method, path, body]) => {
        const headers = body === undefined ? {} : { 'content-type': 'application/json' }
        const response = await fetch(path, { method, headers, body })
        return [response.status, await response.text()]
      },
      [method, path, body && JSON.stringify(body)]
    )
  const rows = [
    ['POST', '/_mock/fixtures', fixture, 201, /"added"/],
    ['GET', '/_mock/fixtures', undefined, 200, /Planted/],
    ['GET', '/_mock/requests', undefined, 200, new RegExp(secret)],
    ['GET', '/_mock/metrics', undefined, 200, /standin_requests_total/],
    ['PUT', '/_mock/keys', { keys: { 'sk-own': {} } }, 200, /"keys"/],
    ['POST', '/_mock/faults', { fault: 'close', rate: 0 }, 201, /"added"/],
    ['DELETE', '/_mock/fixtures', undefined, 200, /"removed":[12]/],
    ['POST', '/_mock/reset', undefined, 200, /"requests"/]
  ]
  for (const [method, path, body, status, text] of rows) {
    const found = await send(method, path, body)
    check(`${name}: ${method} ${path} works`, found[0] === status && text.test(found[1]), found)
  }
  await page.close()
}

const withHost = (url, host) => `http://${host}:${new URL(url).port}`
const prepare = async url => {
  await fetch(`${url}/_mock/reset`, { method: 'POST' })
  await fetch(`${url}/_mock/fixtures`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'two turns', match: { lastUser: 'turn' }, reply: [{ text: 'one' }, { text: 'two' }] })
  })
  await ask(url, 'sk-victim')
}

try {
  for (const [place, url] of [
    ['loopback', withHost(loopback, '127.0.0.1')],
    ['all addresses', withHost(everywhere, '127.0.0.1')]
  ]) {
    await prepare(url)
    for (const host of ['evil.test', 'localhost', '127.0.0.1'])
      await attack(`${place}, page of ${host}`, `http://${host}:${attackerPort}/`, url)
    // The name evil.test first had the address of the attacker, and now has that of the server.
    const rebound = withHost(url, 'evil.test')
    await attack(`${place}, rebound name`, `${rebound}/`, url, rebound, place === 'loopback' ? 421 : 200)
    const turn = await (await ask(url, 'sk-victim', 'turn')).json()
    check(`${place}: no page took a turn of another session`, turn.choices[0].message.content === 'one', turn)
  }
  for (const host of ['127.0.0.1', 'localhost', 'mock.localhost']) {
    await ask(loopback, 'sk-victim')
    await useOwnPage(`own page of ${host}`, withHost(loopback, host))
  }
  await ask(withHost(everywhere, '127.0.0.1'), 'sk-victim')
  await useOwnPage('own page on all addresses', withHost(everywhere, '127.0.0.1'))
} finally {
  await browser.close()
  attacker.close()
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
