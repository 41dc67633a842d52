import type { SampleTable, StackTree } from '../../src/model/index.ts'
import { BpfviewError, kindCode, StackTreeBuilder, unitFact } from '../../src/model/index.ts'
import { graft } from '../../src/ops/stacks/merge.ts'
import type { Box, Layout } from './stack-layout.ts'
import { MAX_ROWS } from './stack-layout.ts'

const TASK = kindCode('task')

/** Units of a chart's axis per second. */
const TICKS = 1e6

export interface ChartOptions {
  /** Boxes shorter than this share of the whole time are pruned. */
  readonly minShare?: number
  /** So many rows a box may lie deep for each pixel of its width, at least for one pixel; others are pruned. Default: no limit. */
  readonly rowsPerPixel?: number
  /** Share of the whole time that a pixel is. */
  readonly pixelShare?: number
  /** Threads that are drawn, those with most samples first; default 100. */
  readonly maxLanes?: number
}

export interface ChartLayout extends Layout {
  /** Stretches in which pruned frames lie, where they lie. */
  readonly marks: readonly Mark[]
  /** Time of the left edge in seconds as printed. */
  readonly origin: number
  /** Time in which threads were seen, added up over the lanes, in units of `scale`. */
  readonly seen: number
  readonly lanes: number
  readonly hiddenLanes: number
  readonly hiddenSamples: number
}

export interface Mark {
  readonly start: number
  readonly total: number
  readonly row: number
}

interface Lane {
  readonly label: string
  readonly key: number
  readonly rows: number[]
}

/** What is too short to be drawn; lengths in units of the scale. */
interface Limits {
  readonly least: number
  readonly pixel: number
  readonly rowsPerPixel: number
}

/** A frame open in a lane while time goes on. */
interface Open {
  readonly node: number
  readonly start: number
}

/**
 * Boxes of a flame chart: true time from left to right, one lane per thread, a lane's root as wide as the picture and its own value what the
 * thread was not seen doing. A sample stands until the thread's next one, but no longer than the sampling period; a value in a unit of time
 * stands for the time before its stamp. Throws BpfviewError E_NO_DATA when no sample has a time.
 */
export function layoutChart(samples: SampleTable, options: ChartOptions = {}): ChartLayout {
  const { time, weight } = samples
  let first = Infinity
  let last = -Infinity
  for (let i = 0; i < time.length; i++) {
    if (Number.isNaN(time[i]!)) continue
    first = Math.min(first, time[i]!)
    last = Math.max(last, time[i]!)
  }
  if (first === Infinity)
    throw new BpfviewError('E_NO_DATA', 'no sample has a time; expected a timeline, as perf script prints it')
  const all = lanesOf(samples)
  const period = samplePeriod(samples, all)
  const seconds = unitFact(samples.value.unit).dimension === 'time' ? unitFact(samples.value.unit).scale : 0
  if (seconds > 0)
    for (let i = 0; i < time.length; i++)
      first = Math.min(first, Number.isNaN(time[i]!) ? first : time[i]! - weight[i]! * seconds)
  const at = (t: number): number => Math.round((t - first) * TICKS)
  const total = Math.max(at(last) + (seconds > 0 ? 0 : Math.round(period * TICKS)), 1)
  const lanes = [...all]
    .sort((a, b) => b.rows.length - a.rows.length || a.key - b.key)
    .slice(0, options.maxLanes ?? 100)
    .sort((a, b) => a.key - b.key)

  // lanes' roots are frames of one tree together with the stacks
  const builder = new StackTreeBuilder()
  const moved = graft(builder, samples.stacks)
  const roots = lanes.map(lane => builder.child(0, builder.frame(lane.label, '', TASK)))
  const stacks = builder.finish()

  const limits: Limits = {
    least: total * (options.minShare ?? 0),
    pixel: total * (options.pixelShare ?? 0),
    rowsPerPixel: options.rowsPerPixel ?? Infinity,
  }
  const boxes: Box[] = []
  const marks: Mark[] = []
  let rows = 0
  let frames = 0
  let hiddenFrames = 0
  let hiddenTotal = 0
  let shown = 0
  let seen = 0
  for (let l = 0; l < lanes.length; l++) {
    const drawn = new LaneBoxes(stacks, roots[l]!, total, limits, rows)
    const { rows: order } = lanes[l]!
    for (let k = 0; k < order.length; k++) {
      const i = order[k]!
      const stamp = at(time[i]!)
      let from = stamp
      let to = stamp + Math.round(period * TICKS)
      if (seconds > 0) {
        from = at(time[i]! - weight[i]! * seconds)
        to = stamp
      } else if (k + 1 < order.length) {
        const next = at(time[order[k + 1]!]!)
        if (next - stamp <= 2 * period * TICKS) to = next
      }
      drawn.add(moved[samples.stack[i]!]!, from, Math.min(to, total))
    }
    const lane = drawn.finish(boxes.length)
    for (const box of lane.boxes) boxes.push(box)
    for (const mark of lane.marks) marks.push(mark)
    frames += lane.frames
    hiddenFrames += lane.hiddenFrames
    hiddenTotal += lane.hidden
    shown += order.length
    seen += lane.boxes[0]!.total - lane.boxes[0]!.self
    rows += lane.rows + 1
  }
  return {
    stacks,
    boxes,
    scale: TICKS,
    total,
    rows: Math.max(rows - 1, 1),
    frames,
    hiddenFrames,
    hidden: hiddenTotal,
    deeper: 0,
    minShare: options.minShare ?? 0,
    marks,
    origin: first,
    seen,
    lanes: lanes.length,
    hiddenLanes: all.length - lanes.length,
    hiddenSamples: time.length - shown,
  }
}

/** Samples by thread, in order of time; lanes in order of their first sample. */
function lanesOf(samples: SampleTable): Lane[] {
  const byKey = new Map<string, Lane>()
  for (let i = 0; i < samples.time.length; i++) {
    if (Number.isNaN(samples.time[i]!)) continue
    const tid = samples.tid?.[i] ?? -1
    const pid = samples.pid?.[i] ?? -1
    const comm = samples.comm === undefined ? '' : (samples.comms?.[samples.comm[i]!] ?? '')
    // every CPU has its own idle thread, all of number 0
    const cpu = tid === 0 ? (samples.cpu?.[i] ?? -1) : -1
    const key = tid >= 0 ? `${tid}/${cpu}` : comm
    let lane = byKey.get(key)
    if (lane === undefined) {
      const name = comm === '' ? (tid >= 0 ? 'thread' : 'all') : comm
      const label =
        tid < 0
          ? name
          : cpu >= 0
            ? `${name} CPU ${cpu}`
            : pid >= 0 && pid !== tid
              ? `${name} ${pid}/${tid}`
              : `${name} ${tid}`
      byKey.set(key, (lane = { label, key: byKey.size, rows: [] }))
    }
    lane.rows.push(i)
  }
  const lanes = [...byKey.values()]
  for (const lane of lanes) lane.rows.sort((a, b) => samples.time[a]! - samples.time[b]! || a - b)
  return lanes
}

/** Seconds one sample stands for: by the frequency, else the usual gap between a thread's samples. */
function samplePeriod(samples: SampleTable, lanes: readonly Lane[]): number {
  if (samples.meta.frequency !== undefined && samples.meta.frequency > 0) return 1 / samples.meta.frequency
  const gaps: number[] = []
  for (const { rows } of lanes) {
    for (let k = 1; k < rows.length; k++) {
      const gap = samples.time[rows[k]!]! - samples.time[rows[k - 1]!]!
      if (gap > 0) gaps.push(gap)
    }
  }
  if (gaps.length === 0) return 1e-3
  gaps.sort((a, b) => a - b)
  return gaps[gaps.length >> 1]!
}

interface LaneResult {
  readonly boxes: readonly Box[]
  readonly marks: readonly Mark[]
  readonly rows: number
  readonly frames: number
  readonly hiddenFrames: number
  readonly hidden: number
}

/** Boxes of one lane, built while its samples pass. */
class LaneBoxes {
  private readonly stacks: StackTree
  private readonly root: number
  private readonly total: number
  private readonly limits: Limits
  private readonly firstRow: number
  private readonly open: Open[] = []
  private end = 0
  private readonly path: number[] = []
  /** Closed frames, children before parents. */
  private readonly closed: { node: number; depth: number; start: number; total: number }[] = []
  private frames = 0

  constructor(stacks: StackTree, root: number, total: number, limits: Limits, firstRow: number) {
    this.stacks = stacks
    this.root = root
    this.total = total
    this.limits = limits
    this.firstRow = firstRow
  }

  add(node: number, from: number, to: number): void {
    const start = Math.max(from, this.end)
    if (to <= start) return
    const { path } = this
    path.length = 0
    for (let n = node; n > 0; n = this.stacks.parent[n]!) path.push(n)
    // the lane says whose it is
    if (path.length > 0 && this.stacks.frames.kind[this.stacks.frame[path[path.length - 1]!]!] === TASK) path.pop()
    path.reverse()
    if (path.length > MAX_ROWS - 2) path.length = MAX_ROWS - 2
    let same = 0
    if (start === this.end)
      while (same < path.length && same < this.open.length && this.open[same]!.node === path[same]) same++
    this.close(same)
    for (let depth = same; depth < path.length; depth++) this.open.push({ node: path[depth]!, start })
    this.end = to
  }

  finish(firstBox: number): LaneResult {
    this.close(0)
    // pre-order: by start, outer first
    const closed = this.closed.reverse().sort((a, b) => a.start - b.start || a.depth - b.depth)
    const boxes: {
      node: number
      parent: number
      depth: number
      row: number
      start: number
      total: number
      self: number
      hidden: number
      hiddenFrames: number
      deeper: number
    }[] = []
    const marks: { start: number; total: number; row: number }[] = []
    let rows = 1
    let hiddenFrames = 0
    let hidden = 0
    const root = {
      node: this.root,
      parent: -1,
      depth: 0,
      row: this.firstRow,
      start: 0,
      total: this.total,
      self: this.total,
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
        parent: firstBox + parent,
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
