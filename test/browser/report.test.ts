/** The report's page in a real browser, at the width of a laptop and of a phone, light and dark: reading, keys, filter, sorting; axe finds nothing; nothing leaves it. */
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumThere, launchChromium, openFile } from '../chromium.ts'
import { bpfview } from '../command.ts'

const SCREENSHOTS = 'test/screenshots'
const HOSTILE = '<img/src=x>|`*'

async function reported(...args: string[]): Promise<string> {
  const { stdout, status } = await bpfview(['report', ...args, '--to', 'html'])
  expect(status).toBe(0)
  return stdout
}

function incident(name: string): string[] {
  return ['cpu', 'offcpu-events', 'checklist', 'syscalls', 'sixty'].map(capture =>
    join('fixtures/incidents', name, capture),
  )
}

async function axe(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(options: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] })
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(node => node.html.slice(0, 160))
          .join(' | ')}`,
    )
  })
}

describe.skipIf(!chromiumThere)('report', () => {
  let browser: Browser
  let crowd: string
  let compared: string
  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true })
    browser = await launchChromium()
    crowd = await reported(...incident('crowd'))
    compared = await reported(...incident('lookup'), '--before', ...incident('crowd'))
  }, 120_000)
  afterAll(() => browser?.close())

  test.each([
    [1200, false],
    [1200, true],
    [390, false],
    [390, true],
  ])(
    'reads at %i px, dark %s: no sideways scroll, axe finds nothing',
    async (width, dark) => {
      for (const [name, html] of [
        ['report', crowd],
        ['report-compare', compared],
      ] as const) {
        const { page, trouble } = await openFile(browser, `${name}.html`, html, { width, dark, height: 800 })
        const scroll = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth] as const)
        expect(scroll[0], `${name} ${width}`).toBeLessThanOrEqual(scroll[1])
        // the first finding is on the first screen
        const top = await page
          .locator('ol.findings li')
          .first()
          .evaluate(each => each.getBoundingClientRect().bottom)
        expect(top).toBeLessThan(800)
        expect(await axe(page), `${name} ${width} ${dark}`).toEqual([])
        await page.screenshot({
          path: `${SCREENSHOTS}/${name}-${width}-${dark ? 'dark' : 'light'}.png`,
          fullPage: true,
        })
        expect(trouble).toEqual([])
        await page.context().close()
      }
    },
    120_000,
  )

  test('opens in less than a second, and every finding leads to a section', async () => {
    const { page } = await openFile(browser, 'report.html', crowd)
    const loaded = await page.evaluate(() => {
      const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
      return entry!.domContentLoadedEventEnd - entry!.responseStart
    })
    expect(loaded).toBeLessThan(1000)
    for (const link of await page.locator('ol.findings a').all()) {
      const target = await link.getAttribute('href')
      expect(await page.locator(target!).count()).toBe(1)
    }
  })

  test('keys go to sections, light and dark', async () => {
    const { page } = await openFile(browser, 'report.html', crowd, { width: 1200, height: 700 })
    await page.keyboard.press('6')
    await page.waitForFunction(() => {
      const top = document.getElementById('waiting')!.getBoundingClientRect().top
      return top >= 0 && top < 300
    })
    await page.keyboard.press('2')
    expect(
      await page
        .locator('#trust details')
        .first()
        .evaluate(each => (each as HTMLDetailsElement).open),
    ).toBe(true)
    await page.keyboard.press('d')
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
    await page.keyboard.press('d')
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('light')
  })

  test('a click on a task shows it alone, and again all', async () => {
    const { page } = await openFile(browser, 'report.html', crowd)
    const faded = () => page.locator('[data-task].other').count()
    await page.locator('button.task', { hasText: /^crowd$/ }).click()
    expect(await faded()).toBeGreaterThan(3)
    expect(await page.locator('[data-task="crowd"].other').count()).toBe(0)
    expect(await page.locator('.chip').textContent()).toContain('only crowd')
    await page.keyboard.press('Escape')
    expect(await faded()).toBe(0)
  })

  test('a click on a column sorts by it', async () => {
    const { page } = await openFile(browser, 'report.html', crowd)
    const first = () => page.locator('#tasks tbody tr').first().getAttribute('data-task')
    expect(await first()).toBe('crowd')
    await page.locator('#tasks th', { hasText: 'Threads' }).click()
    expect(await first()).toBe('readlink')
    await page.locator('#tasks th', { hasText: 'Threads' }).click()
    expect(await first()).not.toBe('readlink')
  })

  test('hostile names are text', async () => {
    const records = Array.from(
      { length: 300 },
      (_, i) =>
        `${HOSTILE} 7/7 [000] ${(100 + i / 99).toFixed(6)}: 10101010 cpu-clock:ppp: \n\t  1234 work<script>alert(1)</script>+0x1 (/opt/"app)\n\t  1200 main+0x1 (/opt/app)\n`,
    ).join('\n')
    const { stdout } = await bpfview(['report', '-', '--to', 'html'], records)
    const { page, trouble } = await openFile(browser, 'hostile.html', stdout)
    expect(await page.locator('button.task').first().textContent()).toBe(HOSTILE)
    await page.locator('button.task').first().click()
    expect(await page.locator('img, main script').count()).toBe(0)
    expect(await page.locator('.chip').textContent()).toContain(HOSTILE)
    expect(trouble).toEqual([])
  })

  test('without a script the page is whole', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.setContent(crowd)
    expect(await page.locator('section').count()).toBe(10)
    expect(await page.locator('.btn.icon').count()).toBe(0)
    await context.close()
  })
})
