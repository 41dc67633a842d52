/**
 * Samples of Android's profiler, as `simpleperf report-sample` prints them; leaf first, what was running above its callers:
 *
 *     sample:
 *       event_type: cpu-cycles
 *       time: 2437000000
 *       event_count: 1001
 *       thread_id: 4637
 *       thread_name: com.example.app
 *       vaddr_in_file: 7b001000
 *       file: /system/lib64/libc.so
 *       symbol: memcpy
 *       callchain:
 *         vaddr_in_file: 7b002000
 *         file: /data/app/lib.so
 *         symbol: foo
 *     lost_situation:
 *       sample_count: 2
 *       lost_count: 1
 *
 * Read like perf script: filters, weights and times work alike. Addresses are kept only with --addrs. Source: AOSP simpleperf/cmd_report_sample.cpp.
 */
import type { Dataset, DiagnosticLog } from '../../src/model/index.ts'
import { kindCode } from '../../src/model/index.ts'
import type { PerfHeader } from '../perf-script/header.ts'
import type { PerfReadOptions, PerfScriptOptions } from '../perf-script/options.ts'
import { PerfSamples } from '../perf-script/samples.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { kindOfModule } from '../stacks/frame-kind.ts'

const FIELD = /^(\s+)([a-z_]+): ?(.*)$/
/** Blocks that are no samples. */
const BLOCK = /^(?:lost_situation|file|meta_info|thread|context_switch|file \d+|features|unwinding_result.*):\s*/

export const simpleperf = lineFormat<PerfScriptOptions>({
  id: 'simpleperf',
  title: 'simpleperf report-sample',
  sniff: head =>
    head.lines.some(line => line === 'sample:') &&
    head.lines.some(line => /^ {2}(?:event_type|event_count): /.test(line)),
  indented: true,
  grammar: (log, options) => new SimpleperfGrammar(log, options),
})

class SimpleperfGrammar implements LineGrammar {
  private readonly log: DiagnosticLog
  private readonly options: PerfReadOptions
  private readonly samples: PerfSamples
  private block: 'sample' | 'other' | undefined
  private fields = new Map<string, string>()
  private frames = new Int32Array(64)
  private depth = 0
  /** Fields of the frame that is being read. */
  private frame: { file: string; symbol: string; address: string } | undefined
  private inChain = false

  constructor(log: DiagnosticLog, options: PerfReadOptions) {
    this.log = log
    this.options = options
    this.samples = new PerfSamples(options)
  }

  line(text: string, number: number): boolean {
    if (text === 'sample:') {
      this.close()
      this.block = 'sample'
      return true
    }
    if (!/^\s/.test(text)) {
      this.close()
      this.block = 'other'
      return BLOCK.test(text)
    }
    const field = FIELD.exec(text)
    if (field === null || this.block === undefined) return false
    const [, , key, value] = field
    if (this.block === 'other') {
      if (key === 'lost_count' && value !== '0') this.log.addLost(Number(value), 'simpleperf lost samples', number)
      return true
    }
    this.field(key!, value!)
    return true
  }

  datasets(): readonly Dataset[] {
    this.close()
    const { samples } = this
    const duration = samples.last > samples.first ? Number((samples.last - samples.first).toFixed(9)) : undefined
    return samples.finish(
      event => ({
        tool: 'simpleperf',
        ...(event !== undefined && { event }),
        ...(duration !== undefined && { duration }),
      }),
      this.log,
    )
  }

  private field(key: string, value: string): void {
    switch (key) {
      case 'callchain':
        this.endFrame()
        this.inChain = true
        return
      case 'vaddr_in_file':
        this.endFrame()
        this.frame = { file: '', symbol: '', address: value }
        return
      case 'file':
      case 'symbol':
        this.frame ??= { file: '', symbol: '', address: '' }
        this.frame[key] = value
        return
    }
    if (!this.inChain) this.fields.set(key, value)
  }

  private endFrame(): void {
    const { frame } = this
    if (frame === undefined) return
    this.frame = undefined
    if (this.depth === this.frames.length) {
      const longer = new Int32Array(this.depth * 2)
      longer.set(this.frames)
      this.frames = longer
    }
    this.frames[this.depth++] = this.frameId(frame)
  }

  private frameId({ file, symbol, address }: { file: string; symbol: string; address: string }): number {
    const unknown = symbol === '' || symbol === 'unknown' || /\[\+[0-9a-f]+\]$/.test(symbol)
    const name = !unknown ? symbol : this.options.addrs === true ? `[unknown <${address}>]` : '[unknown]'
    return this.samples.stacks.frame(name, file, kindCode(kindOfModule(file, name)))
  }

  private close(): void {
    if (this.block !== 'sample') return
    this.endFrame()
    const { fields } = this
    const number = (key: string): number | undefined => {
      const value = fields.get(key)
      return value === undefined || !/^\d+$/.test(value) ? undefined : Number(value)
    }
    const time = number('time')
    const header: PerfHeader = {
      comm: fields.get('thread_name'),
      pid: number('process_id') ?? number('pid'),
      tid: number('thread_id'),
      cpu: number('cpu'),
      time: time === undefined ? undefined : time / 1e9,
      period: number('event_count'),
      event: fields.get('event_type'),
      tail: '',
    }
    if (this.samples.wants(header, header.time)) this.samples.add(header, this.frames, this.depth)
    else this.samples.filtered++
    this.block = undefined
    this.fields = new Map()
    this.depth = 0
    this.inChain = false
  }
}
