import { LEFT, openCanvas, pageColours, TOP, visibleSeconds, xOf, yOf } from './map.ts'
import type { Scope } from './state.ts'
import { byId } from './state.ts'

/** Paints what is selected, the baseline and the cursor over the map. */
export function drawMarks(scope: Scope): void {
  const { choice, document, cursor, cellWidth, cellHeight, viewWidth, settings } = scope
  const paint = openCanvas(scope, 'over')
  const colours = pageColours(scope)
  paint.save()
  paint.beginPath()
  paint.rect(LEFT, TOP, viewWidth - LEFT, cellHeight * choice.rows)
  paint.clip()
  if (choice.ranges.length > 0 || choice.baseline.length > 0) {
    paint.globalAlpha = 0.62
    paint.fillStyle = colours['page']!
    paint.fillRect(LEFT, TOP, Math.min(viewWidth, settings.header.seconds * cellWidth), cellHeight * choice.rows)
    paint.globalAlpha = 1
    for (const ranges of [choice.baseline, choice.ranges])
      eachPiece(scope, ranges, (x, y, w, h) => paint.clearRect(x, y, w, h))
    outline(scope, paint, choice.baseline, colours['accent']!, [4, 3])
    outline(scope, paint, choice.ranges, colours['ink']!, [])
  }
  if (document.activeElement === byId(document, 'map') || scope.hovering) {
    paint.setLineDash([])
    paint.strokeStyle = colours['ink']!
    paint.lineWidth = 1.5
    paint.strokeRect(
      xOf(scope, cursor.second) - 0.5,
      yOf(scope, cursor.row) - 0.5,
      Math.max(cellWidth, 3),
      Math.max(cellHeight, 3),
    )
  }
  paint.restore()
}

/** The rectangle of a range in each second in view. */
function eachPiece(
  scope: Scope,
  ranges: readonly number[],
  each: (x: number, y: number, w: number, h: number) => void,
): void {
  const { ticks } = scope.settings.header
  const high = scope.cellHeight * scope.choice.rows
  const [from, to] = visibleSeconds(scope)
  for (let r = 0; r < ranges.length; r += 2) {
    const begin = ranges[r]!
    const end = ranges[r + 1]!
    const last = Math.min(to, Math.ceil(end / ticks))
    for (let second = Math.max(from, Math.floor(begin / ticks)); second < last; second++) {
      const low = Math.max(0, (begin - second * ticks) / ticks)
      const top = Math.min(1, (end - second * ticks) / ticks)
      each(xOf(scope, second), TOP + (1 - top) * high, scope.cellWidth, (top - low) * high)
    }
  }
}

function outline(
  scope: Scope,
  paint: CanvasRenderingContext2D,
  ranges: readonly number[],
  colour: string,
  dash: number[],
): void {
  const { ticks } = scope.settings.header
  const high = scope.cellHeight * scope.choice.rows
  paint.strokeStyle = colour
  paint.lineWidth = 1.5
  paint.setLineDash(dash)
  paint.beginPath()
  eachPiece(scope, ranges, (x, y, w, h) => {
    paint.moveTo(x, y + 0.5)
    paint.lineTo(x + w, y + 0.5)
    paint.moveTo(x, y + h - 0.5)
    paint.lineTo(x + w, y + h - 0.5)
  })
  const side = (x: number, low: number, top: number): void => {
    paint.moveTo(x, TOP + (1 - low) * high)
    paint.lineTo(x, TOP + (1 - top) * high)
  }
  for (let r = 0; r < ranges.length; r += 2) {
    const first = Math.floor(ranges[r]! / ticks)
    const last = Math.ceil(ranges[r + 1]! / ticks) - 1
    const low = ranges[r]! / ticks - first
    const top = ranges[r + 1]! / ticks - last
    side(xOf(scope, first) + 0.5, low, first === last ? top : 1)
    side(xOf(scope, last + 1) - 0.5, first === last ? low : 0, top)
  }
  paint.stroke()
}
