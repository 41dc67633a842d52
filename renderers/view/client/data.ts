import type { Numbers } from '../../client/columns.ts'
import { eachVarint, planes, varints } from '../../client/columns.ts'
import type { ViewHeader, ViewNames } from '../pack.ts'

/** Frames by number. The table grows: a collapsed module is a frame too. */
export interface ViewFrames {
  readonly name: string[]
  readonly module: string[]
  /** Index into FRAME_KINDS. */
  readonly kind: number[]
}

/** The input as the page works on it: rows that end in nodes of a tree. */
export interface ViewData {
  readonly header: ViewHeader
  readonly frames: ViewFrames
  readonly parent: Int32Array
  readonly frame: Int32Array
  /** Node of each distinct stack. */
  readonly leaves: Int32Array
  /** Of each timed row, in order. Ticks from `header.start`. */
  readonly tick: Float64Array
  /** Of each row: its stack's place in `leaves`, its thread, its input. */
  readonly stack: Numbers
  readonly thread: Numbers
  readonly side: Uint8Array
  /** undefined = all weigh 1. */
  readonly weight: Float64Array | undefined
  readonly comms: readonly string[]
  /** -1 = unknown. */
  readonly pids: Int32Array
  readonly tids: Int32Array
}

/** Columns of the page, back as arrays. `column` gives a column's inflated bytes. */
export function unpackView(header: ViewHeader, column: (name: string) => Uint8Array): ViewData {
  const names = JSON.parse(new TextDecoder().decode(column('names'))) as ViewNames
  const steps = varints(column('parents'), header.nodes - 1)
  const links = varints(column('frames'), header.nodes - 1)
  const parent = new Int32Array(header.nodes).fill(-1)
  const frame = new Int32Array(header.nodes).fill(-1)
  for (let i = 1; i < header.nodes; i++) {
    parent[i] = i - steps[i - 1]!
    frame[i] = links[i - 1]!
  }
  const tick = new Float64Array(header.timed)
  let now = 0
  if (header.times !== 'none')
    eachVarint(column('time'), header.timed, (step, i) => {
      tick[i] = now += step
    })
  const modules = varints(column('frameModules'), names.frames.length)
  const ids = varints(column('threads'), header.threads * 2)
  return {
    header,
    frames: {
      name: names.frames.slice(),
      module: Array.from(modules, module => names.modules[module]!),
      kind: [...column('kinds')],
    },
    parent,
    frame,
    leaves: varints(column('leaves'), header.distinct),
    tick,
    stack: planes(column('stack'), header.rows, header.stackPlanes),
    thread: planes(column('thread'), header.rows, header.threadPlanes),
    side: column('side'),
    weight: unpackWeights(header, column('weight')),
    comms: names.comms,
    pids: Int32Array.from({ length: header.threads }, (_, t) => ids[t * 2]! - 1),
    tids: Int32Array.from({ length: header.threads }, (_, t) => ids[t * 2 + 1]! - 1),
  }
}

function unpackWeights(header: ViewHeader, bytes: Uint8Array): Float64Array | undefined {
  if (header.weights === 'one') return undefined
  if (header.weights === 'float') return new Float64Array(bytes.slice().buffer, 0, header.rows)
  const weight = new Float64Array(header.rows)
  eachVarint(bytes, header.rows, (value, i) => {
    weight[i] = value
  })
  return weight
}
