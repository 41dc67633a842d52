import type { Placed } from './place.ts'
import { placedAt } from './place.ts'
import type { App } from './state.ts'
import { byId } from './state.ts'

/** A place in the window. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** The box under a place of the window. */
export function boxAt(app: App, { x, y }: Point): Placed | undefined {
  const canvas = byId(app.document, 'canvas').getBoundingClientRect()
  const scroller = byId(app.document, 'scroll')
  if (y < canvas.top || y >= canvas.bottom) return undefined
  const offset = Math.min(scroller.scrollTop, Math.max(0, app.height - canvas.height))
  return placedAt(app.placed, x - canvas.left, y - canvas.top + offset)
}
