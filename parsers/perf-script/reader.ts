import type { Diagnostic, DiagnosticLog, Parsed } from '../../src/model/index.ts'
import { BpfviewError } from '../../src/model/index.ts'
import type { LineSink } from '../reading/lines.ts'
import { isShellLine } from '../words/banners.ts'
import { takeCutMark } from '../words/cut-mark.ts'
import type { Annotation } from './annotation.ts'
import { ANNOTATIONS } from './annotation.ts'
import type { Attribute, Tail } from './attributes.ts'
import { readTail, readValues } from './attributes.ts'
import type { PerfCapture } from './comment.ts'
import { captureMeta, takeComment } from './comment.ts'
import type { PerfShape } from './fields.ts'
import { shapeOf, tailHoldsFrame } from './fields.ts'
import { frameTextStart, SHAPE_FRAMES, scanFrame } from './frame.ts'
import type { PerfHeader } from './header.ts'
import { scanBare } from './header.ts'
import type { PerfCells } from './kernel.ts'
import { FrameNames } from './names.ts'
import type { PerfReadOptions } from './options.ts'
import type { SamplesPart } from './samples.ts'
import { PerfSamples } from './samples.ts'
import { classifyPerfLine } from './shape.ts'
import type { Thread } from './thread.ts'
import { guestLength, threadBefore } from './thread.ts'

export type { PerfShape } from './fields.ts'

export const PERF_SCRIPT = 'perf-script'

/** What the reader of a part of a file found, as data that can go from one thread to another. */
export interface PerfPart {
  readonly samples: SamplesPart
  readonly capture: PerfCapture
  readonly orphans: number
  /** The part ends inside a frame line. */
  readonly cut: boolean
  /** Lines of each kind that is not read, and the first one. */
  readonly unread: readonly (readonly [of: Unread, count: number, line: number])[]
  readonly renamed: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
  readonly skippedLines: number
  readonly lost: number
}

type Unread = Exclude<Annotation, 'values'> | 'calls'

/** What is known but not read, in words. */
const UNREAD: Readonly<Record<Unread, string>> = { ...ANNOTATIONS, calls: 'calls of a call trace (--call-trace)' }

interface NumberedLine {
  readonly text: string
  readonly number: number
}

/** Lines kept back at most until the shape is known. */
const SHAPE_LINES = 4000
const MAX_COMM = 15
/** Frames of a stack that are kept at most: the column of frames doubles up to this. */
const MAX_STACK_FRAMES = 1 << 17
const TAB = 9
/** `(MODULE)(TAB)    FUNCTION`, as perf script --call-trace prints calls: no sample, and no stack either. */
const CALL_TRACE = /^\(\S.*\)\t/
const NO_HEADER: PerfHeader = {
  comm: undefined,
  pid: undefined,
  tid: undefined,
  cpu: undefined,
  time: undefined,
  period: undefined,
  event: undefined,
  tail: '',
}

/** Assembles records from lines. The plain reader gives it every line as text; a faster one may give known frames and blank lines directly. */
export class PerfScriptReader implements LineSink {
  private readonly options: PerfReadOptions
  private readonly log: DiagnosticLog
  private readonly samples: PerfSamples
  private readonly capture: PerfCapture = { frequencies: new Map() }
  private shape: PerfShape | undefined
  private head: NumberedLine[] = []
  private headFrames = 0

  private readonly names: FrameNames
  /** True when the numbers printed with samples are wanted. */
  private readonly wantsAttributes: boolean

  /** Header of the open record; undefined between records. */
  private header: PerfHeader | undefined
  private wanted = true
  /** The sampled frame on the header's line, leaf first; frames that follow show that it is none. */
  private leaf: readonly number[] = []
  private attributes: Attribute[] = []
  private frames = new Int32Array(256)
  private depth = 0
  /** The open record has frames, wanted or not. */
  private hasFrames = false
  /** True when the line before was a frame: only then may a source line follow. */
  private afterFrame = false
  /** Lines that no rule took so far: a comm with line breaks, or a header without time and event, explains them later. */
  private pending: NumberedLine[] = []
  private orphans = 0
  /** True while the last line was a frame whose module has no end. */
  private cutFrame = false
  private cut = false
  /** True after a PERF_RECORD_COMM line that a line break in its comm cut off. */
  private cutRecord = false
  /** True until a line comes that is neither comment nor blank. */
  private onlyComments = true
  private readonly unread = new Map<Unread, { count: number; line: number }>()

  constructor(options: PerfReadOptions, log: DiagnosticLog, shape?: PerfShape) {
    this.options = options
    this.log = log
    this.samples = new PerfSamples(options)
    this.shape = shape
    this.names = new FrameNames({ ...options, ...options.perf }, this.samples.stacks)
    const { weight } = options.perf ?? {}
    this.wantsAttributes =
      options.timeline === true || !(weight === undefined || weight === 'samples' || weight === 'period')
  }

  line(text: string, number: number): void {
    if (this.shape !== undefined) {
      this.take(text, number)
      return
    }
    this.head.push({ text, number })
    if (text.length > 0 && frameTextStart(text) >= 0) this.headFrames++
    if (this.headFrames >= SHAPE_FRAMES || this.head.length >= SHAPE_LINES) this.settle()
  }

  /** True once the shape of the file is known: before that every line has to come as text. */
  get settled(): boolean {
    return this.shape !== undefined
  }

  get knownShape(): PerfShape | undefined {
    return this.shape
  }

  /** True when frames of this file end in their module. */
  get hasModules(): boolean {
    return this.shape?.modules === true
  }

  /** True while lines wait for an explanation, so that a header has to come as text. */
  get puzzled(): boolean {
    return this.pending.length > 0
  }

  /** True when samples are wanted one by one. */
  get wantsSamples(): boolean {
    return this.samples.oneByOne
  }

  /** Takes what one or more complete records without tails added to the cells. To be called only when settled and not puzzled. */
  cells(cells: PerfCells): void {
    this.close()
    this.afterFrame = false
    this.cutRecord = false
    this.samples.learn(cells)
  }

  /** Takes the sums of all cells; afterwards they are numbered anew. */
  collect(cells: PerfCells): void {
    this.samples.collect(cells)
  }

  /** True when frames of the module have to come as whole lines. */
  byAddress(module: string): boolean {
    return this.names.byAddress(module)
  }

  /** Number of the frame with this symbol and module, where no more than that matters. */
  frameOf(symbol: string, module: string): number {
    return this.names.number({ ip: '', symbol, offset: '', module })
  }

  /** Number of the frame on a line that is a frame whatever stands around it, -1 for other lines. */
  frameOfLine(text: string): number {
    const shape = this.shape!
    return classifyPerfLine(text, shape, shape.tabs).kind === 'frame'
      ? this.names.number(scanFrame(text, shape.modules)!)
      : -1
  }

  /** Thread in the part of a header before its time, undefined when the line has to come as text. */
  threadOf(text: string): Thread | undefined {
    return guestLength(text) > 0 ? undefined : threadBefore(`${text}0`, text.length, this.shape!)
  }

  /** An empty line ends a record that has frames. */
  private blank(): void {
    this.afterFrame = false
    this.giveUp()
    if (this.header !== undefined && this.hasFrames) this.close()
  }

  /** What was found, when what was read is the first or a middle part of a file and ends between two records. */
  part(): PerfPart {
    this.finishRecord()
    const { log, capture, orphans, cut } = this
    const unread = [...this.unread].map(([of, { count, line }]) => [of, count, line] as const)
    return {
      samples: this.samples.part(),
      capture,
      orphans,
      cut,
      unread,
      renamed: [...this.names.renamed],
      diagnostics: log.list(),
      skippedLines: log.skippedLines,
      lost: log.lost,
    }
  }

  /** Goes on after the next part of the file, which another reader took; `lines` = lines up to that part. */
  absorb(part: PerfPart, lines: number): void {
    this.finishRecord()
    this.samples.absorb(part.samples)
    for (const [event, frequency] of part.capture.frequencies) this.capture.frequencies.set(event, frequency)
    Object.assign(this.capture, { ...part.capture, frequencies: this.capture.frequencies })
    this.orphans += part.orphans
    this.cut = part.cut
    for (const [of, count, line] of part.unread) this.countUnread(of, line + lines, count)
    for (const each of part.renamed) this.names.renamed.add(each)
    this.log.absorb(part, lines)
  }

  private finishRecord(): void {
    if (this.shape === undefined) this.settle()
    this.giveUp()
    this.cut ||= this.cutFrame && this.header !== undefined
    this.close()
  }

  end(): Parsed {
    if (this.shape === undefined) this.settle()
    this.giveUp()
    const { log, samples, capture } = this
    if (
      this.options.perf?.compat === 'flamegraph' &&
      this.header !== undefined &&
      this.header !== NO_HEADER &&
      this.leaf.length === 0 &&
      this.wanted
    ) {
      log.note(
        'dropped-last-record',
        'a last sample without an empty line after it left out, as stackcollapse-perf.pl does',
        { severity: 'info' },
      )
      this.header = undefined
    }
    if (this.cut || (this.cutFrame && this.header !== undefined))
      log.note('cut-frame', 'the input ends inside a frame line; its sample is kept as far as it goes', {
        severity: 'info',
      })
    this.close()
    if (this.orphans > 0 && this.shape!.headers) {
      log.note(
        'frames-without-header',
        'stacks whose header line is missing; their task and event are unknown, so they are left out',
        { count: this.orphans },
      )
    }
    this.noteUnread()
    const seen = samples.last > samples.first ? ([samples.first, samples.last] as const) : undefined
    const datasets = samples.finish(event => captureMeta(capture, event, seen), log)
    if (datasets.length === 0) this.refuseEmpty()
    return { format: PERF_SCRIPT, datasets, diagnostics: log.list(), skippedLines: log.skippedLines, lost: log.lost }
  }

  private take(text: string, number: number): void {
    const shape = this.shape!
    const line = classifyPerfLine(text, shape, shape.tabs)
    this.onlyComments &&= line.kind === 'comment' || line.kind === 'blank'
    switch (line.kind) {
      case 'blank':
        this.blank()
        return
      case 'header':
        this.open(this.joined(line.header), text, number)
        return
      case 'comment':
        takeComment(text, this.capture)
        return
      case 'annotation':
        this.annotate(line.of, text, number)
        return
      case 'lost':
        this.log.addLost(line.count, 'events that perf lost while it recorded', number)
        return
      case 'other':
        if (!takeCutMark(this.log, text, number) && !isShellLine(text)) this.other(text, number)
        return
      case 'frame':
        break
    }
    const frame = scanFrame(text, shape.modules)!
    const bare = frame.symbol === '' && frame.module === ''
    if (this.leaf.length > 0 && bare && text.charCodeAt(0) !== TAB) {
      this.other(text, number)
      return
    }
    this.frame(this.names.number(frame))
    if (!bare && shape.modules && !text.trimEnd().endsWith(')')) this.cutFrame = true
  }

  /** Takes a line that stands beside a sample. */
  private annotate(of: Annotation, text: string, number: number): void {
    this.giveUp()
    this.afterFrame = false
    if (of !== 'values') this.countUnread(of, number)
    else if (this.wantsAttributes && this.header !== undefined) this.attributes.push(...readValues(text))
  }

  private countUnread(of: Unread, line: number, count = 1): void {
    const known = this.unread.get(of)
    if (known === undefined) this.unread.set(of, { count, line })
    else known.count += count
  }

  private noteUnread(): void {
    const { log, names } = this
    for (const [of, { count, line }] of this.unread)
      log.note('not-read', `${UNREAD[of]} are not read`, { count, line, severity: 'info' })
    if (names.renamed.size > 0)
      log.note(
        'renamed-jit-frames',
        'addresses of compiled code whose printed name is stale: named by the last entry of the map that covers them; --no-tidy keeps the printed names',
        { count: names.renamed.size, severity: 'info' },
      )
  }

  /** Says why there is no sample where the reason is known. */
  private refuseEmpty(): void {
    const { unread, capture, options } = this
    const at = { source: options.source ?? 'input', line: 0 }
    if (unread.has('calls'))
      throw new BpfviewError(
        'E_NO_DATA',
        'a call trace, which has no samples; expected perf script with samples: perf script --itrace=i100usg',
        at,
      )
    if (this.onlyComments && (capture.command !== undefined || capture.toolVersion !== undefined))
      throw new BpfviewError(
        'E_NO_DATA',
        'the header of perf script and no sample behind it: nothing was recorded; expected at least one sample',
        at,
      )
  }

  private frame(id: number): void {
    if (this.header === undefined || this.pending.length > 0) this.openForFrame()
    this.afterFrame = true
    this.hasFrames = true
    this.cutFrame = false
    if (!this.wanted) return
    if (this.depth === this.frames.length) {
      if (this.depth >= MAX_STACK_FRAMES) {
        this.log.note('deep-stack', `frames beyond the first ${this.depth} of a stack are left out`, {
          severity: 'warning',
        })
        return
      }
      const longer = new Int32Array(this.depth * 2)
      longer.set(this.frames)
      this.frames = longer
    }
    this.frames[this.depth++] = id
  }

  private open(header: PerfHeader, text: string, number: number): void {
    this.close()
    this.afterFrame = false
    this.cutRecord = false
    const record = header.event ?? header.tail
    if (record.startsWith('PERF_RECORD_')) {
      const lost = /^PERF_RECORD_LOST(?:_SAMPLES)?\b.*?\blost (\d+)/.exec(`${record} ${header.tail}`)
      if (lost !== null) this.log.addLost(Number(lost[1]), 'events that perf lost while it recorded', number)
      this.cutRecord = record.startsWith('PERF_RECORD_COMM') && !/:-?\d+\/-?\d+$/.test(header.tail)
      return
    }
    if (header.event === undefined && CALL_TRACE.test(header.tail)) {
      this.countUnread('calls', number)
      return
    }
    this.header = header
    this.wanted = this.samples.wants(header, header.time)
    if (header.tail === '') return
    this.samples.sched?.see(header)
    const { frames, attributes } = this.tailOf(header, tailHoldsFrame(this.shape!, header, text))
    this.hasFrames = frames.length > 0
    if (this.wanted && this.hasFrames) this.leaf = frames.map(frame => this.names.number(frame))
    if (this.wantsAttributes) this.attributes = [...attributes]
    this.afterFrame = frames.length > 0
  }

  private tailOf(header: PerfHeader, holdsFrame: boolean): Tail {
    return readTail(header, this.shape!, !holdsFrame)
  }

  private close(): void {
    const { header } = this
    if (header === undefined) return
    if (this.depth === 0) for (const frame of this.leaf) this.frames[this.depth++] = frame
    if (header === NO_HEADER && this.shape!.headers) this.orphans++
    else if (this.wanted) this.samples.add(header, this.frames, this.depth, this.attributes)
    else this.samples.filtered++
    this.header = undefined
    this.depth = 0
    this.hasFrames = false
    this.cutFrame = false
    this.leaf = []
    this.attributes = []
    this.wanted = true
  }

  /** A frame arrived outside a record, or after lines not understood. */
  private openForFrame(): void {
    const { pending } = this
    const last = pending[pending.length - 1]
    const bare = last === undefined || this.shape!.headers ? undefined : scanBare(last.text)
    if (bare !== undefined) {
      pending.pop()
      this.giveUp()
      this.open(bare, last!.text, last!.number)
      return
    }
    this.giveUp()
    if (this.header !== undefined) return
    this.header = NO_HEADER
    this.wanted = this.samples.wants(NO_HEADER, undefined)
  }

  /** A line that is none of the others: a source line of the frame before it, or kept until a later line explains it. */
  private other(text: string, number: number): void {
    if (this.afterFrame && text.startsWith('  ') && text.charCodeAt(2) !== 32) {
      this.afterFrame = false
      this.sourceLine(text.trim())
      return
    }
    this.afterFrame = false
    if (this.cutRecord) {
      this.cutRecord = !/:-?\d+\/-?\d+$/.test(text)
      return
    }
    if (this.pending.length === MAX_COMM) {
      const oldest = this.pending.shift()!
      this.log.skip(oldest.number, oldest.text)
    }
    this.pending.push({ text, number })
  }

  /** The header with the lines before it put back into its comm, where they fit: a comm may hold line breaks. */
  private joined(header: PerfHeader): PerfHeader {
    if (this.pending.length === 0) return header
    if (header.comm !== undefined) {
      const parts = this.pending.map(line => line.text)
      const wide = [...parts, header.comm].join('\n')
      const comm = wide.length === MAX_COMM + 1 ? wide.trimStart() : wide
      if (comm.length <= MAX_COMM) {
        this.pending = []
        return { ...header, comm }
      }
    }
    this.giveUp()
    return header
  }

  /** Counts the lines that nothing explained. */
  private giveUp(): void {
    if (this.pending.length === 0) return
    for (const line of this.pending)
      this.log.skip(line.number, line.text, 'neither header nor frame of a perf script record')
    this.pending = []
  }

  /** `-F +srcline` prints `file:line` under each frame. */
  private sourceLine(text: string): void {
    if (!this.wanted) return
    if (this.depth > 0) this.frames[this.depth - 1] = this.names.atSource(this.frames[this.depth - 1]!, text)
    else if (this.leaf.length === 1) this.leaf = [this.names.atSource(this.leaf[0]!, text)]
  }

  /** Decides the file's shape from its first lines and reads these. */
  private settle(): void {
    const { head } = this
    this.shape = shapeOf(head)
    this.head = []
    for (const line of head) this.take(line.text, line.number)
  }
}
