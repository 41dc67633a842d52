/**
 * Benchmarks of Go, as `go test -bench` prints them and benchstat reads them; a line per repetition:
 *
 *     goos: linux
 *     pkg: example.com/parse
 *     Unit allocs/op assume=exact
 *     BenchmarkParse/size=10-8         	 1000000	      1042 ns/op	  96.10 MB/s	     112 B/op	       3 allocs/op
 *     PASS
 *     ok  	example.com/parse	2.154s
 *
 * Source: golang.org/design/14313-benchmark-format.
 */
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { MeasurementSet } from './measurement-set.ts'

const RESULT = /^(Benchmark\S*)\s+(\d+)((?:\s+[-+\d.eE]+\s+\S+)+)\s*$/
const UNIT = /^Unit\s+(\S+)((?:\s+[\w-]+=\S+)+)\s*$/
const KEY = /^[a-z][^\s:A-Z]*:(?:\s|$)/
const OTHER =
  /^(?:PASS|FAIL|ok\s|FAIL\s|\?\s|---|===|\s+\S|coverage:|exit status|testing:|Benchmark\S*$|Benchmark\S*\s+--- )/

export const goBench = lineFormat({
  id: 'go-bench',
  title: 'benchmarks of Go: `go test -bench`',
  sniff: head => head.lines.some(line => RESULT.test(line)),
  grammar: results,
})

function results(): LineGrammar {
  const set = new MeasurementSet()
  let pkg = ''
  return {
    line(text) {
      const match = RESULT.exec(text)
      if (match !== null) {
        const benchmark = `${pkg === '' ? '' : `${pkg}.`}${match[1]!.slice('Benchmark'.length) || match[1]!}`
        const cells = match[3]!.trim().split(/\s+/)
        for (let i = 0; i + 1 < cells.length; i += 2)
          set.add({ benchmark, metric: cells[i + 1]!, unit: cells[i + 1]!, value: Number(cells[i]), process: 0 })
        return true
      }
      const unit = UNIT.exec(text)
      if (unit !== null) {
        if (/\sassume=exact(?:\s|$)/.test(unit[2]!)) set.assumeExact(unit[1]!)
        return true
      }
      if (text.startsWith('pkg:')) pkg = text.slice(4).trim()
      return KEY.test(text) || OTHER.test(text)
    },
    datasets: () => set.finish('go-bench'),
  }
}
