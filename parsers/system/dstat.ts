/**
 * dstat and dool: a line of groups, a line of names, then a row per interval, bars between the groups:
 *
 *     --total-cpu-usage-- -dsk/total- ---system--
 *     usr sys idl wai stl| read  writ| int   csw
 *      38   9  53   0   0| 762k 2094k|1395  4345
 *
 * Columns are called by group and name; sizes are bytes, with suffixes that are powers of 1024. Source: dstat, dool.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { columnSpecs, TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'

const GROUPS = /^-+[a-z][\w/ .:%-]*-+(?: +-+[a-z][\w/ .:%-]*-+)*(?: .*)?$/
const NAMES = /^ *[a-z0-9#][\w#%/]*(?: +[\w#%/]+)* *(?:\|[\w#%/ ]*)+$/
const CELL = /^(?:-?\d+(?:\.\d+)?[BkMGT]?|-|missing|\S{1,64})$/
const SIZES = /^(?:dsk|net|paging|memory-usage|swap|io|proc|load)/

export const dstat = lineFormat({
  id: 'dstat',
  title: 'dstat and dool',
  sniff: head => head.lines.some((line, i) => GROUPS.test(line) && NAMES.test(head.lines[i + 1] ?? '')),
  grammar: intervals,
})

function intervals(log: DiagnosticLog, { interval }: { readonly interval?: number }): LineGrammar {
  const tables = new Map<string, TableBuilder>()
  let groups: readonly string[] = []
  /** The line before was of groups: this one names the columns. */
  let headed = false
  let table: TableBuilder | undefined
  let widths: readonly number[] = []
  return {
    line(line, n) {
      const names = headed
      headed = GROUPS.test(line)
      if (headed) {
        groups = line
          .trim()
          .split(/ +/)
          .map(group => group.replace(/^-+|-+$/g, ''))
        return true
      }
      const parts = line.split('|').map(part =>
        part
          .trim()
          .split(/ +/)
          .filter(word => word !== ''),
      )
      if (names && NAMES.test(line) && parts.length === groups.length) {
        const labels = parts.flatMap((part, i) => part.map(name => `${groups[i]!} ${name}`))
        const id = labels.join('|')
        table = tables.get(id)
        if (table === undefined)
          tables.set(
            id,
            (table = new TableBuilder(
              'dstat',
              columnSpecs(labels, label => (/time/.test(label) ? 'text' : 'number')),
              log,
            )),
          )
        widths = parts.map(part => part.length)
        return true
      }
      if (table === undefined || parts.length !== widths.length) return false
      const cells = parts.flatMap((part, i) => (widths[i] === 1 ? [part.join(' ')] : part))
      if (cells.length !== table.specs.length || !cells.every(cell => cell !== '' && CELL.test(cell.replace(' ', '_'))))
        return false
      if (table.length > 0) table.nextInterval()
      table.add(
        cells.map((cell, i) => sized(cell, groupOf(i))),
        n,
      )
      return true
    },
    datasets: () =>
      [...tables.values()].map((one, i) => ({
        ...one.finish({ tool: 'dstat' }, interval),
        name: i === 0 ? 'dstat' : `dstat ${i + 1}`,
      })),
  }

  function groupOf(column: number): string {
    let at = 0
    for (let i = 0; i < widths.length; i++) if ((at += widths[i]!) > column) return groups[i]!
    return ''
  }
}

/** `762k` as `762K`, the suffix of 1024 that cells know; counts above a thousand have it too. */
function sized(cell: string, group: string): string {
  const match = /^(-?\d+(?:\.\d+)?)([BkMGT])$/.exec(cell)
  if (match === null) return cell === 'missing' ? '' : cell
  if (match[2] === 'B') return match[1]!
  const factor = (SIZES.test(group) ? 1024 : 1000) ** ('kMGT'.indexOf(match[2]!) + 1)
  return String(Number(match[1]) * factor)
}
