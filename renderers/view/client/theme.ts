import { hasStyle, readColours } from './colours.ts'
import type { App } from './state.ts'
import { byId } from './state.ts'
import { drawAll } from './update.ts'

/** Light or dark, whatever the viewer's system says. */
export function setTheme(app: App, dark: boolean): void {
  app.document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
  recolour(app)
}

/** Draws everything in the colours that the page has now. */
export function recolour(app: App): void {
  if (hasStyle(app.document)) app.colours = readColours(app.document)
  byId(app.document, 'theme-button').setAttribute('aria-pressed', String(app.colours.dark))
  drawAll(app)
}
