// node reading-systems.mjs BOOK.epub FOLDER: open a book in reading systems, in Chromium, and print what is seen as JSON.
// Pictures go into FOLDER. CHROMIUM is the browser's path. Nothing is judged here: tests/test_reading_systems.py does.
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import JSZip from 'jszip'
import puppeteer from 'puppeteer-core'

const HERE = path.dirname(fileURLToPath(import.meta.url))
const [book, folder] = process.argv.slice(2)
const zip = await JSZip.loadAsync(fs.readFileSync(book))
const READIUM = 'node_modules/@readium/css/css/dist'
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.xhtml': 'application/xhtml+xml', '.otf': 'font/otf', '.png': 'image/png' }
const SHELLS = {
  '/epubjs.html': `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/><title>epub.js</title><style>html,body{margin:0}#v{width:360px;height:640px}</style>
<script src="/node_modules/jszip/dist/jszip.min.js"></script><script src="/node_modules/epubjs/dist/epub.js"></script></head><body><div id="v"></div></body></html>`,
  '/foliate.html': `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/><title>foliate-js</title><style>html,body{margin:0}foliate-view{display:block;width:360px;height:640px}</style>
<script type="module">import '/node_modules/foliate-js/view.js'; import { FootnoteHandler } from '/node_modules/foliate-js/footnotes.js'; window.FootnoteHandler = FootnoteHandler; window.ready = true</script></head><body></body></html>`,
}

const server = http.createServer(async (request, response) => {
  const where = decodeURIComponent(new URL(request.url, 'http://x').pathname)
  const send = (data, type) => { response.writeHead(200, { 'content-type': type }); response.end(data) }
  if (SHELLS[where]) return send(SHELLS[where], 'text/html')
  if (where === '/book.epub') return send(fs.readFileSync(book), 'application/epub+zip')
  const type = TYPES[path.extname(where)] ?? 'application/octet-stream'
  if (where.startsWith('/pages/') && zip.file(where.slice(7))) return send(await zip.file(where.slice(7)).async('nodebuffer'), type)
  const file = path.join(HERE, path.normalize(where))
  if (where.startsWith('/node_modules/') && fs.existsSync(file)) return send(fs.readFileSync(file), type)
  response.writeHead(where === '/favicon.ico' ? 204 : 404); response.end()
}).listen(0, '127.0.0.1')
await new Promise(ready => server.once('listening', ready))
const base = `http://127.0.0.1:${server.address().port}`
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'], protocolTimeout: 600000 })

async function open(address, width = 360) {
  const page = await browser.newPage(), errors = []
  await page.setViewport({ width, height: 640 })
  page.on('pageerror', error => errors.push(`error: ${error.message}`))
  page.on('console', message => message.type() === 'error' && errors.push(`console: ${message.text()}`))
  page.on('response', answer => answer.status() >= 400 && errors.push(`${answer.status()} ${answer.url()}`))
  await page.goto(base + address, { waitUntil: 'load', timeout: 120000 })
  return [page, errors]
}

async function epubjs() {
  const [page, errors] = await open('/epubjs.html')
  const hrefs = await page.evaluate(async () => {
    const book = window.book = ePub('/book.epub')
    await book.ready
    window.rendition = book.renderTo('v', { width: 360, height: 640, flow: 'paginated', spread: 'none' })
    return book.spine.spineItems.map(item => item.href)
  })
  const sections = []
  for (const href of hrefs) {
    sections.push(await page.evaluate(async href => {
      await rendition.display(href)
      await new Promise(done => setTimeout(done, 100))
      const shown = rendition.getContents()[0].document
      return { href, letters: shown.body.textContent.trim().length, broken: Boolean(shown.querySelector('parsererror')) }
    }, href))
    if (/treaty|essay\.|comm-6/.test(href)) await page.screenshot({ path: path.join(folder, `epubjs-${path.basename(href)}.png`) })
  }
  const pages = await page.evaluate(() => book.pageList.pageList?.length ?? 0)
  await page.close()
  return { sections, errors, pages }
}

async function foliate() {
  const [page, errors] = await open('/foliate.html')
  await page.waitForFunction('window.ready')
  const count = await page.evaluate(async () => {
    const view = window.view = document.createElement('foliate-view')
    document.body.append(view)
    view.addEventListener('load', event => { window.shown = event.detail.doc })
    const file = new File([await (await fetch('/book.epub')).blob()], 'book.epub', { type: 'application/epub+zip' })
    await view.open(file)
    return view.book.sections.length
  })
  const sections = [], notes = []
  for (let index = 0; index < count; index++) {
    sections.push(await page.evaluate(async index => {
      await view.goTo(index)
      await new Promise(done => setTimeout(done, 100))
      return { href: view.book.sections[index].id, letters: shown.body.textContent.trim().length, broken: Boolean(shown.querySelector('parsererror')) }
    }, index))
    const before = errors.length
    // The first and the last note of the section, by foliate's own rule: the handler decides whether it is one.
    notes.push(...await page.evaluate(async index => {
      const calls = [...shown.querySelectorAll('.noteref')], found = []
      for (const call of new Set([calls[0], calls.at(-1)].filter(Boolean))) {
        const handler = new FootnoteHandler()
        const popup = new Promise(done => handler.addEventListener('render', event => done(event.detail)))
        handler.addEventListener('before-render', event => document.body.append(event.detail.view))
        const href = view.book.sections[index].resolveHref(call.getAttribute('href'))
        const event = { detail: { a: call, href }, preventDefault() {} }
        handler.handle(view.book, event)
        const told = await Promise.race([popup, new Promise(done => setTimeout(() => done(null), 10000))])
        const body = told?.view.renderer.getContents()[0].doc.body
        found.push({ href, type: told?.type ?? null, text: body?.textContent.trim() ?? '', lang: body?.querySelector('[lang]')?.getAttribute('lang') ?? null })
        told?.view.remove()
      }
      return found
    }, index))
    errors.length = before // the popup's view, which we take away at once, complains of that
    if (/treaty|essay\.|comm-6/.test(sections.at(-1).href)) await page.screenshot({ path: path.join(folder, `foliate-${path.basename(sections.at(-1).href)}.png`) })
  }
  const facts = await page.evaluate(() => ({ dir: view.book.dir, pages: view.book.pageList?.length ?? 0, toc: view.book.toc.length }))
  await page.close()
  return { sections, notes, errors, ...facts }
}

// Each page alone with the style sheets of Readium around its own, as Thorium shows it: by day and by night, in small
// type and in very large.
async function readium() {
  const names = Object.keys(zip.files).filter(name => name.endsWith('.xhtml')), pages = [], errors = []
  for (const name of names) {
    const [page, wrong] = await open(`/pages/${name}`, 320)
    errors.push(...wrong)
    const seen = { href: name, variants: [] }
    await page.evaluate(async folder => {
      const own = document.querySelector('link[rel=stylesheet]')
      const add = (file, before) => new Promise(done => {
        const link = document.createElementNS('http://www.w3.org/1999/xhtml', 'link')
        Object.assign(link, { rel: 'stylesheet', href: `/${folder}/${file}`, onload: done, onerror: done })
        before ? own.before(link) : document.head.append(link)
      })
      await add('ReadiumCSS-before.css', true)
      await add('ReadiumCSS-after.css', false)
      await document.fonts.ready
    }, READIUM)
    seen.mode = await page.evaluate(() => getComputedStyle(document.body).writingMode)
    for (const width of [320, 360]) {
      await page.setViewport({ width, height: 640 })
      for (const night of [false, true]) for (const size of ['100%', '250%']) {
        await page.evaluate((night, size) => {
          const style = document.documentElement.style
          style.setProperty('--USER__view', 'readium-scroll-on')
          style.setProperty('--USER__fontSize', size)
          style.setProperty('--USER__appearance', night ? 'readium-night-on' : '')
          style.setProperty('--USER__backgroundColor', night ? '#000000' : '#FFFFFF')
          style.setProperty('--USER__linkColor', night ? '#63CAFF' : '#0000EE')
          style.setProperty('--USER__textColor', night ? '#FEFEFE' : '#121212')
        }, night, size)
        seen.variants.push(await page.evaluate((night, size, width) => {
          const light = color => { const [r, g, b] = color.match(/[\d.]+/g).map(Number); return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255 }
          const ground = light(getComputedStyle(document.documentElement).backgroundColor)
          const dim = [...document.body.querySelectorAll('p, li, h1, h2, h3, td, dd, dt')].filter(e => Math.abs(light(getComputedStyle(e).color) - ground) < 0.5)
          const wide = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.hidden)
          return { night, size, width, overflow: document.documentElement.scrollWidth - innerWidth, wide: wide.slice(0, 3).map(e => e.outerHTML.slice(0, 120)), dim: dim.length }
        }, night, size, width))
        if (width === 360 && /titlepage|nav|treaty|parallel|essay\.|comm-6|glossary|sources|index/.test(name)) {
          await page.screenshot({ path: path.join(folder, `readium-${path.basename(name, '.xhtml')}-${night ? 'night' : 'day'}-${size.replace('%', '')}.png`) })
        }
      }
    }
    pages.push(seen)
    await page.close()
  }
  return { pages, errors }
}

// What the style sheets come to, without any reading system: computed styles, and the faces that the glyphs came from.
async function styles() {
  const found = {}
  const [page] = await open('/pages/EPUB/essay.xhtml', 360)
  await page.evaluate(() => document.fonts.ready)
  found.computed = await page.evaluate(() => {
    const mark = (where, tag) => { const e = document.createElementNS('http://www.w3.org/1999/xhtml', tag); e.textContent = '直'; where?.append(e); return e }
    const tell = e => { const s = getComputedStyle(e); return { lineBreak: s.lineBreak, hyphens: s.hyphens, indent: parseFloat(s.textIndent) / parseFloat(s.fontSize), slant: s.fontStyle, emphasis: s.textEmphasisStyle, position: s.textEmphasisPosition } }
    const zh = document.querySelector('.unit.zh'), ja = document.querySelector('.ja')
    return { zh: tell(zh), ja: tell(ja), zhEm: tell(mark(zh, 'em')), jaEm: tell(mark(ja, 'em')) }
  })
  const session = await page.createCDPSession()
  await session.send('DOM.enable'); await session.send('CSS.enable')
  const { root } = await session.send('DOM.getDocument')
  found.faces = {}
  for (const selector of ['.unit.zh > p', '.unit.zh .ja']) {
    const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector })
    if (nodeId) found.faces[selector] = (await session.send('CSS.getPlatformFontsForNode', { nodeId })).fonts.map(f => ({ name: f.postScriptName, own: f.isCustomFont, glyphs: f.glyphCount }))
  }
  await page.close()
  return found
}

const result = {}
for (const [name, look] of Object.entries({ epubjs, foliate, readium, styles })) {
  try { result[name] = await look() } catch (error) { result[name] = { failed: String(error.stack ?? error).slice(0, 800) } }
}
console.log(JSON.stringify(result))
await browser.close()
server.close()
