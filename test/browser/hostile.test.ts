/** Untrusted names in a browser: the document is looked at after each view, key and link, not only the file. */
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFlamegraphLines } from '../../parsers/folded/flamegraph-lines.ts'
import { diffFlame } from '../../renderers/diff/flame.ts'
import { compatFlameGraph } from '../../renderers/flame/compat.ts'
import { flameGraph } from '../../renderers/flame/flame.ts'
import type { Profile } from '../../src/model/index.ts'
import { kindCode, StackTreeBuilder } from '../../src/model/index.ts'
import { diffRuns } from '../../src/ops/index.ts'
import { hasChromium, openBrowser, openDocument } from '../browser.ts'

const PWN = 'onclick=window.__pwn=1'
const NAMES = [
  `a\n${PWN}\nonload=window.__pwn=1`,
  `class=x\nfill=y\n${PWN}`,
  `data-mark\n=${PWN}`,
  `"><svg onload=window.__pwn=1>`,
  `</title></script><script>window.__pwn=1</script>`,
  `;,&#=~%:\r\n\t${PWN}`,
]

function hostileProfile(): Profile {
  const builder = new StackTreeBuilder()
  const ends = NAMES.map((name, i) => {
    const task = builder.child(0, builder.frame(name, name, kindCode('task')))
    const outer = builder.child(task, builder.frame(name, name, 1))
    return builder.child(
      builder.child(outer, builder.frame(name, name, 1)),
      builder.frame(NAMES[(i + 1) % 6]!, name, 2),
    )
  })
  const stacks = builder.finish()
  const self = new Float64Array(stacks.parent.length)
  for (const end of ends) self[end] = 10
  const [name, unit] = [NAMES[0]!, NAMES[1]!]
  return {
    kind: 'profile',
    name,
    value: { name, unit: 'samples' },
    stacks,
    self,
    meta: { host: unit, tool: name, event: name },
  }
}

/** Attributes that pictures may have; anything else came from data. */
const ATTRIBUTES =
  /^(?:xmlns(?::\w+)?|class|id|x|y|x1|x2|y1|y2|d|r[xy]?|cx|cy|width|height|viewBox|fill|stroke(?:-\w+)*|font-\w+|text-anchor|transform|role|tabindex|display|visibility|content|http-equiv|version|offset|stop-color|pattern\w+|space|type|title|placeholder|spellcheck|autocomplete|disabled|hidden|style|xml:space|aria-(?:label|level|selected|pressed|invalid|hidden)|data-(?:name|module|start|total|self|hidden|pruned|deeper|row|mark|said|note|unit|value|rows|inverted|chart|fixed|sort|full|x|width|live|matched|kept|copied|step|geometry|factor))$/

async function strangers(page: Page): Promise<string[]> {
  const names = await page.evaluate(() => [
    ...new Set([...document.querySelectorAll('*')].flatMap(element => element.getAttributeNames())),
  ])
  return names.filter(name => !ATTRIBUTES.test(name) || /^on/i.test(name))
}

describe.skipIf(!hasChromium)('hostile names in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
  })

  const profile = hostileProfile()
  const title = NAMES[5]!
  const pictures: Readonly<Record<string, () => string>> = {
    flame: () => flameGraph(profile, { title, subtitle: NAMES[4]! }),
    icicle: () => flameGraph(profile, { title, inverted: true, reverse: true }),
    diff: () => diffFlame(diffRuns([{ label: NAMES[0]!, profile }], [{ label: NAMES[3]!, profile }])),
    compat: () =>
      compatFlameGraph(readFlamegraphLines(NAMES.map(name => `${name.replace(/[;\r\n\t]/g, ' ')} 20`)).lines, { title })
        .svg,
  }
  const links = [
    '#x=reverse',
    `#x=${NAMES.map(name => `keep:${encodeURIComponent(name)}`)[0]!}`,
    `#x=collapse:${encodeURIComponent(NAMES[0]!)}`,
    `#x=merge:${encodeURIComponent(NAMES[1]!)},start:${encodeURIComponent(NAMES[2]!)}`,
    `#s=${encodeURIComponent(NAMES[4]!)}&z=${encodeURIComponent(NAMES[0]!)}`,
    '#t=r',
  ]
  it.each(Object.keys(pictures))('become no attribute and run nothing in a %s', async kind => {
    const svg = pictures[kind]!()
    for (const hash of links) {
      const { page, trouble } = await openDocument(browser, svg, 'image/svg+xml', { hash })
      expect(await strangers(page), hash).toEqual([])
      if (hash !== links[0]) {
        await page.context().close()
        continue
      }
      for (const box of await page.locator('.bv-frames:not([display]) > .bv-f:not([display])').all()) {
        if (!(await box.isVisible())) continue
        await box.hover({ force: true })
        for (const key of [
          'x',
          'u',
          'f',
          'u',
          'g',
          'u',
          'h',
          'u',
          'r',
          'u',
          'l',
          'u',
          'e',
          'y',
          'Y',
          'k',
          'b',
          'm',
          'Escape',
          '0',
        ])
          await page.keyboard.press(key)
        expect(await strangers(page)).toEqual([])
        break
      }
      for (const key of ['c', 'v', 'i', 'd', '?', 'c', '0']) {
        await page.keyboard.press(key)
        expect(await strangers(page), key).toEqual([])
      }
      expect(await page.evaluate(() => (window as unknown as { __pwn?: number }).__pwn)).toBeUndefined()
      expect(trouble).toEqual([])
      await page.context().close()
    }
  })

  it('the policy of a picture stops what is no script of its own', async () => {
    const svg = flameGraph(profile).replace('<g class="bv-foot">', '<g class="bv-foot"><script>window.__pwn=1</script>')
    const { page } = await openDocument(browser, svg, 'image/svg+xml')
    expect(await page.evaluate(() => (window as unknown as { __pwn?: number }).__pwn)).toBeUndefined()
    expect(await page.getAttribute('svg', 'data-live')).toBe('')
    await page.context().close()
  })

  it('a pattern from a link does not hang the page', async () => {
    const svg = flameGraph({ ...profile, stacks: { ...profile.stacks } })
    const { page } = await openDocument(browser, svg, 'image/svg+xml', { hash: `#s=${encodeURIComponent('/(a+)+$/')}` })
    expect(await page.locator('.bv-found').first().textContent()).toContain('searched as text')
    await page.context().close()
  })
})

it('client modules never set an attribute whose name is data', () => {
  for (const file of ['flame', 'heat', 'scope'].map(kind => `renderers/${kind}/client-text.ts`))
    expect(readFileSync(file, 'utf8')).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|\beval\(/)
})
