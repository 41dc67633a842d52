/**
 * Call trees of macOS: `sample` and `spindump`, root first, every line with the samples in it and below it:
 *
 *     Analysis of sampling app (pid 4242) every 1 millisecond                 sample
 *     Process:         app [4242]
 *     Call graph:
 *         2567 Thread_1234   DispatchQueue_1: com.apple.main-thread  (serial)
 *         + 2567 main  (in app) + 52  [0x100003f34]  main.c:12
 *         +   1500 hot  (in app) + 20,24,...  [0x100003f00,0x100003f04,...]
 *     Total number in stack (recursive counted multiple, when >=5):
 *
 *     Process:          app [4242]                                            spindump
 *       Thread 0x1234    DispatchQueue "com.apple.main-thread"(1)    1001 samples (1-1001)    priority 31
 *       1001  start + 2432 (dyld + 24432) [0x18cb2e0e0]
 *         1001  mach_msg2_trap + 8 (libsystem_kernel.dylib + 3540) [0x18ce7add4] 1-1001
 *          *1001  ipc_mqueue_receive_continue + 0 (kernel + 425824) [0xfffffe000755bf60]      * = the kernel's
 *
 * Offsets, addresses and the lists after the trees are not kept. Source: the manual pages of sample(1) and spindump(8), their output.
 */
import type { Dataset, DiagnosticLog, Meta } from '../../src/model/index.ts'
import type { Head } from '../reading/head.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { SAMPLES } from '../words/tool-values.ts'
import type { DumpFrame } from './dump-stacks.ts'
import { DumpStacks } from './dump-stacks.ts'
import { InclusiveTree } from './inclusive-tree.ts'

const ANALYSIS = /^Analysis of sampling (.+) \(pid (\d+)\) every (\d+) (millisecond|microsecond|second)/
const GRAPH = /^Call graph:\s*$/
const SAMPLE_LINE = /^([\s+!:|]*)(\d+) (\S.*)$/
const SAMPLE_END = /^(?:Total number in stack|Sort by top of stack|Binary Images:)/
const THREAD_ENTRY = /^(Thread_\S+)(?:\s{2,}|:\s+|$)(.*)/
const SAMPLE_FRAME = /^(.*?) {2}\(in (.+?)\)/

const PROCESS = /^Process:\s+(.+?) \[(\d+)\]/
const SPIN_THREAD = /^\s+Thread (0x[0-9a-f]+)\b(.*)$/
const SPIN_LINE = /^(\s+\*?)(\d+) {2}(\S.*)$/
const SPIN_FRAME = /^(.*?)(?: \+ \d+)? \(([^()]+?)(?: \+ \d+)?\) \[0x[0-9a-f]+\]/
const SPIN_END = /^\s*(?:Binary Images:|Heavy format:|Timeline format:|No samples)/
/** Facts above and between the trees: `Steps: 1001 (10ms sampling interval)`. */
const FACT = /^\s*[A-Z][\w ,'/()-]{1,40}:(?:\s|$)|^\s*-{3,}|^\s*<.*>\s*$/

export const macSample = lineFormat({
  id: 'mac-sample',
  title: 'macOS sample and spindump',
  sniff: sniffMacSample,
  indented: true,
  grammar: log => new MacSampleGrammar(log),
})

function sniffMacSample(head: Head): boolean {
  const process = head.lines.some(line => ANALYSIS.test(line) || PROCESS.test(line))
  if (process && (head.lines.some(line => GRAPH.test(line)) || /^Analysis of sampling /m.test(head.text))) return true
  const threads = head.lines.some(line => SPIN_THREAD.test(line) && / samples? \(/.test(line))
  return threads && head.lines.some(line => SPIN_FRAME.test(SPIN_LINE.exec(line)?.[3] ?? ''))
}

/** A function, or the thread that holds it. */
type Entry = DumpFrame | { readonly task: string }

class MacSampleGrammar implements LineGrammar {
  private readonly log: DiagnosticLog
  private readonly stacks = new DumpStacks()
  private readonly tree: InclusiveTree<Entry>
  private tool = 'sample'
  private process: string | undefined
  private frequency: number | undefined
  private inside: 'sample' | 'spindump' | undefined
  /** Inside of lists that follow the trees. */
  private after = false

  constructor(log: DiagnosticLog) {
    this.log = log
    this.tree = new InclusiveTree((path, own) => {
      const tasks = this.process === undefined ? [] : [this.process]
      const frames: DumpFrame[] = []
      for (const entry of path) {
        if ('task' in entry) tasks.push(entry.task)
        else frames.push(entry)
      }
      this.stacks.add({ tasks }, frames.reverse(), own)
    })
  }

  line(text: string): boolean {
    const process = PROCESS.exec(text)
    if (process !== null) {
      this.tree.close()
      this.process = `${process[1]!} [${process[2]!}]`
      this.inside = undefined
      this.after = false
      return true
    }
    if (GRAPH.test(text)) {
      this.inside = 'sample'
      return true
    }
    const thread = this.inside === 'sample' ? null : SPIN_THREAD.exec(text)
    if (thread !== null) return this.spinThread(thread[1]!, thread[2]!)
    if (SAMPLE_END.test(text) || SPIN_END.test(text)) {
      this.tree.close()
      this.inside = undefined
      this.after = true
      return true
    }
    if (this.inside === 'sample') return this.sampleLine(text)
    if (this.inside === 'spindump' && this.spinLine(text)) return true
    return this.fact(text) || this.after
  }

  datasets(): readonly Dataset[] {
    this.tree.close()
    if (this.tree.excess > 0)
      this.log.note('tree-sums', 'entries of a call tree hold less than the entries below them', {
        count: this.tree.excess,
      })
    const meta: Meta = { tool: this.tool, ...(this.frequency !== undefined && { frequency: this.frequency }) }
    return this.stacks.datasets('samples', SAMPLES, meta)
  }

  private sampleLine(text: string): boolean {
    const match = SAMPLE_LINE.exec(text)
    if (match === null) return false
    const [, before, count, words] = match
    const thread = THREAD_ENTRY.exec(words!)
    const entry: Entry =
      thread === null
        ? frameOf(SAMPLE_FRAME.exec(words!), words!, false)
        : { task: queueName(thread[1]!, /: (\S+)/.exec(thread[2]!)?.[1] ?? thread[2]!) }
    this.tree.add(before!.length, Number(count), entry)
    return true
  }

  private spinThread(id: string, rest: string): boolean {
    this.tree.close()
    this.tool = 'spindump'
    this.inside = 'spindump'
    this.after = false
    const count = / (\d+) samples? \(/.exec(rest)?.[1]
    if (count === undefined) return false
    const queue = /DispatchQueue "([^"]*)"/.exec(rest)?.[1]
    const name = /Thread name "([^"]*)"/.exec(rest)?.[1]
    this.tree.add(0, Number(count), { task: queueName(`Thread ${id}`, name ?? queue ?? '') })
    return true
  }

  private spinLine(text: string): boolean {
    const match = SPIN_LINE.exec(text)
    const frame = match === null ? null : SPIN_FRAME.exec(match[3]!)
    if (match === null || (frame === null && !/^(?:\?\?\?|<)/.test(match[3]!))) return false
    this.tree.add(match[1]!.length, Number(match[2]), frameOf(frame, match[3]!, match[1]!.endsWith('*')))
    return true
  }

  private fact(text: string): boolean {
    const analysis = ANALYSIS.exec(text)
    if (analysis !== null) {
      const seconds = Number(analysis[3]) * { second: 1, millisecond: 1e-3, microsecond: 1e-6 }[analysis[4]!]!
      if (seconds > 0) this.frequency = 1 / seconds
      this.process ??= `${analysis[1]!} [${analysis[2]!}]`
      return true
    }
    const steps = /^Steps:.*\((\d+)ms sampling interval\)/.exec(text)
    if (steps !== null && steps[1] !== '0') this.frequency = 1000 / Number(steps[1])
    return FACT.test(text)
  }
}

/** A thread's identity with the name of its queue, where it has one. */
function queueName(thread: string, name: string): string {
  const plain = name.trim()
  return plain === '' ? thread : `${thread} ${plain}`
}

function frameOf(match: RegExpExecArray | null, words: string, kernel: boolean): DumpFrame {
  const name = match?.[1] ?? words.replace(/ {2}.*$/, '')
  const module = match?.[2] ?? ''
  if (name === '???') return { name: '[unknown]', module, kind: kernel ? 'kernel' : 'unknown' }
  return { name, module, kind: kernel ? 'kernel' : 'user' }
}
