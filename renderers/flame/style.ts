import { FONT } from '../markup/font.ts'
import type { Fill } from '../markup/palette.ts'
import { HATCHES, PAGE } from '../markup/palette.ts'

type Place = keyof (typeof PAGE)['light']

/** A colour of the page that follows the scheme; a viewer that does not know the function takes the attribute of the element. */
function page(place: Place): string {
  return `light-dark(${PAGE.light[place]},${PAGE.dark[place]})`
}

/** Which scheme the colours of a picture follow: `bv-auto` the viewer's, `bv-dark` and `bv-light` none; paper is always light. */
export const SCHEME = [
  '.bpfview{color-scheme:light}',
  '@media screen{.bpfview.bv-auto{color-scheme:light dark}.bpfview.bv-dark{color-scheme:dark}}',
] as const

/**
 * Style sheet of a picture. A selector always means the same, whatever the picture, so that several may share a page; everything is under
 * `.bpfview`.
 */
export function styleSheet(fills: readonly Fill[], interactive: boolean): string {
  const colours = fills.filter((fill, i) => fills.findIndex(other => other.name === fill.name) === i)
  return [
    ...SCHEME,
    `.bpfview{background:${page('page')}}`,
    `.bpfview .bv-page{fill:${page('page')}}`,
    `.bpfview:not(.bv-compat) text{white-space:pre;fill:${page('ink')}}`,
    `.bpfview:not(.bv-compat) .bv-second{fill:${page('secondary')}}`,
    `.bpfview .bv-doubt{fill:${page('doubt')}!important}`,
    `.bpfview .bv-line{stroke:${page('line')}}`,
    `.bpfview .bv-hatch{stroke:${page('hatch')}}`,
    ...Object.entries(HATCHES)
      .filter(([kind]) => colours.some(fill => fill.name === kind))
      .map(([kind, { light, dark }]) => `.bpfview .bv-hatch-${kind}{stroke:light-dark(${light},${dark})}`),
    `.bpfview .bv-f:hover rect{stroke-width:1;stroke:${page('ink')}}`,
    ...colours.map(({ name, light, dark }) => `.bpfview .bv-${name}{fill:light-dark(${light},${dark})}`),
    ...(interactive ? INTERACTIVE : []),
  ].join('\n')
}

const FRAME = `border:1px solid ${page('line')};color:${page('ink')};background:${page('field')}`

const INTERACTIVE: readonly string[] = [
  '.bpfview .bv-f{cursor:pointer;outline:none}',
  '.bpfview .bv-f text,.bpfview .bv-pruned,.bpfview .bv-tip{pointer-events:none}',
  `.bpfview .bv-f:focus-visible rect,.bpfview .bv-f[aria-selected=true] rect{stroke-width:1.6;stroke:${page('ink')}}`,
  // boxes fade, labels never: their contrast only grows
  '.bpfview .bv-f.bv-above rect{fill-opacity:.6}',
  '.bpfview.bv-searching .bv-f rect{fill-opacity:.32}',
  `.bpfview.bv-searching .bv-f.bv-match rect{fill-opacity:1;stroke-width:1.2;stroke:${page('accent')}}`,
  '.bpfview .bv-f.bv-match.bv-current rect{stroke-width:2.4}',
  `.bpfview .bv-tip rect{fill:${page('page')};stroke:${page('line')}}`,
  '.bpfview .bv-bar{overflow:visible}',
  `.bpfview .bv-tools{display:flex;gap:5px;justify-content:flex-end;align-items:center;font:12px/1 ${FONT};margin:0;color:${page('ink')}}`,
  `.bpfview .bv-tools>:is(input,button){all:unset;box-sizing:border-box;height:28px;padding:0 9px;border-radius:7px;font:inherit;line-height:26px;white-space:nowrap;cursor:pointer;${FRAME}}`,
  '.bpfview .bv-tools>input{width:170px;cursor:text}',
  '.bpfview .bv-tools>:focus-visible{outline:2px solid;outline-offset:1px}',
  `.bpfview .bv-tools>input::placeholder,.bpfview .bv-tools>button[disabled]{color:${page('secondary')};opacity:1;cursor:default}`,
  `.bpfview .bv-tools>button[aria-pressed=true]{background:${page('accent')};color:${page('page')}}`,
  `.bpfview .bv-tools>input[aria-invalid=true]{border-color:${page('doubt')}}`,
  '.bpfview .bv-tools>[hidden],.bpfview .bv-found:empty{display:none}',
  `.bpfview .bv-found{white-space:nowrap;padding:6px 5px;border-radius:7px;background:${page('page')}}`,
  '.bpfview .bv-narrow{justify-content:flex-start}',
  '.bpfview .bv-narrow>input{flex:1 1 60px;min-width:0;width:60px}',
  '.bpfview .bv-narrow>button{padding:0 6px}',
  '.bpfview .bv-menu-place{overflow:visible}',
  `.bpfview .bv-menu{position:absolute;display:flex;flex-direction:column;min-width:250px;padding:5px;border-radius:10px;font:13px/1 ${FONT};box-shadow:0 6px 24px #0004;${FRAME};background:${page('page')}}`,
  `.bpfview .bv-menu-title{font-weight:600;padding:7px 9px;border-bottom:1px solid ${page('line')};margin-bottom:4px;white-space:nowrap}`,
  '.bpfview .bv-menu button{all:unset;display:flex;justify-content:space-between;gap:24px;padding:7px 9px;border-radius:7px;cursor:pointer;white-space:nowrap}',
  `.bpfview .bv-menu :is(kbd,button[disabled]){font:inherit;color:${page('secondary')}}`,
  `.bpfview .bv-menu button:focus{background:${page('chosen')}}`,
  '@media print{.bpfview :is(.bv-bar,.bv-tip,.bv-menu){display:none}}',
  '@media (prefers-reduced-motion:no-preference){.bpfview.bv-moving .bv-f rect{transition:x .15s,width .15s}.bpfview.bv-moving .bv-f text{animation:bv-in .15s}}',
  '@keyframes bv-in{0%,60%{opacity:0}}',
]
