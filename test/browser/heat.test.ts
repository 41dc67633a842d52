/** The heat map and the page of bpfview scope in a real browser: each interaction, by pointer and by keys; nothing leaves the page; axe finds nothing. */

import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { deflateRawSync, gunzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from '../../parsers/parse.ts'
import { flameGraph } from '../../renderers/flame/flame.ts'
import { heatMap, heatMapPage } from '../../renderers/heat/heatmap.ts'
import { histogramSvg } from '../../renderers/histogram/svg.ts'
import { scopePage } from '../../renderers/scope/page.ts'
import type { Dataset, EventTable, HistogramSeries, Profile, SampleTable } from '../../src/model/index.ts'
import { kindCode, StackTreeBuilder } from '../../src/model/index.ts'
import { eventHeat } from '../../src/ops/heat/events.ts'
import { heatFigures } from '../../src/ops/heat/figures.ts'
import { selectTime } from '../../src/ops/time/scope.ts'
import { parseTimeRanges } from '../../src/ops/time/time-range.ts'
import { chromiumThere, launchChromium, openFile } from '../chromium.ts'

const SCREENSHOTS = 'test/screenshots'

function captured(path: string, timeline = false): readonly Dataset[] {
  const bytes = readFileSync(`fixtures/captures/${path}`)
  return parse(path.endsWith('.gz') ? gunzipSync(bytes) : bytes, { timeline, perf: { weight: 'period' } }).datasets
}

function stall(): SampleTable {
  return captured('periodic-stall/perf.script.txt.gz', true).find(dataset => dataset.kind === 'samples')!
}

function pageOf(
  samples: readonly SampleTable[],
  more: { readonly rows?: number; readonly title?: string; readonly withoutIdle?: boolean } = {},
): string {
  return [
    ...scopePage(samples, {
      ...more,
      deflate: bytes => deflateRawSync(bytes),
      base64: bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
    }),
  ].join('')
}

async function axe(page: Page): Promise<unknown> {
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(options: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] })
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(node => node.html.slice(0, 160))
          .slice(0, 3)
          .join(' | ')}`,
    )
  })
}

const BUCKETS: HistogramSeries = {
  kind: 'histograms',
  name: 'runqlat',
  key: '',
  unit: 'us',
  edges: Float64Array.of(0, 1, 2),
  time: Float64Array.of(NaN),
  counts: Float64Array.of(3, 1),
  meta: { tool: 'runqlat' },
}

describe.skipIf(!chromiumThere)(
  'in Chromium',
  () => {
    let browser: Browser
    beforeAll(async () => {
      mkdirSync(SCREENSHOTS, { recursive: true })
      browser = await launchChromium()
    }, 60_000)
    afterAll(async () => browser?.close())

    test('below a picture shorter than the window stands its own background, dark or light', async () => {
      const [stacks] = parse('a;b 1\n').datasets as [Profile]
      const [heat] = heatFigures([{ ...BUCKETS, time: Float64Array.of(1) }])
      const PICTURES = { flame: flameGraph(stacks), heat: heatMap([heat!]), histogram: histogramSvg([BUCKETS]) }
      for (const [name, svg] of Object.entries(PICTURES))
        for (const [dark, colour] of [
          [true, 'rgb(20, 23, 28)'],
          [false, 'rgb(255, 255, 255)'],
        ] as const) {
          const { page, trouble } = await openFile(browser, `${name}.svg`, svg, { dark, height: 1600 })
          const background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
          expect(background, `${name}, dark ${dark}`).toBe(colour)
          expect(trouble).toEqual([])
        }
    })

    describe('heat map', () => {
      const rows: [number, number][] = [
        [1, 5],
        [1.2, 5],
        [1.4, 50],
        [2, 5],
        [3, 500],
      ]
      const table: EventTable = {
        kind: 'events',
        name: 'trace',
        tool: 'trace',
        length: rows.length,
        meta: {},
        columns: [
          { name: 'TIME', type: 'number', unit: 's', values: Float64Array.from(rows, row => row[0]) },
          { name: 'LAT', type: 'number', unit: 'ms', values: Float64Array.from(rows, row => row[1]) },
        ],
      }
      const figure = eventHeat(table, { step: 1, rows: 'log2' })

      test('hover says cell, count and share of the column', async () => {
        const { page, trouble } = await openFile(browser, 'heat.svg', heatMap([figure]))
        const cell = page.locator('.bv-cells rect[data-count="2"]')
        await cell.hover()
        expect(await page.textContent('.bv-status')).toBe(
          '1 to 2 s, 4 to 8 ms: 2 events · 66.7% of 3 events in this column',
        )
        expect(await page.getAttribute('.bv-cursor', 'visibility')).toBe('visible')
        await page.mouse.move(2, 2)
        expect(await page.textContent('.bv-status')).toMatch(/^p50 5 ms/)
        expect(trouble).toEqual([])
      })

      test('keys move the cell, change colours, choose the line', async () => {
        const { page, trouble } = await openFile(browser, 'heat.svg', heatMap([figure]))
        await page.locator('.bv-panel').focus()
        await page.keyboard.press('ArrowRight')
        await page.keyboard.press('End')
        expect(await page.textContent('.bv-status')).toMatch(/^3 to 4 s, 4 to 8 ms: 0 events/)
        await page.keyboard.press('PageUp')
        expect(await page.textContent('.bv-status')).toMatch(/^3 to 4 s, 256 to 512 ms: 1 event/)
        const before = await page.locator('.bv-cells rect[data-count="1"]').first().getAttribute('class')
        await page.keyboard.press('c')
        expect(await page.textContent('.bv-scale')).toBe('colours by rank')
        await page.keyboard.press('c')
        expect(await page.textContent('.bv-scale')).toBe('linear colours')
        expect(await page.locator('.bv-cells rect[data-count="1"]').first().getAttribute('class')).not.toBe(before)
        const shown = (): Promise<string[]> => page.locator('.bv-percentile:visible text').allTextContents()
        for (const name of ['p99', 'max', 'p50', 'p90']) {
          expect(await shown()).toEqual([name])
          await page.keyboard.press('p')
        }
        expect(await shown()).toEqual([])
        await page.keyboard.press('p')
        expect(await shown()).toEqual(['p99'])
        expect(trouble).toEqual([])
      })

      test('axe finds nothing, in light and in dark', async () => {
        for (const dark of [false, true]) {
          const { page, trouble } = await openFile(browser, 'heat.html', heatMapPage([figure]), { dark })
          expect(await axe(page)).toEqual([])
          expect(trouble).toEqual([])
        }
      })

      test.each([
        ['heat-biosnoop', 'disk-biosnoop/biosnoop.txt.gz', {}],
        ['heat-biosnoop-by-comm', 'disk-biosnoop/biosnoop.txt.gz', { split: 'COMM', panels: 4 }],
        ['heat-offsets', 'disk-biosnoop/biosnoop.txt.gz', { column: 'SECTOR' }],
        ['heat-biolatency', 'disk-biolatency/biolatency.txt.gz', { split: 'disk' }],
        ['heat-bpftrace', 'disk-bpftrace-hist/bpftrace.txt', {}],
        ['heat-mpstat', 'cpu-mpstat/mpstat.txt', {}],
      ] as const)('%s, from a real capture', async (name, path, options) => {
        for (const dark of [false, true]) {
          const svg = heatMap(heatFigures(captured(path), options))
          const { page, trouble } = await openFile(browser, `${name}.svg`, svg, { dark, height: 760 })
          await page.screenshot({ path: `${SCREENSHOTS}/${name}-${dark ? 'dark' : 'light'}.png` })
          expect(await page.locator('.bv-cells rect').count()).toBeGreaterThan(20)
          expect(trouble).toEqual([])
        }
      })
    })

    describe('scope', () => {
      const samples = (): SampleTable => {
        const builder = new StackTreeBuilder()
        const app = builder.child(0, builder.frame('app', '', kindCode('task')))
        const other = builder.child(0, builder.frame('<b>other</b>', '', kindCode('task')))
        const idle = builder.child(
          builder.child(0, builder.frame('swapper', '', kindCode('task'))),
          builder.frame('do_idle', '', kindCode('kernel')),
        )
        const hot = builder.child(
          builder.child(app, builder.frame('main', '', kindCode('user'))),
          builder.frame('hot', '', kindCode('user')),
        )
        const cold = builder.child(
          builder.child(other, builder.frame('main', '', kindCode('user'))),
          builder.frame('cold', '', kindCode('kernel')),
        )
        const list: [number, number, number, number, number][] = []
        // seconds 10 to 13: hot in the first half of each, cold in the second; CPU 1 idles
        for (let i = 0; i < 400; i++) {
          const time = 10 + i / 100
          list.push([time, i % 100 < 50 ? hot : cold, 0, i % 100 < 50 ? 0 : 1, 3], [time, idle, 1, 2, 3])
        }
        list.reverse()
        const column = (i: 0 | 1 | 2 | 3 | 4): number[] => list.map(row => row[i])
        return {
          kind: 'samples',
          name: 'cpu-clock',
          value: { name: 'cpu-clock', unit: 'ns' },
          meta: { frequency: 100 },
          stacks: builder.finish(),
          comms: ['app', '<b>other</b>', 'swapper'],
          time: Float64Array.from(column(0)),
          stack: Int32Array.from(column(1)),
          cpu: Int32Array.from(column(2)),
          comm: Int32Array.from(column(3)),
          tid: Int32Array.from(column(3), comm => (comm === 2 ? 0 : 100 + comm)),
          pid: Int32Array.from(column(3), comm => (comm === 2 ? 0 : 100 + comm)),
          weight: Float64Array.from(column(4)),
        }
      }
      const open = async (
        content: string,
        options: {
          readonly hash?: string
          readonly dark?: boolean
          readonly width?: number
          readonly height?: number
        } = {},
      ): Promise<{
        page: Page
        trouble: string[]
        said: (name: string) => Promise<string | null>
        at: (second: number, part: number) => Promise<[number, number]>
      }> => {
        const { page, trouble } = await openFile(browser, 'scope.html', content, options)
        await page.waitForSelector('html[data-ready]')
        const said = (name: string): Promise<string | null> => page.getAttribute('html', `data-${name}`)
        const at = async (second: number, part: number): Promise<[number, number]> => {
          const box = (await page.locator('#sc-over').boundingBox())!
          // 4 columns of 40 px, 50 rows of 7 px, 46 px to the left of them, 6 px above
          return [box.x + 46 + (second + 0.5) * 40, box.y + 6 + (1 - part) * 350 - 3]
        }
        return { page, trouble, said, at }
      }
      const drag = async (
        page: Page,
        from: readonly [number, number],
        to: readonly [number, number],
      ): Promise<void> => {
        await page.mouse.move(...from)
        await page.mouse.down()
        await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2)
        await page.mouse.move(...to)
        await page.mouse.up()
      }
      const boxNames = (page: Page): Promise<string[]> =>
        page
          .locator('#sc-flame .bv-f')
          .evaluateAll(all => all.map(each => (each.getAttribute('aria-label') ?? '').replace(/ \(.*/, '')))

      test('opens with the whole profile: cells, kept samples and root agree', async () => {
        const { page, trouble, said } = await open(pageOf([samples()]))
        expect([await said('kept'), await said('cells'), await said('selected')]).toEqual(['800', '800', '800'])
        expect(await page.locator('#sc-flame .bv-f').first().getAttribute('data-total')).toBe('800')
        expect(new Set(await boxNames(page))).toEqual(
          new Set(['all', 'app', '<b>other</b>', 'swapper', 'main', 'hot', 'cold', 'do_idle']),
        )
        expect(await page.textContent('#sc-command')).toBe('bpfview flame IN')
        expect(trouble).toEqual([])
      })

      test('a drag selects time; its stacks are those of --range', async () => {
        const table = samples()
        const { page, said, at, trouble } = await open(pageOf([table]))
        await drag(page, await at(0, 0.9), await at(2, 0.2))
        const range = await said('ranges')
        expect(range).toBe('10.9..12.22')
        const chosen = selectTime(table, parseTimeRanges(range!))
        expect(await said('selected')).toBe(String(chosen.time.length))
        expect(await page.locator('#sc-flame .bv-f').first().getAttribute('data-total')).toBe(
          String(chosen.time.length),
        )
        expect(await page.textContent('#sc-command')).toBe(`bpfview flame IN --range ${range}`)
        expect(page.url()).toContain(`#r=${range}`)
        expect(trouble).toEqual([])
      })

      test('control adds ranges that stay apart; Backspace drops the last, Escape all', async () => {
        const { page, said, at } = await open(pageOf([samples()]))
        await drag(page, await at(0, 0.1), await at(0, 0.2))
        await page.keyboard.down('Control')
        await drag(page, await at(2, 0.6), await at(2, 0.7))
        await page.keyboard.up('Control')
        expect(await said('ranges')).toBe('10.1..10.22,12.6..12.72')
        expect(await said('selected')).toBe('48')
        await page.keyboard.press('Backspace')
        expect(await said('ranges')).toBe('10.1..10.22')
        await page.keyboard.press('Escape')
        expect([await said('ranges'), await said('selected')]).toEqual(['', '800'])
      })

      test('a band is the same part of every second', async () => {
        const { page, said, at } = await open(pageOf([samples()]))
        await page.click('#sc-band')
        await drag(page, await at(0, 0.6), await at(3, 0.7))
        expect(await said('ranges')).toBe('10.6..10.72,11.6..11.72,12.6..12.72,13.6..13.72')
        expect(await boxNames(page)).not.toContain('hot')
        expect(await page.textContent('#sc-chosen')).toMatch(/^Selected 4 ranges, 480 ms: 96 samples \(12%\)/)
      })

      test('keys: arrows move, Shift selects, Enter takes one cell, Control one more', async () => {
        const { page, said, trouble } = await open(pageOf([samples()]))
        await page.locator('#sc-map').focus()
        await page.keyboard.press('ArrowRight')
        await page.keyboard.press('Enter')
        expect(await said('ranges')).toBe('11..11.02')
        await page.keyboard.press('Shift+ArrowUp')
        await page.keyboard.press('Shift+ArrowRight')
        expect(await said('ranges')).toBe('11..12.04')
        await page.keyboard.press('ArrowRight')
        await page.keyboard.press('Control+Enter')
        expect(await said('ranges')).toBe('11..12.04,13.02..13.04')
        expect(await page.textContent('#sc-status')).toMatch(/^13\.02 to 13\.04 s · 4 samples/)
        expect(trouble).toEqual([])
      })

      test('two selections differ: baseline, colours, swap, table', async () => {
        const { page, said, at, trouble } = await open(pageOf([samples()]))
        await drag(page, await at(1, 0.1), await at(1, 0.3))
        await page.keyboard.press('b')
        expect(await said('baseline')).toBe('11.1..11.32')
        await drag(page, await at(1, 0.6), await at(1, 0.8))
        const cold = page.locator('#sc-flame .bv-f[data-said]', { has: page.locator('rect.bv-new') })
        expect(await cold.count()).toBeGreaterThan(0)
        expect(await page.locator('#sc-flame rect.bv-gone').count()).toBeGreaterThan(0)
        expect(await page.locator('#sc-flame rect.bv-same').count()).toBeGreaterThan(0)
        await page.click('#sc-change-sort')
        expect(await page.locator('#sc-functions tr').first().textContent()).toMatch(/(?<![\d.])(0% → 50%|50% → 0%)/)
        await page.keyboard.press('x')
        expect([await said('baseline'), await said('ranges')]).toEqual(['11.6..11.82', '11.1..11.32'])
        await page.click('#sc-drop')
        expect(await page.locator('#sc-flame rect.bv-new').count()).toBe(0)
        expect(trouble).toEqual([])
      })

      test('filters by command, thread and CPU; idle hidden; weights; rows', async () => {
        const { page, said, trouble } = await open(pageOf([samples()]))
        await page.check('#sc-idle')
        expect([await said('kept'), await said('selected')]).toEqual(['400', '400'])
        expect(await page.textContent('#sc-command')).toBe('bpfview flame IN --no-idle')
        await page.selectOption('#sc-comm', { label: 'app' })
        expect(await said('kept')).toBe('200')
        expect(await page.textContent('#sc-command')).toBe('bpfview fold IN --no-idle --comm app | bpfview flame -')
        expect(await page.locator('#sc-thread option').allTextContents()).toEqual(['all threads', 'app 100/100'])
        await page.selectOption('#sc-weigh', 'period')
        expect([await said('kept'), await said('cells'), await said('total')]).toEqual(['200', '600', '600'])
        await page.selectOption('#sc-comm', '')
        await page.selectOption('#sc-cpu', '1')
        expect(await said('kept')).toBe('0')
        await page.uncheck('#sc-idle')
        expect(await said('kept')).toBe('400')
        await page.selectOption('#sc-rows', '10')
        await page.locator('#sc-map').focus()
        await page.keyboard.press('Enter')
        expect(await said('ranges')).toBe('10..10.1')
        expect(trouble).toEqual([])
      })

      test('the flame graph zooms and searches with its own keys', async () => {
        const { page, trouble } = await open(pageOf([samples()]))
        await page.locator('#sc-flame .bv-f', { hasText: 'app' }).first().click()
        await page.fill('#sc-flame input', 'hot')
        expect(await page.textContent('#sc-flame .bv-found')).toMatch(/25%/)
        await page.fill('#sc-find', 'cold')
        expect(await page.locator('#sc-functions tr').count()).toBe(1)
        expect(trouble).toEqual([])
      })

      test('a link brings the selection back', async () => {
        const { page, said } = await open(pageOf([samples()]), {
          hash: '#r=10.5..11&b=10..10.5&rows=25&idle=0&comm=%3Cb%3Eother%3C%2Fb%3E',
        })
        expect([await said('ranges'), await said('baseline'), await said('kept')]).toEqual([
          '10.5..11',
          '10..10.5',
          '200',
        ])
        expect(await page.inputValue('#sc-rows')).toBe('25')
      })

      test('axe finds nothing, in light and in dark, with and without a baseline', async () => {
        for (const dark of [false, true]) {
          for (const hash of ['', '#r=10.5..11&b=10..10.5']) {
            const { page } = await open(pageOf([samples()]), { dark, hash })
            expect(await axe(page)).toEqual([])
          }
        }
      }, 60_000)

      test('a workload that stops every second, from a real capture', async () => {
        const table = stall()
        for (const dark of [false, true]) {
          const { page, trouble, said } = await open(pageOf([table], { title: 'Orders: a stall in every second' }), {
            dark,
            height: 1180,
          })
          expect(await said('kept')).toBe(String(table.time.length))
          await page.screenshot({ path: `${SCREENSHOTS}/scope-${dark ? 'dark' : 'light'}.png` })
          // the band of the stall is nearly empty
          await page.evaluate(() => {
            window.location.hash = '#r=840.44..840.56,841.44..841.56,842.44..842.56'
          })
          await page.waitForFunction(() => document.documentElement.dataset['ranges']?.startsWith('840.44') === true)
          expect(Number(await said('selected'))).toBeLessThan(4)
          await page.evaluate(() => {
            window.location.hash = '#b=835..840&r=841.6..845.4'
          })
          await page.waitForFunction(() => document.documentElement.dataset['ranges']?.startsWith('841.6') === true)
          await page.screenshot({ path: `${SCREENSHOTS}/scope-diff-${dark ? 'dark' : 'light'}.png` })
          expect(trouble).toEqual([])
        }
      }, 60_000)
    })
  },
  60_000,
)
