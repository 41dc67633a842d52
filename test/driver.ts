import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHROMIUM_PATH, chromiumThere, launchChromium } from './chromium.ts'

export const FIREFOX_PATH = process.env['FIREFOX'] ?? '/usr/bin/firefox-esr'
export const firefoxThere = existsSync(FIREFOX_PATH)

/** What tests do in a browser, the same in each. A place is in px of the window. */
export interface Driver {
  /** Opens a file's text as a user does; `hash` = what stands behind the address. */
  open(content: string, hash?: string): Promise<void>
  reload(): Promise<void>
  size(width: number, height: number): Promise<void>
  dark(dark: boolean): Promise<void>
  press(key: string): Promise<void>
  type(text: string): Promise<void>
  move(x: number, y: number): Promise<void>
  click(x: number, y: number, button?: 'left' | 'right'): Promise<void>
  drag(from: readonly [number, number], to: readonly [number, number]): Promise<void>
  /** Value of an expression in the page. */
  value<T>(expression: string): Promise<T>
  screenshot(path: string): Promise<void>
  /** Errors, dialogs and requests of the page. */
  readonly trouble: string[]
  close(): Promise<void>
}

/** The browsers that are installed. */
export const BROWSERS: readonly { readonly name: string; readonly there: boolean; start(): Promise<Driver> }[] = [
  { name: `Chromium (${CHROMIUM_PATH})`, there: chromiumThere, start: startChromium },
  { name: `Firefox (${FIREFOX_PATH})`, there: firefoxThere, start: startFirefox },
]

/** A file for a page, and the address it has. */
function pageFile(): { address(content: string, hash: string): string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'bpfview-page-'))
  let number = 0
  return {
    address(content, hash) {
      const path = join(folder, `page${++number}.html`)
      writeFileSync(path, content)
      return `file://${path}${hash}`
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

async function startChromium(): Promise<Driver> {
  const files = pageFile()
  const browser = await launchChromium()
  const page = await (await browser.newContext({ viewport: { width: 1200, height: 800 } })).newPage()
  const trouble: string[] = []
  page.on('pageerror', error => trouble.push(`error: ${error.message}`))
  page.on('dialog', dialog => {
    trouble.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', request => {
    if (!/^(?:file|data|blob):/.test(request.url())) trouble.push(`request: ${request.url()}`)
  })
  return {
    trouble,
    open: async (content, hash = '') => {
      await page.goto(files.address(content, hash))
    },
    reload: async () => {
      await page.reload()
    },
    size: (width, height) => page.setViewportSize({ width, height }),
    dark: dark => page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' }),
    press: key => page.keyboard.press(key),
    type: text => page.keyboard.type(text),
    move: (x, y) => page.mouse.move(x, y),
    click: (x, y, button = 'left') => page.mouse.click(x, y, { button }),
    drag: async (from, to) => {
      await page.mouse.move(...from)
      await page.mouse.down()
      await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2)
      await page.mouse.move(...to)
      await page.mouse.up()
    },
    value: expression => page.evaluate(expression),
    screenshot: async path => {
      await page.screenshot({ path })
    },
    close: async () => {
      await browser.close()
      files.remove()
    },
  }
}

/** Stock Firefox over WebDriver BiDi. */
async function startFirefox(): Promise<Driver> {
  const files = pageFile()
  const { launch } = await import('puppeteer-core')
  const browser = await launch({ browser: 'firefox', executablePath: FIREFOX_PATH, headless: true })
  const page = await browser.newPage()
  await page.setViewport({ width: 1200, height: 800 })
  const trouble: string[] = []
  page.on('pageerror', error => trouble.push(`error: ${String(error)}`))
  page.on('dialog', dialog => {
    trouble.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', request => {
    if (!/^(?:file|data|blob):/.test(request.url())) trouble.push(`request: ${request.url()}`)
  })
  return {
    trouble,
    open: async (content, hash = '') => {
      await page.goto(files.address(content, hash))
    },
    reload: async () => {
      await page.reload()
    },
    size: (width, height) => page.setViewport({ width, height }),
    // not offered over BiDi: the page's own switch is used
    dark: async dark => {
      await page.evaluate(`document.documentElement.dataset.theme = '${dark ? 'dark' : 'light'}'`)
    },
    press: key => page.keyboard.press((key === 'Space' ? ' ' : key) as Parameters<typeof page.keyboard.press>[0]),
    type: text => page.keyboard.type(text),
    move: (x, y) => page.mouse.move(x, y),
    click: (x, y, button = 'left') => page.mouse.click(x, y, { button }),
    drag: async (from, to) => {
      await page.mouse.move(...from)
      await page.mouse.down()
      await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2)
      await page.mouse.move(...to)
      await page.mouse.up()
    },
    value: async <T>(expression: string): Promise<T> => (await page.evaluate(expression)) as T,
    screenshot: async path => {
      await page.screenshot({ path: path as `${string}.png` })
    },
    close: async () => {
      await browser.close()
      files.remove()
    },
  }
}
