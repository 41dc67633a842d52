/**
 * What rtla timerlat top and rtla osnoise top print, a row per CPU, screen after screen:
 *
 *                                          Timer Latency
 *       0 00:00:10   |          IRQ Timer Latency (us)        |         Thread Timer Latency (us)
 *     CPU COUNT      |      cur       min       avg       max |      cur       min       avg       max
 *       0 #10015     |        0         0         0         6 |        4         3         5        17
 *
 *                                           Operating System Noise
 *     duration:   0 00:01:00 | time is in us
 *     CPU Period       Runtime        Noise  % CPU Aval   Max Noise   Max Single          HW          NMI          IRQ      Softirq       Thread
 *       0 #58       58000000         1532    99.99735          93           93           0            0        60019          501          125
 *
 * A time that was not measured is `-`. Source: Linux tools/tracing/rtla/src/timerlat_top.c and osnoise_top.c.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { unitWord } from '../../src/model/index.ts'
import type { ColumnSpec } from '../build/table-builder.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'

const TITLE = /^ {20,}(?:Timer Latency|Operating System Noise|osnoise|timerlat)\s*$/
const GROUPS = /^ *\d+ \d\d:\d\d:\d\d +((?:\| +(?:IRQ|Thread|Ret user) Timer Latency \((?:us|ns)\) *)+)$/
const DURATION = /^duration: +\d+ \d\d:\d\d:\d\d \| time is in (us|ns)$/
const TIMES = /^CPU COUNT +(?:\| +cur +min +avg +max *)+$/
const NOISE = /^CPU Period +Runtime +Noise +% CPU Aval +Max Noise +Max Single +HW +NMI(?: +IRQ +Softirq +Thread)?$/
const ROW = /^ *(\d+|ALL) #(\d+)((?: +[|\d.-]+)+)$/
const RULE = /^[-|]{10,}$/

export const rtlaTop = lineFormat({
  id: 'rtla-top',
  title: 'rtla timerlat top and osnoise top',
  indented: true,
  sniff: head => head.lines.some(line => TIMES.test(line.trimEnd()) || NOISE.test(line.trimEnd())),
  grammar: screens,
})

const NOISE_NAMES = [
  'RUNTIME',
  'NOISE',
  'CPU AVAILABLE',
  'MAX NOISE',
  'MAX SINGLE',
  'HW',
  'NMI',
  'IRQ',
  'SOFTIRQ',
  'THREAD',
]

function screens(log: DiagnosticLog): LineGrammar {
  let unit = 'us'
  let groups: readonly string[] = ['IRQ', 'THREAD']
  let table: TableBuilder | undefined
  const open = (name: string, columns: readonly ColumnSpec[]): true => {
    const specs: ColumnSpec[] = [
      { name: 'CPU', unit: '', cell: 'text' },
      { name: 'COUNT', unit: 'count', cell: 'number' },
      ...columns,
    ]
    if (table === undefined) table = new TableBuilder(name, specs, log)
    else table.nextInterval()
    return true
  }
  const number = (name: string, of: string): ColumnSpec => ({ name, unit: of, cell: 'number' })
  return {
    line(raw, n) {
      const text = raw.trimEnd()
      if (TITLE.test(text) || RULE.test(text)) return true
      const named = GROUPS.exec(text)
      if (named !== null) {
        groups = [...named[1]!.matchAll(/(IRQ|Thread|Ret user) Timer/g)].map(([, group]) => group!.toUpperCase())
        unit = unitWord(/\((us|ns)\)/.exec(text)![1]!) ?? unit
        return true
      }
      const duration = DURATION.exec(text)
      if (duration !== null) {
        unit = duration[1]!
        return true
      }
      if (TIMES.test(text))
        return open(
          'timerlat',
          groups.flatMap(group => ['CUR', 'MIN', 'AVG', 'MAX'].map(name => number(`${group} ${name}`, unit))),
        )
      if (NOISE.test(text))
        return open(
          'osnoise',
          NOISE_NAMES.map((name, i) => number(name, i === 2 ? '%' : i < 5 ? unit : 'count')),
        )
      const row = table === undefined ? null : ROW.exec(text)
      if (row === null) return false
      const cells = row[3]!.split(/[ |]+/).filter(cell => cell !== '')
      if (cells.length > table!.specs.length - 2) return false
      table!.add([row[1]!, row[2]!, ...cells.map(cell => (cell === '-' ? '' : cell))], n)
      return true
    },
    datasets: () => (table === undefined ? [] : [table.finish({ tool: 'rtla' })]),
  }
}
