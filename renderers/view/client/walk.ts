import { drawPicture } from './draw.ts'
import { describe } from './foot.ts'
import type { Placed } from './place.ts'
import { ROW } from './place.ts'
import { reveal } from './pointer.ts'
import type { App } from './state.ts'

/** Walks over the table's rows, or over the picture: to the caller, the heaviest callee, sideways in the row. */
export function walk(app: App, key: string, row: HTMLElement | null): void {
  if (row !== null) {
    const next = key === 'ArrowDown' ? row.nextElementSibling : key === 'ArrowUp' ? row.previousElementSibling : null
    ;(next as HTMLElement | null)?.focus()
    return
  }
  const { placed, picked } = app
  const first = placed.find(each => each.side === 'function') ?? placed.find(each => each.box === app.root) ?? placed[0]
  const next = picked === undefined || key === 'Home' ? first : nextOf(placed, picked, key)
  if (next === undefined) return
  app.picked = next
  app.hovered = undefined
  reveal(app, next)
  drawPicture(app)
  describe(app, next)
}

function nextOf(placed: readonly Placed[], at: Placed, key: string): Placed | undefined {
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const y = at.y + (key === 'ArrowUp' ? -ROW : ROW)
    const beyond = placed.filter(each => each.y === y)
    // towards the root one box lies over it; away from it the widest that lies on it
    const over = beyond.find(each => each.x <= at.x + 1e-6 && each.x + each.w >= at.x + at.w - 1e-6)
    return over ?? widest(beyond.filter(each => each.x >= at.x - 1e-6 && each.x + each.w <= at.x + at.w + 1e-6))
  }
  const row = placed.filter(each => each.y === at.y).sort((a, b) => a.x - b.x)
  return row[row.indexOf(at) + (key === 'ArrowRight' ? 1 : -1)]
}

function widest(list: readonly Placed[]): Placed | undefined {
  return list.reduce<Placed | undefined>(
    (best, each) => (best === undefined || each.w > best.w ? each : best),
    undefined,
  )
}
