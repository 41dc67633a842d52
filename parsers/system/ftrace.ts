/**
 * Events of the kernel's trace and trace_pipe files, as trace-cmd report prints them too, and the stacks under them:
 *
 *     #           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
 *                 bash-13449   [001] d..2.  2005.611786: sched_switch: prev_comm=bash prev_pid=13449 ...
 *                 bash-13449   [001] d..2.  2005.611789: <stack trace>
 *      => schedule
 *      => do_wait
 *      memfd:sealed-01-4017    [001] d..2.  2005.701785: bpf_trace_printk: hello
 *     cpus=2                                                                                  trace-cmd report
 *                 bash-13449 [001]  2005.611789: kernel_stack:         <stack trace >
 *     => schedule (ffffffff81a00001)
 *
 * The task is joined to its id by the last `-`; flags are 4 or 5 letters or left out. A stack is of the event before it of the same task and CPU;
 * it is printed leaf first. Source: kernel/trace/trace_output.c, trace-cmd plugin_kernel_stack; FORMATS section i.
 */
import type { Dataset, DiagnosticLog, StackLimits } from '../../src/model/index.ts'
import { ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat, mostLines } from '../reading/line-format.ts'
import { TASK } from '../stacks/frame-kind.ts'
import { addStack } from '../stacks/kernel-side.ts'
import type { FrameLine } from '../stacks/symbol.ts'
import { parseSymbol } from '../stacks/symbol.ts'
import { EVENTS } from '../words/tool-values.ts'

const EVENT = /^(\S.{0,15}?) *-(\d+) +(?:\(([ \d-]+)\) +)?\[(\d{3,})\] +(?:([\w.#-]{4,6}) +)?(\d+\.\d+): +(\S.*)$/
const LOST = /^CPU:(\d+) \[LOST (\d+) EVENTS\]$/
const STACK = /^(?:(?:kernel|user)_stack: *)?<(user )?stack trace ?>/
const FRAME = /^ *=> +(\S.*)$/
/** trace-cmd's own lines: what the file is of. */
const ABOUT = /^(?:cpus=\d+|version = \d+|CPU \d+ is empty|trace\.dat.*|\s*\[ ?\d+\] .*)$/

export const ftrace = lineFormat({
  id: 'ftrace',
  title: 'trace and trace_pipe of the kernel, trace-cmd report, with stacks',
  sniff: head =>
    head.lines.some(line => /^# tracer: (?!function_graph|.*lat)/.test(line)) ||
    (head.lines.some(line => EVENT.test(line.trimStart())) &&
      mostLines(
        head,
        line =>
          line.startsWith('#') ||
          LOST.test(line.trim()) ||
          FRAME.test(line) ||
          ABOUT.test(line) ||
          (EVENT.test(line.trimStart()) && /\d: *(?:[\w-]+[:(]|\S+ <-|<)/.test(line)),
        2,
      )),
  grammar: events,
})

/** An event that a stack may follow, and the stack under it so far. */
interface Place {
  readonly row: number
  readonly task: string
  readonly event: string
}

const COLUMNS = [
  { name: 'TASK', unit: '', cell: 'text' },
  { name: 'TID', unit: '', cell: 'number' },
  { name: 'CPU', unit: '', cell: 'number' },
  { name: 'FLAGS', unit: '', cell: 'text' },
  { name: 'TIME', unit: 's', cell: 'number' },
  { name: 'EVENT', unit: '', cell: 'text' },
  { name: 'TEXT', unit: '', cell: 'text' },
] as const

function events(log: DiagnosticLog, limits: StackLimits): LineGrammar {
  const table = new TableBuilder('events', COLUMNS, log)
  const stacks = new EventStacks(limits)
  return {
    line(line, n) {
      if (line.startsWith('#') || ABOUT.test(line)) return true
      const frame = FRAME.exec(line)
      if (frame !== null) return stacks.frame(frame[1]!)
      const lost = LOST.exec(line.trim())
      if (lost !== null) {
        log.addLost(Number(lost[2]), `the trace buffer of CPU ${lost[1]!} lost events`, n)
        return true
      }
      const match = EVENT.exec(line.trimStart())
      if (match === null) return false
      const [, task, tid, , cpu, flags, time, what] = match
      const stack = STACK.exec(what!)
      if (stack !== null && stacks.begins(`${tid!}/${cpu!}`, stack[1] !== undefined)) return true
      const name = /^([\w-]+): */.exec(what!)
      const event = name?.[1] ?? 'function'
      stacks.at(`${tid!}/${cpu!}`, { row: table.length, task: task!, event })
      table.add([task!, tid!, cpu!, flags ?? '', time!, event, name === null ? what! : what!.slice(name[0].length)], n)
      return true
    },
    datasets() {
      stacks.close()
      const events = table.finish({ tool: 'ftrace' })
      return stacks.texts.size === 0
        ? [events]
        : [{ ...events, columns: [...events.columns, stacks.column(events.length)] }, ...stacks.profiles()]
    },
  }
}

/** The stacks of events: one profile per event, its tasks at the root. */
class EventStacks {
  /** STACK cells by row: frames leaf first, `;` between them. */
  readonly texts = new Map<number, string>()
  private readonly limits: StackLimits
  private readonly byEvent = new Map<string, ProfileBuilder>()
  private readonly places = new Map<string, Place>()
  private place: Place | undefined
  private kernel: FrameLine[] = []
  private user: FrameLine[] = []
  private side: FrameLine[] | undefined

  constructor(limits: StackLimits) {
    this.limits = limits
  }

  /** An event: a stack may follow it. */
  at(key: string, place: Place): void {
    this.close()
    this.places.set(key, place)
  }

  /** The line over the frames; false when no event of this task came before. */
  begins(key: string, user: boolean): boolean {
    const place = this.places.get(key)
    if (place === undefined) return false
    if (place !== this.place) this.close()
    this.place = place
    this.side = user ? this.user : this.kernel
    return true
  }

  /** A frame; false outside of a stack. */
  frame(text: string): boolean {
    if (this.side === undefined) return false
    const address = text.startsWith('<') ? /^<([0-9a-f]{4,16})>$/.exec(text)?.[1] : undefined
    const named = /^(\S+) <?\(?([0-9a-f]{6,16})\)?>?$/.exec(text)
    this.side.push(
      address !== undefined
        ? { name: `0x${address}`, module: '', address }
        : parseSymbol(named === null ? text : named[1]!),
    )
    return true
  }

  close(): void {
    const { place, kernel, user } = this
    this.side = undefined
    this.place = undefined
    if (place === undefined || kernel.length + user.length === 0) return
    let profile = this.byEvent.get(place.event)
    if (profile === undefined) this.byEvent.set(place.event, (profile = new ProfileBuilder(this.limits)))
    const frames = [...kernel, ...user]
    const task = profile.stacks.child(ROOT, profile.stacks.frame(place.task, '', TASK))
    profile.add(addStack(profile.stacks, task, frames, kernel.length), 1)
    this.texts.set(place.row, frames.map(({ name }) => name).join(';'))
    this.kernel = []
    this.user = []
  }

  column(length: number): { name: string; type: 'text'; values: string[] } {
    return { name: 'STACK', type: 'text', values: Array.from({ length }, (_, row) => this.texts.get(row) ?? '') }
  }

  profiles(): Dataset[] {
    return [...this.byEvent].map(([event, profile]) => profile.finish(event, EVENTS, { tool: 'ftrace', event }))
  }
}
