import { addHtml } from '../../client/dom.ts'
import { formatShare } from '../../words/numbers.ts'
import { CHANGES } from './colours.ts'
import type { App } from './state.ts'
import { byId, isCompared } from './state.ts'

const CHANGE_WORDS: readonly (readonly [string, string])[] = [
  ['less4', '▼ less'],
  ['same', 'within noise'],
  ['more4', '▲ more'],
  ['new', 'only now'],
  ['gone', 'only before'],
]

/** The kinds of frame with their shares as switches; compared, what the colours say. */
export function drawLegend(app: App): void {
  const { document, settings, choice, colours } = app
  const legend = byId(document, 'legend')
  const focused = (document.activeElement as HTMLElement | null)?.dataset?.['kind']
  legend.textContent = ''
  if (isCompared(app))
    for (const [name, words] of CHANGE_WORDS) {
      const entry = addHtml('span', { class: 'vw-chip', 'data-change': CHANGES.indexOf(name) }, legend)
      addHtml('i', {}, entry).style.background = colours.changes.get(name)!
      addHtml('span', {}, entry, words)
    }
  const shares = kindShares(app)
  for (const kind of settings.legend) {
    const k = settings.kinds.indexOf(kind)
    const hidden = choice.hidden.includes(k)
    if (!hidden && !(shares[k]! > 0)) continue
    const button = addHtml(
      'button',
      {
        type: 'button',
        class: 'vw-chip',
        'data-kind': kind,
        'aria-pressed': String(!hidden),
        title: (hidden ? 'show ' : 'merge into their callers: ') + settings.kindWords[k]! + ' frames',
      },
      legend,
    )
    if (!isCompared(app)) addHtml('i', {}, button).style.background = colours.kinds[k]![1]!
    addHtml('span', {}, button, settings.kindWords[k])
    if (!hidden) addHtml('small', {}, button, formatShare(shares[k]!, app.ground.now.whole))
    button.addEventListener('click', () => switchKind(app, k))
    if (kind === focused) button.focus()
  }
  sayNarrow(app)
}

/** Frames of a kind go into their callers, or come back. */
export function switchKind(app: App, kind: number): void {
  const { hidden } = app.choice
  app.change({ hidden: hidden.includes(kind) ? hidden.filter(other => other !== kind) : [...hidden, kind] })
}

/** Self value by kind of what is kept. */
export function kindShares({ ground, data, settings }: App): Float64Array {
  const shares = new Float64Array(settings.kinds.length)
  const { own } = ground.now
  for (let f = 0; f < own.length; f++) shares[data.frames.kind[f]!] = shares[data.frames.kind[f]!]! + own[f]!
  return shares
}

/** Says what is too narrow to be drawn. */
function sayNarrow({ document, ground, placed }: App): void {
  const note = byId(document, 'narrow')
  const value = Number(note.dataset['value'] ?? 0)
  note.textContent =
    placed.length > 0 && value > ground.now.whole * 1e-4
      ? 'frames under 0.4 px not drawn: ' + formatShare(value, ground.now.whole) + '; zoom draws them'
      : ''
}
