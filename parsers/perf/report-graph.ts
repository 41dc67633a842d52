/**
 * The call graph that perf report --stdio draws under a row; a name stands at the column of its chain, a branch one step to the right of the bar it hangs on:
 *
 *         97.79%  work     work               [.] leaf
 *                 |
 *                 ---__libc_start_call_main
 *                    |
 *                    |--77.90%--main
 *                    |          leaf
 *                    |
 *                     --19.89%--leaf
 *
 * or, with -g flat, a share and the names of its chain under it, one per line. Percentages are of all (-g graph) or of the branch above (-g fractal); -g caller begins at the root, -g callee at the row's own function.
 * Source: tools/perf/ui/stdio/hist.c.
 */
import type { DiagnosticLog, Meta, Profile, StackBuilder } from '../../src/model/index.ts'
import { kindCode, ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { KindWalk } from '../stacks/frame-kind.ts'
import { kindOfName } from '../stacks/frame-kind.ts'

const BRANCH = /^[ |]*?(--(\d+(?:\.\d+)?)(%?)--)(.*)$/
/** Share of a chain of `-g flat`, whose names stand under it. */
const FLAT = /^ {5,}(\d+(?:\.\d+)?)%$/
const FIRST = /^[ |]*(---)(\S.*)$/
/** Columns from a bar to the names of the branch that hangs on it. */
const BRANCH_WIDTH = 11
/** What stands where a branch is too small to be drawn. */
const CUT = '[below the limit]'

interface GraphNode {
  readonly name: string
  readonly parent: number
  /** As printed; NaN = that of the branch it continues. */
  readonly share: number
}

interface GraphRow {
  readonly comm: string
  readonly symbol: string
  readonly overhead: number
  /** Part of the overhead that is the function's own: all of it without --children. */
  readonly self: number
  readonly nodes: GraphNode[]
}

/** Gathers the drawn graphs of one block of a report. */
export class DrawnGraphs {
  private readonly rows: GraphRow[] = []
  /** Innermost node and column of each chain that is open. */
  private open: { readonly column: number; node: number }[] = []
  private drawn = false
  /** Share of a chain whose first name comes next. */
  private flat: number | undefined
  private isFlat = false

  get empty(): boolean {
    return !this.drawn
  }

  /** A row of the table: the lines that follow are its graph. Its overhead and the part of it that is its own, in percent. */
  row(comm: string, symbol: string, overhead: number, self = overhead): void {
    this.rows.push({ comm, symbol, overhead, self, nodes: [] })
    this.open = []
  }

  /** Takes a line of a graph; false when it is none. */
  line(printed: string): boolean {
    const row = this.rows[this.rows.length - 1]
    if (row === undefined) return false
    const line = printed.trimEnd()
    if (/^[ |]*$/.test(line)) return true
    const flat = FLAT.exec(line)
    if (flat !== null) {
      this.open = []
      this.flat = Number(flat[1])
      this.isFlat = true
      return true
    }
    const first = FIRST.exec(line)
    const branch = first === null ? BRANCH.exec(line) : null
    const name = (first?.[2] ?? branch?.[4] ?? line.replace(/^[ |]+/, '')).trim()
    const column = line.length - (first?.[2] ?? branch?.[4] ?? name).length
    if (this.flat !== undefined) {
      this.open = [{ column, node: row.nodes.push({ name, parent: -1, share: this.flat }) - 1 }]
      this.flat = undefined
      this.drawn = true
      return true
    }
    if (first === null && branch === null) {
      this.close(column)
      const chain = this.open[this.open.length - 1]
      if (chain === undefined || chain.column !== column) return false
      chain.node = row.nodes.push({ name, parent: chain.node, share: NaN }) - 1
      return true
    }
    const bar = column - (first?.[1] ?? branch![1]!).length - 1
    this.close(first === null ? bar : -1)
    const parent = this.open[this.open.length - 1]?.node ?? -1
    const share = branch === null ? NaN : Number(branch[2])
    // the name behind a share of one or three digits stands beside the column of its chain
    this.open.push({
      column: first === null ? bar + BRANCH_WIDTH : column,
      node: row.nodes.push({ name, parent, share }) - 1,
    })
    this.drawn = true
    return true
  }

  /** The stacks with their share of all, in percent; rows without a graph are stacks of their symbol alone. */
  finish(name: string, meta: Meta, log: DiagnosticLog): Profile {
    const builder = new ProfileBuilder()
    // the shares of -g flat are of all
    const relative = !this.isFlat && this.rows.some(isRelative)
    const callees = calleesFirst(this.rows)
    let cut = 0
    for (const row of this.rows) {
      const put = (path: readonly string[], value: number): void => {
        if (value > 0) builder.add(addStack(builder.stacks, row.comm, path), value)
      }
      if (row.self === 0) continue
      if (row.nodes.length === 0) {
        put([row.symbol], row.self)
        continue
      }
      const inclusive = row.self !== row.overhead
      let left = row.self
      for (const { path, value, whole } of inclusive ? ownStacks(row, relative, callees) : stacksOf(row, relative)) {
        left -= value
        if (!whole) cut += value
        if (callees) put(path.reverse(), value)
        else put(whole ? path : [...path, CUT, row.symbol], value)
      }
      if (left <= noise(row)) continue
      cut += left
      put([CUT, row.symbol], left)
    }
    if (cut > 0)
      log.note(
        'call-graph-cut',
        `${Number(cut.toFixed(2))}% in branches that are too small to be drawn, or are drawn with others; perf script has them`,
        {
          severity: 'info',
        },
      )
    return builder.finish(name, { name: 'overhead', unit: '%' }, meta)
  }

  /** Ends the chains to the right of a column. */
  private close(column: number): void {
    while (this.open.length > 0 && this.open[this.open.length - 1]!.column > column) this.open.pop()
  }
}

/** True when graphs begin at the row's own function: of rows that are nothing but that, as few others tell. */
function calleesFirst(rows: readonly GraphRow[]): boolean {
  let callers = 0
  for (const { symbol, overhead, self, nodes } of rows)
    if (nodes.length > 0 && self === overhead)
      callers += (nodes[nodes.length - 1]!.name === symbol ? 1 : 0) - (nodes[0]!.name === symbol ? 1 : 0)
  return callers < 0
}

/**
 * With --children a graph has the stacks that end in the row's function, from their root on, and what that function calls, from the function on. A stack
 * of nothing but the function may be either: what would be more than the function's own is the latter, its end too small to be drawn.
 */
function ownStacks(row: GraphRow, relative: boolean, callees: boolean): DrawnStack[] {
  if (callees) return []
  const ends = stacksOf(row, relative).filter(
    ({ path, whole }) => whole && path[path.length - 1] === row.symbol && (path[0] !== row.symbol || path.length === 1),
  )
  const sum = ends.reduce((all, { value }) => all + value, 0)
  return sum <= row.self + noise(row) ? ends : ends.filter(({ path }) => path.length > 1)
}

/** True when the branches of a row add up to more than what they hang on: their shares are of that. */
function isRelative({ nodes, overhead }: GraphRow): boolean {
  const whole = new Float64Array(nodes.length)
  const below = new Float64Array(nodes.length + 1)
  const branches = new Int32Array(nodes.length + 1)
  nodes.forEach(({ parent, share }, i) => {
    whole[i] = Number.isNaN(share) ? (parent < 0 ? overhead : whole[parent]!) : share
    below[parent + 1]! += whole[i]!
    branches[parent + 1]!++
  })
  return below.some((sum, at) => sum > (at === 0 ? overhead : whole[at - 1]!) + 0.011 * (branches[at]! + 1))
}

interface DrawnStack {
  readonly path: string[]
  readonly value: number
  readonly whole: boolean
}

/** What each node of a graph has that no branch below it has, in percent of all; `whole` when nothing hangs below. */
function stacksOf(row: GraphRow, relative: boolean): DrawnStack[] {
  const { nodes, overhead } = row
  const all = new Float64Array(nodes.length)
  const own = new Float64Array(nodes.length)
  const inner = new Uint8Array(nodes.length)
  nodes.forEach(({ parent, share }, i) => {
    const over = parent < 0 ? overhead : all[parent]!
    all[i] = own[i] = Number.isNaN(share) ? over : relative ? (over * share) / 100 : share
    if (parent < 0) return
    own[parent]! -= all[i]!
    inner[parent] = 1
  })
  const least = noise(row)
  return nodes.flatMap((_, at) =>
    inner[at] === 1 && own[at]! <= least ? [] : [{ path: pathOf(nodes, at), value: own[at]!, whole: inner[at] === 0 }],
  )
}

/** What rounding may leave over: each printed share has two digits. */
function noise({ nodes }: GraphRow): number {
  return 0.0051 * Math.max(2, nodes.length)
}

function pathOf(nodes: readonly GraphNode[], at: number): string[] {
  const path: string[] = []
  for (let i = at; i >= 0; i = nodes[i]!.parent) path.push(nodes[i]!.name)
  return path.reverse()
}

/** Node of a stack given root first, under its task. */
function addStack(stacks: StackBuilder, comm: string, frames: readonly string[]): number {
  const walk: KindWalk = { kernel: false, waker: false }
  let node = comm === '' ? ROOT : stacks.child(ROOT, stacks.frame(comm, '', kindCode('task')))
  for (const frame of frames) {
    const inlined = frame.endsWith(' (inlined)')
    const name = inlined ? frame.slice(0, -10) : frame
    const kind = name === CUT ? 'marker' : inlined ? 'inline' : kindOfName(name, walk)
    node = stacks.child(node, stacks.frame(name, '', kindCode(kind)))
  }
  return node
}
