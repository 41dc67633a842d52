/** The page of `bpfview app` in every browser that is installed: a dropped file is drawn, and nothing leaves. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { BROWSERS } from '../driver.ts'

const FOLDED = 'web;main;read 4\nweb;main;write 3\ndb;main;read 2\n'

/** Gives a text to the page as a drop of a file. */
function dropping(name: string, text: string): string {
  return `(() => {
    const data = new DataTransfer()
    data.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}))
    document.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))
  })()`
}

describe.each(BROWSERS)('$name', ({ there, start }) => {
  test.skipIf(!there)('draws what is dropped on it, and says what it cannot read', async () => {
    const driver = await start()
    try {
      await driver.open(readFileSync('dist/app/bpfview.html', 'utf8'))
      const shows = (expression: string): Promise<void> =>
        expect.poll(() => driver.value<boolean>(expression), { timeout: 30_000 }).toBe(true)
      await shows("document.body.dataset.ready === 'true'")
      await driver.value(dropping('x.folded', FOLDED))
      await shows("document.body.dataset.drawn === '1'")
      expect(await driver.value("document.getElementById('bv-status').textContent")).toMatch(/^folded · 48 bytes$/)
      expect(
        await driver.value(
          "[...document.querySelectorAll('#bv-pictures button')].map(each => each.textContent).join()",
        ),
      ).toBe('Explore,Flame graph,Can it be trusted?')
      await driver.value("document.querySelector('[data-picture=flame]').click()")
      await shows("document.body.dataset.drawn === '2'")
      await driver.value(dropping('bad', 'neither this nor that'))
      await shows("document.getElementById('bv-status').dataset.kind === 'wrong'")
      expect(await driver.value("document.getElementById('bv-frame').hidden")).toBe(true)
      expect(driver.trouble).toEqual([])
    } finally {
      await driver.close()
    }
  })
})
