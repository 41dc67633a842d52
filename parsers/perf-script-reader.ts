import { kindCode } from '../src/model/index.ts'
import type { Diagnostic, DiagnosticLog, Parsed } from '../src/model/index.ts'
import type { ReadOptions } from './format.ts'
import { isUnnamed, kindOfAllIn, kindOfModule } from './frame-kind.ts'
import type { LineSink } from './lines.ts'
import { captureMeta, takeComment } from './perf-script-comment.ts'
import type { PerfCapture } from './perf-script-comment.ts'
import { SHAPE_FRAMES, frameTextStart, hasPlainModule, scanFrame } from './perf-script-frame.ts'
import type { PerfFrame } from './perf-script-frame.ts'
import { scanBare } from './perf-script-header.ts'
import type { PerfHeader } from './perf-script-header.ts'
import type { PerfCells } from './perf-script-kernel.ts'
import { classifyPerfLine } from './perf-script-record.ts'
import { PerfSamples } from './perf-script-samples.ts'
import type { SamplesPart } from './perf-script-samples.ts'

export const PERF_SCRIPT = 'perf-script'

/** What the first lines of a file tell about all of it: perf prints the same fields for every record. */
export interface PerfShape {
  /** Frames end in `(module)`. */
  readonly modules: boolean
  /** Records start with a header that has a time or an event. */
  readonly headers: boolean
}

/** What the reader of a part of a file found, as data that can go from one thread to another. */
export interface PerfPart {
  readonly samples: SamplesPart
  readonly capture: PerfCapture
  readonly orphans: number
  /** The part ends inside a frame line. */
  readonly cut: boolean
  readonly diagnostics: readonly Diagnostic[]
  readonly skippedLines: number
  readonly lost: number
}

interface NumberedLine {
  readonly text: string
  readonly number: number
}

/** Lines kept back at most until the shape is known. */
const SHAPE_LINES = 4000
const MAX_COMM = 15
const MAX_DEPTH = 100_000
/** `FROM/TO/P/-/-/CYCLES`, as -F +brstack prints them: not part of the stack. */
const BRANCHES = /^\s*\S+\/[PMN-]\/[X-]\/[A-]\/\d+/
const KERNEL = kindCode('kernel')
const INLINE = kindCode('inline')
const UNKNOWN = kindCode('unknown')
/** In place of a module's kind: its frames have several. */
const MIXED = -1
const NO_HEADER: PerfHeader = { comm: undefined, pid: undefined, tid: undefined, cpu: undefined, time: undefined, period: undefined, event: undefined, tail: '' }

/** Assembles records from lines. The plain reader gives it every line as text; a faster one may give known frames and blank lines directly. */
export class PerfScriptReader implements LineSink {
  private readonly options: ReadOptions
  private readonly log: DiagnosticLog
  private readonly samples: PerfSamples
  private readonly capture: PerfCapture = { frequencies: new Map() }
  private shape: PerfShape | undefined
  private head: NumberedLine[] = []
  private headFrames = 0

  /** Kinds of modules seen before: telling them takes several regular expressions. */
  private readonly moduleKinds = new Map<string, number>()

  /** Header of the open record; undefined between records. */
  private header: PerfHeader | undefined
  private wanted = true
  private oneLine = false
  private frames = new Int32Array(256)
  private depth = 0
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

  constructor(options: ReadOptions, log: DiagnosticLog, shape?: PerfShape) {
    this.options = options
    this.log = log
    this.samples = new PerfSamples(options.perf ?? {}, options.timeline ?? false)
    this.shape = shape
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

  /** Number of the frame with this symbol and module, where no more than that matters. */
  frameOf(symbol: string, module: string): number {
    return this.frameId({ ip: '', symbol, offset: '', module })
  }

  /** Number of the frame on a line that is a frame whatever stands around it, -1 for other lines. */
  frameOfLine(text: string): number {
    return classifyPerfLine(text).kind === 'frame' ? this.frameId(scanFrame(text, this.hasModules)!) : -1
  }

  /** An empty line ends a record that has frames. */
  private blank(): void {
    this.afterFrame = false
    this.giveUp()
    if (this.header !== undefined && (this.depth > 0 || !this.wanted)) this.close()
  }

  /** What was found, when what was read is the first or a middle part of a file and ends between two records. */
  part(): PerfPart {
    this.finishRecord()
    const { log, capture, orphans, cut } = this
    return { samples: this.samples.part(), capture, orphans, cut, diagnostics: log.list(), skippedLines: log.skippedLines, lost: log.lost }
  }

  /** Goes on after the next part of the file, which another reader took; `lines` = lines up to that part. */
  absorb(part: PerfPart, lines: number): void {
    this.finishRecord()
    this.samples.absorb(part.samples)
    for (const [event, frequency] of part.capture.frequencies) this.capture.frequencies.set(event, frequency)
    Object.assign(this.capture, { ...part.capture, frequencies: this.capture.frequencies })
    this.orphans += part.orphans
    this.cut = part.cut
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
    if (this.options.perf?.compat === 'flamegraph' && this.header !== undefined && this.header !== NO_HEADER && !this.oneLine && this.wanted) {
      log.note('dropped-last-record', 'a last sample without an empty line after it left out, as stackcollapse-perf.pl does', { severity: 'info' })
      this.header = undefined
    }
    if (this.cut || (this.cutFrame && this.header !== undefined)) log.note('cut-frame', 'the input ends inside a frame line; its sample is kept as far as it goes', { severity: 'info' })
    this.close()
    if (this.orphans > 0 && this.shape!.headers) {
      log.note('frames-without-header', 'stacks whose header line is missing; their task and event are unknown, so they are left out', { count: this.orphans })
    }
    const seen = samples.last > samples.first ? [samples.first, samples.last] as const : undefined
    const datasets = samples.finish(event => captureMeta(capture, event, seen), log)
    return { format: PERF_SCRIPT, datasets, diagnostics: log.list(), skippedLines: log.skippedLines, lost: log.lost }
  }

  private take(text: string, number: number): void {
    const line = classifyPerfLine(text)
    switch (line.kind) {
      case 'blank': this.blank(); return
      case 'header': this.open(this.joined(line.header), number); return
      case 'comment': takeComment(text, this.capture); return
      case 'lost': this.log.addLost(line.count, 'events that perf lost while it recorded', number); return
      case 'other': this.other(text, number); return
      case 'frame': break
    }
    const frame = scanFrame(text, this.shape!.modules)!
    const bare = frame.symbol === '' && frame.module === ''
    if (this.oneLine && bare) {
      this.other(text, number)
      return
    }
    this.frame(this.frameId(frame))
    if (!bare && this.shape!.modules && !text.trimEnd().endsWith(')')) this.cutFrame = true
  }

  private frame(id: number): void {
    if (this.header === undefined || this.pending.length > 0) this.openForFrame()
    this.afterFrame = true
    this.cutFrame = false
    if (!this.wanted) return
    if (this.depth === this.frames.length) {
      if (this.depth >= MAX_DEPTH) {
        this.log.note('deep-stack', `frames beyond the first ${this.depth} of a stack are left out`, { severity: 'warning' })
        return
      }
      const longer = new Int32Array(this.depth * 2)
      longer.set(this.frames)
      this.frames = longer
    }
    this.frames[this.depth++] = id
  }

  private open(header: PerfHeader, number: number): void {
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
    this.header = header
    this.wanted = this.samples.wants(header, header.time)
    const frame = header.tail === '' ? undefined : tailFrame(header, this.shape!.modules)
    this.oneLine = frame !== undefined
    if (frame !== undefined && this.wanted) this.frames[this.depth++] = this.frameId(frame)
    this.afterFrame = this.oneLine
  }

  private close(): void {
    const { header } = this
    if (header === undefined) return
    if (header === NO_HEADER && this.shape!.headers) this.orphans++
    else if (this.wanted) this.samples.add(header, this.frames, this.depth)
    else this.samples.filtered++
    this.header = undefined
    this.depth = 0
    this.cutFrame = false
    this.oneLine = false
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
      this.open(bare, last!.number)
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
    if (this.header !== undefined && BRANCHES.test(text)) return
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
    for (const line of this.pending) this.log.skip(line.number, line.text, 'neither header nor frame of a perf script record')
    this.pending = []
  }

  private frameId(frame: PerfFrame): number {
    const { stacks } = this.samples
    const { ip, symbol, offset, module } = frame
    if (symbol === '' && module === '') return stacks.frame(ip, '', isKernelAddress(ip) ? KERNEL : UNKNOWN)
    const perf = this.options.perf ?? {}
    const unknown = symbol === '' || symbol === '[unknown]'
    const name = symbol === '' && perf.compat !== undefined ? ' ' : unknown ? perf.addrs === true ? `[unknown <${ip}>]` : '[unknown]' : perf.offsets === true ? symbol + offset : symbol
    const kind = module === '' && !unknown && isKernelAddress(ip) ? KERNEL : this.kindOf(module, name)
    return stacks.frame(name, module, kind)
  }

  private kindOf(module: string, name: string): number {
    if (isUnnamed(name)) return kindCode(kindOfModule(module, name))
    let kind = this.moduleKinds.get(module)
    if (kind === undefined) {
      const all = kindOfAllIn(module)
      kind = all === undefined ? MIXED : kindCode(all)
      this.moduleKinds.set(module, kind)
    }
    return kind === MIXED ? kindCode(kindOfModule(module, name)) : kind
  }

  /** `-F +srcline` prints `file:line` under each frame, and `(inlined)` behind it rather than behind the frame. */
  private sourceLine(text: string): void {
    if (!this.wanted || this.depth === 0) return
    const { stacks } = this.samples
    const frame = this.frames[this.depth - 1]!
    const inlined = text.endsWith(' (inlined)')
    const place = inlined ? text.slice(0, -10) : text
    let name = stacks.frameName(frame)
    if (this.options.perf?.srcline === true && /:\d+$/.test(place) && !place.startsWith('??')) name += `:${place.slice(place.lastIndexOf('/') + 1)}`
    this.frames[this.depth - 1] = stacks.frame(name, inlined ? 'inlined' : stacks.frameModule(frame), inlined ? INLINE : stacks.frameKind(frame))
  }

  /** Decides the file's shape from its first lines and reads these. */
  private settle(): void {
    const { head } = this
    this.shape = shapeOf(head)
    this.head = []
    for (const line of head) this.take(line.text, line.number)
  }
}

/** Shape of a file from its first lines. */
function shapeOf(lines: readonly NumberedLine[]): PerfShape {
  let frames = 0
  let modules = 0
  let headers = false
  for (const { text } of lines) {
    const line = classifyPerfLine(text)
    let frame = text
    if (line.kind === 'header') {
      headers = true
      frame = ` ${line.header.tail}`
    } else if (line.kind !== 'frame') continue
    if (!/\s\S/.test(frame.trimStart()) || frameTextStart(frame) < 0) continue
    frames++
    if (hasPlainModule(frame)) modules++
  }
  return { modules: modules * 2 >= frames, headers }
}

/** Frame printed on the header's line: after the event, or after the trace text of a tracepoint recorded with callchains (`-G`). */
function tailFrame(header: PerfHeader, modules: boolean): PerfFrame | undefined {
  const { tail } = header
  let start = -1
  if (!tail.endsWith(')')) {
    const tracepoint = header.event !== undefined && /:[^:]{4,}/.test(header.event)
    return tracepoint || frameTextStart(` ${tail}`) < 0 ? undefined : scanFrame(` ${tail}`, modules)
  }
  const words = /(?:^|\s)[0-9a-f]{1,16}\s/g
  for (let match = words.exec(tail); match !== null; match = words.exec(tail)) {
    if (match.index > 0 && match[0].trim().length < 6) continue
    start = match.index
    const next = start + match[0].length
    if (!/^\s*[0-9a-f]{6,16}\s/.test(tail.slice(next, next + 40))) break
  }
  if (start < 0) return undefined
  const line = ` ${tail.slice(start).trimStart()}`
  return start === 0 || hasPlainModule(line) ? scanFrame(line, modules) : undefined
}

function isKernelAddress(ip: string): boolean {
  return ip.length === 16 && ip.startsWith('ffff')
}
