import { heatLevels } from '../colours.ts'
import type { Counts, HeatData } from './data.ts'

const SCALES = ['linear', 'log', 'rank']
const WORDS: Readonly<Record<string, string>> = {
  linear: 'linear colours',
  log: 'log colours',
  rank: 'colours by rank',
}

/** Paints all cells by the next scale of colours. */
export function nextColours(svg: Element, data: HeatData<Counts>): void {
  const now = svg.getAttribute('data-scale') ?? data.figures[0]?.scale ?? 'log'
  const next = SCALES[(SCALES.indexOf(now) + 1) % SCALES.length]!
  svg.setAttribute('data-scale', next)
  for (const group of svg.querySelectorAll('.bv-panel')) {
    const figure = data.figures[Number(group.getAttribute('data-figure'))]
    const panel = figure?.panels[Number(group.getAttribute('data-panel'))]
    if (figure === undefined || panel === undefined) continue
    const level = figure.cells === 'level'
    const counts = panel.counts.map(count =>
      count === null ? NaN : level && count >= 0 ? Math.max(count, 1e-300) : count,
    )
    const levels = heatLevels(counts, next, figure.full, data.levels)
    for (const cell of group.querySelectorAll('.bv-cells rect'))
      cell.setAttribute('class', `bv-${data.fills[levels[Number(cell.getAttribute('data-i'))]!]}`)
  }
  for (const words of svg.querySelectorAll('.bv-scale')) words.textContent = WORDS[next]!
}
