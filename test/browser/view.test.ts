/** The explorer in Chromium and in Firefox: each interaction by pointer and by keys, its numbers, its address; nothing leaves the page, no name becomes markup. */
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SCREENSHOTS } from '../browser.ts'
import { bpfview } from '../command.ts'
import type { Driver } from '../driver.ts'
import { BROWSERS } from '../driver.ts'

const SHOP = 'fixtures/captures/shop'
const READY = `new Promise(done => { const look = () => document.body.dataset.ready === '1' ? done(true) : setTimeout(look, 20); look() })`

async function pageOf(...args: string[]): Promise<string> {
  const { stdout, stderr, status } = await bpfview(['view', ...args])
  expect([status, stderr]).toEqual([0, ''])
  return stdout
}

/** Folded lines of `fold` and their sum. */
async function sumOfFold(...args: string[]): Promise<number> {
  const { stdout } = await bpfview(['fold', SHOP, ...args])
  return stdout
    .trim()
    .split('\n')
    .reduce((all, line) => all + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}

describe.each(BROWSERS)('$name', ({ there, start }) => {
  let browser: Driver
  let shop = ''
  beforeAll(async () => {
    if (!there) return
    mkdirSync(SCREENSHOTS, { recursive: true })
    shop = await pageOf(SHOP)
    browser = await start()
  }, 60_000)
  afterAll(async () => browser?.close())
  const test = it.skipIf(!there)

  const open = async (content: string, hash = '', width = 1200, height = 800): Promise<void> => {
    browser.trouble.length = 0
    await browser.size(width, height)
    await browser.open(content, hash)
    await browser.value(READY)
  }
  const kept = async (): Promise<number> => Number(await browser.value('document.body.dataset.kept'))
  const text = (id: string): Promise<string> => browser.value(`document.getElementById('vw-${id}').textContent`)
  const hash = (): Promise<string> => browser.value('location.hash')
  const boxOf = (selector: string): Promise<{ x: number; y: number; width: number; height: number }> =>
    browser.value(
      `(() => { const { x, y, width, height } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect(); return { x, y, width, height } })()`,
    )
  /** Puts the pointer on the frame of the first row below the tasks. */
  const hoverMain = async (): Promise<void> => {
    const { x, y } = await boxOf('#vw-canvas')
    await browser.move(x + 300, y + 3 * 19 + 8)
    expect(await text('now')).toMatch(/^main · 355 samples, 1\.78 s of CPU · 26\.1% of what is kept/)
  }

  test('keys act on the frame under the pointer, and u takes each of them back', async () => {
    await open(shop)
    expect(await kept()).toBe(1361)
    expect(await text('kept')).toBe('')
    for (const [key, option] of [
      ['f', '--keep'],
      ['x', '--drop'],
      ['g', '--start'],
      ['h', '--merge'],
    ] as const) {
      await hoverMain()
      await browser.press(key)
      expect(await kept()).toBe(await sumOfFold(option, 'main'))
      expect(await text('kept')).toContain('main')
      await browser.press('u')
      expect([await kept(), await text('kept'), await hash()]).toEqual([1361, '', ''])
    }
    await hoverMain()
    await browser.press('l')
    await browser.press('r')
    expect([await kept(), await text('kept')]).toEqual([
      1361,
      'All 1,361 samplescollapse /opt/demo/storecollapse recursionreset',
    ])
    await browser.press('0')
    expect(await text('kept')).toBe('')
    expect(browser.trouble).toEqual([])
  }, 60_000)

  test('a row of the table shows callers and callees, whose numbers are those of top', async () => {
    await open(shop)
    const rows = await browser.value<string[][]>(
      `[...document.querySelectorAll('#vw-functions tr')].map(row => [row.children[0].children[1].textContent, ...[...row.querySelectorAll('td')].map(cell => cell.title)])`,
    )
    const top = JSON.parse((await bpfview(['top', SHOP, '--json'])).stdout) as Record<string, unknown>[]
    const cells = (Array.isArray(top) ? top : []) as readonly Record<string, unknown>[]
    expect(rows.length).toBe(250)
    const listed = JSON.stringify(cells)
    for (const [name] of rows.slice(0, 20)) expect(listed).toContain(JSON.stringify(name).slice(1, -1))
    const { x, y } = await boxOf('#vw-functions tr')
    await browser.click(x + 60, y + 10)
    expect(await hash()).toBe('#v=calls&f=crc_block')
    expect(await browser.value(`document.getElementById('vw-calls-button').getAttribute('aria-pressed')`)).toBe('true')
    await browser.press('Escape')
    expect(await hash()).toBe('#f=crc_block')
  }, 60_000)

  test('zoom by click and by keys, out again by Backspace', async () => {
    await open(shop)
    const { x, y } = await boxOf('#vw-canvas')
    await browser.click(x + 300, y + 3 * 19 + 8)
    expect(await hash()).toBe('#z=store;__libc_start_call_main;main')
    await browser.press('Backspace')
    expect(await hash()).toBe('#z=store;__libc_start_call_main')
    await browser.press('Escape')
    expect(await hash()).toBe('')
    await browser.move(5, 5)
    await browser.press('ArrowDown')
    await browser.press('ArrowDown')
    await browser.press('ArrowRight')
    expect(await text('now')).toMatch(/^store · /)
    await browser.press('ArrowDown')
    expect(await text('now')).toMatch(/^__libc_start_call_main · /)
    await browser.press('Enter')
    expect(await hash()).toBe('#z=store;__libc_start_call_main')
  }, 60_000)

  test('search outlines, says its share, and is literal unless between slashes', async () => {
    await open(shop)
    await browser.press('/')
    await browser.type('vfs_.*')
    await browser.value('new Promise(done => setTimeout(done, 150))')
    expect(await text('found')).toBe('0%')
    await browser.press('Escape')
    await browser.press('/')
    await browser.type('/^vfs_/')
    await browser.value('new Promise(done => setTimeout(done, 150))')
    expect(await text('found')).toMatch(/^\d+(?:\.\d+)?%$/)
    expect(Number.parseFloat(await text('found'))).toBeGreaterThan(5)
    await browser.press('Enter')
    expect(await text('now')).toMatch(/^vfs_/)
    await browser.press('u')
    expect(await hash()).toBe('')
  }, 60_000)

  test('a drag in the strip keeps a range that --range keeps too; ] moves it', async () => {
    await open(shop)
    const { x, y } = await boxOf('#vw-strip')
    await browser.drag([x + 300, y + 20], [x + 500, y + 30])
    const [, from, to] = /^#t=([\d.]+)-([\d.]+)$/.exec(await hash())!
    expect(await kept()).toBe(await sumOfFold('--range', `+${from}..+${to}`))
    const before = await kept()
    await browser.press(']')
    expect(await hash()).not.toContain(`t=${from}-`)
    await browser.press('[')
    expect(await kept()).toBe(before)
    await browser.click(x + 20, y + 7)
    expect(await text('kept')).toContain('task node')
    await browser.press('0')
    await browser.click(x + 20, y + 7)
    expect(await kept()).toBe(await sumOfFold('--comm', 'node'))
  }, 60_000)

  test('legend switches and merges leave the number kept as it was', async () => {
    await open(shop)
    const { x, y } = await boxOf('[data-kind=kernel]')
    await browser.click(x + 20, y + 10)
    expect([await kept(), await hash()]).toEqual([1361, '#off=kernel'])
    expect(await browser.value(`document.querySelector('[data-kind=kernel]').getAttribute('aria-pressed')`)).toBe(
      'false',
    )
  }, 60_000)

  test('lists of tasks, threads and modules filter by keys alone', async () => {
    await open(shop)
    await browser.press('T')
    expect(await browser.value(`document.activeElement.type`)).toBe('checkbox')
    await browser.press('Space')
    expect(await text('kept')).toMatch(/^Kept: .*task /)
    await browser.press('Escape')
    expect(await browser.value(`document.activeElement.id`)).toBe('vw-tasks-button')
    await browser.value('document.activeElement.blur()')
    await browser.press('u')
    await browser.press('M')
    await browser.press('Tab')
    await browser.press('Space')
    expect(await hash()).toMatch(/^#module=/)
    await browser.press('Escape')
  }, 60_000)

  test('the menu lies inside the window, acts by keys, and gives the focus back', async () => {
    await open(shop)
    const { x, y, width, height } = await boxOf('#vw-canvas')
    for (const [px, py] of [
      [x + 300, y + 65],
      [x + width - 30, y + 25],
      [x + 20, y + height - 40],
    ] as const) {
      await browser.click(px, py, 'right')
      const menu = await boxOf('.bv-menu')
      expect(menu.x).toBeGreaterThanOrEqual(0)
      expect(menu.y).toBeGreaterThanOrEqual(0)
      expect(menu.x + menu.width).toBeLessThanOrEqual(1200)
      expect(menu.y + menu.height).toBeLessThanOrEqual(800)
      await browser.press('Escape')
      expect(await browser.value(`document.querySelector('.bv-menu') === null`)).toBe(true)
    }
    await hoverMain()
    await browser.press('m')
    await browser.press('f')
    expect(await hash()).toBe('#x=keep:main')
  }, 60_000)

  test('copies name, stack, folded stacks and the command, which gives the same number', async () => {
    await open(shop)
    const copied = (): Promise<string> => browser.value('document.body.dataset.copied')
    await hoverMain()
    await browser.press('y')
    expect(await copied()).toBe('main')
    await browser.press('Y')
    expect(await copied()).toBe('store;__libc_start_call_main;main')
    await browser.press('f')
    await browser.press('k')
    const folded = (await copied()).trim().split('\n')
    expect(folded).toEqual((await bpfview(['fold', SHOP, '--keep', 'main'])).stdout.trim().split('\n').sort())
    await browser.press('b')
    expect(await copied()).toBe(`bpfview flame ${SHOP} --keep main`)
  }, 60_000)

  test('two selections are compared', async () => {
    await open(shop, '#t=0-2')
    const first = await kept()
    await browser.press('a')
    await browser.press(']')
    expect(await text('kept')).toContain('compared with:')
    expect(await hash()).toBe('#t=2-4&compare=1&before-t=0-2&s=change')
    expect(await browser.value(`document.getElementById('vw-change-head').hidden`)).toBe(false)
    expect(await text('legend')).toContain('within noise')
    await browser.press('a')
    expect(await hash()).toBe('#t=2-4')
    expect(await kept()).not.toBe(first)
  }, 60_000)

  test('two inputs are compared from the start', async () => {
    await open(await pageOf('--before', 'fixtures/captures/store-before', '--after', 'fixtures/captures/store-after'))
    expect(await text('kept')).toMatch(/before: /)
    expect(await browser.value(`document.querySelectorAll('#vw-functions td').length % 3`)).toBe(0)
    await browser.screenshot(`${SCREENSHOTS}/view-compare.png`)
  }, 60_000)

  test('the address gives the same page again, in a reload and in another page', async () => {
    const chosen =
      '#v=calls&o=up&q=read&t=1-3.5&task=store,node&off=kernel&x=drop:get&x=collapse:recursion&f=main&s=total'
    await open(shop, chosen)
    const state = (): Promise<string> =>
      browser.value(
        `JSON.stringify([location.hash, document.body.dataset.kept, document.getElementById('vw-kept').textContent, document.getElementById('vw-functions').textContent])`,
      )
    const first = await state()
    expect(JSON.parse(first)[0]).toBe(chosen)
    await browser.reload()
    await browser.value(READY)
    expect(await state()).toBe(first)
    // back to the whole, and there again by the address alone
    await browser.press('Escape')
    await browser.value(`location.hash = ${JSON.stringify(chosen)}`)
    await browser.value('new Promise(done => setTimeout(done, 100))')
    expect(await state()).toBe(first)
  }, 60_000)

  test('nothing left says so and offers the way back', async () => {
    await open(shop, '#x=keep:nothing_of_this_name')
    expect(await text('empty-text')).toBe('No sample is left with these filters.')
    await browser.press('0')
    expect(await kept()).toBe(1361)
    await open(shop, '#v=calls')
    expect(await text('empty-text')).toMatch(/^Choose a function/)
  }, 60_000)

  test.each([390, 768, 1024, 1200, 1920])(
    '%i px: nothing to scroll sideways, the root on the first screen',
    async width => {
      await open(shop, '', width, 800)
      expect(await browser.value('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      const { y } = await boxOf('#vw-canvas')
      expect(y + 19).toBeLessThan(800)
      if (width === 390) {
        const canvas = await boxOf('#vw-canvas')
        await browser.click(canvas.x + 30, canvas.y + 26)
        expect(await text('sheet')).toContain('Callers & callees')
        await browser.screenshot(`${SCREENSHOTS}/view-390.png`)
      }
    },
    60_000,
  )

  test('the work of an interaction is bounded', async () => {
    await open(shop)
    const nodes = Number(await browser.value('document.body.dataset.visited'))
    const { x, y } = await boxOf('#vw-canvas')
    await browser.click(x + 300, y + 3 * 19 + 8)
    // a zoom counts no sample again: it looks at what lies beyond the frame
    expect(Number(await browser.value('document.body.dataset.visited'))).toBeLessThan(nodes / 2)
    expect(Number(await browser.value(`document.getElementById('vw-canvas').dataset.boxes`))).toBeLessThan(3000)
  }, 60_000)

  test('hostile names stay text in every view, menu, list and address', async () => {
    const names = [
      '"><img src=x onerror=window.__pwn=1>',
      '</script><script>window.__pwn=1</script>',
      'a onclick=window.__pwn=1',
      '&lt;b&gt;&#x3c;',
      '\u202egnp.exe',
    ]
    const lines = names.map((name, i) => `${name};${names[(i + 1) % 5]};${name} ${10 + i}`).join('\n')
    const { stdout } = await bpfview(['view', '-', '--title', names[0]!], `${lines}\n`)
    await open(stdout)
    const strangers = `[window.__pwn ?? 0, document.querySelectorAll('img,iframe,object,b b,svg').length, document.scripts.length - ${(stdout.match(/<script/g) ?? []).length}, [...document.querySelectorAll('*')].flatMap(element => element.getAttributeNames()).filter(name => /^on|[^a-z-]/.test(name)).length]`
    const look = async (): Promise<void> => expect(await browser.value(strangers)).toEqual([0, 0, 0, 0])
    await look()
    const canvas = await boxOf('#vw-canvas')
    for (const key of [
      'f',
      'e',
      'c',
      'm',
      'Escape',
      'y',
      'Y',
      'k',
      'b',
      '?',
      'Escape',
      'T',
      'Escape',
      'M',
      'Escape',
      'a',
      'h',
      'l',
      'r',
      '2',
      '1',
      'i',
      'u',
    ]) {
      await browser.move(canvas.x + 60, canvas.y + 30)
      await browser.press(key)
      await look()
    }
    for (const name of names) {
      const coded = encodeURIComponent(name)
      await browser.value(
        `location.hash = ${JSON.stringify(`#q=${coded}&x=keep:${coded}&task=${coded}&f=${coded}&z=${coded}&v=calls`)}`,
      )
      await browser.value('new Promise(done => setTimeout(done, 60))')
      await look()
    }
    expect(browser.trouble).toEqual([])
  }, 120_000)

  test('is silent for axe, light and dark, in each view', async () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    for (const [where, dark] of [
      ['', false],
      ['#v=calls&f=main&q=read&t=1-4', true],
      ['#compare=1&off=kernel', false],
    ] as const) {
      await open(shop, where)
      await browser.dark(dark)
      await browser.value('new Promise(done => setTimeout(done, 200))')
      await browser.value(`${axe}; 1`)
      const found = await browser.value(
        `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(' | ')))`,
      )
      expect(found).toEqual([])
    }
    await browser.dark(false)
  }, 120_000)
})
