/**
 * The histogram of perf ftrace latency, in microseconds or with -n in nanoseconds, from BPF (-b) or ftrace:
 *
 *     #   DURATION     |      COUNT | GRAPH                                          |
 *          0 - 1    us |          4 |                                                |
 *        512 - 1024 us |       1204 | ########################                       |
 *          1 - 2    ms |          1 |                                                |
 *          1 - ...   s |          0 |                                                |
 *
 *     # statistics  (in nsec)
 *       total time:              3456789
 *
 * Buckets double, so that `1 ms` is 1024 us; with --bucket-range they are steps, and 1 ms is 1000 us: what a bucket follows on tells which.
 * Source: tools/perf/builtin-ftrace.c.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { HistogramSet } from '../build/histogram-set.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { numberColumn, textColumn } from './tables.ts'

const META = { tool: 'perf ftrace' }
const HEADING = /^# +DURATION +\| +COUNT +\| GRAPH/
const BUCKET = /^ *(\d+(?:\.\d+)?) *- *(\d+(?:\.\d+)?|\.\.\.) *(ns|us|ms|s) *\| *(\d+) *\|/
const STATISTIC = /^ +((?:total|avg|max|min) time|count): +(-?\d+(?:\.\d+)?) *$/
const UNITS = ['ns', 'us', 'ms', 's']

export const perfFtraceLatency = lineFormat({
  id: 'perf-ftrace-latency',
  title: 'perf ftrace latency: a histogram of a function',
  sniff: head => head.lines.some(line => HEADING.test(line)),
  grammar: latency,
})

function latency(log: DiagnosticLog): LineGrammar {
  const histograms = new HistogramSet(log)
  const statistics = new TableBuilder(
    'statistics',
    [textColumn('NAME'), numberColumn('VALUE'), textColumn('UNIT')],
    log,
  )
  let unit = ''
  let printed = 'us'
  let factor = 1
  let end = 0
  let base = ''
  return {
    line(line, n) {
      if (HEADING.test(line)) {
        base = ''
        return true
      }
      const bucket = BUCKET.exec(line)
      if (bucket !== null) {
        const [, low, high, of, count] = bucket
        if (base === '') {
          base = printed = of!
          factor = 1
          histograms.open({ name: 'latency', key: '', unit: base })
        } else if (of !== printed) {
          const steps = UNITS.indexOf(of!) - UNITS.indexOf(printed)
          const doubling = high === '...' || Number(high) === 2 * Number(low)
          factor *= (doubling && Number(low) * factor * 1000 ** steps !== end ? 1024 : 1000) ** steps
          printed = of!
        }
        end = high === '...' ? Infinity : Number(high) * factor
        histograms.bucket(Number(low) * factor, end, Number(count), n, line)
        return true
      }
      const heading = /^# statistics +\(in (\w+)\)/.exec(line)
      if (heading !== null) {
        unit = heading[1]!.replace(/sec$/, 's')
        return true
      }
      const statistic = STATISTIC.exec(line)
      if (statistic === null) return false
      statistics.add([statistic[1]!, statistic[2]!, statistic[1] === 'count' ? 'count' : unit], n)
      return true
    },
    datasets: () => [
      ...histograms.finish(META),
      ...(statistics.length > 0 || histograms.size === 0 ? [statistics.finish(META)] : []),
    ],
  }
}
