import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gunzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFlamegraphLines } from '../../parsers/folded/flamegraph-lines.ts'
import { parse } from '../../parsers/index.ts'
import { diffFlame } from '../../renderers/diff/flame.ts'
import { flameChart } from '../../renderers/flame/chart.ts'
import { compatFlameGraph } from '../../renderers/flame/compat.ts'
import type { FlameOptions } from '../../renderers/flame/flame.ts'
import { flameGraph } from '../../renderers/flame/flame.ts'
import { foldedLines } from '../../renderers/listing/folded.ts'
import type { Profile, SampleTable } from '../../src/model/index.ts'
import { kindCode, StackTreeBuilder } from '../../src/model/index.ts'
import { diffRuns, hotCold, sideBySide } from '../../src/ops/index.ts'
import type { Opened } from '../browser.ts'
import { hasChromium, openBrowser, openDocument, SCREENSHOTS } from '../browser.ts'

const FOLDED = `app;main;parse;read_line 100
app;main;parse 50
app;main;work;sqrt 300
app;main;work;work;sqrt 100
app;main;work;entry_SYSCALL_64;do_syscall_64;vfs_read 250
app;main;report;sqrt 150
app;main;std::vector<int, std::allocator<int> >::push_back(int const&) 49
app;main;tiny 1
`
const profileOf = (folded: string): Profile => parse(folded, { format: 'folded' }).datasets[0] as Profile
const draw = (options: FlameOptions = {}): string =>
  flameGraph(profileOf(FOLDED), { title: 'test picture', ...options })

function captured(name: string, file: string): Profile {
  const bytes = readFileSync(`fixtures/captures/${name}/${file}`)
  return parse(file.endsWith('.gz') ? gunzipSync(bytes) : bytes).datasets.find(dataset => dataset.kind === 'profile')!
}

function timeline(name: string, file: string): SampleTable {
  return parse(gunzipSync(readFileSync(`fixtures/captures/${name}/${file}`)), { timeline: true }).datasets.find(
    dataset => dataset.kind === 'samples',
  )!
}

describe.skipIf(!hasChromium)('the picture in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
  })

  const opened: Opened[] = []
  const open = async (
    content: string,
    options: Parameters<typeof openDocument>[3] = {},
    type: 'image/svg+xml' | 'text/html' = 'image/svg+xml',
  ): Promise<Page> => {
    const result = await openDocument(browser, content, type, options)
    opened.push(result)
    return result.page
  }
  const quiet = async (): Promise<void> => {
    for (const { page, trouble } of opened.splice(0)) {
      expect(trouble).toEqual([])
      await page.context().close()
    }
  }
  const frame = (name: string, nth = 0): string =>
    `.bv-frames:not([display]) > .bv-f[aria-label^="${name} ("] >> nth=${nth}`
  const box = async (
    page: Page,
    name: string,
    nth = 0,
  ): Promise<{ x: number; width: number; y: number; shown: boolean }> => {
    return page.locator(frame(name, nth)).evaluate(element => {
      const rect = element.querySelector('rect')!
      return {
        x: Number(rect.getAttribute('x')),
        width: Number(rect.getAttribute('width')),
        y: Number(rect.getAttribute('y')),
        shown: element.getAttribute('display') !== 'none',
      }
    })
  }
  const text = (page: Page, selector: string): Promise<string> =>
    page
      .locator(selector)
      .first()
      .evaluate(element => element.textContent ?? '')
  const focused = (page: Page): Promise<string> =>
    page.evaluate(() => (document.activeElement?.getAttribute('aria-label') ?? '').split(' (')[0]!)
  const names = (page: Page): Promise<string[]> =>
    page.evaluate(() =>
      Array.from(document.querySelectorAll('.bv-frames:not([display]) > .bv-f:not([display])')).map(
        element => element.getAttribute('aria-label')!.split(' (')[0]!,
      ),
    )
  const hash = (page: Page): Promise<string> =>
    page.evaluate(() => decodeURIComponent(decodeURIComponent(location.hash)))

  it('zooms by click, keeps ancestors, says both shares, goes back, forward and resets', async () => {
    const page = await open(draw())
    await page.click(frame('work'))
    await expect.poll(() => box(page, 'work')).toMatchObject({ x: 16, width: 1167.5 })
    expect(await box(page, 'main')).toMatchObject({ x: 16, width: 1167.5, shown: true })
    expect(await page.locator(frame('main')).getAttribute('class')).toContain('bv-above')
    expect(await box(page, 'parse')).toMatchObject({ shown: false })
    await page.hover(frame('do_syscall_64'))
    expect(await text(page, '.bv-status')).toBe('do_syscall_64 · 250 samples · 25% of all · 38.5% of work')
    expect(await text(page, '.bv-stack')).toBe('app › main › work › entry_SYSCALL_64 › do_syscall_64')
    expect(await hash(page)).toBe('#z=app;main;work')
    await page.click(frame('do_syscall_64'))
    expect(await hash(page)).toBe('#z=app;main;work;entry_SYSCALL_64;do_syscall_64')
    await page.click('button:text("Back")')
    await expect.poll(() => hash(page)).toBe('#z=app;main;work')
    await page.goForward()
    await expect.poll(() => hash(page)).toContain('do_syscall_64')
    await page.click('button:text("Reset")')
    expect(await hash(page)).toBe('')
    expect(await box(page, 'parse')).toMatchObject({ shown: true })
    await quiet()
  })

  it('searches function names, counts every stack once, steps through matches', async () => {
    const page = await open(draw())
    await page.keyboard.press('/')
    await page.keyboard.type('/^work$/')
    expect(await text(page, '.bv-found')).toBe('Matched 65% · 2 frames')
    expect(await page.getAttribute('svg', 'data-matched')).toBe('650')
    await page.keyboard.press('Enter')
    expect(await text(page, '.bv-found')).toContain('1 of 2')
    await page.keyboard.press('Enter')
    expect(await text(page, '.bv-found')).toContain('2 of 2')
    await page.keyboard.press('Shift+Enter')
    expect(await text(page, '.bv-found')).toContain('1 of 2')
    await page.fill('input', 'SQRT')
    expect(await text(page, '.bv-found')).toBe('Matched 0% · 0 frames')
    await page.keyboard.press('Control+i')
    expect(await text(page, '.bv-found')).toBe('Matched 55% · 3 frames')
    await page.fill('input', 'push_back(int')
    expect(await text(page, '.bv-found')).toBe('Matched 4.9% · 1 frame')
    await page.fill('input', '/sqrt(/')
    expect(await text(page, '.bv-found')).toBe('not a regular expression: searched as text: 0% · 0 frames')
    expect(await page.getAttribute('input', 'aria-invalid')).toBe('true')
    await page.keyboard.press('Escape')
    expect(await text(page, '.bv-found')).toBe('')
    expect(await page.locator('.bv-match').count()).toBe(0)
    // not by what the tooltip says around the name
    await page.fill('input', 'samples')
    expect(await text(page, '.bv-found')).toBe('Matched 0% · 0 frames')
    await quiet()
  })

  const kept = (page: Page): Promise<string> => text(page, '.bv-kept')

  it('keeps, drops, starts, merges, collapses, turns around and flips', async () => {
    const page = await open(draw())
    // what a key changes is the frame under the pointer
    await page.hover(frame('parse'))
    await page.keyboard.press('x')
    expect(await names(page)).not.toContain('parse')
    expect(await page.locator(frame('main')).getAttribute('data-total')).toBe('850')
    expect(await kept(page)).toContain('Kept: 850 of 1,000 samples (85%)')
    expect(await hash(page)).toBe('#x=drop:parse')
    await page.keyboard.press('Backspace')
    await expect.poll(() => names(page)).toContain('parse')
    await page.hover(frame('sqrt'))
    await page.keyboard.press('g')
    expect(await names(page)).toEqual(['all', 'sqrt'])
    expect(await page.locator(frame('sqrt')).getAttribute('data-total')).toBe('550')
    await page.keyboard.press('0')
    await page.hover(frame('sqrt'))
    await page.keyboard.press('f')
    expect(await kept(page)).toContain('Kept: 550 of 1,000 samples')
    await page.click('button:text("keep sqrt ×")')
    expect(await hash(page)).toBe('')
    await page.hover(frame('main'))
    await page.keyboard.press('h')
    expect(await names(page)).not.toContain('main')
    expect(await kept(page)).toContain('Kept: 1,000 of 1,000 samples')
    await page.keyboard.press('0')
    await page.keyboard.press('r')
    expect((await names(page)).filter(name => name === 'work')).toHaveLength(1)
    await page.keyboard.press('r')
    expect((await names(page)).filter(name => name === 'work')).toHaveLength(2)
    await page.keyboard.press('c')
    expect((await names(page)).slice(0, 4)).toEqual(['all', 'sqrt', 'work', 'main'])
    expect(await page.locator(frame('sqrt')).getAttribute('data-total')).toBe('550')
    await page.keyboard.press('c')
    await page.keyboard.press('v')
    expect(await names(page)).toContain('work')
    expect((await box(page, 'work')).x).toBe(16)
    await page.keyboard.press('v')
    const before = await box(page, 'all')
    await page.keyboard.press('i')
    expect((await box(page, 'all')).y).toBeLessThan(before.y)
    expect((await box(page, 'all')).y).toBeLessThan((await box(page, 'app')).y)
    await quiet()
  })

  it('opens a menu on the frame under the pointer, inside the window wherever that is', async () => {
    const page = await open(draw())
    for (const name of ['tiny', 'parse', 'all', 'work']) {
      await page.click(frame(name), { button: 'right' })
      const menu = (await page.locator('.bv-menu').boundingBox())!
      expect(menu.x, name).toBeGreaterThanOrEqual(0)
      expect(menu.y, name).toBeGreaterThanOrEqual(0)
      expect(menu.x + menu.width, name).toBeLessThanOrEqual(1200)
      expect(menu.y + menu.height, name).toBeLessThanOrEqual(800)
      await page.keyboard.press('Escape')
      expect(await page.locator('.bv-menu').count()).toBe(0)
    }
    await page.click(frame('vfs_read'), { button: 'right' })
    await page.click('.bv-menu button:has-text("keep only stacks through it")')
    expect(await hash(page)).toBe('#x=keep:vfs_read')
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('m')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('b')
    expect(await page.getAttribute('svg', 'data-copied')).toBe('bpfview flame IN --keep vfs_read')
    await page.keyboard.press('k')
    expect(await page.getAttribute('svg', 'data-copied')).toBe(
      'app;main;work;entry_SYSCALL_64;do_syscall_64;vfs_read 250\n',
    )
    await quiet()
  })

  it('does all of it by keyboard', async () => {
    const page = await open(draw())
    await page.keyboard.press('Home')
    expect(await focused(page)).toBe('all')
    for (const [key, name] of [
      ['ArrowUp', 'app'],
      ['ArrowUp', 'main'],
      ['ArrowUp', 'work'],
      ['ArrowLeft', 'tiny'],
      ['ArrowRight', 'work'],
      ['ArrowDown', 'main'],
      ['ArrowUp', 'work'],
    ] as const) {
      await page.keyboard.press(key)
      expect(await focused(page), key).toBe(name)
    }
    expect(await page.locator('.bv-f[tabindex="0"]').count()).toBe(1)
    await page.keyboard.press('Enter')
    expect(await hash(page)).toBe('#z=app;main;work')
    expect(await focused(page)).toBe('work')
    await page.keyboard.press('Escape')
    expect(await hash(page)).toBe('')
    await page.keyboard.press('?')
    expect(await page.locator('.bv-keys').evaluate(element => element.textContent)).toContain('collapse recursion')
    await page.keyboard.press('Escape')
    expect(await page.locator('.bv-keys').getAttribute('display')).toBe('none')
    await page.keyboard.press('d')
    expect(await page.getAttribute('svg', 'class')).toContain('bv-dark')
    await page.keyboard.press('y')
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Y')
    expect(await page.getAttribute('svg', 'data-copied')).toBe('app;main')
    await page.keyboard.press('y')
    expect(await page.getAttribute('svg', 'data-copied')).toBe('main')
    await page.keyboard.press('Control+f')
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe('input')
    await page.keyboard.type('sqrt')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Escape')
    await page.locator('input').fill('sqrt')
    await page.locator('input').blur()
    await page.keyboard.press('n')
    expect(await focused(page)).toBe('sqrt')
    await page.keyboard.press('N')
    expect(await focused(page)).toBe('sqrt')
    // arrows follow the drawing when it is turned over
    await page.keyboard.press('Escape')
    await page.keyboard.press('i')
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    expect(await focused(page)).toBe('app')
    await quiet()
  })

  it('keeps its state in the address, at another width too', async () => {
    const page = await open(draw(), {
      hash: '#z=app%3Bmain%3Bwork&s=/sq.t/&f=1',
      viewport: { width: 900, height: 700 },
    })
    expect(await box(page, 'work')).toMatchObject({ x: 16, width: 867.5 })
    expect(await text(page, '.bv-found')).toBe('Matched 55% · 3 frames')
    expect((await box(page, 'all')).y).toBe(104)
    await page.setViewportSize({ width: 1500, height: 700 })
    await expect.poll(async () => (await box(page, 'work')).width).toBe(1467.5)
    const steps = await open(draw(), { hash: '#x=start:sqrt,reverse&z=sqrt' })
    expect(await names(steps)).toEqual(['all', 'sqrt'])
    for (const broken of [
      '#z=%25zz%ff',
      '#x=nope:x,merge&r=1',
      '#x=drop:',
      '#x=keep:%ff',
      `#s=${'a'.repeat(30_000)}`,
      '#s=%ff',
      '#z=nope',
    ])
      expect(await names(await open(draw(), { hash: broken })), broken).toContain('work')
    await quiet()
  })

  it('is as wide as the window, or as wide as it was told', async () => {
    const fluid = await open(draw(), { viewport: { width: 1000, height: 700 } })
    expect(await box(fluid, 'all')).toMatchObject({ width: 1000 - 32 - 0.5 })
    const fixed = await open(draw({ width: 800 }), { viewport: { width: 1000, height: 700 } })
    expect(await box(fixed, 'all')).toMatchObject({ width: 800 - 32 - 0.5 })
    await quiet()
  })

  it("fits labels into frames in the viewer's font, also after zooming", async () => {
    const page = await open(flameGraph(captured('shop', 'perf.script.txt.gz')))
    const overflow = (): Promise<string[]> =>
      page.evaluate(() =>
        Array.from(document.querySelectorAll<SVGGraphicsElement>('.bv-f:not([display]) text'))
          .filter(label => {
            const rect = label.parentElement!.querySelector('rect')!
            const end = label.getBBox()
            return end.x + end.width > Number(rect.getAttribute('x')) + Number(rect.getAttribute('width')) + 0.5
          })
          .map(label => label.textContent ?? ''),
      )
    expect(await overflow()).toEqual([])
    expect(await page.locator('.bv-f text').count()).toBeGreaterThan(30)
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    expect(await overflow()).toEqual([])
    await quiet()
  })

  it('puts the tooltip beside the frame it explains', async () => {
    const page = await open(draw())
    for (const name of ['all', 'app', 'sqrt', 'vfs_read', 'tiny']) {
      await page.hover(frame(name))
      const [tip, of] = await Promise.all([
        page.locator('.bv-tip rect').first().boundingBox(),
        page.locator(`${frame(name)} >> rect`).boundingBox(),
      ])
      expect(tip!.y + tip!.height <= of!.y || tip!.y >= of!.y + of!.height, name).toBe(true)
      expect(tip!.x).toBeGreaterThanOrEqual(0)
      expect(tip!.x + tip!.width).toBeLessThanOrEqual(1200)
      expect(tip!.y).toBeGreaterThanOrEqual(0)
    }
    expect(await text(page, '.bv-tip')).toContain('tiny')
    await quiet()
  })

  it('opens with the root in view, and keeps controls in the window', async () => {
    const deep = flameGraph(profileOf(`app;${Array.from({ length: 120 }, (_, i) => `f${i}`).join(';')} 5\n`))
    const page = await open(deep)
    const visible = async (selector: string): Promise<boolean> => {
      const found = await page.locator(selector).first().boundingBox()
      return found !== null && found.y >= 0 && found.y + found.height <= 800
    }
    for (const selector of [frame('all'), 'input', '.bv-status', 'button:text("Flip")'])
      expect(await visible(selector), selector).toBe(true)
    await page.evaluate(() => window.scrollTo(0, 700))
    for (const selector of ['input', '.bv-status'])
      await expect.poll(() => visible(selector), { message: selector }).toBe(true)
    await quiet()
  })

  it('works in <img>, with and without its script', async () => {
    for (const svg of [draw({ script: false }), draw()]) {
      const page = await open(
        `<!doctype html><title>t</title><img alt="" src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}">`,
        {},
        'text/html',
      )
      const painted = await page.evaluate(async () => {
        const image = document.querySelector('img')!
        await image.decode()
        const canvas = document.createElement('canvas')
        canvas.width = image.naturalWidth
        canvas.height = image.naturalHeight
        const context = canvas.getContext('2d')!
        context.drawImage(image, 0, 0)
        const colours = new Set<string>()
        for (let y = 2; y < canvas.height; y += 9) colours.add(String(context.getImageData(400, y, 1, 1).data))
        return { width: image.naturalWidth, colours: colours.size }
      })
      expect(painted.width).toBe(1200)
      expect(painted.colours).toBeGreaterThan(4)
      await quiet()
    }
  })

  it('keeps its colours under a policy that blocks all style and script', async () => {
    const page = await open(draw({ script: false }), { csp: "default-src 'none'; style-src 'none'; script-src 'none'" })
    const fills = await page.evaluate(() =>
      Array.from(document.querySelectorAll('.bv-f rect')).map(rect => getComputedStyle(rect).fill),
    )
    expect(fills.every(fill => /^rgb\(/.test(fill) && fill !== 'rgb(0, 0, 0)')).toBe(true)
    expect(
      await page
        .locator('.bv-f title')
        .first()
        .evaluate(element => element.textContent),
    ).toBe('all (1,000 samples, 100%)')
    await quiet()
  })

  it('two pictures in one page do not disturb each other', async () => {
    const other = flameGraph(profileOf('svc;loop;read_line 10\nsvc;loop;sqrt 30\n'), {
      title: 'other',
      palette: 'off-cpu',
      theme: 'dark',
      inverted: true,
    })
    const page = await open(
      `<!doctype html><html lang="en"><title>two</title><style>body{margin:0}</style><main><h1>Two</h1><div id="one">${draw()}</div><div id="two">${other}</div><div id="three">${draw()}</div></main>`,
      {},
      'text/html',
    )
    const inside = (id: string, selector: string): string => `#${id} ${selector}`
    const all = (id: string): Promise<string[]> =>
      page.evaluate(
        at =>
          Array.from(document.querySelectorAll(`#${at} .bv-f:not([display])`)).map(
            element => element.getAttribute('aria-label')!.split(' (')[0]!,
          ),
        id,
      )
    const two = await all('two')
    await page.fill(inside('one', 'input'), 'sqrt')
    expect(await page.locator('#one .bv-match').count()).toBe(3)
    expect((await page.locator('#two .bv-match').count()) + (await page.locator('#three .bv-match').count())).toBe(0)
    await page.click(inside('three', '.bv-f[aria-label^="report ("]'))
    expect(await all('three')).not.toContain('parse')
    expect(await all('one')).toContain('parse')
    expect(await all('two')).toEqual(two)
    expect(await page.evaluate(() => location.hash)).toBe('')
    await page.click(inside('three', 'button:text("Reset")'))
    expect(await all('three')).toContain('parse')
    // keys go to the picture that has the focus
    await page.locator(inside('two', '.bv-f[tabindex="0"]')).focus()
    await page.keyboard.press('i')
    expect(
      await page
        .locator(inside('two', '.bv-f'))
        .first()
        .evaluate(element => Number(element.querySelector('rect')!.getAttribute('y'))),
    ).toBeGreaterThan(110)
    const fill = (id: string, name: string): Promise<string> =>
      page
        .locator(inside(id, `.bv-f[aria-label^="${name} ("] rect`))
        .first()
        .evaluate(rect => getComputedStyle(rect).fill)
    expect(await fill('one', 'sqrt')).toBe(await fill('three', 'sqrt'))
    expect(await fill('one', 'sqrt')).not.toBe(await fill('two', 'sqrt'))
    const ids = await page.evaluate(() => Array.from(document.querySelectorAll('svg [id]')).map(element => element.id))
    expect(ids.every(id => /^bv/.test(id))).toBe(true)
    await page.screenshot({ path: `${SCREENSHOTS}/inlined.png`, fullPage: true })
    await quiet()
  })

  it('is silent for axe-core, inlined twice, still and alive', async () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    const other = flameGraph(profileOf('svc;loop;read_line 10\n'), { title: 'other', inverted: true })
    const still = draw({ script: false, title: 'still' })
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open(
        `<!doctype html><html lang="en"><head><title>two</title></head><body><main><h1>Two</h1>${draw()}${other}${still}</main></body></html>`,
        { colorScheme },
        'text/html',
      )
      await page.evaluate(axe)
      await page.fill('input >> nth=0', 'sqrt')
      const run = (): Promise<string[]> =>
        page.evaluate(async () => {
          const { violations } = await (
            window as unknown as {
              axe: {
                run: () => Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>
              }
            }
          ).axe.run()
          return violations.map(
            violation =>
              `${violation.id}: ${violation.nodes
                .slice(0, 2)
                .map(node => `${node.html.slice(0, 200)} ${node.failureSummary}`)
                .join(' | ')}`,
          )
        })
      expect(await run()).toEqual([])
      await page.keyboard.press('Escape')
      await page.click('.bv-f[aria-label^="work ("]')
      expect(await run()).toEqual([])
      await quiet()
    }
    const alone = await open(draw())
    await alone.evaluate(axe)
    const violations = await alone.evaluate(async () =>
      (
        await (
          window as unknown as {
            axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
          }
        ).axe.run()
      ).violations.map(violation => `${violation.id} ${violation.nodes[0]?.html.slice(0, 300)}`),
    )
    expect(violations).toEqual([])
    await quiet()
  })

  it('nothing in a name runs or asks for anything', async () => {
    const hell = [
      '<script>window.__pwn=1</script>',
      '</title><script>window.__pwn=1</script>',
      '"><img src=http://evil.test/ onerror=window.__pwn=1>',
      ']]><script>window.__pwn=1</script>',
      'javascript:window.__pwn=1',
      'url(http://evil.test/)',
      '</svg><script>window.__pwn=1</script>',
      '\u001b[31m',
      '<foreignObject><iframe src="http://evil.test/">',
    ]
    const builder = new StackTreeBuilder()
    const ends = hell.map((name, i) =>
      builder.child(builder.child(0, builder.frame(name, name, kindCode('task'))), builder.frame(name, name, i % 7)),
    )
    const stacks = builder.finish()
    const self = new Float64Array(stacks.parent.length)
    for (const end of ends) self[end] = 10
    const profile: Profile = {
      kind: 'profile',
      name: hell[0]!,
      value: { name: hell[1]!, unit: 'samples' },
      stacks,
      self,
      meta: { host: hell[6]!, tool: hell[2]! },
    }
    for (const content of [
      flameGraph(profile, { title: hell[6]! }),
      compatFlameGraph(readFlamegraphLines(hell.map(name => `${name.replaceAll(';', '')} 20`)).lines, {
        title: hell[6]!,
        subtitle: hell[1]!,
      }).svg,
    ]) {
      for (const inline of [false, true]) {
        const page = await open(
          inline ? `<!doctype html><title>t</title><main>${content.replace(/^<\?xml[^>]*>/, '')}</main>` : content,
          {},
          inline ? 'text/html' : 'image/svg+xml',
        )
        for (let i = 0; i < (await page.locator('.bv-f').count()); i += 3) {
          const one = page.locator('.bv-f').nth(i)
          if ((await one.getAttribute('display')) !== null) continue
          await one.hover()
          await one.click()
          await page.keyboard.press('f')
          await page.keyboard.press('c')
          await page.keyboard.press('y')
          await page.keyboard.press('0')
        }
        expect(await page.evaluate(() => (window as unknown as { __pwn?: number }).__pwn)).toBeUndefined()
        expect(await page.locator('iframe, img').count()).toBe(0)
        await quiet()
      }
    }
  })

  it('follows the scheme, prints light, moves only for who wants motion', async () => {
    const page = await open(draw(), { colorScheme: 'dark', reducedMotion: 'reduce' })
    const fill = (): Promise<string> =>
      page
        .locator('.bv-page')
        .first()
        .evaluate(rect => getComputedStyle(rect).fill)
    expect(await fill()).toBe('rgb(20, 23, 28)')
    // looked at before the browser does anything else: what moves comes to rest soon
    const motion = (of: Page): Promise<string> =>
      of.locator(`${frame('work')} >> rect`).evaluate(rect => {
        rect.dispatchEvent(new MouseEvent('click', { bubbles: true }))
        return getComputedStyle(rect).transitionDuration
      })
    expect(await motion(page)).toBe('0s')
    await page.emulateMedia({ colorScheme: 'light' })
    expect(await fill()).toBe('rgb(255, 255, 255)')
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' })
    expect(await fill()).toBe('rgb(255, 255, 255)')
    expect(
      await page
        .locator('.bv-bar')
        .first()
        .evaluate(bar => getComputedStyle(bar).display),
    ).toBe('none')
    const lively = await open(draw(), { reducedMotion: 'no-preference' })
    expect(await motion(lively)).toBe('0.15s, 0.15s')
    const told = await open(draw({ theme: 'dark' }), { colorScheme: 'light' })
    expect(
      await told
        .locator('.bv-page')
        .first()
        .evaluate(rect => getComputedStyle(rect).fill),
    ).toBe('rgb(20, 23, 28)')
    await quiet()
  })

  it('keeps every control and word in a narrow window, and apart', async () => {
    const name = 'a_function_with_a_name_that_is_much_longer_than_the_window'
    const pictures = [
      flameGraph(
        { ...profileOf(`app;main;${name} 5\napp;java_[j];[unknown];x_[k] 4`), meta: { lost: 7, truncated: 12 } },
        { title: 'a title of several words' },
      ),
      diffFlame(
        diffRuns(
          [{ label: 'a', profile: { ...profileOf('app;f 100\napp;g 50'), meta: { duration: 3 } } }],
          [{ label: 'b', profile: { ...profileOf(`app;f 100\napp;${name} 80`), meta: { duration: 9 } } }],
        ),
      ),
    ]
    for (const picture of pictures) {
      const page = await open(picture, { viewport: { width: 400, height: 600 } })
      await page.keyboard.press('/')
      await page.keyboard.type('f')
      const boxes = await page.evaluate(() =>
        [...document.querySelectorAll('.bv-tools > *, .bv-title, .bv-subtitle, .bv-quality, .bv-status, .bv-key')]
          .map(element => ({
            what: element.getAttribute('class') ?? element.textContent ?? '',
            box: element.getBoundingClientRect(),
          }))
          .filter(({ box }) => box.width > 0)
          .map(({ what, box: { left, right, top, bottom } }) => ({
            what,
            left,
            right,
            top: top + 2,
            bottom: bottom - 2,
          })),
      )
      expect(boxes.length).toBeGreaterThan(14)
      for (const one of boxes) {
        expect(one, one.what).toMatchObject({
          left: expect.toSatisfy((left: number) => left >= 15),
          right: expect.toSatisfy((right: number) => right <= 385),
        })
        for (const other of boxes) {
          if (one !== other)
            expect(
              one.right <= other.left || one.left >= other.right || one.bottom <= other.top || one.top >= other.bottom,
              `${one.what} on ${other.what}`,
            ).toBe(true)
        }
      }
    }
    await quiet()
  })

  it('shows the root after a turn, and a match that lay outside the window', async () => {
    const tall = profileOf(`app;${Array.from({ length: 80 }, (_, i) => `f${i}`).join(';')} 10\napp;g 1`)
    const page = await open(flameGraph(tall), { viewport: { width: 1000, height: 500 } })
    const sees = (name: string): Promise<boolean> =>
      page.locator(frame(name)).evaluate(element => {
        const { top, bottom } = element.getBoundingClientRect()
        return top >= 40 && bottom <= window.innerHeight - 54
      })
    expect([await sees('all'), await sees('f79')]).toEqual([true, false])
    await page.keyboard.press('i')
    expect([await sees('all'), await sees('f79')]).toEqual([true, false])
    await page.keyboard.press('/')
    await page.keyboard.type('f79')
    await page.keyboard.press('Enter')
    expect([await sees('all'), await sees('f79')]).toEqual([false, true])
    await quiet()
  })

  it('zooms a flame chart in time', async () => {
    const page = await open(flameChart(timeline('shop', 'perf.script.txt.gz')))
    const lanes = await page.locator('.bv-f[aria-level="1"]').count()
    expect(lanes).toBeGreaterThan(1)
    const some = page.locator('.bv-f[aria-level="3"]').first()
    const [start, total] = await some.evaluate(
      element => [Number(element.getAttribute('data-start')), Number(element.getAttribute('data-total'))] as const,
    )
    await some.click()
    expect(await hash(page)).toBe(`#r=${start},${start + total}`)
    await expect
      .poll(() => some.evaluate(element => Number(element.querySelector('rect')!.getAttribute('width'))))
      .toBeGreaterThan(1160)
    expect(await page.locator('.bv-axis text').count()).toBeGreaterThan(1)
    await page.keyboard.press('Backspace')
    await expect.poll(() => hash(page)).toBe('')
    await quiet()
  })

  it('drives the picture that flamegraph.pl would draw, too', async () => {
    const { svg } = compatFlameGraph(readFlamegraphLines(FOLDED.trim().split('\n')).lines, {
      title: 'compat',
      countname: 'hits',
      factor: 2,
    })
    const page = await open(svg)
    const before = await box(page, 'main')
    expect(before.width).toBe(1180)
    expect(
      await text(page, `${frame('std::vector<int, std::allocator<int> >::push_back(int const&)')} >> text`),
    ).toMatch(/^std:[\w:]*\.\.$/)
    await page.click(frame('work'))
    expect(await box(page, 'work')).toMatchObject({ x: 10, width: 1180 })
    expect(await text(page, '.bv-status')).toContain('1,300 hits')
    await page.keyboard.press('0')
    await page.keyboard.press('/')
    await page.keyboard.type('sqrt')
    expect(await text(page, '.bv-found')).toBe('Matched 55% · 3 frames')
    await page.screenshot({ path: `${SCREENSHOTS}/flamegraph-compat.png` })
    await quiet()
  })

  const shop = (): Profile => captured('shop', 'perf.script.txt.gz')
  const memory = (): Profile => ({
    ...shop(),
    name: 'malloc',
    value: { name: 'allocated', unit: 'bytes' },
    self: shop().self.map(value => value * 4096),
    meta: {},
  })
  const chain = profileOf(
    'sshd;read;-;entry_SYSCALL_64;do_syscall_64;vfs_read;schedule;--;try_to_wake_up;tty_wakeup;kworker/u8:1 30000\nnginx;epoll_wait;-;entry_SYSCALL_64;do_epoll_wait;schedule;--;ep_poll_callback;tcp_rcv;net_rx_action;swapper/1 500000\nnginx;epoll_wait;-;entry_SYSCALL_64;do_epoll_wait;schedule;--;ep_poll_callback;tcp_rcv;curl 90000\n',
  )
  const views: Record<string, () => string> = {
    flame: () => flameGraph(shop()),
    icicle: () => flameGraph(shop(), { inverted: true }),
    callers: () => flameGraph(shop(), { reverse: true }),
    chart: () => flameChart(timeline('shop', 'perf.script.txt.gz')),
    'off-cpu': () => flameGraph(captured('offcputime', 'offcputime.txt.gz')),
    memory: () => flameGraph(memory()),
    chain: () => flameGraph({ ...chain, value: { name: 'blocked time', unit: 'us' } }, { palette: 'chain' }),
    wakeups: () => flameGraph(chain, { palette: 'wakeup' }),
    'hot-cold': () => flameGraph(hotCold(shop(), captured('offcputime', 'offcputime.txt.gz'), 99)),
    'side-by-side': () =>
      flameGraph(
        sideBySide([
          { label: 'perf', profile: { ...shop(), name: 'x' } },
          { label: 'node', profile: { ...captured('node-jit', 'perf.script.txt.gz'), name: 'x' } },
        ]),
      ),
    'colour-blind': () => flameGraph(shop(), { palette: 'colour-blind' }),
    jit: () => flameGraph(captured('node-jit', 'perf.script.txt.gz')),
    flamegraph: () => compatFlameGraph(readFlamegraphLines(foldedLines(shop())).lines, { colors: 'java' }).svg,
  }
  it.each(Object.keys(views))('shows the view %s, light and dark', async name => {
    const svg = views[name]!()
    expect(svg.length).toBeLessThan(3_000_000)
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open(svg, { colorScheme, viewport: { width: 1280, height: 860 } })
      expect(await page.locator('.bv-f:not([display])').count()).toBeGreaterThan(3)
      await page.screenshot({ path: `${SCREENSHOTS}/${name}-${colorScheme}.png` })
      await quiet()
    }
  })
})
