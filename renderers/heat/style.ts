import type { Fill, Theme } from '../markup/palette.ts'
import { PAGE } from '../markup/palette.ts'

/** Style sheet of heat maps; every selector is under `.bpfview`, so that several pictures may share a page. */
export function heatStyle(fills: readonly Fill[], interactive: boolean): string {
  const theme = (name: Theme, of: string): string => {
    const page = PAGE[name]
    return [
      `${of}{background:${page.page}}`,
      `${of} .bv-page{fill:${page.page}}`,
      `${of} text{fill:${page.ink}}`,
      `${of} .bv-second{fill:${page.secondary}}`,
      `${of} .bv-line{stroke:${page.line}}`,
      `${of} .bv-tick{stroke:${page.secondary}}`,
      `${of} .bv-hatch{stroke:${page.hatch}}`,
      `${of} .bv-gridline,${of} .bv-halo{stroke:${page.page}}`,
      `${of} .bv-none{fill:${PAGE[name].none}}`,
      `${of} .bv-quantile,${of} .bv-cursor{stroke:${page.ink}}`,
      ...fills.map(fill => `${of} .bv-${fill.name}{fill:${fill[name]}}`),
      ...(interactive ? [`${of} .bv-panel:focus-visible{outline:2px solid ${page.accent};outline-offset:2px}`] : []),
    ].join('')
  }
  return [
    theme('light', '.bpfview.bv-heat'),
    '.bpfview.bv-heat text{white-space:pre}',
    ...(interactive
      ? [
          '.bpfview.bv-heat .bv-panel{outline:none}',
          '.bpfview.bv-heat .bv-cursor,.bpfview.bv-heat .bv-lines{pointer-events:none}',
        ]
      : []),
    `@media screen and (prefers-color-scheme:dark){${theme('dark', '.bpfview.bv-heat.bv-auto')}}`,
    `@media screen{${theme('dark', '.bpfview.bv-heat.bv-dark')}}`,
    '@media print{.bpfview .bv-keys{display:none}}',
  ].join('\n')
}
