import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

export const CHROMIUM_PATH = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
export const chromiumThere = existsSync(CHROMIUM_PATH)

export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM_PATH,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}

/** A page that shows a document from a file, as a user opens it, and what went wrong in it: errors, dialogs, requests for anything else. */
export async function openFile(
  browser: Browser,
  name: string,
  content: string | Iterable<string>,
  options: { readonly hash?: string; readonly dark?: boolean; readonly width?: number; readonly height?: number } = {},
): Promise<{ readonly page: Page; readonly trouble: string[] }> {
  const path = join(mkdtempSync(join(tmpdir(), 'bpfview-page-')), name)
  writeFileSync(path, typeof content === 'string' ? content : [...content].join(''))
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1240, height: options.height ?? 900 },
    colorScheme: options.dark === true ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const trouble: string[] = []
  page.on('pageerror', error => trouble.push(`error: ${error.message}`))
  page.on('console', message => {
    if (message.type() === 'error') trouble.push(`console: ${message.text()}`)
  })
  page.on('dialog', dialog => {
    trouble.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', request => {
    if (!request.url().startsWith(`file://${path}`) && !/^(data|blob):/.test(request.url()))
      trouble.push(`request: ${request.url()}`)
  })
  await page.goto(`file://${path}${options.hash ?? ''}`)
  return { page, trouble }
}
