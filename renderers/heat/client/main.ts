import { setAll } from '../../client/dom.ts'
import { nextColours } from './colours.ts'
import type { Counts, HeatData } from './data.ts'
import { cellAt, readHeat } from './data.ts'
import { describeCell } from './words.ts'

interface Heat {
  readonly svg: SVGSVGElement
  readonly data: HeatData<Counts>
  readonly status: Element | null
  /** What the status line says while no cell is chosen. */
  readonly resting: string
  current: { readonly group: Element; readonly column: number; readonly row: number } | undefined
}

const STEPS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, 1]],
  ['ArrowDown', [0, -1]],
  ['PageUp', [0, 10]],
  ['PageDown', [0, -10]],
  ['Home', [-1e9, 0]],
  ['End', [1e9, 0]],
])

/** Makes the heat map around an element answer to pointer and keys. */
export function liveHeat(element: Element | null): void {
  const svg = element?.closest('svg')
  if (!(svg instanceof SVGSVGElement)) return
  const status = svg.querySelector('.bv-status')
  const heat: Heat = { svg, data: readHeat(svg), status, resting: status?.textContent ?? '', current: undefined }
  for (const group of svg.querySelectorAll<SVGGElement>('.bv-panel')) listen(heat, group)
  svg.ownerDocument.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target instanceof HTMLElement && event.target.closest('input,textarea,select') !== null) return
    if (event.key === 'c' || event.key === 'C') nextColours(svg, heat.data)
    else if (event.key === 'p' || event.key === 'P') nextPercentile(svg)
    else if (event.key === 'Escape') clear(heat)
  })
}

/** Shows the next of the percentile lines, after the last of them none. */
function nextPercentile(svg: Element): void {
  const lines = [...svg.querySelectorAll('.bv-percentile')]
  const names = [...new Set(lines.map(line => line.getAttribute('data-line')))]
  const shown = lines.find(line => !line.hasAttribute('display'))?.getAttribute('data-line') ?? null
  // -1 + 1 is the first; what is past the last is none
  const next = names[names.indexOf(shown) + 1]
  for (const line of lines) {
    if (line.getAttribute('data-line') === next) line.removeAttribute('display')
    else line.setAttribute('display', 'none')
  }
}

function listen(heat: Heat, group: SVGGElement): void {
  group.addEventListener('pointermove', event => follow(heat, group, event))
  group.addEventListener('pointerleave', () => clear(heat))
  group.addEventListener('blur', () => clear(heat))
  group.addEventListener('focus', () => {
    if (heat.current === undefined && group.matches(':focus-visible')) show(heat, group, 0, 0)
  })
  group.addEventListener('keydown', event => {
    const step = STEPS.get(event.key)
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    const { column, row } = heat.current ?? { column: 0, row: 0 }
    show(heat, group, column + step[0], row + step[1])
  })
}

function follow(heat: Heat, group: SVGGElement, event: PointerEvent): void {
  const matrix = heat.svg.getScreenCTM()
  const found = panelOf(heat, group)
  if (matrix === null || found === undefined) return
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse())
  const [x, y, width, height] = found.panel.at as [number, number, number, number]
  const across = (point.x - x) / width
  const up = 1 - (point.y - y) / height
  if (across < 0 || across > 1 || up < 0 || up > 1) clear(heat)
  else show(heat, group, cellAt(found.figure.x, across), cellAt(found.figure.y, up))
}

function panelOf({ data }: Heat, group: Element) {
  const figure = data.figures[Number(group.getAttribute('data-figure'))]
  const panel = figure?.panels[Number(group.getAttribute('data-panel'))]
  return figure === undefined || panel === undefined ? undefined : { figure, panel }
}

function clear(heat: Heat): void {
  heat.current?.group.querySelector('.bv-cursor')?.setAttribute('visibility', 'hidden')
  heat.current = undefined
  if (heat.status !== null) heat.status.textContent = heat.resting
}

function show(heat: Heat, group: Element, wantedColumn: number, wantedRow: number): void {
  const found = panelOf(heat, group)
  if (found === undefined) return
  const { figure, panel } = found
  if (heat.current !== undefined && heat.current.group !== group) clear(heat)
  const column = Math.min(figure.columns.length - 1, Math.max(0, wantedColumn))
  const row = Math.min(figure.rows.length - 1, Math.max(0, wantedRow))
  heat.current = { group, column, row }
  const [x, y, width, height] = panel.at as [number, number, number, number]
  const cursor = group.querySelector('.bv-cursor')
  if (cursor !== null)
    setAll(cursor, {
      x: x + figure.x[column]! * width,
      width: (figure.x[column + 1]! - figure.x[column]!) * width,
      y: y + (1 - figure.y[row + 1]!) * height,
      height: (figure.y[row + 1]! - figure.y[row]!) * height,
      visibility: 'visible',
    })
  if (heat.status !== null)
    heat.status.textContent =
      (panel.key === '' ? '' : `${panel.key} · `) + describeCell(figure, panel.counts, column, row)
}
