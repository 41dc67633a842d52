/**
 * The explorer's page of 100,000 distinct stacks: its size, how long it took to make, and, in Chromium, how long it takes to open and to answer. With --large also
 * the page of one hour of 64 CPUs at 49 Hz: 11.3 million samples, 50,000 stacks.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import type { ViewSide } from '../../renderers/view/pack.ts'
import { viewPage } from '../../renderers/view/page.ts'
import { chromiumThere, launchChromium } from '../chromium.ts'
import { hourOfSamples } from './scope.ts'
import { distinctStacks } from './stacks.ts'

const say = (line: string): void => {
  process.stdout.write(`  ${line}\n`)
}

/** Prints the measured numbers. */
export async function benchView(large: boolean): Promise<void> {
  const profile = distinctStacks(100_000)
  await measure({ label: '', data: profile }, `${profile.stacks.parent.length} nodes, 100,000 stacks`)
  if (!large) return
  const samples = hourOfSamples(3600)
  await measure({ label: '', data: samples }, `${samples.time.length} samples, 50,000 stacks`)
}

async function measure(side: ViewSide, what: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bpfview-bench-'))
  const path = join(folder, 'view.html')
  const begun = performance.now()
  const pieces = viewPage([side], {
    deflate: bytes => deflateRawSync(bytes, { level: 6 }),
    base64: bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  })
  writeFileSync(path, [...pieces].join(''))
  say(`${what}: ${(statSync(path).size / 1e6).toFixed(1)} MB in ${((performance.now() - begun) / 1000).toFixed(1)} s`)
  if (chromiumThere) await measurePage(path)
  rmSync(folder, { recursive: true })
}

/** Seconds until the page answers, and milliseconds of each kind of filter, in the page's own clock. */
async function measurePage(path: string): Promise<void> {
  const browser = await launchChromium()
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } })
  await page.goto(`file://${path}`)
  await page.waitForSelector('body[data-ready]', { timeout: 120_000 })
  const opened = await page.evaluate(() => performance.getEntriesByName('ready')[0]!.startTime)
  say(`first picture after ${(opened / 1000).toFixed(2)} s`)
  const name = await page.evaluate(
    () => document.querySelector('#vw-functions tr:nth-child(3) th span:nth-child(2)')!.textContent!,
  )
  const coded = encodeURIComponent(name)
  const filters: readonly (readonly [string, string])[] = [
    ['keep', `x=keep:${coded}`],
    ['drop', `x=drop:${coded}`],
    ['merge', `x=merge:${coded}`],
    ['collapse recursion', 'x=collapse:recursion'],
    ['kind off', 'off=kernel'],
    ['search', 'q=function_1'],
    ['callers and callees', `v=calls&f=${coded}`],
    ['compare', 'compare=1'],
  ]
  for (const [filter, hash] of filters) {
    const times: number[] = []
    for (let i = 0; i < 3; i++) times.push(await timeOf(page, hash), await timeOf(page, ''))
    const own = times.filter((_, i) => i % 2 === 0).sort((a, b) => a - b)
    say(
      `${filter.padEnd(20)} ${own[1]!.toFixed(0).padStart(5)} ms, ${await page.getAttribute('body', 'data-visited')} nodes visited`,
    )
  }
  await browser.close()
}

/** Milliseconds from a change of the address to the drawn picture. */
async function timeOf(page: Page, hash: string): Promise<number> {
  return page.evaluate(async text => {
    if (location.hash.slice(1) === text) return 0
    const begun = performance.now()
    location.hash = text
    await new Promise(resolve => addEventListener('hashchange', resolve, { once: true }))
    await new Promise(resolve => requestAnimationFrame(resolve))
    return performance.now() - begun
  }, hash)
}
