import type { Packed } from './heat-pack.ts'

/** Functions of other files that the script uses; shipped with it. */
export interface HeatParts {
  formatShare(part: number, whole: number): string
  formatValue(value: number, unit: string): string
  heatLevels(counts: ArrayLike<number>, scale: string, top: number, levels: number): Int8Array
  unpackRuns(packed: Packed): (number | null)[]
}

interface HeatData<Counts> {
  readonly levels: number
  readonly fills: readonly string[]
  readonly figures: readonly {
    readonly unit: string
    readonly cells: string
    readonly full: number
    readonly scale: string
    readonly accumulate: boolean
    readonly columns: readonly string[]
    readonly rows: readonly string[]
    readonly overall: string
    readonly panels: readonly { readonly key: string, readonly at: readonly number[], readonly counts: Counts }[]
    readonly x: readonly number[]
    readonly y: readonly number[]
  }[]
}

/** Makes a heat map answer to pointer and keys. Runs in the page; everything it needs is in its own text and in `parts`. */
export function heatClient(script: Element | null, parts: HeatParts): void {
  const found = script?.closest('svg')
  if (!(found instanceof SVGSVGElement)) return
  const svg = found
  const packed = JSON.parse(svg.querySelector('.bv-data')?.textContent ?? '{"figures":[]}') as HeatData<Packed>
  const figures = packed.figures.map(figure => ({ ...figure, panels: figure.panels.map(panel => ({ ...panel, counts: parts.unpackRuns(panel.counts) })) }))
  const data = { ...packed, figures }
  const status = svg.querySelector('.bv-status')
  const resting = status?.textContent ?? ''
  let current: { group: Element, figure: number, panel: number, column: number, row: number } | undefined

  const cellAt = (edges: readonly number[], at: number): number => {
    let i = 0
    while (i < edges.length - 2 && edges[i + 1]! <= at) i++
    return i
  }

  const describe = (figure: HeatData<unknown>['figures'][number], counts: readonly (number | null)[], column: number, row: number): string => {
    const rows = figure.rows.length
    const count = counts[column * rows + row]
    const where = `${figure.columns[column]}, ${figure.rows[row]}`
    if (count === null || count === undefined) return `${where}: missing`
    if (figure.cells === 'level') return `${where}: ${parts.formatValue(Number(count.toPrecision(6)), figure.unit)}`
    let all = 0
    let below = 0
    for (let i = 0; i < rows; i++) {
      const other = counts[column * rows + i] ?? 0
      all += other
      if (i <= row) below += other
    }
    const more = figure.accumulate ? ` · ${parts.formatValue(below, figure.unit)} up to here, ${parts.formatShare(below, all)}` : ''
    return `${where}: ${parts.formatValue(count, figure.unit)} · ${parts.formatShare(count, all)} of ${parts.formatValue(all, figure.unit)} in this column${more}`
  }

  const clear = (): void => {
    current?.group.querySelector('.bv-cursor')?.setAttribute('visibility', 'hidden')
    current = undefined
    if (status !== null) status.textContent = resting
  }

  const show = (group: Element, column: number, row: number): void => {
    const f = Number(group.getAttribute('data-figure'))
    const p = Number(group.getAttribute('data-panel'))
    const figure = data.figures[f]
    const panel = figure?.panels[p]
    if (figure === undefined || panel === undefined) return
    if (current !== undefined && current.group !== group) clear()
    const c = Math.min(figure.columns.length - 1, Math.max(0, column))
    const w = Math.min(figure.rows.length - 1, Math.max(0, row))
    current = { group, figure: f, panel: p, column: c, row: w }
    const [x, y, width, height] = panel.at as [number, number, number, number]
    const cursor = group.querySelector('.bv-cursor')
    cursor?.setAttribute('x', String(x + figure.x[c]! * width))
    cursor?.setAttribute('width', String((figure.x[c + 1]! - figure.x[c]!) * width))
    cursor?.setAttribute('y', String(y + (1 - figure.y[w + 1]!) * height))
    cursor?.setAttribute('height', String((figure.y[w + 1]! - figure.y[w]!) * height))
    cursor?.setAttribute('visibility', 'visible')
    if (status !== null) status.textContent = (panel.key === '' ? '' : `${panel.key} · `) + describe(figure, panel.counts, c, w)
  }

  const recolour = (): void => {
    const scales = ['linear', 'log', 'rank']
    const now = svg.getAttribute('data-scale') ?? data.figures[0]?.scale ?? 'log'
    const next = scales[(scales.indexOf(now) + 1) % scales.length]!
    svg.setAttribute('data-scale', next)
    for (const group of svg.querySelectorAll('.bv-panel')) {
      const figure = data.figures[Number(group.getAttribute('data-figure'))]
      const panel = figure?.panels[Number(group.getAttribute('data-panel'))]
      if (figure === undefined || panel === undefined) continue
      const level = figure.cells === 'level'
      const counts = panel.counts.map(count => (count === null ? NaN : level && count >= 0 ? Math.max(count, 1e-300) : count))
      const levels = parts.heatLevels(counts, next, figure.full, data.levels)
      for (const cell of group.querySelectorAll('.bv-cells rect')) cell.setAttribute('class', `bv-${data.fills[levels[Number(cell.getAttribute('data-i'))]!]}`)
    }
    for (const words of svg.querySelectorAll('.bv-scale')) words.textContent = next === 'log' ? 'log colours' : next === 'rank' ? 'colours by rank' : 'linear colours'
  }

  for (const group of svg.querySelectorAll<SVGGElement>('.bv-panel')) {
    const figure = data.figures[Number(group.getAttribute('data-figure'))]
    const panel = figure?.panels[Number(group.getAttribute('data-panel'))]
    if (figure === undefined || panel === undefined) continue
    group.addEventListener('pointermove', event => {
      const matrix = svg.getScreenCTM()
      if (matrix === null) return
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse())
      const [x, y, width, height] = panel.at as [number, number, number, number]
      const across = (point.x - x) / width
      const up = 1 - (point.y - y) / height
      if (across < 0 || across > 1 || up < 0 || up > 1) return clear()
      show(group, cellAt(figure.x, across), cellAt(figure.y, up))
    })
    group.addEventListener('pointerleave', clear)
    group.addEventListener('blur', clear)
    group.addEventListener('focus', () => {
      if (current === undefined && group.matches(':focus-visible')) show(group, 0, 0)
    })
    group.addEventListener('keydown', event => {
      const { column, row } = current ?? { column: 0, row: 0 }
      const steps: Readonly<Record<string, readonly [number, number]>> = {
        ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], PageUp: [0, 10], PageDown: [0, -10], Home: [-1e9, 0], End: [1e9, 0],
      }
      const step = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      show(group, column + step[0], row + step[1])
    })
  }
  svg.ownerDocument.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target instanceof HTMLElement && event.target.closest('input,textarea,select') !== null) return
    if (event.key === 'c' || event.key === 'C') recolour()
    else if (event.key === 'p' || event.key === 'P') svg.classList.toggle('bv-bare')
    else if (event.key === 'Escape') clear()
  })
}
