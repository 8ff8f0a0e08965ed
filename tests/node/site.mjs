// node site.mjs FOLDER SHOTS PAGE…: open pages of the folder in Chromium, on a phone and on a desk, by day and by night, and print
// what is seen as JSON. Pictures go into SHOTS. CHROMIUM is the browser's path. Nothing is judged here: tests/test_site.py does.
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { createRequire } from 'node:module'
import puppeteer from 'puppeteer-core'

const [folder, shots, ...pages] = process.argv.slice(2)
const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.woff2': 'font/woff2', '.png': 'image/png', '.pdf': 'application/pdf' }

const server = http.createServer((request, response) => {
  const file = path.join(folder, path.normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname)))
  const there = fs.existsSync(file) && fs.statSync(file).isFile()
  response.writeHead(there ? 200 : file.endsWith('favicon.ico') ? 204 : 404, { 'content-type': TYPES[path.extname(file)] ?? 'text/plain' })
  response.end(there ? fs.readFileSync(file) : '')
}).listen(0, '127.0.0.1')
await new Promise(ready => server.once('listening', ready))
const base = `http://127.0.0.1:${server.address().port}/`
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'], protocolTimeout: 600000 })

const seen = []
const page = await browser.newPage()
let told = []
page.on('pageerror', error => told.push(`error: ${error.message}`))
page.on('console', message => message.type() === 'error' && told.push(`console: ${message.text()}`))
page.on('response', answer => answer.status() >= 400 && told.push(`${answer.status()} ${answer.url()}`))
page.on('request', request => request.url().startsWith(base) || request.url().startsWith('data:') || told.push(`asks for ${request.url()}`))

async function open(name, width, scheme) {
  told = []
  await page.setViewport({ width, height: 800 })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  await page.goto(base + name, { waitUntil: 'networkidle0', timeout: 120000 })
}

for (const [width, scheme] of [[360, 'dark'], [1280, 'light'], [360, 'light'], [1280, 'dark']]) {
  // Colors do not depend on the width, nor the layout on the colors: the first two of the four for all pages.
  for (const name of width === 360 === (scheme === 'dark') ? pages : pages.slice(0, 2)) {
    await open(name, width, scheme)
    await page.screenshot({ path: path.join(shots, `${name.replaceAll('/', '-')}-${width}-${scheme}.png`) })
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    await page.evaluate(AXE) // by the protocol, which the page's policy does not bind
    const axe = await page.evaluate(rules => axe.run(document, { runOnly: rules }), RULES)
    const faces = await page.evaluate(() => [...document.fonts].filter(face => face.status === 'loaded').map(face => face.family))
    seen.push({ name, width, scheme, overflow, faces, errors: told, violations: axe.violations.map(each => `${each.id} ${each.nodes[0].target}`), passes: axe.passes.length })
  }
}

// What is worked by hand, on the page with a note: the note comes up, and goes; the contents; the titles.
const used = {}
const where = selector => page.evaluate(selector => {
  const box = document.querySelector(selector).getBoundingClientRect()
  return { top: box.top, bottom: box.bottom, height: box.height, scrolled: scrollY, window: innerHeight, hash: location.hash }
}, selector)
const noted = process.env.NOTED
for (const width of [360, 1280]) {
  await open(noted, width, 'light')
  const call = await page.evaluate(() => { const all = [...document.querySelectorAll('a.noteref')]; const call = all[all.length >> 1]; call.scrollIntoView({ block: 'center' }); return { id: call.id, note: call.getAttribute('href').slice(1) } })
  const before = await page.evaluate(() => scrollY)
  await page.evaluate(id => document.getElementById(id).click(), call.id)
  await page.evaluate(() => new Promise(done => setTimeout(done, 200)))
  const shown = await where(`#${call.note}`)
  await page.screenshot({ path: path.join(shots, `note-${width}.png`) })
  await page.evaluate(AXE)
  const violations = (await page.evaluate(rules => axe.run(document, { runOnly: rules }), RULES)).violations.map(each => `${each.id} ${each.nodes[0].target}`)
  await page.evaluate(note => document.querySelector(`#${note} .back`).click(), call.note)
  await page.evaluate(() => new Promise(done => setTimeout(done, 200)))
  used[`note${width}`] = { before, shown, after: await where(`#${call.id}`), fixed: await page.evaluate(note => getComputedStyle(document.getElementById(note)).position, call.note), violations, call }
}
await open(noted, 360, 'light')
used.sidebar = { before: await where('#sidebar') }
await page.evaluate(() => document.querySelector('.to-contents').click())
used.sidebar.shown = await where('#sidebar')
await page.evaluate(AXE)
used.sidebar.violations = (await page.evaluate(rules => axe.run(document, { runOnly: rules }), RULES)).violations.map(each => `${each.id} ${each.nodes[0].target}`)
await open(noted, 1280, 'light')
await page.keyboard.press('Tab')
used.skip = await page.evaluate(() => ({ text: document.activeElement.textContent, left: document.activeElement.getBoundingClientRect().left }))
const titles = () => page.evaluate(() => [...document.querySelectorAll('main h1 .wording')].filter(each => each.offsetParent).map(each => each.lang))
used.titles = { all: await titles() }
await page.evaluate(() => [...document.querySelectorAll('input[name="titles"]')].at(-1).click())
used.titles.one = await titles()
await page.reload({ waitUntil: 'load' })
used.titles.kept = await titles()

await browser.close()
server.close()
console.log(JSON.stringify({ seen, used }))
