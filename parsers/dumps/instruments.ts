/**
 * The call tree of Xcode's Instruments as Edit > Deep Copy puts it on the clipboard; columns apart by tabs, a blank of indentation per level:
 *
 *     Weight\tSelf Weight\t\tSymbol Name
 *     3.20 s  100.0%\t0 s\t \tXcode (42477)
 *     3.20 s  100.0%\t0 s\t \t Main Thread  0x1c1ce5
 *     2.20 s   68.7%\t1.20 s\t \t  start
 *     1.00 s   31.2%\t1.00 s\t \t   -[App work]
 *
 *     Running Time\tSelf (ms)\t\tSymbol Name        older: 10829.0ms  100.0%\t0.0\t ...
 *     Bytes Used\tCount\t\tSymbol Name              allocations: 6.47 MB  100.0%\t1021\t ...; Weight also counts cycles: 1.20 Gc
 *
 * A value holds those of the rows below it. Source: Instruments' Time Profiler, Allocations and Counters, Deep Copy.
 */
import type { Dataset, DiagnosticLog, ValueType } from '../../src/model/index.ts'
import { kindCode } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { kindOfModule, TASK } from '../stacks/frame-kind.ts'

const HEADING = /^(Weight|Running Time|Bytes Used|Cycles)(?:\t([^\t]*))?\t.*Symbol Names?\s*$/
const CELL = /^\s*(-?\d[\d,]*(?:\.\d+)?)\s*([A-Za-zµ]*)/

/** What one of a unit's word is, in the unit of its measure. */
const UNITS: ReadonlyMap<string, readonly [measure: 'time' | 'bytes' | 'cycles', scale: number]> = new Map([
  ['ns', ['time', 1e-6]],
  ['us', ['time', 1e-3]],
  ['µs', ['time', 1e-3]],
  ['ms', ['time', 1]],
  ['s', ['time', 1000]],
  ['min', ['time', 60_000]],
  ['h', ['time', 3_600_000]],
  ['Bytes', ['bytes', 1]],
  ['bytes', ['bytes', 1]],
  ['B', ['bytes', 1]],
  ['KB', ['bytes', 1024]],
  ['KiB', ['bytes', 1024]],
  ['MB', ['bytes', 1024 ** 2]],
  ['MiB', ['bytes', 1024 ** 2]],
  ['GB', ['bytes', 1024 ** 3]],
  ['GiB', ['bytes', 1024 ** 3]],
  ['cycles', ['cycles', 1]],
  ['c', ['cycles', 1]],
  ['Kc', ['cycles', 1e3]],
  ['Mc', ['cycles', 1e6]],
  ['Gc', ['cycles', 1e9]],
])
const VALUES: Readonly<Record<'time' | 'bytes' | 'cycles', ValueType>> = {
  time: { name: 'time', unit: 'ms' },
  bytes: { name: 'bytes', unit: 'bytes' },
  cycles: { name: 'cycles', unit: 'count' },
}

export const instruments = lineFormat({
  id: 'instruments',
  title: 'call trees of Instruments (Deep Copy)',
  sniff: head => head.lines.some(line => HEADING.test(line)) && head.lines.some(line => /%\t.*\t/.test(line)),
  indented: true,
  longest: 1 << 20,
  grammar: log => new InstrumentsGrammar(log),
})

interface Open {
  readonly depth: number
  readonly node: number
  readonly total: number
  /** The row's own value where a column says it. */
  readonly own: number | undefined
  below: number
}

class InstrumentsGrammar implements LineGrammar {
  private readonly log: DiagnosticLog
  private readonly profile = new ProfileBuilder()
  private readonly open: Open[] = []
  /** Unit of the second column; undefined when that column is no value of its own. */
  private own: string | undefined
  private measure: 'time' | 'bytes' | 'cycles' | undefined

  constructor(log: DiagnosticLog) {
    this.log = log
  }

  line(text: string): boolean {
    const heading = HEADING.exec(text)
    if (heading !== null) {
      this.close(0)
      const second = heading[2] ?? ''
      this.own = /^Self/.test(second) ? (/\((\w+)\)/.exec(second)?.[1] ?? '') : undefined
      return true
    }
    const cells = text.split('\t')
    if (cells.length < 3) return false
    const total = this.value(cells[0]!, '')
    if (total === undefined) return false
    const symbol = cells[cells.length - 1]!
    const name = symbol.trim()
    if (name === '') return false
    const depth = symbol.length - symbol.trimStart().length
    this.close(depth)
    const parent = this.open.at(-1)
    if (parent !== undefined) parent.below += total
    const { stacks } = this.profile
    const { label, kind } = nameOf(name, this.open.length)
    const node = stacks.child(parent?.node ?? 0, stacks.frame(label, '', kind))
    const own = this.own === undefined ? undefined : this.value(cells[1]!, this.own)
    this.open.push({ depth, node, total, own, below: 0 })
    return true
  }

  datasets(): readonly Dataset[] {
    this.close(0)
    if (this.profile.samples === 0) return []
    const value = VALUES[this.measure ?? 'time']
    return [this.profile.finish(value.name, value, { tool: 'Instruments' })]
  }

  /** A cell in the unit of the measure; undefined when it is no number of the measure of the first cell. */
  private value(cell: string, unit: string): number | undefined {
    const found = CELL.exec(cell)
    if (found === null) return undefined
    const known = UNITS.get(found[2] === '' ? unit : found[2]!)
    if (known === undefined) return undefined
    this.measure ??= known[0]
    return known[0] === this.measure ? Number(found[1]!.replaceAll(',', '')) * known[1] : undefined
  }

  /** Ends the rows indented to `depth` or further. */
  private close(depth: number): void {
    while (this.open.length > 0 && this.open.at(-1)!.depth >= depth) {
      const { node, total, own, below } = this.open.pop()!
      const value = own ?? total - below
      if (value < -0.01 * total)
        this.log.note('inclusive-excess', 'rows that hold less than the rows below them together')
      if (value > 1e-9 * total) this.profile.add(node, value)
    }
  }
}

/** Rows of a process, `Xcode (42477)`, and of a thread, `Main Thread  0x1c1ce5`, stand above the functions. */
function nameOf(name: string, level: number): { readonly label: string; readonly kind: number } {
  const process = level === 0 ? /^(.*\S) \(\d+\)$/.exec(name) : null
  const thread = level <= 1 ? /^(.*\S)\s+0x[0-9a-f]+$/.exec(name) : null
  const task = process ?? thread
  return task === null ? { label: name, kind: kindCode(kindOfModule('', name)) } : { label: task[1]!, kind: TASK }
}
