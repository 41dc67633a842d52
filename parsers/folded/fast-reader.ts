import type { Parsed } from '../../src/model/index.ts'
import { DiagnosticLog, kindCode } from '../../src/model/index.ts'
import type { Reader, ReadOptions } from '../reading/format.ts'
import type { LineReader } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'
import type { KindWalk } from '../stacks/frame-kind.ts'
import { kindOfName, withoutMark } from '../stacks/frame-kind.ts'
import type { WindowLines } from '../wasm/window-reader.ts'
import { WindowReader } from '../wasm/window-reader.ts'
import type { FoldedKernel, NameLearner } from './kernel.ts'
import { BEFORE_ROOT, foldedKernels, IN_KERNEL, IN_WAKER } from './kernel.ts'
import { MAX_FOLDED_LINE } from './line.ts'
import { FoldedReader } from './reader.ts'
import { rootFrame, signOf } from './signs.ts'

/** True where `FastFolded` can be used. */
export function hasFastFolded(): boolean {
  return foldedKernels.available
}

/**
 * Reader of folded stacks that works on bytes: gives exactly what FoldedReader gives, which stays its oracle. Lines that are not `frame;frame integer`
 * plainly are decoded and handed to FoldedReader; both put their stacks into the kernel's profile.
 */
export class FastFolded implements Reader, WindowLines {
  private readonly kernel: FoldedKernel
  private readonly reader: FoldedReader
  private readonly plain: LineReader
  private readonly text: WindowReader

  constructor(options: ReadOptions) {
    const log = new DiagnosticLog(options.source, options.strict)
    this.kernel = foldedKernels.take()
    this.kernel.start(LEARNER)
    this.reader = new FoldedReader(log, options.tool, this.kernel)
    this.plain = lineReader(this.reader, log, MAX_FOLDED_LINE)
    this.text = new WindowReader(this.kernel.text, this, this.plain)
  }

  push(chunk: Uint8Array): void {
    this.text.push(chunk)
  }

  end(): Parsed {
    const { kernel, reader } = this
    this.text.finish()
    reader.addSigns(kernel.signs)
    const parsed = reader.end()
    kernel.stop()
    foldedKernels.giveBack(kernel)
    return parsed
  }

  mayRead(): boolean {
    return this.reader.settled
  }

  read(from: number, to: number): number {
    const { kernel } = this
    const lines = kernel.lines
    const next = kernel.text.read(from, to)
    this.plain.pass(kernel.lines - lines)
    return next
  }

  wantsMore(): boolean {
    return false
  }
}

const LEARNER: NameLearner = {
  frame(name, state) {
    if (state === BEFORE_ROOT) return { ...rootFrame(name), next: 0 }
    const walk: KindWalk = { kernel: (state & IN_KERNEL) !== 0, waker: (state & IN_WAKER) !== 0 }
    const kind = kindCode(kindOfName(name, walk))
    return { name: withoutMark(name), kind, next: (walk.kernel ? IN_KERNEL : 0) | (walk.waker ? IN_WAKER : 0) }
  },
  signs: name => signOf(withoutMark(name)),
}
