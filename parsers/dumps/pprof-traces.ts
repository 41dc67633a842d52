/**
 * Stacks and functions as `go tool pprof -traces` and `-text` (`-top`) print them:
 *
 *     File: app
 *     Type: cpu
 *     Duration: 30.12s, Total samples = 70ms ( 0.23%)
 *     -----------+-------------------------------------------------------                     -traces
 *          bytes:  48kB                                                                        a label
 *           10ms   main.hot (inline)
 *                  main.run
 *     -----------+-------------------------------------------------------
 *     Showing nodes accounting for 70ms, 100% of 70ms total                                    -text
 *           flat  flat%   sum%        cum   cum%
 *           40ms 57.14% 57.14%       40ms 57.14%  runtime.gcBgMarkWorker
 *
 * Values are as rounded as they are printed. Labels and the dropped nodes of -text are not kept. Source: github.com/google/pprof internal/report/report.go.
 */
import type { Dataset, DiagnosticLog, Meta } from '../../src/model/index.ts'
import { columnSpecs, TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { SAMPLES } from '../words/tool-values.ts'
import type { DumpFrame } from './dump-stacks.ts'
import { DumpStacks } from './dump-stacks.ts'
import { goFrame, pprofValue } from './pprof-words.ts'

const RULE = /^\s*-+\+-+\s*$/
const FACT =
  /^(?:File|Build ID|Type|Time|Duration|Active filters|Main binary filename|Doc|Entering interactive|Dropped|Showing)\b/
const LABEL = /^\s*[^\s:]+: {1,2}\S/
const LEAF = /^\s*(-?\d+(?:\.\d+)?[^\s\d]*) {3}(\S.*)$/
const CALLER = /^ {8,}(\S.*)$/
const HEADING = /^\s*flat\s+flat%\s+sum%\s+cum\s+cum%\s*$/
const ROW =
  /^\s*(-?[\d.]+[A-Za-z\u00b5\u03bc]*)\s+(-?[\d.]+)%\s+(-?[\d.]+)%\s+(-?[\d.]+[A-Za-z\u00b5\u03bc]*)\s+(-?[\d.]+)%\s+(\S.*)$/

export const pprofTraces = lineFormat({
  id: 'pprof-text',
  title: 'pprof -traces and -text',
  sniff: head =>
    head.lines.some(line => HEADING.test(line)) ||
    (head.lines.some(line => RULE.test(line)) && head.lines.slice(0, 6).some(line => /^(?:File|Type): /.test(line))),
  indented: true,
  grammar: log => new PprofTracesGrammar(log),
})

class PprofTracesGrammar implements LineGrammar {
  private readonly log: DiagnosticLog
  private readonly stacks = new DumpStacks()
  private readonly table: TableBuilder
  private type = 'samples'
  private meta: Meta = { tool: 'pprof' }
  private unit: string | undefined
  private value = 0
  private frames: DumpFrame[] = []
  private rows = false

  constructor(log: DiagnosticLog) {
    this.log = log
    const labels = ['flat', 'flat%', 'sum%', 'cum', 'cum%', 'function']
    this.table = new TableBuilder(
      'functions',
      columnSpecs(labels, label => (label === 'function' ? 'text' : 'number')),
      log,
    )
  }

  line(text: string, number: number): boolean {
    if (RULE.test(text)) {
      this.close()
      return true
    }
    if (HEADING.test(text)) {
      this.rows = true
      return true
    }
    if (FACT.test(text)) return this.fact(text)
    return this.rows ? this.row(text, number) : this.frame(text, number)
  }

  datasets(): readonly Dataset[] {
    this.close()
    const unit = this.unit ?? 'count'
    const value = unit === 'count' && this.type === 'samples' ? SAMPLES : { name: this.type, unit }
    const tables = this.table.length === 0 ? [] : [this.functions(unit)]
    return [...this.stacks.datasets('profile', value, this.meta), ...tables]
  }

  private fact(text: string): true {
    const type = /^Type: (\S+)/.exec(text)
    if (type !== null) this.type = type[1]!
    const duration = /^Duration: ([\d.]+\D+?),/.exec(text)
    const seconds = duration === null ? undefined : pprofValue(duration[1]!)
    if (seconds?.unit === 'ns') this.meta = { ...this.meta, duration: seconds.value / 1e9 }
    return true
  }

  private frame(text: string, number: number): boolean {
    const leaf = LEAF.exec(text)
    const value = leaf === null ? undefined : this.valueOf(leaf[1]!)
    if (value !== undefined) {
      if (value < 0) {
        this.stacks.leaveOut(value)
        this.log.note('negative-value', 'a stack with a negative value cannot be drawn and is left out', {
          line: number,
          text,
        })
        this.close()
        return true
      }
      this.close()
      this.value = value
      this.frames = [traceFrame(leaf![2]!)]
      return true
    }
    if (this.frames.length > 0) {
      const caller = CALLER.exec(text)
      if (caller === null) return false
      this.frames.push(traceFrame(caller[1]!))
      return true
    }
    return LABEL.test(text)
  }

  /** A value in the file's unit, undefined when it has none or another. */
  private valueOf(text: string): number | undefined {
    const printed = pprofValue(text)
    if (printed === undefined) return undefined
    // a plain 0 is a zero of any unit
    if (printed.value !== 0 || printed.unit !== 'count') this.unit ??= printed.unit
    return printed.unit === this.unit || printed.value === 0 ? printed.value : undefined
  }

  private row(text: string, number: number): boolean {
    const match = ROW.exec(text)
    if (match === null) return false
    const [flat, cum] = [this.valueOf(match[1]!), this.valueOf(match[4]!)]
    if (flat === undefined || cum === undefined) return false
    this.table.add([String(flat), match[2]!, match[3]!, String(cum), match[5]!, match[6]!], number)
    return true
  }

  private functions(unit: string): Dataset {
    const table = this.table.finish(this.meta)
    return {
      ...table,
      columns: table.columns.map(column =>
        column.name === 'flat' || column.name === 'cum' ? ({ ...column, unit } as typeof column) : column,
      ),
    }
  }

  private close(): void {
    if (this.frames.length > 0) this.stacks.add({ tasks: [] }, this.frames, this.value)
    this.frames = []
  }
}

function traceFrame(text: string): DumpFrame {
  const inlined = text.endsWith(' (inline)')
  return goFrame(inlined ? text.slice(0, -9) : text.trimEnd(), '', inlined)
}
