/**
 * Calls of the kernel as its function_graph tracer draws them (trace, trace-cmd, perf-tools funcgraph), with how long each took:
 *
 *     # CPU  DURATION                  FUNCTION CALLS
 *      0)               |  do_nanosleep() {
 *      0)   0.310 us    |    hrtimer_start();
 *      0) ! 1000.5 us   |  }
 *      2005.611786 |   1)  bash-13449   |   0.417 us    |  vfs_read(); /* = 0x1 *\/
 *      0)   bash-13449   =>    sleep-13450
 *
 * A row per call that has ended, in the order of the ends; the profile weighs each stack by the time its last function spent itself, that is without
 * the calls under it. Calls that had not begun or not ended in the file are counted. Source: kernel/trace/trace_functions_graph.c.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat, mostLines } from '../reading/line-format.ts'
import { addFrame } from '../stacks/kernel-side.ts'
import { parseSymbol } from '../stacks/symbol.ts'

const DURATION = /^[!#@*$+]? *(\d+(?:\.\d+)?) (us|ns|ms)$/
const TASK = /^(\S.{0,15}?)-(\d+)$/
const CALL = /^( *)(.{1,400}?)\((.{0,400}?)\)( \{|;)(?: *\/\*.*\*\/)?$/
const END = /^ *\}(?: *\/\* (\S+).*\*\/)?$/
const SWITCH = /^ *\d+\) +.{1,40} +=> +.{1,40}$/
const NOTE = /^ *(?:\d+\) *)?(?:=+> \||<=+ \||.*\| *\/\*.*\*\/ *$)/
const TASK_NAME = /-\d+ *$/
const FACTOR = new Map([
  ['ns', 1e-3],
  ['us', 1],
  ['ms', 1e3],
])

export const functionGraph = lineFormat({
  id: 'function-graph',
  title: 'calls with durations of the function_graph tracer, trace-cmd and perf-tools funcgraph',
  sniff: head =>
    head.lines.some(line => /^# tracer: function_graph/.test(line)) ||
    (head.lines.filter(line => graphLine(line) !== undefined).length >= 2 &&
      mostLines(
        head,
        line => line.startsWith('#') || /^ -{10,}$/.test(line) || SWITCH.test(line) || graphLine(line) !== undefined,
      )),
  grammar: calls,
})

interface GraphLine {
  readonly cpu: string
  readonly task: string
  readonly tid: string
  readonly time: string
  /** Microseconds; undefined where a call begins. */
  readonly duration: number | undefined
  readonly text: string
}

/** What stands before the last bar, between bars: time, CPU and task, duration; and the call after it. */
function graphLine(line: string): GraphLine | undefined {
  const at = lastBar(line)
  if (at < 0 || line.length > 1000) return undefined
  const text = line.slice(at + 1).trimEnd()
  if (!CALL.test(text) && !END.test(text)) return undefined
  const read = { cpu: '', task: '', tid: '', time: '', duration: undefined as number | undefined, text }
  for (const part of line.slice(0, at).split('|')) {
    const field = part.trim()
    // without a bar between them, the duration stands behind the CPU: ` 0)   0.310 us`
    const cpu = /^(\d+)\) */.exec(field)
    const rest = cpu === null ? field : field.slice(cpu[0].length)
    const duration = DURATION.exec(rest)
    if (cpu !== null) read.cpu = cpu[1]!
    if (rest === '' || /^[\w.#-]{4,6}$/.test(rest)) continue
    const task = TASK.exec(rest)
    if (duration !== null) read.duration = Number(duration[1]) * FACTOR.get(duration[2]!)!
    else if (/^\d+\.\d+$/.test(rest)) read.time = rest
    else if (task !== null) Object.assign(read, { task: task[1], tid: task[2] })
    else return undefined
  }
  return read
}

/** The bar before the call: the last one that a call or a closing brace follows. */
function lastBar(line: string): number {
  const comment = line.indexOf('/*')
  return line.lastIndexOf('|', comment < 0 ? line.length : comment)
}

interface OpenCall {
  readonly name: string
  readonly node: number
  readonly depth: number
  /** Microseconds of the calls under it. */
  under: number
}

const COLUMNS = [
  { name: 'TIME', unit: 's', cell: 'number' },
  { name: 'CPU', unit: '', cell: 'number' },
  { name: 'TASK', unit: '', cell: 'text' },
  { name: 'TID', unit: '', cell: 'number' },
  { name: 'DURATION', unit: 'us', cell: 'number' },
  { name: 'DEPTH', unit: '', cell: 'number' },
  { name: 'FUNCTION', unit: '', cell: 'text' },
] as const

function calls(log: DiagnosticLog): LineGrammar {
  const graph = new CallGraph(log)
  return {
    line(line, n) {
      if (line.startsWith('#') || /^ -{10,}$/.test(line) || /^\s*\|? *\.\.\.$/.test(line)) return true
      const read = graphLine(line)
      if (read !== undefined) return graph.add(read, n)
      if (SWITCH.test(line)) {
        graph.switched(/^ *(\d+)\)/.exec(line)![1]!)
        return true
      }
      if (!NOTE.test(line) || TASK_NAME.test(line)) return false
      log.note('interrupt-mark', 'marks of interrupts and comments between calls', {
        severity: 'info',
        line: n,
        text: line,
      })
      return true
    },
    datasets: () => graph.datasets(),
  }
}

class CallGraph {
  private readonly log: DiagnosticLog
  private readonly table: TableBuilder
  private readonly profile = new ProfileBuilder()
  private readonly open = new Map<string, OpenCall[]>()

  constructor(log: DiagnosticLog) {
    this.log = log
    this.table = new TableBuilder('calls', COLUMNS, log)
  }

  add(line: GraphLine, number: number): true {
    const stack = this.stackOf(line.cpu)
    const call = CALL.exec(line.text)
    if (call === null) this.ends(line, stack, number)
    else if (call[4] === ';') {
      const parent = stack[stack.length - 1]
      const node = addFrame(this.profile.stacks, parent?.node ?? ROOT, parseSymbol(call[2]!), 'kernel')
      this.row(line, call[2]!, stack.length, number)
      this.weigh(node, line.duration ?? 0, parent, line.duration ?? 0)
    } else {
      const parent = stack[stack.length - 1]
      const node = addFrame(this.profile.stacks, parent?.node ?? ROOT, parseSymbol(call[2]!), 'kernel')
      stack.push({ name: call[2]!, node, depth: stack.length, under: 0 })
    }
    return true
  }

  /** Another task runs on the CPU: its calls have nothing to do with the open ones. */
  switched(cpu: string): void {
    const stack = this.stackOf(cpu)
    if (stack.length > 0) this.unfinished(stack.length)
    stack.length = 0
  }

  datasets(): ReturnType<LineGrammar['datasets']> {
    for (const stack of this.open.values()) if (stack.length > 0) this.unfinished(stack.length)
    const meta = { tool: 'ftrace', event: 'function_graph' }
    const table = this.table.finish(meta)
    return this.profile.samples === 0
      ? [table]
      : [table, this.profile.finish('calls', { name: 'self time', unit: 'us' }, meta)]
  }

  private ends(line: GraphLine, stack: OpenCall[], number: number): void {
    const open = stack.pop()
    const named = END.exec(line.text)?.[1]
    if (open === undefined) {
      this.log.note('call-without-start', 'calls that had begun before the file does', {
        severity: 'info',
        line: number,
        text: line.text,
      })
      return this.row(line, named ?? '', 0, number)
    }
    this.row(line, open.name, open.depth, number)
    const duration = line.duration ?? 0
    this.weigh(open.node, Math.max(0, duration - open.under), stack[stack.length - 1], duration)
  }

  private weigh(node: number, self: number, parent: OpenCall | undefined, duration: number): void {
    this.profile.add(node, self)
    if (parent !== undefined) parent.under += duration
  }

  private row({ time, cpu, task, tid, duration }: GraphLine, name: string, depth: number, number: number): void {
    this.table.add([time, cpu, task, tid, duration === undefined ? '' : String(duration), String(depth), name], number)
  }

  private unfinished(calls: number): void {
    this.log.note('call-without-end', `${calls} calls end after the file does, or elsewhere; they have no row`, {
      severity: 'info',
    })
  }

  private stackOf(cpu: string): OpenCall[] {
    let stack = this.open.get(cpu)
    if (stack === undefined) this.open.set(cpu, (stack = []))
    return stack
  }
}
