/**
 * Tables and counters of /proc and of cgroups, once or in snapshots one after the other, each under its own heading or known by its names:
 *
 *                CPU0       CPU1                                                      /proc/interrupts, /proc/softirqs
 *      24:      12345          0   PCI-MSI 49152-edge      virtio0-config
 *     Inter-|   Receive                                                |  Transmit    /proc/net/dev
 *      eth0: 1234 56 0 0 0 0 0 0 789 12 0 0 0 0 0 0
 *     Ip: Forwarding DefaultTTL                                                       /proc/net/snmp, /proc/net/netstat
 *     Ip: 1 64
 *     TCP: inuse 27 orphan 0 tw 65 alloc 31 mem 4                                     /proc/net/sockstat
 *     00008e78 00000000 00000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000      /proc/net/softnet_stat
 *     nr_free_pages 1234567                                                           /proc/vmstat, memory.stat, cpu.stat and memory.events of a cgroup
 *     # name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>    /proc/slabinfo
 *
 * Of what only grows, the differences between snapshots are a table of their own. Source: Linux fs/proc, net/core/net-procfs.c, mm/slab_common.c,
 * Documentation/admin-guide/cgroup-v2.rst.
 */
import type { DiagnosticLog, EventTable } from '../../src/model/index.ts'
import { SnapshotTable } from '../build/snapshot-table.ts'
import type { Cell, ColumnSpec } from '../build/table-builder.ts'
import type { Head } from '../reading/head.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'

const CPUS = /^ +CPU\d+(?: +CPU\d+)* *$/
const IRQ = /^ *([\w-]{1,32}): +(\d[\d ]*?)(?: {2,}(\S.*)|\s+([A-Za-z]\S.*))?$/
const DEV_TITLE = /^Inter-\| +Receive/
const DEV_HEADING = /^ face \|bytes/
const DEV = /^ *([^\s:]{1,64}):((?: *\d+){16})$/
const GROUP = /^([A-Za-z][A-Za-z0-9]{1,31}):((?: -?[\w]+)+) *$/
const SOCKETS = /^(sockets|TCP6?|UDP6?|UDPLITE6?|RAW6?|FRAG6?): (inuse|used) \d+/
const SOFTNET = /^[0-9a-f]{8}(?: [0-9a-f]{8}){8,14}$/
const COUNTER = /^([A-Za-z_][\w.:]{0,63})[ \t]+(\d{1,20}|max)$/
const SLAB_TITLE = /^slabinfo - version: \d/
const SLAB =
  /^(\S{1,64}) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) : tunables +(\d+) +(\d+) +(\d+) : slabdata +(\d+) +(\d+) +(\d+)/
const FILE = /^==> (\S.{0,255}) <==$/

/** Names that begin /proc/vmstat and the files of a cgroup: any list of names and numbers looks like theirs. */
const FIRST_COUNTERS =
  /^(?:nr_free_pages|nr_\w+|pgpgin|pgfault|anon|cache|rss|usage_usec|user_usec|nr_periods|low|high|populated|Ip6InReceives|workingset_\w+|inactive_anon|hierarchical_memory_limit)$/

export const procTables = lineFormat({
  id: 'proc-tables',
  title: 'tables and counters of /proc and cgroups: interrupts, softirqs, net, slabinfo, vmstat, memory.stat',
  indented: true,
  sniff: sniffTables,
  grammar: (log, { interval }) => new ProcTables(log, interval),
})

function sniffTables(head: Head): boolean {
  const lines = head.lines.filter(line => !FILE.test(line))
  const [first = '', second = ''] = lines
  if (CPUS.test(first)) return IRQ.test(second.trimEnd())
  if (DEV_TITLE.test(first)) return DEV_HEADING.test(second)
  if (SLAB_TITLE.test(first)) return second.startsWith('# name')
  if (isGroup(first, second) || SOCKETS.test(first)) return true
  if (SOFTNET.test(first)) return lines.every(line => SOFTNET.test(line))
  const counted = lines.map(line => COUNTER.exec(line)?.[1])
  // a cgroup's cpu.stat has three lines
  return FIRST_COUNTERS.test(counted[0] ?? '') && lines.length > 2 && counted.every(name => name !== undefined)
}

/** True for names over their numbers: as many words, none of the second line a name. */
function isGroup(names: string, values: string): boolean {
  const [above, below] = [GROUP.exec(names.trimEnd()), GROUP.exec(values.trimEnd())]
  if (above === null || below === null || above[1] !== below[1]) return false
  const [labels, numbers] = [above[2]!.trim().split(' '), below[2]!.trim().split(' ')]
  return labels.length === numbers.length && labels.every(isName) && numbers.every(word => /^-?\d+$/.test(word))
}

function isName(word: string): boolean {
  return /^[A-Za-z]\w*$/.test(word)
}

const text = (name: string): ColumnSpec => ({ name, unit: '', cell: 'text' })
const numbers = (...names: readonly string[]): ColumnSpec[] =>
  names.map(name => ({ name, unit: '', cell: 'number' as Cell }))

const DEV_NAMES = ['bytes', 'packets', 'errs', 'drop', 'fifo', 'frame', 'compressed', 'multicast']
const DEV_SENT = ['bytes', 'packets', 'errs', 'drop', 'fifo', 'colls', 'carrier', 'compressed']
const DEV_COLUMNS = [...DEV_NAMES.map(name => `rx ${name}`), ...DEV_SENT.map(name => `tx ${name}`)]
const SOFTNET_NAMES = ['processed', 'dropped', 'time_squeeze', 'received_rps', 'flow_limit_count', 'backlog_len', 'cpu']
/** Where those stand among the words of a row; the words between are always 0. */
const SOFTNET_AT = [0, 1, 2, 9, 10, 11, 12]
const SLAB_NAMES = [
  ...['active_objs', 'num_objs', 'objsize', 'objperslab', 'pagesperslab', 'limit', 'batchcount', 'sharedfactor'],
  ...['active_slabs', 'num_slabs', 'sharedavail'],
]

/** The rows of each file, in tables that are made once and given when they have rows. */
class ProcTables implements LineGrammar {
  private readonly log: DiagnosticLog
  private readonly interval: number | undefined
  private readonly found: SnapshotTable[] = []
  private readonly devices: SnapshotTable
  private readonly groups: SnapshotTable
  private readonly sockets: SnapshotTable
  private readonly softnet: SnapshotTable
  private readonly counters: SnapshotTable
  private readonly slabs: SnapshotTable
  /** Columns of the heading of CPUs that came last, and the table under it once it has a row. */
  private cpus: readonly string[] = []
  private irqs: SnapshotTable | undefined
  private file = ''
  /** Names that wait for their numbers. */
  private names: RegExpExecArray | null = null
  private row = 0

  constructor(log: DiagnosticLog, interval: number | undefined) {
    this.log = log
    this.interval = interval
    this.devices = this.made('net/dev', ['IFACE'], DEV_COLUMNS)
    this.groups = this.made('net', ['GROUP', 'NAME'], ['VALUE'])
    this.sockets = this.made('sockstat', ['PROTOCOL', 'NAME'], ['VALUE'], [])
    this.softnet = this.made('softnet_stat', ['ROW'], SOFTNET_NAMES, SOFTNET_NAMES.slice(0, 5))
    this.counters = this.made('counters', ['FILE', 'NAME'], ['VALUE'])
    this.slabs = this.made('slabinfo', ['NAME'], SLAB_NAMES, [])
  }

  line(raw: string, n: number): boolean {
    const line = raw.trimEnd()
    if (SOFTNET.test(line)) return this.softnetRow(line.split(' '), n)
    this.row = 0
    const named = FILE.exec(line)
    if (named !== null) {
      this.file = named[1]!
      return true
    }
    if (CPUS.test(line)) return this.openIrqs(line.trim().split(/ +/))
    if (DEV_TITLE.test(line) || DEV_HEADING.test(line) || SLAB_TITLE.test(line) || line.startsWith('# name'))
      return true
    const device = DEV.exec(line)
    if (device !== null) return this.add(this.devices, [device[1]!, ...device[2]!.trim().split(/ +/)], n)
    const slab = SLAB.exec(line)
    if (slab !== null) return this.add(this.slabs, slab.slice(1), n)
    if (this.irqRow(line, n) || this.groupRow(line, n)) return true
    const counter = COUNTER.exec(line)
    if (counter === null) return false
    return this.add(this.counters, [this.file, counter[1]!, counter[2] === 'max' ? '' : counter[2]!], n)
  }

  datasets(): readonly EventTable[] {
    return this.found.flatMap(table => table.finish({ tool: 'proc' }, this.interval))
  }

  private made(name: string, keys: readonly string[], columns: readonly string[], growing = columns): SnapshotTable {
    const specs = [...keys.map(text), ...numbers(...columns)]
    const table = new SnapshotTable(name, specs, { keys: keys.length, growing }, this.log)
    this.found.push(table)
    return table
  }

  private add(table: SnapshotTable, cells: readonly string[], n: number): true {
    table.add(cells, n)
    return true
  }

  /** A heading of CPUs: what follows is a table of its own where the CPUs are others than before. */
  private openIrqs(cpus: readonly string[]): true {
    if (cpus.join() !== this.cpus.join()) this.irqs = undefined
    this.cpus = cpus
    return true
  }

  private irqRow(line: string, n: number): boolean {
    const match = this.cpus.length === 0 ? null : IRQ.exec(line)
    if (match === null) return false
    const counts = match[2]!.trim().split(/ +/)
    if (counts.length > this.cpus.length) return false
    if (this.irqs === undefined) {
      const softirqs = match[1] === 'HI' || /softirqs/.test(this.file)
      const specs = [text('IRQ'), ...numbers(...this.cpus), ...(softirqs ? [] : [text('NAME')])]
      const shape = { keys: 1, growing: this.cpus }
      this.irqs = new SnapshotTable(softirqs ? 'softirqs' : 'interrupts', specs, shape, this.log)
      this.found.push(this.irqs)
    }
    // ERR and MIS are counted for all CPUs together
    while (counts.length < this.cpus.length) counts.push('')
    const name = (match[3] ?? match[4] ?? '').trim().replace(/ {2,}/g, ' ')
    return this.add(this.irqs, [match[1]!, ...counts, name], n)
  }

  private groupRow(line: string, n: number): boolean {
    const match = GROUP.exec(line)
    if (match === null) return false
    const words = match[2]!.trim().split(' ')
    if (SOCKETS.test(line)) {
      for (let i = 0; i + 1 < words.length; i += 2) this.add(this.sockets, [match[1]!, words[i]!, words[i + 1]!], n)
      return true
    }
    const { names } = this
    this.names = null
    if (names === null || names[1] !== match[1]) {
      if (words.every(isName)) this.names = match
      return this.names !== null
    }
    const labels = names[2]!.trim().split(' ')
    if (labels.length !== words.length || !words.every(word => /^-?\d+$/.test(word))) return false
    labels.forEach((label, i) => this.add(this.groups, [match[1]!, label, words[i]!], n))
    return true
  }

  private softnetRow(hex: readonly string[], n: number): true {
    const words = hex.map(word => String(Number.parseInt(word, 16)))
    // older kernels do not print the CPU: a row each, of those that are online
    const cpu = words[12] ?? String(this.row)
    this.row++
    return this.add(this.softnet, [cpu, ...SOFTNET_AT.map(at => (at === 12 ? cpu : (words[at] ?? '')))], n)
  }
}
