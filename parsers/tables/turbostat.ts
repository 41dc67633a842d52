/**
 * turbostat: a row for the whole system (`-`), then one per package, core and CPU, fields between tabs. What is measured per core or package is printed for the
 * first of its CPUs alone, so that rows end early or leave fields empty:
 *
 *     Core	CPU	Avg_MHz	Busy%	Bzy_MHz	TSC_MHz	IPC	IRQ	C1	C6%	CoreTmp	PkgWatt
 *     -	-	123	4.10	3000	2400	1.22	1234	11	90.12	45	12.34
 *     0	2	46	1.53	3000	2400	0.80	250	6	90.00
 *
 * Source: linux tools/power/x86/turbostat/turbostat.c.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { columnSpecs, TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'

const HEADING = /(?:^|\t)(?:Avg_MHz|Bzy_MHz|Busy%|TSC_MHz)(?:\t|$)/
/** What it says of the machine before the first heading. */
const ABOUT =
  /^(?:turbostat version|Kernel command line|CPUID|cpu\d+:|TSC:|RAPL:|current_driver|cpuidle|NSFOD|boost|intel_|NUM_|\w.*: )/
const TEXTS = new Set(['Package', 'Die', 'Node', 'Core', 'CPU', 'APIC', 'X2APIC'])

export const turbostat = lineFormat({
  id: 'turbostat',
  title: 'turbostat: frequency, idle states and power by CPU',
  sniff: head => head.lines.some(line => HEADING.test(line)),
  grammar: rows,
})

function rows(log: DiagnosticLog, { interval }: { readonly interval?: number }): LineGrammar {
  const tables = new Map<string, TableBuilder>()
  let current: TableBuilder | undefined
  return {
    line(line, n) {
      const text = line.trimEnd()
      if (HEADING.test(text)) {
        const labels = text.split('\t').map(label => label.trim())
        const id = labels.join('\t')
        const known = tables.get(id)
        known?.nextInterval()
        current =
          known ??
          new TableBuilder(
            'turbostat',
            columnSpecs(labels, label =>
              TEXTS.has(label) ? 'word' : label === 'Time_Of_Day_Seconds' ? 'time' : 'number',
            ),
            log,
          )
        tables.set(id, current)
        return true
      }
      if (current === undefined) return ABOUT.test(text)
      const fields = text.split('\t').map(field => field.trim())
      if (fields.length < 2 || fields.length > current.specs.length || !fields.slice(1).every(isCell)) return false
      current.add(fields, n)
      return true
    },
    datasets: () =>
      [...tables.values()].map((table, i) => ({
        ...table.finish({ tool: 'turbostat' }, interval),
        name: i === 0 ? 'turbostat' : `turbostat ${i + 1}`,
      })),
  }
}

function isCell(field: string): boolean {
  return field === '' || field === '-' || /^-?\d+(?:[.,]\d+)?%?$/.test(field) || /^\(?neg\)?$/.test(field)
}
