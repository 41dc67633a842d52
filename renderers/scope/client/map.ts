import { FONT } from '../../markup/font.ts'
import type { Cell, Scope } from './state.ts'
import { byId } from './state.ts'

/** Room around the cells in px. */
export const LEFT = 46
export const TOP = 6
const BOTTOM = 24
const RIGHT = 8
const SECONDS_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 36_000]

export function isDark({ document, window }: Scope): boolean {
  const { classList } = document.documentElement
  return (
    classList.contains('bv-dark') ||
    (classList.contains('bv-auto') && window.matchMedia('(prefers-color-scheme: dark)').matches)
  )
}

export function pageColours(scope: Scope): Readonly<Record<string, string>> {
  return isDark(scope) ? scope.settings.pageDark : scope.settings.pageLight
}

/** Fits cells and canvases to the window. */
export function measureMap(scope: Scope): void {
  const { document, window, settings, choice } = scope
  const { seconds } = settings.header
  scope.viewWidth = Math.max(300, byId(document, 'map').clientWidth)
  const room = scope.viewWidth - LEFT - RIGHT
  scope.cellWidth = Math.max(2, Math.min(40, Math.floor(room / seconds)))
  scope.cellHeight = Math.max(3, Math.min(26, Math.round(330 / choice.rows)))
  const height = TOP + scope.cellHeight * choice.rows + BOTTOM
  const wide = LEFT + scope.cellWidth * seconds + RIGHT
  byId(document, 'spacer').style.width = Math.ceil(wide) + 'px'
  const ratio = window.devicePixelRatio || 1
  for (const id of ['base', 'over']) {
    const canvas = byId<HTMLCanvasElement>(document, id)
    canvas.width = Math.round(scope.viewWidth * ratio)
    canvas.height = Math.round(height * ratio)
    canvas.style.width = scope.viewWidth + 'px'
    canvas.style.height = height + 'px'
  }
  byId(document, 'scroll').style.height = height + (wide > scope.viewWidth ? 14 : 0) + 'px'
}

/** Something to paint with, wiped clean. */
export function openCanvas(scope: Scope, id: string): CanvasRenderingContext2D {
  const canvas = byId<HTMLCanvasElement>(scope.document, id)
  const paint = canvas.getContext('2d')!
  const ratio = scope.window.devicePixelRatio || 1
  paint.setTransform(ratio, 0, 0, ratio, 0, 0)
  paint.clearRect(0, 0, scope.viewWidth, canvas.height)
  return paint
}

function scrolled({ document }: Scope): number {
  return byId(document, 'scroll').scrollLeft
}

/** First second in view, and the one after the last. */
export function visibleSeconds(scope: Scope): readonly [number, number] {
  const { seconds } = scope.settings.header
  const left = scrolled(scope)
  return [
    Math.max(0, Math.floor(left / scope.cellWidth)),
    Math.min(seconds, Math.ceil((left + scope.viewWidth - LEFT) / scope.cellWidth) + 1),
  ]
}

export function xOf(scope: Scope, second: number): number {
  return LEFT + second * scope.cellWidth - scrolled(scope)
}

export function yOf({ choice, cellHeight }: Scope, row: number): number {
  return TOP + (choice.rows - 1 - row) * cellHeight
}

/** Paints cells and axes. */
export function drawMap(scope: Scope): void {
  const paint = openCanvas(scope, 'base')
  const [from, to] = visibleSeconds(scope)
  if (to <= from) return
  const { cellWidth, cellHeight, viewWidth, settings, choice } = scope
  const high = cellHeight * choice.rows
  paint.imageSmoothingEnabled = false
  paint.save()
  paint.beginPath()
  paint.rect(LEFT, TOP, Math.min(viewWidth - LEFT, settings.header.seconds * cellWidth - scrolled(scope)), high)
  paint.clip()
  paint.drawImage(paintCells(scope, from, to), xOf(scope, from), TOP, (to - from) * cellWidth, high)
  drawGrid(scope, paint, from, to)
  paint.restore()
  drawAxes(scope, paint, from, to)
}

/** A canvas of one px for each cell. */
function paintCells(scope: Scope, from: number, to: number): HTMLCanvasElement {
  const { settings, choice, levels, document } = scope
  const { rows } = choice
  const wide = to - from
  const colours = (isDark(scope) ? settings.heatDark : settings.heatLight).map(channelsOf)
  const none = channelsOf(pageColours(scope)['none']!)
  const image = new ImageData(wide, rows)
  for (let c = 0; c < wide; c++) {
    for (let row = 0; row < rows; row++) {
      const level = levels[(from + c) * rows + row]!
      const colour = level < 0 ? none : colours[level]!
      const at = ((rows - 1 - row) * wide + c) * 4
      for (let k = 0; k < 3; k++) image.data[at + k] = colour[k]!
      image.data[at + 3] = 255
    }
  }
  const small = document.createElement('canvas')
  small.width = wide
  small.height = rows
  small.getContext('2d')!.putImageData(image, 0, 0)
  return small
}

function channelsOf(hex: string): readonly number[] {
  return [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16))
}

function drawGrid(scope: Scope, paint: CanvasRenderingContext2D, from: number, to: number): void {
  const { cellWidth, cellHeight, choice, viewWidth } = scope
  paint.strokeStyle = pageColours(scope)['page']!
  paint.lineWidth = 1
  paint.beginPath()
  if (cellWidth >= 6)
    for (let c = from; c <= to; c++) {
      paint.moveTo(Math.round(xOf(scope, c)) - 0.5, TOP)
      paint.lineTo(Math.round(xOf(scope, c)) - 0.5, TOP + choice.rows * cellHeight)
    }
  if (cellHeight >= 5)
    for (let row = 0; row <= choice.rows; row++) {
      paint.moveTo(LEFT, yOf(scope, row) + cellHeight - 0.5)
      paint.lineTo(viewWidth, yOf(scope, row) + cellHeight - 0.5)
    }
  paint.stroke()
}

function drawAxes(scope: Scope, paint: CanvasRenderingContext2D, from: number, to: number): void {
  const { cellWidth, cellHeight, choice, settings } = scope
  const high = choice.rows * cellHeight
  paint.fillStyle = pageColours(scope)['secondary']!
  paint.font = `11.5px ${FONT}`
  paint.textAlign = 'right'
  paint.textBaseline = 'middle'
  for (const part of [0, 250, 500, 750, 1000])
    paint.fillText(
      part === 1000 ? '1 s' : String(part),
      LEFT - 6,
      Math.min(TOP + high * (1 - part / 1000), TOP + high - 4) + (part === 1000 ? 5 : 0),
    )
  paint.save()
  paint.translate(9, TOP + high / 2)
  paint.rotate(-Math.PI / 2)
  paint.textAlign = 'center'
  paint.fillText('ms in second', 0, 0)
  paint.restore()
  paint.textBaseline = 'top'
  paint.textAlign = 'center'
  const step = SECONDS_STEPS.find(each => each >= 70 / cellWidth) ?? 86_400
  for (let second = Math.ceil(from / step) * step; second < to; second += step) {
    const x = xOf(scope, second)
    if (x < LEFT - 1) continue
    paint.fillRect(x, TOP + high, 1, 4)
    paint.fillText(settings.header.start + second + (second === 0 ? ' s' : ''), x, TOP + high + 7)
  }
}

/** The cell under the pointer; while a drag goes on the nearest one. */
export function cellAt(scope: Scope, event: PointerEvent): Cell | undefined {
  const { document, anchor, choice, settings, cellWidth, cellHeight } = scope
  const box = byId(document, 'over').getBoundingClientRect()
  const x = event.clientX - box.left - LEFT + scrolled(scope)
  if (event.clientX - box.left < LEFT && anchor === undefined) return undefined
  const second = Math.floor(x / cellWidth)
  const row = choice.rows - 1 - Math.floor((event.clientY - box.top - TOP) / cellHeight)
  const { seconds } = settings.header
  if (anchor === undefined && (second < 0 || second >= seconds || row < 0 || row >= choice.rows)) return undefined
  return clampCell(scope, second, row)
}

export function clampCell({ settings, choice }: Scope, second: number, row: number): Cell {
  return {
    second: Math.min(settings.header.seconds - 1, Math.max(0, second)),
    row: Math.min(choice.rows - 1, Math.max(0, row)),
  }
}
