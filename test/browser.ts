import { existsSync, mkdirSync } from 'node:fs'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
export const hasChromium = existsSync(CHROMIUM)
export const SCREENSHOTS = 'test/screenshots'

/** A headless browser without network. */
export async function openBrowser(): Promise<Browser> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}

export interface Opened {
  readonly page: Page
  /** Errors, dialogs and requests for anything but the page itself. */
  readonly trouble: string[]
}

/** A page that shows one document, served from memory; everything else it asks for is refused and noted. */
export async function openDocument(
  browser: Browser,
  content: string,
  type: 'image/svg+xml' | 'text/html',
  options: BrowserContextOptions & { readonly hash?: string; readonly csp?: string } = {},
): Promise<Opened> {
  const { hash, csp, ...contextOptions } = options
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...contextOptions })
  const page = await context.newPage()
  const trouble: string[] = []
  page.on('pageerror', error => trouble.push(`error: ${error.message}`))
  page.on('dialog', dialog => {
    trouble.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.route('**/*', route => {
    const url = route.request().url()
    if (url === 'http://picture.test/')
      return route.fulfill({
        body: content,
        contentType: `${type}; charset=utf-8`,
        ...(csp !== undefined && { headers: { 'content-security-policy': csp } }),
      })
    if (!url.startsWith('data:')) trouble.push(`request: ${url}`)
    return url.startsWith('data:') ? route.continue() : route.abort()
  })
  await page.goto(`http://picture.test/${hash ?? ''}`)
  return { page, trouble }
}
