/** The page of `bpfview app` in Chromium, from a file: given a capture it draws, and nothing leaves it. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, openBrowser, SCREENSHOTS } from '../browser.ts'
import { openFile } from '../chromium.ts'
import { scratch } from '../command.ts'

describe.skipIf(!hasChromium)('the page', () => {
  let browser: Browser
  let page: Page
  let trouble: string[]

  beforeAll(async () => {
    browser = await openBrowser()
    ;({ page, trouble } = await openFile(browser, 'bpfview.html', readFileSync('dist/app/bpfview.html', 'utf8')))
    await page.waitForSelector('body[data-ready]')
  })
  afterAll(async () => {
    expect(trouble).toEqual([])
    await browser?.close()
  })

  /** Does something and waits for the next picture. */
  async function draws(act: () => Promise<unknown>): Promise<void> {
    const before = await page.evaluate(() => document.body.dataset['drawn'])
    await act()
    await page.waitForFunction(was => document.body.dataset['drawn'] !== was, before)
  }

  const labels = async (): Promise<string[]> => page.locator('#bv-pictures button').allTextContents()
  const shown = () => page.frameLocator('#bv-frame')

  /** Waits for an element of the picture. Only for its being there: on a busy machine Chromium lays a sandboxed frame out when it next paints. */
  async function waitShown(selector: string): Promise<void> {
    await shown().locator(selector).first().waitFor({ state: 'attached' })
    expect(await page.locator('#bv-frame').isVisible()).toBe(true)
  }

  test('a perf script: explorer, flame graph, flame chart', async () => {
    await draws(() => page.setInputFiles('#bv-input', 'fixtures/captures/periodic-stall/perf.script.txt.gz'))
    expect(await labels()).toEqual(['Explore', 'Flame graph', 'Flame chart', 'Can it be trusted?'])
    await waitShown('body[data-ready]')
    expect(await shown().locator('#vw-functions tr').count()).toBeGreaterThan(1)
    await page.screenshot({ path: `${SCREENSHOTS}/app-explorer.png` })
    for (const name of ['Flame graph', 'Flame chart']) {
      await draws(() => page.getByRole('button', { name, exact: true }).click())
      await waitShown('svg')
      expect(await page.locator('#bv-svg').isVisible()).toBe(true)
    }
    // its script runs: a click zooms
    await draws(() => page.getByRole('button', { name: 'Flame graph', exact: true }).click())
    await page.screenshot({ path: `${SCREENSHOTS}/app-flame.png` })
    await draws(() => page.getByRole('button', { name: 'Can it be trusted?' }).click())
    await waitShown('pre')
  })

  test('the archive of a capture, a histogram, a table', async () => {
    const tgz = join(scratch(), 'shop.tgz')
    execFileSync('tar', ['czf', tgz, '-C', 'fixtures/captures', 'shop'])
    await draws(() => page.setInputFiles('#bv-input', tgz))
    expect(await page.textContent('#bv-name')).toBe('shop.tgz')
    await waitShown('body[data-ready]')
    await draws(() => page.setInputFiles('#bv-input', 'fixtures/captures/disk-biolatency/biolatency.txt.gz'))
    expect(await labels()).toEqual(['Histograms', 'Heat map', 'Can it be trusted?'])
    await draws(() => page.getByRole('button', { name: 'Heat map' }).click())
    await waitShown('svg')
    await draws(() => page.setInputFiles('#bv-input', 'fixtures/captures/disk-biosnoop/biosnoop.txt.gz'))
    expect(await labels()).toContain('Table')
  })

  test('a drop, and pasted text with a hostile name', async () => {
    const name = '<img src=x onerror=alert(1)>'
    await draws(() =>
      page.evaluate(text => {
        const data = new DataTransfer()
        data.items.add(new File([text], '<b>x'))
        document.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))
      }, `main;${name} 3\n`),
    )
    expect(await page.textContent('#bv-name')).toBe('<b>x')
    await waitShown('body[data-ready]')
    expect(await shown().locator('img').count()).toBe(0)
    await draws(() =>
      page.evaluate(() => {
        const data = new DataTransfer()
        data.setData('text', 'a;b 1\na;c 2\n')
        document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }))
      }),
    )
    expect(await page.textContent('#bv-name')).toBe('pasted text')
  })

  test('what cannot be read is said, and no picture of another file stays', async () => {
    await page.setInputFiles('#bv-input', 'LICENSE')
    await page.locator('#bv-status[data-kind=wrong]').waitFor()
    expect(await page.textContent('#bv-status')).toMatch(/of no known format/)
    expect(await page.locator('#bv-frame').isVisible()).toBe(false)
  })

  test('a picture can be saved, and is the picture', async () => {
    await draws(() => page.setInputFiles('#bv-input', 'fixtures/folded/plain.txt'))
    await draws(() => page.getByRole('button', { name: 'Flame graph', exact: true }).click())
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#bv-svg').click()])
    expect(download.suggestedFilename()).toBe('plain.txt.svg')
    expect(readFileSync(await download.path(), 'utf8')).toMatch(/^<svg/)
  })

  test('a large file is read beside the page, which says how far it is', async () => {
    const path = join(scratch(), 'large.folded')
    writeFileSync(path, Array.from({ length: 400_000 }, (_, i) => `app;main;work_${i % 5000};leaf 1\n`).join(''))
    await draws(() => page.setInputFiles('#bv-input', path))
    expect(await page.textContent('#bv-status')).toMatch(/folded · .* MB/)
  })

  test('no connection is allowed, of the page or of a picture in it', async () => {
    const refused = await page.evaluate(async () => {
      const said: string[] = []
      document.addEventListener('securitypolicyviolation', event => said.push(event.effectiveDirective))
      await fetch('http://127.0.0.1:9/').catch(() => undefined)
      new Image().src = 'http://127.0.0.1:9/x.png'
      await new Promise(resolve => setTimeout(resolve, 100))
      return said.sort()
    })
    expect(refused).toEqual(['connect-src', 'img-src'])
    // those two attempts, and nothing else
    expect(trouble.splice(0).every(line => line.includes('127.0.0.1:9'))).toBe(true)
  })
})
