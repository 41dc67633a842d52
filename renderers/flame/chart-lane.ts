/** Boxes of one lane of a flame chart: what the file draws and, of a range, what its script draws. Imports nothing, since every chart carries it. */

/** A chart has no deeper rows. */
export const MAX_DEPTH = 2046

/** Stacks as a lane reads them: the parent of each node, and whether it is a task, which the lane's label tells already. */
export interface LaneStacks {
  readonly parent: ArrayLike<number>
  isTask(node: number): boolean
}

/** What is too short to be drawn; lengths in units of the axis. */
export interface LaneLimits {
  readonly least: number
  readonly pixel: number
  /** So many rows a box may lie deep for each pixel of its width, at least for one pixel. */
  readonly rowsPerPixel: number
}

export interface LaneBox {
  readonly node: number
  /** Index in the lane, -1 for its root. */
  readonly parent: number
  readonly depth: number
  readonly row: number
  readonly start: number
  readonly total: number
  readonly self: number
  readonly hidden: number
  readonly hiddenFrames: number
  readonly deeper: number
}

/** A stretch in which frames were left out; on the lane's own row + 1 every one is told, however short. */
export interface LaneMark {
  readonly start: number
  readonly total: number
  readonly row: number
}

export interface Lane {
  readonly boxes: readonly LaneBox[]
  readonly marks: readonly LaneMark[]
  readonly rows: number
  readonly frames: number
  readonly hiddenFrames: number
  readonly hidden: number
}

/** A frame open in a lane while time goes on. */
interface Open {
  readonly node: number
  readonly start: number
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Boxes of one lane, built while its samples pass. */
export class LaneBoxes {
  private readonly stacks: LaneStacks
  private readonly root: number
  private readonly from: number
  private readonly to: number
  private readonly limits: LaneLimits
  private readonly firstRow: number
  private readonly open: Open[] = []
  private end = 0
  private readonly path: number[] = []
  /** Closed frames, children before parents. */
  private readonly closed: { node: number; depth: number; start: number; total: number }[] = []
  private frames = 0

  /** `range` = first and last place of the axis; `firstRow` = row of the lane's root. */
  constructor(
    stacks: LaneStacks,
    root: number,
    range: readonly [number, number],
    limits: LaneLimits,
    firstRow: number,
  ) {
    this.stacks = stacks
    this.root = root
    this.from = this.end = range[0]
    this.to = range[1]
    this.limits = limits
    this.firstRow = firstRow
  }

  /** A stack that stands from one place to another, after all before; `top` = the node that stands for its task, -1 = none does. */
  add(node: number, from: number, until: number, top: number): void {
    const start = Math.max(from, this.end)
    const to = Math.min(until, this.to)
    if (to <= start) return
    const { path } = this
    path.length = 0
    for (let n = node; n > 0; n = this.stacks.parent[n]!) path.push(n)
    // the lane says whose it is
    if (path.length > 0 && this.stacks.isTask(path[path.length - 1]!)) path.pop()
    if (top >= 0) path.push(top)
    path.reverse()
    if (path.length > MAX_DEPTH) path.length = MAX_DEPTH
    let same = 0
    if (start === this.end)
      while (same < path.length && same < this.open.length && this.open[same]!.node === path[same]) same++
    this.close(same)
    for (let depth = same; depth < path.length; depth++) this.open.push({ node: path[depth]!, start })
    this.end = to
  }

  finish(): Lane {
    this.close(0)
    // pre-order: by start, outer first
    const closed = this.closed.reverse().sort((a, b) => a.start - b.start || a.depth - b.depth)
    const boxes: Writable<LaneBox>[] = []
    const marks: Writable<LaneMark>[] = []
    let rows = 1
    let hiddenFrames = 0
    let hidden = 0
    const root = {
      node: this.root,
      parent: -1,
      depth: 0,
      row: this.firstRow,
      start: this.from,
      total: this.to - this.from,
      self: this.to - this.from,
      hidden: 0,
      hiddenFrames: 0,
      deeper: 0,
    }
    boxes.push(root)
    const at = [0]
    const { least, pixel, rowsPerPixel } = this.limits
    // depth below which everything lies in a frame that is not drawn
    let under = Infinity
    let underEnd = 0
    for (const frame of closed) {
      const depth = frame.depth + 1
      if (depth > under && frame.start < underEnd) {
        hiddenFrames++
        boxes[at[under - 1]!]!.hiddenFrames++
        continue
      }
      under = Infinity
      const parent = at[depth - 1]!
      const box = boxes[parent]!
      box.self -= frame.total
      if (frame.total < least || depth > rowsPerPixel * Math.max(1, frame.total / pixel)) {
        under = depth
        underEnd = frame.start + frame.total
        hiddenFrames++
        hidden += frame.total
        box.hidden += frame.total
        box.hiddenFrames++
        const row = this.firstRow + depth
        const before = marks[marks.length - 1]
        if (before !== undefined && before.row === row && frame.start - before.start - before.total <= least)
          before.total = frame.start + frame.total - before.start
        else marks.push({ start: frame.start, total: frame.total, row })
        rows = Math.max(rows, depth + 1)
        continue
      }
      at[depth] = boxes.length
      rows = Math.max(rows, depth + 1)
      boxes.push({
        node: frame.node,
        parent,
        depth,
        row: this.firstRow + depth,
        start: frame.start,
        total: frame.total,
        self: frame.total,
        hidden: 0,
        hiddenFrames: 0,
        deeper: 0,
      })
    }
    return { boxes, marks, rows, frames: this.frames, hiddenFrames, hidden }
  }

  private close(depth: number): void {
    for (let d = this.open.length - 1; d >= depth; d--) {
      const { node, start } = this.open[d]!
      this.closed.push({ node, depth: d, start, total: this.end - start })
      this.frames++
    }
    this.open.length = Math.min(this.open.length, depth)
  }
}

/** What a lane shows, in order of time: from `start` to `end` a stack stands; `top` as `LaneBoxes.add` takes it. */
export interface Runs {
  readonly node: ArrayLike<number>
  readonly start: ArrayLike<number>
  readonly end: ArrayLike<number>
  readonly top: ArrayLike<number>
}

/** Draws lanes of one picture; keeps what it needs for that. */
export class LanePainter {
  /** Samples that are drawn together with others of their pixel. */
  merged = 0
  private readonly stacks: LaneStacks
  private readonly range: readonly [number, number]
  private readonly limits: LaneLimits
  private readonly weight: Float64Array

  constructor(stacks: LaneStacks, range: readonly [number, number], limits: LaneLimits) {
    this.stacks = stacks
    this.range = range
    this.limits = limits
    this.weight = new Float64Array(stacks.parent.length)
  }

  /** The boxes of a lane. Of runs shorter than a pixel that begin in one, what they have in common for more than half of their time is drawn, as long as all of them. */
  draw(runs: Runs, root: number, firstRow: number): Lane {
    const { start, end, top } = runs
    const [from, to] = this.range
    const { pixel } = this.limits
    const lane = new LaneBoxes(this.stacks, root, this.range, this.limits, firstRow)
    const isShort = (k: number): boolean => end[k]! - start[k]! < pixel
    const cellOf = (k: number): number => Math.floor((start[k]! - from) / pixel)
    for (let k = firstAfter(end, from); k < start.length && start[k]! < to; ) {
      let next = k + 1
      if (isShort(k))
        while (next < start.length && isShort(next) && cellOf(next) === cellOf(k) && top[next] === top[k]) next++
      if (next === k + 1) lane.add(runs.node[k]!, start[k]!, end[k]!, top[k]!)
      else {
        const { node, seen } = this.common(runs, k, next)
        lane.add(node, start[k]!, start[k]! + seen, top[k]!)
        this.merged += next - k
      }
      k = next
    }
    return lane.finish()
  }

  /** The deepest node that stands for more than half of the time of some runs, else the one that stands longest. Children have greater numbers than their parents. */
  private common({ node, start, end }: Runs, first: number, last: number): { node: number; seen: number } {
    const { weight } = this
    const { parent } = this.stacks
    const isFrame = (n: number): boolean => n > 0 && !this.stacks.isTask(n)
    let seen = 0
    for (let k = first; k < last; k++) {
      const length = end[k]! - start[k]!
      seen += length
      for (let n = node[k]!; isFrame(n); n = parent[n]!) weight[n]! += length
    }
    let deepest = 0
    let longest = 0
    for (let k = first; k < last; k++)
      for (let n = node[k]!; isFrame(n); n = parent[n]!) {
        if (weight[n]! * 2 > seen) {
          deepest = Math.max(deepest, n)
          break
        }
        if (weight[n]! >= weight[longest]!) longest = n
      }
    for (let k = first; k < last; k++)
      for (let n = node[k]!; isFrame(n) && weight[n] !== 0; n = parent[n]!) weight[n] = 0
    return { node: deepest > 0 ? deepest : longest, seen }
  }
}

/** The first run that ends after a place. */
function firstAfter(end: ArrayLike<number>, from: number): number {
  let low = 0
  let high = end.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (end[middle]! > from) high = middle
    else low = middle + 1
  }
  return low
}
