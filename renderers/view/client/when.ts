import { roundTicks } from '../../words/axis.ts'
import { fitLabel } from '../../words/label.ts'
import { formatDigits, formatShare } from '../../words/numbers.ts'
import { fitCanvas } from './draw.ts'
import type { RowFilter } from './rows.ts'
import { ALL_ROWS, eachRow } from './rows.ts'
import type { App } from './state.ts'
import { byId } from './state.ts'

const LEFT = 104
const RIGHT = 58
const ROW_HEIGHT = 15
/** Tasks with a row of their own. */
const MOST_TASKS = 6
const CELL_SECONDS = 0.1

/** The strip of tasks over time, counted once for its width. */
export interface Strip {
  readonly names: readonly string[]
  readonly bins: number
  /** Ticks of a bin. */
  readonly step: number
  /** Rows x bins. */
  readonly values: Float64Array
  readonly sums: readonly number[]
}

const strips = new WeakMap<App, { readonly bins: number; readonly strip: Strip }>()

/** Whether the input has times. */
export function hasTimes({ data }: App): boolean {
  return data.header.times !== 'none'
}

/** Values by task and time: the busiest tasks, the rest in one row. Linear in the rows. */
export function stripOf({ data }: App, bins: number): Strip {
  const { comms, thread, tick, header } = data
  const byTask = new Map<string, number>()
  eachRow(data, ALL_ROWS, (row, weight) => {
    if (row < tick.length) byTask.set(comms[thread[row]!]!, (byTask.get(comms[thread[row]!]!) ?? 0) + weight)
  })
  const tasks = [...byTask].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const own = tasks.slice(0, tasks.length === MOST_TASKS + 1 ? MOST_TASKS + 1 : MOST_TASKS).map(([name]) => name)
  const names = tasks.length > own.length ? [...own, tasks.length - own.length + ' others'] : own
  const rowOf = Int32Array.from(comms, comm => (own.includes(comm) ? own.indexOf(comm) : own.length))
  const values = new Float64Array(names.length * bins)
  const step = header.end / bins
  for (let row = 0; row < tick.length; row++) {
    const at = rowOf[thread[row]!]! * bins + Math.min(bins - 1, Math.floor(tick[row]! / step))
    values[at] = values[at]! + (data.weight === undefined ? 1 : data.weight[row]!)
  }
  const sums = names.map((_, r) => values.subarray(r * bins, (r + 1) * bins).reduce((a, b) => a + b, 0))
  return { names, bins, step, values, sums }
}

/** Draws the strip and what of it is selected. */
export function drawWhen(app: App): void {
  if (!hasTimes(app)) return
  const { document, data, colours, settings, choice } = app
  const { header } = data
  const canvas = byId<HTMLCanvasElement>(document, 'strip')
  const width = byId(document, 'when').clientWidth - 32
  const room = Math.max(50, width - LEFT - RIGHT)
  const seconds = header.end / header.ticks
  const bins = Math.max(1, Math.min(Math.floor(room / 2), Math.ceil(seconds / CELL_SECONDS)))
  let known = strips.get(app)
  if (known?.bins !== bins) strips.set(app, (known = { bins, strip: stripOf(app, bins) }))
  const { names, values, sums } = known.strip
  const height = names.length * ROW_HEIGHT
  const context = fitCanvas(canvas, width, height + 18)
  context.textBaseline = 'middle'
  let most = 0
  for (const value of values) if (value > most) most = value
  const all = sums.reduce((a, b) => a + b, 0)
  names.forEach((name, r) => {
    const y = r * ROW_HEIGHT
    const wanted = choice.rows.tasks.length === 0 || choice.rows.tasks.includes(name)
    context.globalAlpha = wanted ? 1 : 0.35
    context.fillStyle = colours.ink
    context.font = '11.5px ' + colours.font
    context.textAlign = 'left'
    context.fillText(fitLabel(name, LEFT - 8, app.measure), 0, y + ROW_HEIGHT / 2)
    for (let bin = 0; bin < bins; bin++) {
      context.fillStyle = heatColour(colours.heat, values[r * bins + bin]!, most)
      context.fillRect(LEFT + (room * bin) / bins, y, room / bins - (room / bins > 4 ? 0.6 : 0), ROW_HEIGHT - 2)
    }
    context.fillStyle = colours.soft
    context.textAlign = 'right'
    const used = sums[r]! / settings.frequency / seconds
    const words =
      settings.unit === 'samples' && settings.frequency > 0
        ? used < 0.005
          ? '<0.01'
          : formatDigits(used, 2)
        : formatShare(sums[r]!, all)
    context.fillText(words, width, y + ROW_HEIGHT / 2)
    context.globalAlpha = 1
  })
  drawAxis(app, context, { room, seconds, height })
  drawRange(app, context, choice.before?.range, { room, height }, true)
  drawRange(app, context, app.dragged ?? choice.rows.range, { room, height }, false)
  byId(document, 'range-clear').hidden = choice.rows.range === undefined
}

/** Ten steps, lightness falling evenly; 0 is the first, whatever the largest is. */
function heatColour(heat: readonly string[], value: number, most: number): string {
  if (!(value > 0)) return heat[0]!
  return heat[1 + Math.min(heat.length - 2, Math.floor((heat.length - 1.01) * (value / most) ** 0.6))]!
}

function drawAxis(
  { colours }: App,
  context: CanvasRenderingContext2D,
  { room, seconds, height }: { readonly room: number; readonly seconds: number; readonly height: number },
): void {
  context.fillStyle = colours.soft
  context.font = '11px ' + colours.font
  for (const tick of roundTicks(0, seconds, Math.max(2, Math.floor(room / 90)))) {
    const x = LEFT + (room * tick) / seconds
    context.textAlign = x > LEFT + room - 20 ? 'right' : tick === 0 ? 'left' : 'center'
    context.fillText(tick === 0 ? '0 s' : String(tick), x, height + 9)
  }
}

function drawRange(
  { colours, data }: App,
  context: CanvasRenderingContext2D,
  range: readonly [number, number] | undefined,
  { room, height }: { readonly room: number; readonly height: number },
  dashed: boolean,
): void {
  if (range === undefined) return
  const [from, to] = range.map(tick => LEFT + (room * Math.min(tick, data.header.end)) / data.header.end) as [
    number,
    number,
  ]
  if (!dashed) {
    context.fillStyle = colours.page
    context.globalAlpha = 0.7
    context.fillRect(LEFT, 0, from - LEFT, height)
    context.fillRect(to, 0, LEFT + room - to, height)
    context.globalAlpha = 1
  }
  context.strokeStyle = dashed ? colours.soft : colours.accent
  context.lineWidth = 2
  context.setLineDash(dashed ? [4, 3] : [])
  context.strokeRect(from, 1, Math.max(to - from, 1), height - 2)
  context.setLineDash([])
}

/** What lies at a place of the strip: a tick, or the task whose name stands there. */
export function whenAt(app: App, x: number, y: number): { readonly tick: number; readonly task: string | undefined } {
  const { data, document } = app
  const strip = strips.get(app)!.strip
  const room = Math.max(50, byId(document, 'when').clientWidth - 32 - LEFT - RIGHT)
  const grain = data.header.times === 'cells' ? 1 : Math.max(1, Math.round(data.header.ticks / 1000))
  const tick = Math.round((Math.max(0, Math.min(1, (x - LEFT) / room)) * data.header.end) / grain) * grain
  const row = Math.floor(y / ROW_HEIGHT)
  const name = x < LEFT - 4 ? strip.names[row] : undefined
  return { tick, task: name !== undefined && data.comms.includes(name) ? name : undefined }
}

/** The range as long as it is, moved by itself. */
export function movedRange({ data, choice }: App, by: number): RowFilter['range'] {
  const { range } = choice.rows
  if (range === undefined) return undefined
  const length = range[1] - range[0]
  const from = Math.max(0, Math.min(data.header.end - length, range[0] + by * length))
  return [from, from + length]
}
