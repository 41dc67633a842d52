import type { Fill, Theme } from './palette.ts'
import { HATCHES, PAGE } from './palette.ts'

export const FONT = '-apple-system, "Segoe UI", Inter, Roboto, "Helvetica Neue", Arial, sans-serif'

/**
 * Style sheet of a picture. A selector always means the same, whatever the picture, so that several may share a page; everything is under
 * `.bpfview`. Pictures with class `bv-auto` follow the viewer's scheme, `bv-dark` and `bv-light` are fixed; paper is always light.
 */
export function styleSheet(fills: readonly Fill[], interactive: boolean): string {
  const colours = fills.filter((fill, i) => fills.findIndex(other => other.name === fill.name) === i)
  const theme = (name: Theme, scope: string): string[] => {
    const page = PAGE[name]
    const of = scope === '' ? '.bpfview' : `.bpfview${scope}`
    return [
      `${of} .bv-page{fill:${page.page}}`,
      `${of}:not(.bv-compat) text{fill:${page.ink}}`,
      `${of}:not(.bv-compat) .bv-second{fill:${page.secondary}}`,
      `${of} .bv-line{stroke:${page.line}}`,
      `${of} .bv-hatch{stroke:${page.hatch}}`,
      ...Object.entries(HATCHES).filter(([kind]) => colours.some(fill => fill.name === kind)).map(([kind, stroke]) => `${of} .bv-hatch-${kind}{stroke:${stroke[name]}}`),
      `${of} .bv-f[aria-selected=true] rect,${of} .bv-f:hover rect{stroke:${page.ink}}`,
      ...colours.map(fill => `${of} .bv-${fill.name}{fill:${name === 'light' ? fill.light : fill.dark}}`),
      ...(interactive ? controls(name, of) : []),
    ]
  }
  return [
    '.bpfview text{white-space:pre}',
    '.bpfview .bv-f:hover rect{stroke-width:1}',
    ...(interactive ? INTERACTIVE : []),
    ...theme('light', ''),
    `@media screen and (prefers-color-scheme:dark){${theme('dark', '.bv-auto').join('')}}`,
    `@media screen{${theme('dark', '.bv-dark').join('')}}`,
    '@media print{.bpfview .bv-bar,.bpfview .bv-tip,.bpfview .bv-keys{display:none}}',
  ].join('\n')
}

const INTERACTIVE: readonly string[] = [
  '.bpfview .bv-f{cursor:pointer;outline:none}',
  '.bpfview .bv-f text,.bpfview .bv-pruned{pointer-events:none}',
  '.bpfview .bv-f:focus-visible rect,.bpfview .bv-f[aria-selected=true] rect{stroke-width:1.6}',
  // boxes fade, labels never: their contrast only grows
  '.bpfview .bv-f.bv-above rect{fill-opacity:.45}',
  '.bpfview.bv-searching .bv-f rect{fill-opacity:.22}',
  '.bpfview.bv-searching .bv-f.bv-match rect{fill-opacity:1}',
  '.bpfview .bv-match rect{stroke-width:1.2}',
  '.bpfview .bv-match.bv-current rect{stroke-width:2.4}',
  '.bpfview .bv-tip{pointer-events:none}',
  '.bpfview .bv-bar{overflow:visible}',
  '.bpfview .bv-tools{display:flex;gap:5px;justify-content:flex-end;align-items:center;font:12px/1 -apple-system,"Segoe UI",Inter,Roboto,"Helvetica Neue",Arial,sans-serif;margin:0}',
  '.bpfview .bv-tools input{all:unset;box-sizing:border-box;width:170px;height:26px;padding:0 9px;border-radius:6px;font:inherit;cursor:text;border:1px solid}',
  '.bpfview .bv-tools button{all:unset;box-sizing:border-box;height:26px;padding:0 9px;border-radius:6px;font:inherit;cursor:pointer;line-height:24px;white-space:nowrap;border:1px solid}',
  '.bpfview .bv-tools button:focus-visible,.bpfview .bv-tools input:focus-visible{outline:2px solid;outline-offset:1px}',
  '.bpfview .bv-tools button[disabled]{cursor:default}',
  '.bpfview .bv-tools [hidden]{display:none}',
  '.bpfview .bv-tools .bv-found{white-space:nowrap;padding:6px 5px;border-radius:6px}',
  '.bpfview .bv-tools .bv-found:empty{display:none}',
  '.bpfview .bv-narrow{justify-content:flex-start}',
  '.bpfview .bv-narrow input{flex:1 1 60px;min-width:0;width:60px}',
  '.bpfview .bv-narrow button{padding:0 6px}',
  '@media (prefers-reduced-motion:no-preference){.bpfview.bv-moving .bv-f rect{transition:x .15s,width .15s}.bpfview.bv-moving .bv-f text{animation:bv-in .15s}}',
  '@keyframes bv-in{from{opacity:0}60%{opacity:0}to{opacity:1}}',
]

function controls(name: Theme, of: string): string[] {
  const page = PAGE[name]
  return [
    `${of} .bv-match rect{stroke:${page.accent}}`,
    `${of} .bv-tip rect{fill:${page.page};stroke:${page.line}}`,
    `${of} .bv-tools{color:${page.ink}}`,
    `${of} .bv-found{background:${page.page}}`,
    `${of} .bv-tools input,${of} .bv-tools button{background:${page.field};border-color:${page.line};color:${page.ink}}`,
    `${of} .bv-tools input::placeholder{color:${page.secondary};opacity:1}`,
    `${of} .bv-tools button[disabled]{color:${page.secondary}}`,
    `${of} .bv-tools button[aria-pressed=true]{background:${page.accent};color:${page.page}}`,
    `${of} .bv-tools input[aria-invalid=true]{border-color:${name === 'light' ? '#b3261e' : '#f2b8b5'}}`,
  ]
}
