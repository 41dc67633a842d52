/**
 * Aggregations of stacks as DTrace prints them, leaf first; `stack()` is the kernel's half, `ustack()` the user's; other keys may stand before or behind:
 *
 *     CPU     ID                    FUNCTION:NAME
 *       0  64091                        :tick-60s
 *
 *                   genunix`segvn_fault+0x10                     @[stack()] = count()
 *                   unix`trap+0x2c7
 *                    25
 *
 *       firefox                                               1234
 *                   libc.so.1`_lwp_park+0x7                     @[execname, pid, ustack()]
 *                   0x804ef
 *                  4000
 *
 *                   libc.so.1`read+0x7
 *       bash                                                                25       @[ustack(), execname]
 *
 * Offsets are not kept; the name of the module is. Source: illumos and FreeBSD lib/libdtrace/common/dt_consume.c (dt_print_stack, dt_print_ustack, dt_print_datum).
 */
import type { Dataset, DiagnosticLog, StackBuilder, StackLimits } from '../../src/model/index.ts'
import { kindCode, ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { Head } from '../reading/head.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { TASK } from '../stacks/frame-kind.ts'
import { EVENTS } from '../words/tool-values.ts'

const HEADING = /^CPU\s+ID\s+FUNCTION:NAME\s*$/
const PROBE = /^\s*\d+\s+\d+\s+\S*:\S*\s*$/
const TALK = /^dtrace: /
const DROPS = /^dtrace: (\d+) (?:aggregation |dynamic variable |speculative )?drops? /
const MODULE = /^\s+([^\s`]+)`(\S.*)$/
const ADDRESS = /^\s+0x[0-9a-f]+\s*$/
/** A frame of a language's own stack, or one without its module: as far right as the others. */
const DEEP = /^\s{10,}(\S.*)$/
const VALUE = /^\s+(-?\d+)\s*$/
const KEY = /^ {1,8}(\S.*)$/
const OFFSET = /\+(?:0x[0-9a-f]+)$/
/** Modules of the kernels that have DTrace. */
const KERNEL =
  /^(?:unix|genunix|kernel(?:\.\w+)?|mach_kernel|[a-z0-9_]+\.ko|zfs|ip|sockfs|ufs|tmpfs|sd|ixgbe|e1000g|sockfs|procfs|specfs|doorfs|scsi|mac|dls|ipf|TS|SDC|FSS|com\.apple\.\S+)$/

export const dtrace = lineFormat({
  id: 'dtrace',
  title: 'DTrace stack aggregations',
  sniff: sniffDtrace,
  indented: true,
  grammar: (log, options) => new DtraceGrammar(log, options),
})

/** Frames with a backtick behind their module, and a number of its own. */
function sniffDtrace(head: Head): boolean {
  const framed = head.lines.filter(line => /^\s{4,}[^\s`'"]+`[^\s`]\S*/.test(line)).length
  return (
    framed > 0 &&
    framed * 3 >= head.lines.length &&
    head.lines.some(line => VALUE.test(line) || /^ {1,8}\S.*\s\d+\s*$/.test(line))
  )
}

interface Frame {
  readonly name: string
  readonly module: string
}

class DtraceGrammar implements LineGrammar {
  private readonly log: DiagnosticLog
  private readonly profile: ProfileBuilder
  private keys: string[] = []
  /** The record's stacks in the order they were printed, each leaf first. */
  private halves: Frame[][] = []
  private inStack = false
  private first = { line: 0, text: '' }

  constructor(log: DiagnosticLog, limits: StackLimits) {
    this.log = log
    this.profile = new ProfileBuilder(limits)
  }

  line(text: string, number: number): boolean {
    if (HEADING.test(text) || (PROBE.test(text) && this.halves.length === 0)) return true
    if (TALK.test(text)) {
      const drops = DROPS.exec(text)
      if (drops !== null) this.log.addLost(Number(drops[1]), 'DTrace dropped data', number)
      return true
    }
    if (this.first.line === 0) this.first = { line: number, text }
    const value = VALUE.exec(text)
    if (value !== null) {
      // before a stack a number is a key: the process
      if (this.halves.length === 0) this.keys.push(value[1]!)
      else this.record(Number(value[1]), number, text)
      return true
    }
    const frame = frameOf(text)
    if (frame !== undefined) {
      if (!this.inStack) this.halves.push([])
      this.inStack = true
      this.halves.at(-1)!.push(frame)
      return true
    }
    const key = KEY.exec(text)
    if (key === null) return false
    this.inStack = false
    const words = key[1]!.trimEnd().split(/\s{2,}|\s(?=\d+$)/)
    if (this.halves.length > 0 && words.length > 1 && /^-?\d+$/.test(words.at(-1)!)) {
      this.keys.push(...words.slice(0, -1))
      this.record(Number(words.at(-1)), number, text)
    } else this.keys.push(...words)
    return true
  }

  blank(): void {
    this.inStack = false
  }

  datasets(): readonly Dataset[] {
    if (this.halves.length > 0) this.log.note('truncated-record', 'a stack without a value at its end', this.first)
    if (this.profile.samples === 0) return []
    return [this.profile.finish('events', EVENTS, { tool: 'dtrace' })]
  }

  private record(value: number, line: number, text: string): void {
    const { stacks } = this.profile
    if (value < 0) {
      this.profile.leaveOut(value)
      this.log.note('negative-value', 'a stack with a negative value cannot be drawn and is left out', { line, text })
    } else {
      let node = ROOT
      const task = this.keys.join(' ').replace(/(?<=\S) (?=\d+$)/, '-')
      if (task !== '') node = stacks.child(node, stacks.frame(task, '', TASK))
      const kernel = this.halves.findIndex(half => half.some(frame => KERNEL.test(frame.module)))
      // the user's half calls the kernel's
      this.halves.forEach((half, i) => {
        if (i !== kernel) node = addHalf(stacks, node, half, false)
      })
      if (kernel >= 0) node = addHalf(stacks, node, this.halves[kernel]!, true)
      this.profile.add(node, value)
    }
    this.keys = []
    this.halves = []
    this.inStack = false
    this.first = { line: 0, text: '' }
  }
}

function frameOf(text: string): Frame | undefined {
  const match = MODULE.exec(text)
  if (match !== null) return { name: match[2]!.trimEnd().replace(OFFSET, ''), module: match[1]! }
  if (ADDRESS.test(text)) return { name: text.trim(), module: '' }
  const deep = DEEP.exec(text)
  return deep === null ? undefined : { name: deep[1]!.trimEnd().replace(OFFSET, ''), module: '' }
}

function addHalf(stacks: StackBuilder, node: number, half: readonly Frame[], kernel: boolean): number {
  for (let i = half.length - 1; i >= 0; i--) {
    const { name, module } = half[i]!
    const kind = kernel ? 'kernel' : name.startsWith('0x') ? 'unknown' : 'user'
    node = stacks.child(node, stacks.frame(name, module, kindCode(kind)))
  }
  return node
}
