/**
 * Files of /proc that hold numbers under their names, once or in snapshots one after the other:
 *
 *     some avg10=98.84 avg60=98.26 avg300=96.01 total=1272792133            /proc/pressure/cpu, cpu.pressure of a cgroup
 *     12345.67 23456.78                                                      /proc/uptime: seconds up, idle seconds of all CPUs
 *     0.52 0.58 0.59 1/467 12345                                             /proc/loadavg
 *     cpu  4705 150 1120 16250 520 30 45 0 0 0                               /proc/stat
 *     ctxt 1990473
 *        8       0 sda 4567 123 45678 890 1234 567 89012 345 0 678 1235      /proc/diskstats
 *     ==> /proc/pressure/io <==                                              as head and tail put names over files
 *
 * Of what only grows while the system runs, the differences between snapshots are a table of their own. Source: Linux Documentation/accounting/psi.rst,
 * admin-guide/iostats.rst, filesystems/proc.rst.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { SnapshotTable } from '../build/snapshot-table.ts'
import type { Cell, ColumnSpec } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat, mostLines } from '../reading/line-format.ts'

const PRESSURE = /^(some|full) avg10=([\d.]+) avg60=([\d.]+) avg300=([\d.]+) total=(\d+)$/
const UPTIME = /^(\d{1,12}\.\d\d) (\d{1,15}\.\d\d)$/
const LOAD = /^(\d+\.\d\d) (\d+\.\d\d) (\d+\.\d\d) (\d+)\/(\d+) (\d+)$/
const CPU = /^(cpu\d*) +(\d+(?: \d+){3,9})$/
const STAT = /^(intr|ctxt|btime|processes|procs_running|procs_blocked|softirq|page|swap) (\d+)((?: \d+)*)$/
const DISK = /^ *(\d+) +(\d+) (\S{1,64})((?: \d+){11,17})$/
const NAME = /^==> (\S.{0,255}) <==$/

export const proc = lineFormat({
  id: 'proc',
  title: 'files of /proc: pressure, uptime, loadavg, stat, diskstats, and snapshots of them',
  sniff(head) {
    const lines = head.lines.filter(line => !NAME.test(line))
    const alone = lines.length === 1
    return (
      mostLines(
        { ...head, lines },
        line => PRESSURE.test(line) || CPU.test(line) || STAT.test(line) || DISK.test(line) || LOAD.test(line),
        1,
        1,
      ) ||
      (alone && UPTIME.test(lines[0]!.trim())) ||
      (head.lines.some(line => /^==> .*uptime <==$/.test(line)) && lines.every(line => UPTIME.test(line.trim())))
    )
  },
  grammar: snapshots,
})

const text = (name: string): ColumnSpec => ({ name, unit: '', cell: 'text' })
const numbers = (unit: string, ...names: string[]): ColumnSpec[] =>
  names.map(name => ({ name, unit, cell: 'number' as Cell }))

const CPU_TIMES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal', 'guest', 'guest_nice']
const DISK_COUNTS = [
  'reads',
  'reads merged',
  'sectors read',
  'read ms',
  'writes',
  'writes merged',
  'sectors written',
  'write ms',
  'in flight',
  'io ms',
  'weighted ms',
  'discards',
  'discards merged',
  'sectors discarded',
  'discard ms',
  'flushes',
  'flush ms',
]

function snapshots(log: DiagnosticLog, { interval }: { readonly interval?: number }): LineGrammar {
  const pressure = new SnapshotTable(
    'pressure',
    [text('FILE'), text('KIND'), ...numbers('%', 'avg10', 'avg60', 'avg300'), ...numbers('us', 'total')],
    { keys: 2, growing: ['total'] },
    log,
  )
  const uptime = new SnapshotTable('uptime', numbers('s', 'UP', 'IDLE'), { keys: 0, growing: ['UP', 'IDLE'] }, log)
  const load = new SnapshotTable(
    'loadavg',
    numbers('', 'LOAD1', 'LOAD5', 'LOAD15', 'RUNNABLE', 'TASKS', 'LASTPID'),
    { keys: 0, growing: [] },
    log,
  )
  const cpus = new SnapshotTable(
    'cpu ticks',
    [text('CPU'), ...numbers('', ...CPU_TIMES)],
    { keys: 1, growing: CPU_TIMES },
    log,
  )
  const stat = new SnapshotTable(
    'stat',
    [text('NAME'), ...numbers('', 'VALUE'), text('PARTS')],
    { keys: 1, growing: ['VALUE'] },
    log,
  )
  const disks = new SnapshotTable(
    'diskstats',
    [...numbers('', 'MAJOR', 'MINOR'), text('DEV'), ...numbers('', ...DISK_COUNTS)],
    { keys: 3, growing: DISK_COUNTS.filter(name => name !== 'in flight') },
    log,
  )
  let file = ''
  return {
    line(line, n) {
      const words = line.trimEnd()
      const name = NAME.exec(words)
      if (name !== null) {
        file = name[1]!
        return true
      }
      const add = (table: SnapshotTable, cells: readonly string[]): true => {
        table.add(cells, n)
        return true
      }
      const psi = PRESSURE.exec(words)
      if (psi !== null) return add(pressure, [file, ...psi.slice(1)])
      const up = UPTIME.exec(words.trim())
      if (up !== null) return add(uptime, up.slice(1))
      const loads = LOAD.exec(words.trim())
      if (loads !== null) return add(load, loads.slice(1))
      const cpu = CPU.exec(words)
      if (cpu !== null) return add(cpus, [cpu[1]!, ...cpu[2]!.split(' ')])
      const counted = STAT.exec(words)
      if (counted !== null) return add(stat, [counted[1]!, counted[2]!, counted[3]!.trim()])
      const disk = DISK.exec(words)
      return disk !== null && add(disks, [disk[1]!, disk[2]!, disk[3]!, ...disk[4]!.trim().split(' ')])
    },
    datasets: () =>
      [pressure, uptime, load, cpus, stat, disks].flatMap(table => table.finish({ tool: 'proc' }, interval)),
  }
}
