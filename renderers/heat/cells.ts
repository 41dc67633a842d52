import type { HeatFigure, HeatPanel } from '../../src/ops/heat/heat.ts'
import { el, fixed, text } from '../markup/svg.ts'
import { formatShare, formatValue, groupDigits } from '../words/numbers.ts'
import type { GridLook } from './look.ts'
import { exactNumber, r } from './pixels.ts'

/** Above this many cells they are drawn as one path per colour. */
const MAX_RECTS = 30_000

/** The percentages of a column that a cell's row and those under it hold. */
function belowShare(
  counts: ArrayLike<number>,
  rows: number,
  column: number,
  row: number,
): { readonly below: number; readonly all: number } {
  let [below, all] = [0, 0]
  for (let i = 0; i < rows; i++) {
    const count = counts[column * rows + i]!
    if (!(count > 0)) continue
    all += count
    if (i <= row) below += count
  }
  return { below, all }
}

/** The edges of columns and rows of a panel in px; rows from the lowest up. */
export interface Edges {
  readonly px: readonly number[]
  readonly py: readonly number[]
}

/** The cells that hold something: an element each, or of very many a path for each colour. */
export function cells(
  figure: HeatFigure,
  panel: HeatPanel,
  levels: Int8Array,
  { px, py }: Edges,
  look: GridLook,
): string {
  const rows = py.length - 1
  const { counts } = panel.grid
  let drawn = 0
  for (const level of levels) if (level >= 0) drawn++
  if (drawn > MAX_RECTS) {
    const paths = look.fills.map(() => [] as string[])
    for (let i = 0; i < levels.length; i++) {
      if (levels[i]! < 0) continue
      const [column, row] = [Math.floor(i / rows), i % rows]
      paths[levels[i]!]!.push(
        `M${fixed(px[column]!)} ${fixed(py[row + 1]!)}H${fixed(px[column + 1]!)}V${fixed(py[row]!)}H${fixed(px[column]!)}Z`,
      )
    }
    return el(
      'g',
      { class: 'bv-cells', 'shape-rendering': 'crispEdges' },
      ...paths.map((path, level) =>
        path.length === 0
          ? ''
          : el('path', { class: `bv-${look.fills[level]!}`, fill: look.colour(level), d: path.join('') }),
      ),
    )
  }
  const parts: string[] = []
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i]!
    if (level < 0) continue
    const [column, row] = [Math.floor(i / rows), i % rows]
    const attributes = {
      class: `bv-${look.fills[level]!}`,
      x: px[column]!,
      y: py[row + 1]!,
      width: r(px[column + 1]! - px[column]!),
      height: r(py[row]! - py[row + 1]!),
      fill: look.colour(level),
      'data-i': i,
      'data-count': exactNumber(counts[i]!),
    }
    if (look.options.script !== false) {
      parts.push(el('rect', attributes))
      continue
    }
    const { below, all } = belowShare(counts, rows, column, row)
    const share = figure.cells === 'level' ? '' : `, ${formatShare(counts[i]!, all)} of the column`
    const more =
      look.options.accumulate === true && figure.cells === 'count'
        ? `; ${groupDigits(below)} up to here, ${formatShare(below, all)}`
        : ''
    const value = formatValue(Number(counts[i]!.toPrecision(6)), figure.value.unit)
    parts.push(
      el(
        'rect',
        attributes,
        el('title', {}, text(`${look.columns[column]!}, ${look.rows[row]!}: ${value}${share}${more}`)),
      ),
    )
  }
  return el('g', { class: 'bv-cells', 'shape-rendering': 'crispEdges' }, ...parts)
}

/** Hatched columns, and single hatched cells where only they are missing. */
export function missingRects(counts: Float64Array, { px, py }: Edges, prefix: string): string[] {
  const parts: string[] = []
  const rows = py.length - 1
  const y = py[rows]!
  const height = r(py[0]! - y)
  const step = height / rows
  for (let c = 0; c + 1 < px.length; c++) {
    let missing = 0
    for (let i = 0; i < rows; i++) if (Number.isNaN(counts[c * rows + i]!)) missing++
    if (missing === 0) continue
    const width = r(px[c + 1]! - px[c]!)
    if (missing === rows) {
      parts.push(
        el('rect', { class: 'bv-page', x: px[c]!, y, width, height, fill: '#ffffff' }),
        el('rect', { class: 'bv-missing', x: px[c]!, y, width, height, fill: `url(#${prefix}-missing)` }),
      )
      continue
    }
    for (let i = 0; i < rows; i++) {
      if (!Number.isNaN(counts[c * rows + i]!)) continue
      parts.push(
        el('rect', {
          class: 'bv-missing',
          x: px[c]!,
          y: r(y + height - (i + 1) * step),
          width,
          height: r(step),
          fill: `url(#${prefix}-missing)`,
        }),
      )
    }
  }
  return parts
}
