/**
 * Block I/O as blkparse prints what blktrace saw, and its summary:
 *
 *       8,0    3        1     0.000000000   697  G   W 223490 + 8 [kjournald]
 *       8,0    3        2     0.000001829   697  P   N [kjournald]
 *       8,0    3        9     0.000012000   697  A   W 223490 + 8 <- (8,1) 223427
 *     CPU0 (8,0):
 *      Reads Queued:           0,        0KiB	 Writes Queued:          22,       88KiB
 *     Throughput (R/W): 0KiB/s / 26KiB/s
 *     Events (8,0): 120 entries
 *     Skips: 0 forward (0 -   0.0%)
 *
 * Source: blktrace blkparse_fmt.c, blkparse.c.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'

const EVENT = /^ *(\d+,\d+) +(\d+) +(\d+) +(\d+\.\d+) +(\d+) +([A-Za-z]{1,2}) +(\S+)(?: +(\S.*))?$/
const BLOCKS = /^(\d+)(?: \+ (\d+))?(?: |$)/
const COMM = /\[([^\]]{0,64})\]$/
const SECTION = /^(?:CPU\d+|Total) \([^()]{1,40}\):$/
const PAIR = /^ *([A-Z][A-Za-z ]{2,24}): *(\d+)(?:, *(\d+)(KiB|MiB|GiB))? *$/
const THROUGHPUT = /^Throughput \(R\/W\): *(\d+)(KiB|MiB|GiB)\/s \/ *(\d+)(KiB|MiB|GiB)\/s$/
const EVENTS = /^Events \([^()]{1,40}\): (\d+) entries$/
const SKIPS = /^Skips: (\d+) forward \((\d+) - +([\d.]+)%\)$/

export const blkparse = lineFormat({
  id: 'blkparse',
  title: 'block I/O traced by blktrace: blkparse',
  sniff: head =>
    head.lines.some(line => EVENT.test(line) && BLOCKS.test(EVENT.exec(line)![8] ?? '')) ||
    head.lines.some(line => SECTION.test(line)),
  grammar: blocks,
})

const COLUMNS = [
  { name: 'DEV', unit: '', cell: 'text' },
  { name: 'CPU', unit: '', cell: 'number' },
  { name: 'SEQ', unit: '', cell: 'number' },
  { name: 'TIME', unit: 's', cell: 'number' },
  { name: 'PID', unit: '', cell: 'number' },
  { name: 'ACTION', unit: '', cell: 'text' },
  { name: 'RWBS', unit: '', cell: 'text' },
  { name: 'SECTOR', unit: 'sectors', cell: 'number' },
  { name: 'BLOCKS', unit: 'sectors', cell: 'number' },
  { name: 'COMM', unit: '', cell: 'text' },
  { name: 'DETAIL', unit: '', cell: 'text' },
] as const

const SUMMARY = [
  { name: 'SECTION', unit: '', cell: 'text' },
  { name: 'NAME', unit: '', cell: 'text' },
  { name: 'COUNT', unit: 'count', cell: 'number' },
  { name: 'SIZE', unit: 'KiB', cell: 'number' },
] as const

const KIB = new Map([
  ['KiB', 1],
  ['MiB', 1024],
  ['GiB', 1024 ** 2],
])

function blocks(log: DiagnosticLog): LineGrammar {
  const events = new TableBuilder('events', COLUMNS, log)
  const summary = new TableBuilder('summary', SUMMARY, log)
  let section = ''
  return {
    line(line, n) {
      const event = EVENT.exec(line)
      if (event !== null) {
        events.add(cellsOf(event), n)
        return true
      }
      const text = line.trimEnd()
      if (SECTION.test(text)) {
        section = text.slice(0, -1)
        return true
      }
      const rows = summaryOf(text)
      for (const [name, count, size] of rows) summary.add([section, name, count, size], n)
      return rows.length > 0
    },
    datasets: () => [
      events.finish({ tool: 'blkparse' }),
      ...(summary.length > 0 ? [summary.finish({ tool: 'blkparse' })] : []),
    ],
  }
}

/** Where the I/O is, how long it is and whose, from what follows the action. */
function cellsOf([, dev, cpu, seq, time, pid, action, rwbs, rest = '']: RegExpExecArray): string[] {
  const blocks = BLOCKS.exec(rest)
  const comm = COMM.exec(rest)
  const detail = rest.slice(blocks?.[0].length ?? 0, comm?.index ?? rest.length).trim()
  return [dev!, cpu!, seq!, time!, pid!, action!, rwbs!, blocks?.[1] ?? '', blocks?.[2] ?? '', comm?.[1] ?? '', detail]
}

/** Rows of a line of the summary, which mostly has two halves. */
function summaryOf(text: string): (readonly [name: string, count: string, size: string])[] {
  const rate = THROUGHPUT.exec(text)
  if (rate !== null)
    return [
      ['Throughput R (KiB/s)', '', String(Number(rate[1]) * KIB.get(rate[2]!)!)],
      ['Throughput W (KiB/s)', '', String(Number(rate[3]) * KIB.get(rate[4]!)!)],
    ]
  const events = EVENTS.exec(text)
  if (events !== null) return [['Events', events[1]!, '']]
  const skips = SKIPS.exec(text)
  if (skips !== null)
    return [
      ['Skips', skips[1]!, ''],
      ['Skipped events', skips[2]!, ''],
      ['Skipped events (%)', skips[3]!, ''],
    ]
  const halves = text.split('\t').filter(half => half.trim() !== '')
  const pairs = halves.map(half => PAIR.exec(half))
  if (pairs.length === 0 || pairs.includes(null)) return []
  return pairs.map(pair => [
    pair![1]!,
    pair![2]!,
    pair![3] === undefined ? '' : String(Number(pair![3]) * KIB.get(pair![4]!)!),
  ])
}
