/**
 * Folded stacks, one per line, root first, the value last; stackcollapse-*.pl, BCC's -f, inferno, async-profiler, austin:
 *
 *     bash;__libc_start_main;main;execute_command 12
 *     java;start_thread;Lorg/App;::run;[unknown] 31.25
 *     swapper;secondary_startup_64_[k];cpu_startup_entry_[k] 7
 *     mysqld;clone;-;entry_SYSCALL_64;do_syscall_64 118
 *     # a comment
 *     main;work 500 620                      difffolded.pl: before and after, in every line of the file
 *
 * Source: FlameGraph's folded format; FORMATS section b.
 */
import { DiagnosticLog, kindCode, ROOT } from '../src/model/index.ts'
import type { Dataset, Parsed, ProfileDiff, ValueType } from '../src/model/index.ts'
import { BLOCKED, OFF_CPU, SAMPLES, valueOfTool } from './stack-banner.ts'
import { kindOfName } from './frame-kind.ts'
import type { KindWalk } from './frame-kind.ts'
import { isFoldedComment, splitFolded, splitFrames } from './folded-line.ts'
import type { FoldedLine } from './folded-line.ts'
import { FastFolded, hasFastFolded } from './folded-fast.ts'
import type { Format, Reader, ReadOptions } from './format.ts'
import { isBanner, stripInterrupt } from './head.ts'
import type { Head } from './head.ts'
import { lineReader } from './lines.ts'
import type { LineSink } from './lines.ts'
import { ProfileBuilder } from './profile-builder.ts'
import type { ProfileSink } from './profile-builder.ts'

const MARKER = kindCode('marker')
const TASK = kindCode('task')

/** Innermost frames of offcputime, which leaves the scheduler's own entry out. */
const SWITCHED_OUT = /^(?:finish_task_switch(?:\.isra\.\d+)?|schedule|bpf_prog_[0-9a-f]{16}_sched_switch)(?:_\[k\])?$/
/** Innermost kernel frames of wakeuptime, before the name of the target. */
const WAKES = /wake|^complete|^process_timeout$|^(?:child_wait_callback|insert_work|__queue_work|cpu_stop_queue_work|ep_poll_callback|__up|eventfd_signal)$/
const NAMES = new Map<ValueType, string>([[OFF_CPU, 'off-CPU'], [BLOCKED, 'blocked']])

/** Bytes of a comm without its end mark. */
const MAX_COMM = 15

export const folded: Format = {
  id: 'folded',
  title: 'folded stacks (stackcollapse, BCC -f, inferno, async-profiler)',
  sniff: sniffFolded,
  reader(options) {
    return hasFastFolded() ? new FastFolded(options) : foldedPlainReader(options)
  },
}

/** Longest line of folded text that is read: a stack of 100,000 frames is one line. */
export const MAX_FOLDED_LINE = 16 << 20

/** The plain reader, which the fast one has to equal. */
export function foldedPlainReader(options: ReadOptions): Reader {
  const log = new DiagnosticLog(options.source, options.strict)
  return lineReader(new FoldedReader(log, options.tool), log, MAX_FOLDED_LINE)
}

/** Semicolons that make a line without an end a deep stack. */
const DEEP = 200

/** Four lines in five end in a number, and some have a `;` before it: most, where the first line is no stack but may be a heading, with a comm `x;y` in the table under it. */
function sniffFolded(head: Head): boolean {
  // a stack may be longer than the head: then no line ends in it
  if (head.cut && head.lines.length === 1 && !head.text.includes('\n') && head.text.split(';', DEEP + 1).length > DEEP) return true
  let lines = 0
  let good = 0
  let stacks = 0
  let begins = false
  for (const line of head.lines) {
    if (isFoldedComment(line) || isBanner(line)) continue
    lines++
    const split = splitFolded(line)
    if (split === undefined || /^\s/.test(line)) continue
    good++
    if (lines === 1) begins = true
    if (split.stack.includes(';')) stacks++
  }
  return good > 0 && stacks > 0 && good >= lines * 0.8 && (begins || stacks * 2 > good)
}

/** A two-column line kept until it is known that the whole file is two-column. */
interface Pair {
  readonly node: number
  readonly before: number
  readonly beforeText: string
  readonly after: number
}

/** How many stacks have a waker's half, end in the scheduler, or in a name behind a wake-up: what tells the tools apart. */
export interface FoldedSigns {
  readonly chains: number
  readonly switches: number
  readonly wakes: number
}

/** Takes folded lines as text. */
export class FoldedReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly profile: ProfileSink
  /** Lines so far when every one has had two values; undefined once a line had not. */
  private pairs: Pair[] | undefined = []
  /** Start of a comm that a newline broke in two. */
  private half: { readonly text: string; readonly number: number } | undefined

  private readonly signs = { chains: 0, switches: 0, wakes: 0 }
  private readonly ofTool: ValueType | undefined

  constructor(log: DiagnosticLog, tool = '', profile: ProfileSink = new ProfileBuilder()) {
    this.log = log
    this.profile = profile
    this.ofTool = valueOfTool(tool)
  }

  /** True when the next line means what it says by itself: a line had one value, so that every one has, and no comm was left half. */
  get settled(): boolean {
    return this.pairs === undefined && this.half === undefined
  }

  /** Adds what stacks say that another reader put into the same profile. */
  addSigns({ chains, switches, wakes }: FoldedSigns): void {
    this.signs.chains += chains
    this.signs.switches += switches
    this.signs.wakes += wakes
  }

  line(text: string, number: number): void {
    const line = stripInterrupt(text)
    if (isFoldedComment(line) || isBanner(line)) return
    let split = splitFolded(line)
    if (split === undefined) {
      if (this.half !== undefined || line.length > MAX_COMM || line.includes(';')) return this.noValue(number, text)
      this.half = { text: line, number }
      return
    }
    const good = split.value >= 0 && Number.isFinite(split.value)
    if (this.half !== undefined) split = this.joined(this.half, split, good)
    if (!good) return this.log.skip(number, text, `the value ${split.text}; expected a finite number >= 0`)
    if (split.value > Number.MAX_SAFE_INTEGER) {
      this.log.note('inexact-value', 'a value above 2^53 is kept only to 53 bits', { line: number, text })
    }
    if (this.pairs !== undefined) {
      const inner = splitFolded(split.stack)
      if (inner !== undefined && inner.value >= 0) {
        this.pairs.push({ node: this.node(inner.stack), before: inner.value, beforeText: inner.text, after: split.value })
        return
      }
      this.singleColumn()
    }
    this.add(split)
  }

  end(): Parsed {
    if (this.half !== undefined) this.noValue(this.half.number, this.half.text)
    const datasets: Dataset[] = []
    if (this.pairs !== undefined && this.pairs.length > 0) datasets.push(this.diff(this.pairs))
    else if (this.profile.samples > 0) {
      const value = this.valueType()
      const { total } = this.profile
      datasets.push(this.profile.finish(NAMES.get(value) ?? 'samples', value, value === SAMPLES && Number.isInteger(total) ? { samples: total } : {}))
    }
    return { format: folded.id, datasets, diagnostics: this.log.list(), skippedLines: this.log.skippedLines, lost: this.log.lost }
  }

  /** What the values are: folded text does not say, but the stacks of the tools that print microseconds are unlike any others. */
  private valueType(): ValueType {
    if (this.ofTool !== undefined) return this.ofTool
    const { chains, wakes, switches } = this.signs
    const stacks = this.profile.samples
    const value = chains > 0 || wakes >= stacks * 0.8 ? BLOCKED : switches >= stacks * 0.9 ? OFF_CPU : SAMPLES
    if (value !== SAMPLES) {
      this.log.note('assumed-unit', `folded stacks do not say what their values are; ${value === BLOCKED ? 'these end in a waker' : 'these end in the scheduler'}, so they are read as microseconds of ${value.name}`, { severity: 'info' })
    }
    return value
  }

  /** A comm may hold a newline: a short line without a value goes before the next stack, when both halves together can be a comm. */
  private joined(half: { readonly text: string; readonly number: number }, line: FoldedLine, good: boolean): FoldedLine {
    this.half = undefined
    const end = line.stack.indexOf(';')
    if (good && end >= 0 && half.text.length + 1 + end <= MAX_COMM) return { ...line, stack: `${half.text}\n${line.stack}` }
    this.noValue(half.number, half.text)
    return line
  }

  private noValue(number: number, text: string): void {
    if (this.half !== undefined && this.half.number !== number) {
      const { half } = this
      this.half = undefined
      this.noValue(half.number, half.text)
    }
    this.half = undefined
    this.log.skip(number, text, 'no value at the end of the line; expected `frame;frame value`')
  }

  private add(line: FoldedLine): void {
    this.profile.add(this.node(line.stack), line.value)
  }

  /** A line broke the two-column pattern: the first numbers so far were ends of frame names after all. */
  private singleColumn(): void {
    const { stacks } = this.profile
    for (const pair of this.pairs!) {
      const frame = stacks.frameOf(pair.node)
      const node = stacks.child(stacks.parentOf(pair.node), stacks.frame(`${stacks.frameName(frame)} ${pair.beforeText}`, '', stacks.frameKind(frame)))
      this.profile.add(node, pair.after)
    }
    this.pairs = undefined
  }

  private diff(pairs: readonly Pair[]): ProfileDiff {
    const { stacks } = this.profile.finish('', SAMPLES)
    const before = new Float64Array(stacks.parent.length)
    const after = new Float64Array(stacks.parent.length)
    for (const pair of pairs) {
      before[pair.node] = before[pair.node]! + pair.before
      after[pair.node] = after[pair.node]! + pair.after
    }
    return { kind: 'profile-diff', name: 'samples', value: { name: 'samples', unit: 'samples' }, stacks, before, after, normalization: 'count', meta: {} }
  }

  private node(stack: string): number {
    const { stacks } = this.profile
    const names = splitFrames(stack)
    const walk: KindWalk = { kernel: false, waker: false }
    let node = ROOT
    for (let depth = 0; depth < names.length; depth++) {
      const name = names[depth]!
      const kind = depth === 0 && names.length > 1 ? rootKind(name) : kindCode(kindOfName(name, walk))
      node = stacks.child(node, stacks.frame(name, '', kind))
    }
    this.countSigns(names, walk.waker)
    return node
  }

  private countSigns(names: readonly string[], waker: boolean): void {
    const { signs } = this
    const last = signOf(names[names.length - 1]!)
    if (waker) signs.chains++
    else if ((last & SWITCH_SIGN) !== 0) signs.switches++
    else if (names.length > 2 && (last & WAKE_SIGN) === 0 && (signOf(names[names.length - 2]!) & WAKE_SIGN) !== 0) signs.wakes++
  }
}

const SWITCH_SIGN = 1
const WAKE_SIGN = 2

/** Whether a frame is one that offcputime or wakeuptime ends its stacks in, as bits. */
export function signOf(name: string): number {
  return (SWITCHED_OUT.test(name) ? SWITCH_SIGN : 0) | (WAKES.test(name) ? WAKE_SIGN : 0)
}

/** The first frame is a comm by convention, unless it says otherwise. */
export function rootKind(name: string): number {
  return name === '-' || name === '--' ? MARKER : TASK
}
