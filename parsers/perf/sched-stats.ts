/**
 * perf sched stats report: the counters of /proc/schedstat per CPU and scheduling domain:
 *
 *     Time elapsed (in jiffies)                                        :       24537
 *     ----------------------------------------------------------------------------------------------------
 *     CPU: <ALL CPUS SUMMARY>
 *     ----------------------------------------------------------------------------------------------------
 *     DESC                                                                    COUNT   PCT_CHANGE
 *     ----------------------------------------------------------------------------------------------------
 *     sched_count                                                      :     1402656
 *     sched_goidle                                                     :      701337  (    50.00% )
 *     CPU: 0 | DOMAIN: SMT | DOMAIN_CPUS: 0,64
 *     ----------------------------------------- <Category busy> ------------------------------------------
 *     busy_lb_count                                                    :        1234  $       19.88 $
 *
 * Source: tools/perf/builtin-sched.c (perf 6.19).
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { filledTables, notesTable, numberColumn, textColumn } from './tables.ts'

const PLACE = /^CPU:? *(<[^>]*>|\S+?)(?: *\| *DOMAIN: *(\S+)(?: *\| *DOMAIN_CPUS: *(.*?))?)? *$/
const HEADING = /^DESC +COUNT(?: +(\S.*?))? *$/
const ROW =
  /^([A-Za-z_#][\w#%() -]*?) +: +(-?\d+)(?:, +(-?\d+))?(?: +[|] +(-?[\d.]+)% +[|])?(?: +\( +(-?[\d.]+)% +\))?(?: +\$ +(-?[\d.]+) +\$)? *$/
const CATEGORY = /^-+ *<(?:Category )?([^>]+)> *-+ *$/

export const perfSchedStats = lineFormat({
  id: 'perf-sched-stats',
  title: 'perf sched stats report',
  sniff: head => head.lines.some(line => HEADING.test(line)) && head.lines.some(line => PLACE.test(line)),
  grammar: stats,
})

function stats(log: DiagnosticLog): LineGrammar {
  const rows = new TableBuilder(
    'schedstat',
    [
      textColumn('CPU'),
      textColumn('DOMAIN'),
      textColumn('CATEGORY'),
      textColumn('NAME'),
      numberColumn('COUNT', 'count'),
      numberColumn('SECOND COUNT', 'count'),
      numberColumn('CHANGE', '%'),
      numberColumn('SHARE', '%'),
      numberColumn('AVG JIFFIES'),
    ],
    log,
  )
  const notes = notesTable(log)
  let cpu = ''
  let domain = ''
  let category = ''
  return {
    line(line, n) {
      const place = PLACE.exec(line)
      if (place !== null) {
        cpu = place[1]!.replace(/^<|>$/g, '')
        domain = place[2] ?? ''
        category = ''
        return true
      }
      const group = CATEGORY.exec(line)
      if (group !== null) {
        category = group[1]!
        return true
      }
      const row = ROW.exec(line)
      if (row !== null && cpu === '') {
        notes.add([row[1]!, row[2]!], n)
        return true
      }
      if (row !== null) {
        rows.add([cpu, domain, category, row[1]!, row[2]!, row[3] ?? '', row[4] ?? '', row[5] ?? '', row[6] ?? ''], n)
        return true
      }
      const described = /^([A-Z_]+) +-> (.*)$/.exec(line.replaceAll('\t', ' '))
      if (described !== null) notes.add([described[1]!, described[2]!], n)
      return described !== null || HEADING.test(line) || /^[-= ]+$/.test(line) || /^Columns description$/.test(line)
    },
    datasets: () => filledTables([rows, notes], { tool: 'perf sched stats' }),
  }
}
