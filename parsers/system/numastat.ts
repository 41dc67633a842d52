/**
 * Memory by NUMA node, as numastat prints it with -m, -n, -p or alone: names at the left, a column per node:
 *
 *                                node0           node1
 *     numa_hit                75170044        12345678
 *
 *     Per-node process memory usage (in MBs) for PID 30974 (node)
 *                                Node 0           Total
 *                       --------------- ---------------
 *     Huge                         0.00            0.00
 *
 * Source: numactl numastat.c.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'

const NODES = /^ +((?:[nN]ode ?\d+|Total)(?: +(?:[nN]ode ?\d+|Total))*)$/
const TITLE = /^Per-node (\S.{0,60}?)(?: \(in (MBs|KBs)\))?(?: for PID (\d+) \((.{0,64})\))?:?$/
const ROW = /^(\S(?:[\w ()]{0,62}?\S)?) +(\d[\d.]*(?: +\d[\d.]*){0,1023})$/
const RULE = /^ *-{4}[- ]*$/
const TALK = /^Token \S{1,64} not in hash table\.$/

export const numastat = lineFormat({
  id: 'numastat',
  title: 'memory by NUMA node: numastat',
  sniff: head =>
    head.lines.some(
      (line, i) => NODES.test(line.trimEnd()) && head.lines.slice(i + 1, i + 3).some(row => ROW.test(row.trimEnd())),
    ),
  grammar: nodes,
})

function nodes(log: DiagnosticLog): LineGrammar {
  const tables: TableBuilder[] = []
  let title = 'numastat'
  let unit = ''
  return {
    line(line, n) {
      const text = line.trimEnd()
      const named = TITLE.exec(text)
      if (named !== null) {
        title = named[3] === undefined ? named[1]! : `${named[1]!}: ${named[4]!} ${named[3]}`
        unit = named[2] === 'MBs' ? 'MiB' : named[2] === 'KBs' ? 'KiB' : ''
        return true
      }
      const heads = NODES.exec(text)
      if (heads !== null) {
        const names = heads[1]!.match(/[nN]ode ?\d+|Total/g)!
        tables.push(
          new TableBuilder(
            title,
            [{ name: 'NAME', unit: '', cell: 'text' }, ...names.map(name => ({ name, unit, cell: 'number' as const }))],
            log,
          ),
        )
        return true
      }
      if (RULE.test(text) || TALK.test(text)) return true
      const table = tables[tables.length - 1]
      const row = ROW.exec(text)
      const values = row === null ? [] : row[2]!.split(/ +/)
      if (table === undefined || row === null || values.length !== table.specs.length - 1) return false
      table.add([row[1]!, ...values], n)
      return true
    },
    datasets: () => tables.map(table => table.finish({ tool: 'numastat' })),
  }
}
