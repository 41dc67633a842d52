/**
 * The tree of perf report --hierarchy: each level stands three columns to the right of the one above:
 *
 *     #       Overhead  Command / Shared Object / Symbol
 *     # ..............  ...................................
 *     #
 *        100.00%        work
 *            97.79%        work
 *               97.79%        [.] leaf
 *
 * Source: tools/perf/ui/stdio/hist.c, hist_entry__hierarchy_fprintf.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { columnSpecs, TableBuilder } from '../build/table-builder.ts'

const INDENT = 3
const ROW = /^( *)(\d+\.\d+%(?: +\d+(?:\.\d+)?%?)*) +(\S.*?) *$/

interface HierarchyRow {
  readonly numbers: readonly string[]
  readonly names: readonly string[]
  readonly level: number
  readonly line: number
}

/** Gathers the rows of one block. */
export class Hierarchy {
  private readonly numbers: readonly string[]
  private readonly levels: readonly string[]
  private readonly rows: HierarchyRow[] = []
  /** Column of the first percent sign at the first level. */
  private first = -1

  /** Labels as the heading has them, the last one naming all levels: `Command / Shared Object / Symbol`. */
  constructor(labels: readonly string[]) {
    this.numbers = labels.slice(0, -1)
    this.levels = labels[labels.length - 1]!.split(' / ')
  }

  /** Takes a row; false when the line is none. */
  line(line: string, number: number): boolean {
    const row = ROW.exec(line)
    if (row === null) return false
    const sign = line.indexOf('%')
    if (this.first < 0) this.first = sign
    const level = Math.round((sign - this.first) / INDENT)
    if (level < 0 || level >= this.levels.length) return false
    const cells = row[2]!.split(/ +/).map(cell => cell.replace('%', ''))
    const above = this.rows[this.rows.length - 1]?.names ?? []
    this.rows.push({ numbers: cells, names: [...above.slice(0, level), row[3]!], level, line: number })
    return true
  }

  /** A row for each entry that has none below it, with the names of the levels above. */
  table(name: string, log: DiagnosticLog): TableBuilder {
    const labels = [...this.numbers, ...this.levels]
    const table = new TableBuilder(
      name,
      columnSpecs(labels, label => (this.numbers.includes(label) ? 'number' : 'text')),
      log,
    )
    this.rows.forEach(({ numbers, names, level, line }, i) => {
      if ((this.rows[i + 1]?.level ?? 0) > level) return
      table.add(
        [...this.numbers.map((_, at) => numbers[at] ?? ''), ...this.levels.map((_, at) => names[at] ?? '')],
        line,
      )
    })
    return table
  }
}
