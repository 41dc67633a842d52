import { describeCell, selectRanges } from './answer.ts'
import { cellAt, clampCell, LEFT } from './map.ts'
import { drawMarks } from './marks.ts'
import { joinRanges } from './select.ts'
import type { Cell, Scope } from './state.ts'
import { byId, endOf, rangeBetween } from './state.ts'

/** Makes the map answer to drags. */
export function listenToPointer(scope: Scope): void {
  const map = byId(scope.document, 'map')
  let before: readonly number[] = []
  const between = (from: Cell, to: Cell): number[] =>
    joinRanges([...before, ...rangeBetween(scope, from, to)], endOf(scope))
  map.addEventListener('pointerdown', event => {
    const at = event.button === 0 ? cellAt(scope, event) : undefined
    if (at === undefined) return
    map.focus({ preventScroll: true })
    scope.anchor = event.shiftKey && scope.choice.ranges.length > 0 ? scope.cursor : at
    scope.cursor = at
    before = event.ctrlKey || event.metaKey ? scope.choice.ranges : []
    byId(scope.document, 'over').setPointerCapture(event.pointerId)
    scope.choice.ranges = between(scope.anchor, at)
    drawMarks(scope)
    event.preventDefault()
  })
  map.addEventListener('pointermove', event => {
    const at = cellAt(scope, event)
    scope.hovering = at !== undefined
    if (at !== undefined) {
      if (scope.anchor !== undefined && event.buttons === 0) scope.anchor = undefined
      scope.cursor = at
      if (scope.anchor !== undefined) scope.choice.ranges = between(scope.anchor, at)
      describeCell(scope)
    }
    drawMarks(scope)
  })
  map.addEventListener('pointerup', event => {
    const { anchor } = scope
    if (anchor === undefined) return
    const ranges = between(anchor, cellAt(scope, event) ?? scope.cursor)
    scope.anchor = undefined
    selectRanges(scope, ranges)
    describeCell(scope)
  })
  map.addEventListener('pointerleave', () => {
    scope.hovering = false
    drawMarks(scope)
  })
  map.addEventListener('focus', () => {
    drawMarks(scope)
    describeCell(scope)
  })
  map.addEventListener('blur', () => drawMarks(scope))
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

/** Makes the map answer to arrow keys: with Shift they select. */
export function listenToArrows(scope: Scope): void {
  let anchor: Cell | undefined
  let before: readonly number[] = []
  byId(scope.document, 'map').addEventListener('keydown', event => {
    if (event.altKey) return
    const more = event.ctrlKey || event.metaKey
    const step = STEPS.get(event.key)
    if (step !== undefined) {
      if (event.shiftKey && anchor === undefined) {
        anchor = scope.cursor
        before = more ? scope.choice.ranges : []
      }
      if (!event.shiftKey) anchor = undefined
      scope.cursor = stepFrom(scope, step)
      scrollToCursor(scope)
      if (anchor !== undefined) selectRanges(scope, [...before, ...rangeBetween(scope, anchor, scope.cursor)])
      drawMarks(scope)
    } else if (event.key === 'Enter' || event.key === ' ')
      selectRanges(scope, [...(more ? scope.choice.ranges : []), ...rangeBetween(scope, scope.cursor, scope.cursor)])
    else return
    event.preventDefault()
    describeCell(scope)
  })
}

/** The next cell; over the edge of a second time goes on, but not in a band. */
function stepFrom(scope: Scope, [seconds, rows]: readonly [number, number]): Cell {
  const { choice, settings } = scope
  let second = scope.cursor.second + seconds
  let row = scope.cursor.row + rows
  if (!choice.band && rows !== 0) {
    if (row >= choice.rows && second < settings.header.seconds - 1) {
      row -= choice.rows
      second++
    } else if (row < 0 && second > 0) {
      row += choice.rows
      second--
    }
  }
  return clampCell(scope, second, row)
}

function scrollToCursor({ document, cursor, cellWidth, viewWidth }: Scope): void {
  const scroller = byId(document, 'scroll')
  const left = LEFT + cursor.second * cellWidth
  if (left - scroller.scrollLeft < LEFT) scroller.scrollLeft = left - LEFT
  else if (left + cellWidth - scroller.scrollLeft > viewWidth) scroller.scrollLeft = left + cellWidth - viewWidth + 8
}
