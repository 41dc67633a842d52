/**
 * BCC's multi-line stacks: profile, offcputime (python and libbpf) and stackcount, leaf first:
 *
 *     Sampling at 49 Hertz of all threads by user + kernel stack... Hit Ctrl-C to end.
 *
 *         __vfs_write                        a frame; kernel frames come before user frames
 *         sys_write
 *         --                                 with -d: here the user's frames begin
 *         __write
 *         -                dd (25036)        profile, offcputime; stackcount -P: `    dd [25036]`
 *             4                              samples, microseconds or events
 *
 * Source: bcc tools/profile.py:418, offcputime.py:365, stackcount.py:287; libbpf-tools profile.c:446, offcputime.c:225; FORMATS c1, c2.
 */

import type { Meta, Parsed, ValueType } from '../../src/model/index.ts'
import { DiagnosticLog, kindCode, ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { Format, ReadOptions } from '../reading/format.ts'
import type { Head } from '../reading/head.ts'
import { stripInterrupt } from '../reading/head.ts'
import type { LineSink } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'
import { TASK } from '../stacks/frame-kind.ts'
import { addStack, isKernelThread, kernelFrames } from '../stacks/kernel-side.ts'
import type { FrameLine } from '../stacks/symbol.ts'
import { readSymbol } from '../stacks/symbol.ts'
import { bannerFacts, isBanner, lostEvents } from '../words/banners.ts'
import { commOf } from '../words/comm.ts'
import { takeCutMark } from '../words/cut-mark.ts'
import type { BannerFacts } from '../words/tool-values.ts'
import { bannerMeta, EVENTS, OFF_CPU, SAMPLES, valueOfTool } from '../words/tool-values.ts'
import { stackLine } from './stack-line.ts'

const MARKER = kindCode('marker')
const NOTHING_SHOWN = /^WARNING: (\d+) stack traces (?:lost and )?could not be displayed/
const SWITCHED_OUT =
  /^(?:__schedule|schedule|finish_task_switch(?:\.isra\.\d+)?|schedule_idle|bpf_prog_[0-9a-f]{16}_(?:sched_switch|oncpu|on_cpu).*)$/

/** Distinct frame lines that are remembered; with addresses there may be very many. */
const MAX_KNOWN = 1 << 18

export const bccStacks: Format = {
  id: 'bcc-stacks',
  title: 'BCC multi-line stacks (profile, offcputime, stackcount)',
  sniff: sniffBccStacks,
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return lineReader(new BccStacksReader(log, options), log)
  },
}

/** Frames, perhaps a task, then a line with nothing but a number; or a tool's banner and no data at all. */
function sniffBccStacks(head: Head): boolean {
  let frames = 0
  let tasks = 0
  const banner = (): boolean =>
    head.text.split('\n').some(raw => STACK_TOOLS.has(bannerFacts(stripInterrupt(raw))?.tool ?? ''))
  for (const raw of head.lines) {
    const line = stackLine(raw)
    switch (line.is) {
      case 'frame':
        if (line.indent === 0 && /:/.test(line.text) && !/::/.test(line.text)) return false
        frames++
        break
      case 'task':
        tasks++
        break
      case 'value':
        if (tasks > 0 || (frames > 0 && (line.indent > 0 || banner()))) return true
        break
    }
  }
  if (frames > 0 || tasks > 0) return false
  return banner() || head.text.split('\n').some(raw => NOTHING_SHOWN.test(raw))
}

const STACK_TOOLS = new Set(['profile', 'offcputime', 'stackcount'])

class BccStacksReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly offsets: boolean
  private readonly profile: ProfileBuilder
  private readonly ofTool: ValueType | undefined
  private facts: BannerFacts = {}
  private truncated = 0
  private records = 0
  /** Records with frames, and those of them whose innermost frames are the scheduler's: tells off-CPU time when no banner does. */
  private framed = 0
  private switchedOut = 0
  private indented = false
  private tasks = 0

  /** Frame lines read before, as they stood. */
  private readonly known = new Map<string, FrameLine>()

  /** The record that is being read; frames leaf first. */
  private frames: FrameLine[] = []
  private lines = 0
  private kernel = -1
  private frameIndent = 0
  private task: string | undefined
  private halfTask: string | undefined
  private firstLine = 0
  private firstText = ''

  constructor(log: DiagnosticLog, options: ReadOptions) {
    this.log = log
    this.profile = new ProfileBuilder(options)
    this.ofTool = valueOfTool(options.tool ?? '')
    this.offsets = options.offsets === true
  }

  line(text: string, number: number): void {
    const known = this.known.get(text)
    if (known !== undefined && this.lines > 0 && this.halfTask === undefined) {
      this.lines++
      this.push(known)
      return
    }
    const raw = stripInterrupt(text)
    if (this.halfTask !== undefined) return this.restOfTask(raw, number)
    const found = stackLine(raw)
    if (found.is === 'frame' && this.isNote(raw, number)) return
    switch (found.is) {
      case 'blank':
        return this.abandon(number)
      case 'elided':
        return this.elided(number, text)
      case 'clock':
        return this.abandon(number)
      case 'value':
        return this.record(found.value, found.indent, number, text)
      case 'delimiter':
        this.begin(number, text)
        this.kernel = this.frames.length
        return
      case 'task':
        this.begin(number, text)
        this.task = commOf(found.comm)
        this.tasks++
        return
      case 'half-task':
        this.begin(number, text)
        this.halfTask = found.comm
        return
      case 'frame':
        if (found.indent > 0) this.indented = true
        else if (this.indented)
          return this.log.skip(number, text, 'a line that is no frame, task or value of a BCC stack')
        if (this.frames.length === 0) this.frameIndent = found.indent
        this.begin(number, text)
        this.push(this.symbol(found.text, found.indent))
    }
  }

  end(): Parsed {
    this.abandon(0)
    const facts = this.facts
    const value = this.valueType()
    const { tool, event } = {
      tool: facts.tool ?? (value === OFF_CPU ? 'offcputime' : undefined),
      event: facts.event ?? (value === OFF_CPU ? 'off-CPU' : undefined),
    }
    const meta: Meta = {
      ...bannerMeta({ ...facts, ...(tool !== undefined && { tool }), ...(event !== undefined && { event }) }),
      ...(this.truncated > 0 && { truncated: this.truncated }),
    }
    const datasets = this.records > 0 ? [this.profile.finish(event ?? value.name, value, meta)] : []
    return {
      format: bccStacks.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }

  /**
   * Adds a frame. libbpf tools print `[Missed User Stack]` to stderr, and a file of both streams may begin with all of them: a record has one of
   * a kind at most.
   */
  private push(symbol: FrameLine): void {
    if (
      symbol.name.startsWith('[Missed ') &&
      this.frames.some(frame => frame.name === symbol.name) &&
      this.frames.every(frame => frame.name.startsWith('[Missed '))
    )
      return
    this.frames.push(symbol)
  }

  /** A line that was an indented frame once is one again, but not as the first of a record, whose indentation counts. */
  private symbol(text: string, indent: number): FrameLine {
    const symbol = readSymbol(text, this.offsets)
    if (indent > 0 && this.known.size < MAX_KNOWN) this.known.set(text, symbol)
    return symbol
  }

  private valueType(): ValueType {
    const known = this.facts.value ?? this.ofTool
    if (known !== undefined) return known
    // a kernel stack that got lost leaves a record with the user's frames, or none
    if (this.framed > 0 && this.switchedOut >= this.framed * 0.8 && this.tasks > 0) {
      this.log.note(
        'assumed-unit',
        'no banner says what the values are; the stacks end in the scheduler, so they are read as off-CPU microseconds',
        { severity: 'info' },
      )
      return OFF_CPU
    }
    return this.frameIndent === 2 ? EVENTS : SAMPLES
  }

  private begin(number: number, text: string): void {
    if (this.lines === 0) {
      this.firstLine = number
      this.firstText = text
    }
    this.lines++
  }

  /** Banners, warnings and the tools' own chatter; true when the line was one. */
  private isNote(line: string, number: number): boolean {
    const facts = bannerFacts(line)
    if (facts !== undefined) {
      this.facts = { ...this.facts, ...facts }
      return true
    }
    const lost = lostEvents(line)
    if (lost !== undefined) {
      this.log.addLost(lost, 'the tool lost events', number)
      return true
    }
    const missing = NOTHING_SHOWN.exec(line)
    if (missing !== null) {
      const count = Number(missing[1])
      this.truncated += count
      if (count > 0)
        this.log.note('missing-stacks', `the tool could not show ${count} stack traces`, {
          line: number,
          count,
          severity: 'info',
        })
      return true
    }
    return !line.startsWith(' ') && !line.startsWith('\t') && isBanner(line) && !/^WARNING: BCC can't handle/.test(line)
  }

  /** A comm with a newline in it broke the task's line in two. */
  private restOfTask(line: string, number: number): void {
    this.lines++
    const rest = /^([^]*) \((-?\d+)\)$/.exec(line)
    if (rest !== null) {
      this.task = `${this.halfTask!}\n${rest[1]!}`
      this.tasks++
      this.halfTask = undefined
    } else if (line.trim() === '' || /^\s+\d+$/.test(line)) {
      this.task = this.halfTask!
      this.halfTask = undefined
      this.line(line, number)
    } else {
      this.halfTask = `${this.halfTask!}\n${line}`
    }
  }

  private elided(number: number, text: string): void {
    takeCutMark(this.log, text, number)
    if (this.frames.length > 0 && this.task === undefined) {
      this.begin(number, text)
      this.frames.push({ name: '[...]', module: '' })
    }
  }

  private record(value: number, indent: number, number: number, text: string): void {
    if (this.lines === 0 && indent === 0 && this.indented)
      return this.log.skip(number, text, 'a number without a stack before it')
    this.begin(number, text)
    if (!(value >= 0)) {
      this.profile.leaveOut(value)
      this.log.note('negative-value', 'a stack with a negative value cannot be drawn and is left out', {
        line: number,
        text,
      })
      return this.reset()
    }
    if (value > Number.MAX_SAFE_INTEGER)
      this.log.note('inexact-value', 'a value above 2^53 is kept only to 53 bits', { line: number, text })
    const { stacks } = this.profile
    // offcputime of 2016 printed the comm like a frame, as the last line before the value
    const bare = indent === 8 ? this.frameIndent === 4 : indent === 0 && this.facts.tool === 'offcputime'
    if (this.task === undefined && bare && this.frames.length > 1) this.task = this.frames.pop()!.name
    let node = ROOT
    if (this.task !== undefined) node = stacks.child(node, stacks.frame(this.task, '', TASK))
    node = this.kernel >= 0 ? this.delimited(node) : addStack(stacks, node, this.frames, this.kernelCount())
    this.profile.add(node, value)
    this.records++
    if (this.frames.length > 0) this.framed++
    if (this.frames.slice(0, 8).some(frame => SWITCHED_OUT.test(frame.name))) this.switchedOut++
    this.reset()
  }

  private delimited(node: number): number {
    const { stacks } = this.profile
    node = addStack(stacks, node, this.frames.slice(this.kernel), 0)
    node = stacks.child(node, stacks.frame('-', '', MARKER))
    const kernel = this.frames.slice(0, this.kernel)
    return addStack(stacks, node, kernel, kernel.length)
  }

  private kernelCount(): number {
    if (this.facts.side === 'kernel') return this.frames.length
    if (this.facts.side === 'user') return 0
    const kernel = kernelFrames(this.frames)
    return kernel === 0 && this.task !== undefined && isKernelThread(this.task) ? this.frames.length : kernel
  }

  /** A record ended without its value: it is counted, not guessed. At the end of the input (number 0) it is a cut, not a bad line. */
  private abandon(number: number): void {
    if (this.halfTask !== undefined) this.lines++
    // stackcount -P of 2016 prints a blank line and the task before the frames
    if (this.lines === 0 || (number > 0 && this.frames.length === 0 && this.task !== undefined)) return
    if (number > 0) this.log.skippedLines += this.lines
    this.log.note('truncated-record', 'a stack without a value at its end', {
      line: this.firstLine,
      text: this.firstText,
      count: 1,
    })
    this.reset()
  }

  private reset(): void {
    this.frames = []
    this.lines = 0
    this.kernel = -1
    this.task = undefined
    this.halfTask = undefined
  }
}
