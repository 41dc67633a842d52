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

import type { Dataset, Parsed, ProfileDiff, ValueType } from '../../src/model/index.ts'
import { DiagnosticLog, kindCode, ROOT } from '../../src/model/index.ts'
import type { ProfileSink } from '../build/profile-builder.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { Reader, ReadOptions } from '../reading/format.ts'
import { stripInterrupt } from '../reading/head.ts'
import type { LineSink } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'
import type { KindWalk } from '../stacks/frame-kind.ts'
import { kindOfName, withoutMark } from '../stacks/frame-kind.ts'
import { isBanner, lostEvents } from '../words/banners.ts'
import { takeCutMark } from '../words/cut-mark.ts'
import { BLOCKED, OFF_CPU, SAMPLES, valueOfTool } from '../words/tool-values.ts'
import type { FoldedLine } from './line.ts'
import { isFoldedComment, isLogLine, MAX_FOLDED_LINE, splitFolded, splitFrames, stackLineOf } from './line.ts'
import type { FoldedSigns } from './signs.ts'
import { rootFrame, SWITCH_SIGN, signOf, WAKE_SIGN } from './signs.ts'

const NAMES = new Map<ValueType, string>([
  [OFF_CPU, 'off-CPU'],
  [BLOCKED, 'blocked'],
])

const FOLDED = 'folded'
/** Bytes of a comm without its end mark. */
const MAX_COMM = 15

/** The plain reader, which the fast one has to equal. */
export function foldedPlainReader(options: ReadOptions, id = FOLDED): Reader {
  const log = new DiagnosticLog(options.source, options.strict)
  return lineReader(new FoldedReader(log, options.tool, new ProfileBuilder(options), id), log, MAX_FOLDED_LINE)
}

/** A two-column line kept until it is known that the whole file is two-column. */
interface Pair {
  readonly node: number
  readonly before: number
  readonly beforeText: string
  readonly after: number
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
  private readonly id: string

  constructor(log: DiagnosticLog, tool = '', profile: ProfileSink = new ProfileBuilder(), id = FOLDED) {
    this.log = log
    this.profile = profile
    this.id = id
    this.ofTool = valueOfTool(tool)
    // a name of one frame may end in a number: `thread 1 120`
    if (id !== FOLDED) this.pairs = undefined
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
    const stack = stackLineOf(line)
    if (stack === undefined && this.isNote(line, number)) return
    if (stack !== undefined && line.startsWith('# '))
      this.log.note('comment-or-stack', 'a line that begins like a comment holds a stack and a value, and is counted', {
        severity: 'info',
        line: number,
        text,
      })
    if (stack === undefined && isLogLine(line)) return this.log.skip(number, text, 'a message between the stacks')
    let split = stack ?? splitFolded(line)
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
        this.pairs.push({
          node: this.node(inner.stack),
          before: inner.value,
          beforeText: inner.text,
          after: split.value,
        })
        return
      }
      this.singleColumn()
    }
    this.add(split)
  }

  /** True for what is no stack and no noise: comments, banners, marks of a cut. */
  private isNote(line: string, number: number): boolean {
    const lost = lostEvents(line)
    if (lost !== undefined) this.log.addLost(lost, 'the tool lost events', number)
    return lost !== undefined || isFoldedComment(line) || takeCutMark(this.log, line, number) || isBanner(line)
  }

  end(): Parsed {
    if (this.half !== undefined) this.noValue(this.half.number, this.half.text)
    const datasets: Dataset[] = []
    if (this.pairs !== undefined && this.pairs.length > 0) datasets.push(this.diff(this.pairs))
    else if (this.profile.samples > 0) {
      const value = this.valueType()
      const { total } = this.profile
      datasets.push(
        this.profile.finish(
          NAMES.get(value) ?? 'samples',
          value,
          value === SAMPLES && Number.isInteger(total) ? { samples: total } : {},
        ),
      )
    }
    return {
      format: this.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }

  /** What the values are: folded text does not say, but the stacks of the tools that print microseconds are unlike any others. */
  private valueType(): ValueType {
    if (this.ofTool !== undefined) return this.ofTool
    const { chains, wakes, switches } = this.signs
    const stacks = this.profile.samples
    const value = chains > 0 || wakes >= stacks * 0.8 ? BLOCKED : switches >= stacks * 0.9 ? OFF_CPU : SAMPLES
    if (value !== SAMPLES) {
      this.log.note(
        'assumed-unit',
        `folded stacks do not say what their values are; ${value === BLOCKED ? 'these end in a waker' : 'these end in the scheduler'}, so they are read as microseconds of ${value.name}`,
        { severity: 'info' },
      )
    }
    return value
  }

  /** A comm may hold a newline: a short line without a value goes before the next stack, when both halves together can be a comm. */
  private joined(
    half: { readonly text: string; readonly number: number },
    line: FoldedLine,
    good: boolean,
  ): FoldedLine {
    this.half = undefined
    const end = line.stack.indexOf(';')
    if (good && end >= 0 && half.text.length + 1 + end <= MAX_COMM) {
      this.log.note('joined-comm', 'a short line without a value is taken for the start of the next task name', {
        severity: 'info',
        line: half.number,
        text: half.text,
      })
      return { ...line, stack: `${half.text}\n${line.stack}` }
    }
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
      const node = stacks.child(
        stacks.parentOf(pair.node),
        stacks.frame(`${stacks.frameName(frame)} ${pair.beforeText}`, '', stacks.frameKind(frame)),
      )
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
    return {
      kind: 'profile-diff',
      name: 'samples',
      value: { name: 'samples', unit: 'samples' },
      stacks,
      before,
      after,
      normalization: 'count',
      meta: {},
    }
  }

  private node(stack: string): number {
    const { stacks } = this.profile
    const names = splitFrames(stack)
    const walk: KindWalk = { kernel: false, waker: false }
    let node = ROOT
    for (let depth = 0; depth < names.length; depth++) {
      const name = names[depth]!
      const { name: plain, kind } =
        depth === 0 && names.length > 1
          ? rootFrame(name)
          : { name: withoutMark(name), kind: kindCode(kindOfName(name, walk)) }
      node = stacks.child(node, stacks.frame(plain, '', kind))
    }
    this.countSigns(names, walk.waker)
    return node
  }

  private countSigns(names: readonly string[], waker: boolean): void {
    const { signs } = this
    const last = signOf(withoutMark(names[names.length - 1]!))
    if (waker) signs.chains++
    else if ((last & SWITCH_SIGN) !== 0) signs.switches++
    else if (
      names.length > 2 &&
      (last & WAKE_SIGN) === 0 &&
      (signOf(withoutMark(names[names.length - 2]!)) & WAKE_SIGN) !== 0
    )
      signs.wakes++
  }
}
