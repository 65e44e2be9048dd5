/** Opens the page in Chromium, and keeps what must never happen: console errors, requests to other hosts, broken policies. */
import { readFileSync } from 'node:fs'

const { chromium } = await import(process.env.PLAYWRIGHT)
const axe = readFileSync(process.env.AXE, 'utf8')

export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  // Chromium's sandbox does not work for root.
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : []
})

let passed = 0
let failed = 0

/** Runs a test. Its name is a sentence about behaviour. */
export async function test(name, run) {
  try {
    await run()
    passed++
    console.log(`ok - ${name}`)
  } catch (error) {
    failed++
    console.log(`not ok - ${name}\n  # ${String(error.stack).split('\n').slice(0, 8).join('\n  # ')}`)
  }
}

export function finish() {
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed ? 1 : 0
}

/** What went wrong in any page. */
export const troubles = []

/** @param allowed a pattern of console errors that a test provokes */
export async function openPage(url, options = {}, allowed = /^$/) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light', ...options })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(url).origin })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const { origin } = new URL(url)
  page.on('pageerror', error => troubles.push(`exception: ${error.message}`))
  page.on('dialog', async dialog => {
    troubles.push(`dialog: ${dialog.message()}`)
    await dialog.dismiss()
  })
  page.on('console', message => {
    const isTrouble = message.type() === 'error' || /Content Security Policy/.test(message.text())
    if (isTrouble && !allowed.test(message.text()))
      troubles.push(`console: ${message.text()} ${message.location().url}`)
  })
  await page.route('**/*', route => {
    const target = route.request().url()
    if (new URL(target).origin === origin || target.startsWith('data:')) return route.continue()
    troubles.push(`request to ${target}`)
    return route.abort()
  })
  await page.addInitScript(() =>
    addEventListener('securitypolicyviolation', event => console.error(`policy broken: ${event.blockedURI}`))
  )
  await page.goto(url)
  return page
}

/** The serious findings of axe-core. */
export async function findBarriers(page) {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => window.axe.run())
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`).join(' | ')}`
    )
}

export const chat = (url, content, more = {}, headers = {}) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test', ...headers },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content }], ...more })
  }).then(response => response.text())
