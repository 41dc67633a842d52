import type { Theme } from './palette.ts'
import { PAGE } from './palette.ts'
import { text } from './svg.ts'

/** One offline HTML page around a picture that is an SVG element. */
export function svgPage(svg: string, title: string, theme: 'auto' | Theme = 'auto'): string {
  const page = PAGE[theme === 'dark' ? 'dark' : 'light'].page
  const dark = theme === 'auto' ? `@media (prefers-color-scheme:dark){body{background:${PAGE.dark.page}}}` : ''
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${theme === 'auto' ? 'light dark' : theme}">
<title>${text(title)}</title>
<style>body{margin:0;background:${page};overflow-x:auto}${dark}main svg{display:block;margin:0 auto}</style>
<main>
${svg}</main>
</html>
`
}
