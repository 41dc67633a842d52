/**
 * perf kvm stat report and live: why guests left the processor, and for how long; a table per print:
 *
 *     Analyze events for all VMs, all VCPUs:
 *
 *                  VM-EXIT    Samples  Samples%     Time%    Min Time    Max Time         Avg time
 *
 *                MSR_WRITE        134    60.36%     0.35%      0.69us    107.89us      4.42us ( +-  30.72% )
 *      MMIO:0xfee00300:W             2     0.90%     0.01%      1.00us      2.00us      1.50us ( +-  33.33% )
 *
 *     Total Samples:222, Total events handled time:170012.33us.
 *
 * Source: tools/perf/builtin-kvm.c.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { filledTables, notesTable, numberColumn, textColumn } from './tables.ts'

const META = { tool: 'perf kvm stat' }
const TITLE = /^ *Analyze events for (.*):\s*$/
const HEADING = /^ *(VM-EXIT|\S+(?: \S+){0,3}) +Samples +Samples% +Time%(?: +Min Time +Max Time)? +Avg time *$/
const ROW =
  /^ *(\S.{0,127}?) +(\d+) +(\d+\.\d+)% +(\d+\.\d+)%(?: +(\d+\.\d+)us +(\d+\.\d+)us)? +(\d+\.\d+)us(?: +\( \+- +(\d+\.\d+|-?nan)% \))? *$/
const TOTAL = /^ *Total Samples: ?(\d+), Total events handled time: ?([\d.]+)us\.? *$/

export const perfKvm = lineFormat({
  id: 'perf-kvm-stat',
  title: 'perf kvm stat report and live',
  sniff: head => head.lines.some(line => HEADING.test(line)),
  grammar: kvm,
})

function kvm(log: DiagnosticLog): LineGrammar {
  const notes = notesTable(log)
  const tables = new Map<string, TableBuilder>()
  let table: TableBuilder | undefined
  return {
    line(line, n) {
      const title = TITLE.exec(line)
      if (title !== null) {
        notes.add(['events of', title[1]!], n)
        return true
      }
      const heading = HEADING.exec(line)
      if (heading !== null) {
        const name = heading[1]!
        const known = tables.get(name)
        known?.nextInterval()
        table = known ?? new TableBuilder(name, columns(name), log)
        tables.set(name, table)
        return true
      }
      const row = table === undefined ? null : ROW.exec(line)
      if (row !== null) {
        const [, event, samples, share, time, least, most, mean, spread] = row
        table!.add([event!, samples!, share!, time!, least ?? '', most ?? '', mean!, spread ?? ''], n)
        return true
      }
      const total = TOTAL.exec(line)
      if (total !== null) {
        notes.add(['total samples', total[1]!], n)
        notes.add(['total time (us)', total[2]!], n)
        return true
      }
      const lost = /^ *(?:Warning: )?(?:Lost events|Lost) *: *(\d+)/.exec(line)
      if (lost !== null) log.addLost(Number(lost[1]), 'perf kvm lost events', n)
      return lost !== null || /^ *\d\d:\d\d:\d\d\.\d+ *$/.test(line)
    },
    datasets: () => filledTables([...tables.values(), notes], META),
  }
}

function columns(name: string): ReturnType<typeof textColumn>[] {
  return [
    textColumn(name),
    numberColumn('SAMPLES', 'count'),
    numberColumn('SAMPLES SHARE', '%'),
    numberColumn('TIME SHARE', '%'),
    numberColumn('MIN TIME', 'us'),
    numberColumn('MAX TIME', 'us'),
    numberColumn('AVG TIME', 'us'),
    numberColumn('STDDEV', '%'),
  ]
}
