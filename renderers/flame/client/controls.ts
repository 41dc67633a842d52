import { addHtml, addSvg, setAll } from '../../client/dom.ts'
import type { Source } from './source.ts'

/** What the script adds to the picture; who answers to it is not its business. */
export interface Controls {
  readonly bar: SVGElement
  readonly tools: HTMLElement
  readonly found: HTMLElement
  readonly previous: HTMLButtonElement
  readonly next: HTMLButtonElement
  readonly input: HTMLInputElement
  readonly ignoreCase: HTMLButtonElement
  readonly back: HTMLButtonElement
  readonly reset: HTMLButtonElement
  readonly keptBar: SVGElement
  readonly kept: HTMLElement
  readonly footBar: SVGElement
  readonly actions: HTMLElement
  readonly menu: HTMLButtonElement
  readonly callers: HTMLButtonElement
  readonly heavy: HTMLButtonElement
  readonly flip: HTMLButtonElement
  readonly help: HTMLButtonElement
  readonly footPage: SVGElement
  readonly stack: SVGElement
  readonly tip: SVGElement
  readonly keys: SVGElement
}

/** Adds bars, tip and keys to the picture. */
export function addControls({ svg, geometry, compat, chart }: Source): Controls {
  const bar = addSvg('foreignObject', { class: 'bv-bar', y: 12, height: 34, width: 480 }, svg)
  const tools = addHtml('div', { class: 'bv-tools' }, bar)
  const found = addHtml('span', { class: 'bv-found', role: 'status' }, tools)
  const previous = plainButton(tools, '‹', 'previous match (N)')
  const next = plainButton(tools, '›', 'next match (n)')
  const input = addHtml(
    'input',
    {
      type: 'text',
      placeholder: 'Search /',
      'aria-label': 'search functions; a regular expression between slashes',
      title: 'text, or a regular expression between slashes: /^do_/',
      spellcheck: 'false',
      autocomplete: 'off',
    },
    tools,
  ) as HTMLInputElement
  const ignoreCase = plainButton(tools, 'Aa', 'ignore case')
  const back = plainButton(tools, 'Back', 'back (Backspace, u)')
  const reset = plainButton(tools, 'Reset', 'reset (0)')
  const keptBar = addSvg('foreignObject', { class: 'bv-bar bv-kept', height: 28, width: 480, display: 'none' }, svg)
  const kept = addHtml('div', { class: 'bv-tools bv-narrow' }, keptBar)
  const footBar = addSvg('foreignObject', { class: 'bv-bar bv-actions', height: 30, width: 470 }, svg)
  const actions = addHtml('div', { class: 'bv-tools' }, footBar)
  const menu = plainButton(actions, 'Menu', 'what can be done to this frame (m, right click)')
  const callers = plainButton(actions, 'Callers', 'reverse: callers of leaves (c)')
  const heavy = plainButton(actions, 'Heavy left', 'larger frames to the left (v)')
  const flip = plainButton(actions, 'Flip', 'flame or icicle (i)')
  const help = plainButton(actions, '?', 'keys (?)')
  if (chart) callers.hidden = heavy.hidden = true
  const hint = svg.querySelector('.bv-hint')
  if (hint !== null) hint.textContent = ''
  const foot = svg.querySelector('.bv-foot') ?? addSvg('g', { class: 'bv-foot' }, svg)
  const stack =
    foot.querySelector<SVGElement>('.bv-stack') ??
    addSvg('text', { class: 'bv-second bv-stack', x: geometry.pad, 'font-size': 11, display: 'none' }, foot)
  const footPage = addSvg('rect', { class: 'bv-page', x: 0, width: '100%', height: geometry.foot - 4 }, foot)
  if (compat) setAll(footPage, { display: 'none' })
  foot.insertBefore(footPage, foot.firstChild)
  const tip = addSvg('g', { class: 'bv-tip', display: 'none', 'aria-hidden': 'true' }, svg)
  const keys = addSvg('g', { class: 'bv-tip bv-keys', display: 'none' }, svg)
  return {
    ...{ bar, tools, found, previous, next, input, ignoreCase, back, reset, keptBar, kept },
    ...{ footBar, actions, menu, callers, heavy, flip, help, footPage, stack, tip, keys },
  }
}

function plainButton(above: HTMLElement, label: string, title: string): HTMLButtonElement {
  return addHtml(
    'button',
    { type: 'button', title, 'aria-label': label.length > 2 ? label + ': ' + title : title },
    above,
    label,
  ) as HTMLButtonElement
}
