import type { Box, Ground } from './boxes.ts'
import { calleesOf, callersOf, functionBoxes, rootBox } from './boxes.ts'

/** A box in the picture, in px. */
export interface Placed {
  readonly box: Box
  readonly x: number
  readonly y: number
  readonly w: number
  /** An ancestor of what is zoomed. */
  readonly faded: boolean
  readonly side: 'flame' | 'callers' | 'callees' | 'function'
}

export interface Picture {
  readonly placed: readonly Placed[]
  readonly height: number
  readonly root: Box
  /** Value in boxes too narrow to be drawn. */
  readonly narrow: number
}

/** Height of a row and the gap under it. */
export const ROW = 19
/** Narrower boxes are not drawn. */
export const LEAST_WIDTH = 0.4

interface Sink {
  readonly placed: Placed[]
  narrow: number
}

/** The flame graph below the zoomed frame, its ancestors over it. `frames` = the way from the root; as much of it as there is. */
export function placeFlame(
  ground: Ground,
  frames: readonly number[],
  width: number,
  upward: boolean,
): Picture & { readonly zoomed: number } {
  const root = rootBox(ground)
  const chain = [root]
  for (const frame of frames) {
    const kid = calleesOf(ground, chain[chain.length - 1]!).find(each => each.frame === frame)
    if (kid === undefined) break
    chain.push(kid)
  }
  const sink: Sink = { placed: [], narrow: 0 }
  const last = chain.length - 1
  chain.forEach((box, row) => sink.placed.push({ box, x: 0, y: row * ROW, w: width, faded: row < last, side: 'flame' }))
  const depth = spread(ground, sink, chain[last]!, { x: 0, w: width, row: last, side: 'flame' })
  const height = (depth + 1) * ROW
  const placed = upward ? sink.placed.map(each => ({ ...each, y: height - ROW - each.y })) : sink.placed
  return { placed, height, root, narrow: sink.narrow, zoomed: last }
}

/** Callers over a function, callees under it. */
export function placeCalls(ground: Ground, frame: number, width: number): Picture {
  const { callees, callers } = functionBoxes(ground, frame)
  const above: Sink = { placed: [], narrow: 0 }
  const below: Sink = { placed: [], narrow: 0 }
  const up = spread(ground, above, callers, { x: 0, w: width, row: 0, side: 'callers' })
  const down = spread(ground, below, callees, { x: 0, w: width, row: 0, side: 'callees' })
  const middle = up * ROW
  return {
    placed: [
      ...above.placed.map(each => ({ ...each, y: middle - each.y })),
      { box: callees, x: 0, y: middle, w: width, faded: false, side: 'function' as const },
      ...below.placed.map(each => ({ ...each, y: middle + each.y })),
    ],
    height: (up + down + 1) * ROW,
    root: callees,
    narrow: above.narrow + below.narrow,
  }
}

interface Span {
  readonly x: number
  readonly w: number
  readonly row: number
  readonly side: 'flame' | 'callers' | 'callees'
}

/** Places what lies beyond a box and gives the last row. Without calls of itself: stacks may be deep. */
function spread(ground: Ground, sink: Sink, from: Box, span: Span): number {
  const scale = from.size > 0 ? span.w / from.size : 0
  const open: { readonly box: Box; readonly x: number; readonly row: number }[] = [
    { box: from, x: span.x, row: span.row },
  ]
  let deepest = span.row
  while (open.length > 0) {
    const { box, x, row } = open.pop()!
    let at = x
    for (const kid of span.side === 'callers' ? callersOf(ground, box) : calleesOf(ground, box)) {
      const w = kid.size * scale
      if (w < LEAST_WIDTH) {
        sink.narrow += kid.now
        continue
      }
      sink.placed.push({ box: kid, x: at, y: (row + 1) * ROW, w, faded: false, side: span.side })
      open.push({ box: kid, x: at, row: row + 1 })
      if (row + 1 > deepest) deepest = row + 1
      at += w
    }
  }
  return deepest
}

/** The box at a place of the picture. */
export function placedAt(placed: readonly Placed[], x: number, y: number): Placed | undefined {
  return placed.find(each => y >= each.y && y < each.y + ROW && x >= each.x && x < each.x + each.w)
}
