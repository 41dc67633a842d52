/**
 * Packets per second as xdp-monitor, xdp-bench and the kernel's XDP samples print them, a block per interval:
 *
 *     Summary                 2,353,700 rx/s                  0 err,drop/s          4,878 xmit/s
 *     eth0->eth1              0 err,drop/s              4,878 xmit/s
 *       receive total       2,349,578 pkt/s                 0 drop/s                0 error/s
 *         cpu:0             2,349,578 pkt/s                 0 drop/s                0 error/s
 *       devmap_xmit total       4,878 xmit/s                0 drop/s                0 drv_err/s            2.00 bulk-avg
 *
 * A row per number. Source: xdp-tools lib/util/xdp_sample.c.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat, mostLines } from '../reading/line-format.ts'

const UNITS =
  '(?:rx|pkt|redir|err|err,drop|drop|error|xmit|drv_err|hit|sched|pass|redirect|kthread|tx)/s|bulk-avg|bulk_avg'
const ROW = new RegExp(`^( *)(\\S.{0,60}?) {2,}(\\d[\\d,.]{0,30} (?:${UNITS})(?: .*)?)$`)
const VALUE = new RegExp(`(\\d[\\d,]{0,30}(?:\\.\\d+)?) (${UNITS})`, 'g')
const WORDS = /^ *(?:Summary|\S+(?:->\S+)?|.{1,60}total|from .{1,60}) *$/

export const xdpMonitor = lineFormat({
  id: 'xdp-monitor',
  title: 'packets per second of xdp-monitor and other XDP samples',
  sniff: head => mostLines(head, line => ROW.test(line), 1, 0.6),
  grammar: rates,
})

function rates(log: DiagnosticLog, { interval }: { readonly interval?: number }): LineGrammar {
  const table = new TableBuilder(
    'rates',
    [
      { name: 'GROUP', unit: '', cell: 'text' },
      { name: 'NAME', unit: '', cell: 'text' },
      { name: 'RATE', unit: '', cell: 'text' },
      { name: 'VALUE', unit: '', cell: 'number' },
    ],
    log,
  )
  const seen = new Set<string>()
  let group = ''
  return {
    line(line, n) {
      const row = ROW.exec(line.trimEnd())
      if (row === null) return WORDS.test(line) && !/\d/.test(line)
      const [, indent, name, values] = row
      if (indent === '') group = name!
      const key = `${indent!}${group}\u0000${name!}`
      if (seen.has(key)) {
        seen.clear()
        table.nextInterval()
      }
      seen.add(key)
      for (const [, value, unit] of values!.matchAll(VALUE))
        table.add([group, name!, unit!, value!.replaceAll(',', '')], n)
      return true
    },
    datasets: () => [table.finish({ tool: 'xdp-monitor' }, interval)],
  }
}
