/**
 * Counters under their names, as nstat, netstat -s, ethtool -S and files under /proc print them:
 *
 *     #kernel
 *     IpInReceives                    9859               0.0           nstat: name, value, rate
 *     Ip:
 *         9859 total packets received                                  netstat -s: value, name
 *         OutTransmits: 6152
 *     NIC statistics:
 *          rx_packets: 20062                                           ethtool -S
 *     VmRSS:	   14396 kB                                              /proc/PID/status
 *
 * Source: iproute2 nstat.c, net-tools statistics.c; FORMATS section i.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { unitWord } from '../../src/model/index.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat, mostLines } from '../reading/line-format.ts'

const NSTAT = /^([A-Z][A-Za-z0-9]{2,63}) +(-?\d+) +(\d+\.\d+)$/
const PAIR = /^\s*([\w][\w ()%/.[\]-]{0,79}?) *: *(-?\d+(?:\.\d+)?)(?: (kB|bytes|packets|%))?$/
const VALUE_FIRST = /^\s+(-?\d+) ([A-Za-z].{1,100})$/
const SECTION = /^\s*([A-Za-z][\w ()/-]{0,63}):$/
const WORDS = /^\s+[A-Z][A-Za-z].{2,120}$/

export const counters = lineFormat({
  id: 'counters',
  title: 'counters by name: nstat, netstat -s, ethtool -S, /proc',
  sniff: head =>
    (head.lines.some(line => line.startsWith('#')) && head.lines.some(line => NSTAT.test(line))) ||
    head.lines.some(line => line === '#kernel') ||
    mostLines(head, line => NSTAT.test(line) || PAIR.test(line) || VALUE_FIRST.test(line) || SECTION.test(line), 3),
  grammar: counted,
})

function counted(log: DiagnosticLog): LineGrammar {
  const table = new TableBuilder(
    'counters',
    [
      { name: 'SECTION', unit: '', cell: 'text' },
      { name: 'NAME', unit: '', cell: 'text' },
      { name: 'VALUE', unit: '', cell: 'number' },
      { name: 'UNIT', unit: '', cell: 'text' },
      { name: 'RATE', unit: '/s', cell: 'number' },
    ],
    log,
  )
  let section = ''
  let tool = 'counters'
  return {
    line(line, n) {
      const text = line.trimEnd()
      if (text.startsWith('#')) {
        section = text.slice(1).trim()
        if (section === 'kernel' || section.includes('sampling_interval=')) {
          tool = 'nstat'
          section = 'kernel'
        }
        return true
      }
      const nstat = NSTAT.exec(text)
      if (nstat !== null) return add([section, nstat[1]!, nstat[2]!, '', nstat[3]!], n)
      const pair = PAIR.exec(text)
      if (pair !== null)
        return add([section, pair[1]!, pair[2]!, pair[3] === undefined ? '' : (unitWord(pair[3]) ?? pair[3]), ''], n)
      const first = VALUE_FIRST.exec(text)
      if (first !== null) return add([section, first[2]!, first[1]!, '', ''], n)
      const title = SECTION.exec(text)
      if (title !== null) {
        section = /^\s/.test(text) && section !== '' ? `${section.split(': ')[0]!}: ${title[1]!}` : title[1]!
        return true
      }
      if (!WORDS.test(text)) return false
      const word = / (-?\d+)(?: |$|s$)/.exec(text)
      return add([section, text.trim(), word?.[1] ?? '', '', ''], n)
    },
    datasets: () => [table.finish({ tool })],
  }

  function add(cells: readonly string[], n: number): true {
    table.add(cells, n)
    return true
  }
}
