/**
 * Histograms of perf-tools (iolatency, bitesize, perf-stat-hist):
 *
 *       >=(ms) .. <(ms)   : I/O      |Distribution                          |
 *            0 -> 1       : 43       |######################################|
 *
 *                 Kbytes         : I/O      Distribution
 *                   -> 0.9       : 0        |                                      |
 *               1.0 -> 7.9       : 38       |######################################|
 *             128.0 ->           : 3        |###                                   |
 *
 *                 Range          : Count    Distribution
 *                      -> -1     : 29       |####                                  |
 *
 * iolatency's ends belong to the next bucket; of the others the end printed is the last value, with as many decimals as are printed. An end that is left out is
 * open. Source: brendangregg/perf-tools iolatency, disk/bitesize, misc/perf-stat-hist.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { unitWord } from '../../src/model/index.ts'
import { HistogramSet } from '../build/histogram-set.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { BannerNotes, isTalk } from '../words/banners.ts'
import { DayClock, parseStamp } from '../words/clock.ts'

const LATENCY = /^ *>=\((\w{1,8})\) \.\. <\(\w{1,8}\) *: (?:I\/O|Count) *\|Distribution *\|?$/
const RANGE = /^ *(Kbytes|Range|bytes) *: (I\/O|Count) +Distribution *$/
const BUCKET = /^ *(-?\d{1,20}(?:\.\d{1,6})?)? *-> *(-?\d{1,20}(?:\.\d{1,6})?)? *: (\d{1,20}) *\|.*$/

export const perfToolsHist = lineFormat({
  id: 'perf-tools-hist',
  title: 'histograms of perf-tools: iolatency, bitesize, perf-stat-hist',
  talk: true,
  sniff: head => head.lines.some(line => LATENCY.test(line) || RANGE.test(line)),
  grammar: histograms,
})

function histograms(log: DiagnosticLog, { interval }: { readonly interval?: number }): LineGrammar {
  const set = new HistogramSet(log)
  const clock = new DayClock()
  let halfOpen = false
  let open = false
  let tool = 'perf-stat-hist'
  const banners = new BannerNotes()
  return {
    line(line, n) {
      const latency = LATENCY.exec(line)
      const range = latency === null ? RANGE.exec(line) : null
      if (latency !== null || range !== null) {
        halfOpen = latency !== null
        tool = latency !== null ? 'iolatency' : range![1] === 'Kbytes' ? 'bitesize' : 'perf-stat-hist'
        set.open({ name: tool, key: '', unit: unitWord((latency ?? range)![1]!) ?? '' })
        return (open = true)
      }
      if (isTalk(line)) {
        banners.read(line)
        return true
      }
      const stamp = parseStamp(line)
      if (stamp !== undefined) {
        set.interval(stamp.unit === 'clock' ? clock.at(stamp.seconds) : stamp.seconds)
        open = false
        return true
      }
      const bucket = open ? BUCKET.exec(line) : null
      if (bucket === null) return false
      const low = bucket[1] === undefined ? -Infinity : Number(bucket[1])
      set.bucket(low, halfOpen ? Number(bucket[2] ?? Infinity) : endOf(bucket[2]), Number(bucket[3]), n, line)
      return true
    },
    datasets: () => set.finish({ tool }, interval ?? banners.interval),
  }
}

/** The first value above the last one printed. */
function endOf(last: string | undefined): number {
  if (last === undefined) return Infinity
  const decimals = last.includes('.') ? last.length - last.indexOf('.') - 1 : 0
  return Number((Number(last) + 10 ** -decimals).toFixed(decimals))
}
