import type { SampleTable, StackTree } from '../../src/model/index.ts'
import { BpfviewError, kindCode, StackTreeBuilder, unitFact } from '../../src/model/index.ts'
import { graft } from '../../src/ops/stacks/merge.ts'
import type { LaneMark, Runs } from './chart-lane.ts'
import { LanePainter } from './chart-lane.ts'
import type { Box, Layout } from './stack-layout.ts'

const TASK = kindCode('task')

/** Units of a chart's axis per second. */
export const TICKS = 1e6
/** Lanes that are drawn, those with most samples first. */
const MAX_LANES = 100

export interface ChartOptions {
  /** Boxes shorter than this share of the whole time are pruned. */
  readonly minShare?: number
  /** So many rows a box may lie deep for each pixel of its width, at least for one pixel; others are pruned. Default: no limit. */
  readonly rowsPerPixel?: number
  /** Share of the whole time that a pixel is; runs shorter than one are drawn together. Default: all are drawn one by one. */
  readonly pixelShare?: number
}

/** What a flame chart shows before it is laid out; places are whole microseconds from `origin`. */
export interface ChartTimes {
  readonly stacks: StackTree
  readonly lanes: readonly ChartLane[]
  /** Time of the left edge in seconds as printed. */
  readonly origin: number
  readonly total: number
  /** Threads that are drawn, and what is not. */
  readonly threads: number
  readonly hiddenThreads: number
  readonly hiddenSamples: number
}

export interface ChartLane {
  /** Node that stands for the lane. */
  readonly root: number
  readonly runs: Runs
}

export interface ChartLayout extends Layout {
  /** Stretches in which pruned frames lie, where they lie. */
  readonly marks: readonly LaneMark[]
  readonly times: ChartTimes
  /** Time in which threads were seen, added up over the lanes, in units of `scale`. */
  readonly seen: number
  /** Samples shorter than a pixel that are drawn together with others. */
  readonly merged: number
}

interface Thread {
  readonly label: string
  readonly comm: string
  readonly key: number
  readonly rows: number[]
}

/** Threads that live shorter than this share of the whole may stand behind one another in one lane. */
const SHORT_LIVED = 0.1
/** Names that the label of a shared lane holds. */
const LANE_NAMES = 3

/**
 * The threads of samples over true time, a lane for each; short-lived ones share lanes. A sample stands until the thread's next one, but no longer than the sampling period; a value in a unit of time
 * stands for the time before its stamp. Throws BpfviewError E_NO_DATA when no sample has a time.
 */
export function chartTimes(samples: SampleTable, maxLanes = MAX_LANES): ChartTimes {
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
  const threads = threadsOf(samples)
  const period = samplePeriod(samples, threads)
  const { dimension, scale } = unitFact(samples.value.unit)
  const seconds = dimension === 'time' ? scale : 0
  if (seconds > 0)
    for (let i = 0; i < time.length; i++)
      first = Math.min(first, Number.isNaN(time[i]!) ? first : time[i]! - weight[i]! * seconds)
  const at = (t: number): number => Math.round((t - first) * TICKS)
  const length = Math.round(period * TICKS)
  const total = Math.max(at(last) + (seconds > 0 ? 0 : length), 1)
  const begin = (i: number): number => at(seconds > 0 ? time[i]! - weight[i]! * seconds : time[i]!)
  const finish = (rows: readonly number[], k: number): number => {
    const stamp = at(time[rows[k]!]!)
    if (seconds > 0) return stamp
    const next = k + 1 < rows.length ? at(time[rows[k + 1]!]!) : Infinity
    return Math.min(next - stamp <= 2 * length ? next : stamp + length, total)
  }
  const groups = shareLanes(
    threads.map(thread => {
      const { rows } = thread
      return { thread, start: begin(rows[0]!), end: finish(rows, rows.length - 1) }
    }),
    total,
  )
  const samplesIn = (group: readonly Thread[]): number => group.reduce((sum, { rows }) => sum + rows.length, 0)
  const kept = [...groups]
    .sort((a, b) => samplesIn(b) - samplesIn(a) || a[0]!.key - b[0]!.key)
    .slice(0, maxLanes)
    .sort((a, b) => a[0]!.key - b[0]!.key)
  // lanes' roots are frames of one tree together with the stacks
  const builder = new StackTreeBuilder()
  const moved = graft(builder, samples.stacks)
  const lanes = kept.map((group): ChartLane => {
    const root = builder.child(0, builder.frame(laneLabel(group), '', TASK))
    const runs = { node: [] as number[], start: [] as number[], end: [] as number[], top: [] as number[] }
    for (const { label, rows } of group) {
      const top = group.length > 1 ? builder.child(root, builder.frame(label, '', TASK)) : -1
      rows.forEach((row, k) => {
        runs.node.push(moved[samples.stack[row]!]!)
        runs.start.push(begin(row))
        runs.end.push(finish(rows, k))
        runs.top.push(top)
      })
    }
    return { root, runs }
  })
  const drawn = kept.reduce((sum, group) => sum + group.length, 0)
  const shown = kept.reduce((sum, group) => sum + samplesIn(group), 0)
  return {
    stacks: builder.finish(),
    lanes,
    origin: first,
    total,
    threads: drawn,
    hiddenThreads: threads.length - drawn,
    hiddenSamples: time.length - shown,
  }
}

/** Threads by lane, in order of their first samples: long-lived ones alone, each short-lived one in the first lane of its kind that is free. */
function shareLanes(
  threads: readonly { readonly thread: Thread; readonly start: number; readonly end: number }[],
  total: number,
): Thread[][] {
  const lanes: { readonly threads: Thread[]; end: number }[] = []
  const alone: Thread[][] = []
  for (const { thread, start, end } of [...threads].sort((a, b) => a.start - b.start || a.thread.key - b.thread.key)) {
    if (end - start >= SHORT_LIVED * total) {
      alone.push([thread])
      continue
    }
    const free = lanes.find(lane => lane.end <= start)
    if (free === undefined) lanes.push({ threads: [thread], end })
    else {
      free.threads.push(thread)
      free.end = end
    }
  }
  return [...alone, ...lanes.map(lane => lane.threads)]
}

function laneLabel(group: readonly Thread[]): string {
  if (group.length === 1) return group[0]!.label
  const names = [...new Set(group.map(({ comm, label }) => comm || label))]
  const more = names.length > LANE_NAMES ? ', …' : ''
  return `${group.length} short-lived threads: ${names.slice(0, LANE_NAMES).join(', ')}${more}`
}

/** Boxes of a flame chart: true time from left to right, a lane's root as wide as the picture and its own value what the lane was not seen doing. */
export function layoutChart(times: ChartTimes, options: ChartOptions = {}): ChartLayout {
  const { stacks, total, lanes } = times
  const { frames: table, frame } = stacks
  const limits = {
    least: total * (options.minShare ?? 0),
    pixel: total * (options.pixelShare ?? 0),
    rowsPerPixel: options.rowsPerPixel ?? Infinity,
  }
  const painter = new LanePainter(
    { parent: stacks.parent, isTask: node => table.kind[frame[node]!] === TASK },
    [0, total],
    limits,
  )
  const boxes: Box[] = []
  const marks: LaneMark[] = []
  let rows = 0
  let frames = 0
  let hiddenFrames = 0
  let hidden = 0
  let seen = 0
  for (const { root, runs } of lanes) {
    const lane = painter.draw(runs, root, rows)
    const first = boxes.length
    for (const box of lane.boxes) boxes.push(box.parent < 0 ? box : { ...box, parent: first + box.parent })
    for (const mark of lane.marks) marks.push(mark)
    frames += lane.frames
    hiddenFrames += lane.hiddenFrames
    hidden += lane.hidden
    seen += lane.boxes[0]!.total - lane.boxes[0]!.self
    rows += lane.rows + 1
  }
  return {
    ...{ stacks, boxes, total, frames, hiddenFrames, hidden, marks, times, seen },
    scale: TICKS,
    rows: Math.max(rows - 1, 1),
    deeper: 0,
    minShare: options.minShare ?? 0,
    merged: painter.merged,
  }
}

/** Samples by thread, in order of time; threads in order of their first row. */
function threadsOf(samples: SampleTable): Thread[] {
  const byKey = new Map<string, Thread>()
  for (let i = 0; i < samples.time.length; i++) {
    if (Number.isNaN(samples.time[i]!)) continue
    const tid = samples.tid?.[i] ?? -1
    const pid = samples.pid?.[i] ?? -1
    const comm = samples.comm === undefined ? '' : (samples.comms?.[samples.comm[i]!] ?? '')
    // every CPU has its own idle thread, all of number 0
    const cpu = tid === 0 ? (samples.cpu?.[i] ?? -1) : -1
    const key = tid >= 0 ? `${tid}/${cpu}` : comm
    let thread = byKey.get(key)
    if (thread === undefined) {
      const name = comm === '' ? (tid >= 0 ? 'thread' : 'all') : comm
      const label =
        tid < 0
          ? name
          : cpu >= 0
            ? `${name} CPU ${cpu}`
            : pid >= 0 && pid !== tid
              ? `${name} ${pid}/${tid}`
              : `${name} ${tid}`
      byKey.set(key, (thread = { label, comm, key: byKey.size, rows: [] }))
    }
    thread.rows.push(i)
  }
  const threads = [...byKey.values()]
  for (const { rows } of threads) rows.sort((a, b) => samples.time[a]! - samples.time[b]! || a - b)
  return threads
}

/** Seconds one sample stands for: by the frequency, else the usual gap between a thread's samples. */
function samplePeriod(samples: SampleTable, threads: readonly Thread[]): number {
  if (samples.meta.frequency !== undefined && samples.meta.frequency > 0) return 1 / samples.meta.frequency
  const gaps: number[] = []
  for (const { rows } of threads) {
    for (let k = 1; k < rows.length; k++) {
      const gap = samples.time[rows[k]!]! - samples.time[rows[k - 1]!]!
      if (gap > 0) gaps.push(gap)
    }
  }
  if (gaps.length === 0) return 1e-3
  gaps.sort((a, b) => a - b)
  return gaps[gaps.length >> 1]!
}
