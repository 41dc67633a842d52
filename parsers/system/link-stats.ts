/**
 * Counters of network interfaces and queues as `ip -s link` and `tc -s qdisc` print them, one row per counter:
 *
 *     2: eth0: <BROADCAST,UP> mtu 1500 qdisc fq state UP mode DEFAULT group default qlen 1000
 *         link/ether 66:a0:bd:97:58:92 brd ff:ff:ff:ff:ff:ff
 *         RX:  bytes packets errors dropped  missed   mcast
 *               3193      29      0       0       0       0
 *     qdisc pfifo_fast 0: dev eth0 root refcnt 2 bands 3
 *      Sent 1191323 bytes 12302 pkt (dropped 0, overlimits 0 requeues 2)
 *      backlog 0b 0p requeues 2
 *
 * Source: iproute2 ip/ipaddress.c, tc/tc_util.c, lib/utils.c.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'

const LINK = /^(\d+): ([^\s:]{1,64}): <([^>]{0,200})> mtu (\d+)(?: .*)?$/
const ADDRESS = /^ +(?:link\/\S+|inet6?|altname|vlan|bridge|valid_lft|alias|promiscuity|prog\/)\b.*$/
const GROUP = /^ +((?:RX|TX)(?: errors)?): +([a-z]\w*(?: +[a-z_]\w*)*) *$/
const VALUES = /^ +(\d[\d.]*[KMGTP]?(?: +\d[\d.]*[KMGTP]?)*) *$/
const QDISC = /^(qdisc|class|filter) (\S{1,64})(?: (\S{1,64}:\S{0,32}))?(?: dev (\S{1,64}))?(?: .*)?$/
const SENT = /^ Sent (\d+) bytes (\d+) pkts? \(dropped (\d+), overlimits (\d+) requeues (\d+)\) *$/
const BACKLOG = /^ backlog (\d+[KMG]?)b (\d+)p requeues (\d+) *$/
const PAIRS = /^ +[a-z]\w*(?: [a-z]\w*)? \d\S*(?: .*)?$/

export const linkStats = lineFormat({
  id: 'link-stats',
  title: 'counters of interfaces and queues: ip -s link, tc -s',
  sniff: head =>
    head.lines.some(line => QDISC.test(line)) && head.lines.some(line => SENT.test(line))
      ? true
      : head.lines.some(line => LINK.test(line)) && head.lines.some(line => GROUP.test(line)),
  grammar: stats,
})

const text = (name: string): { name: string; unit: string; cell: 'text' } => ({ name, unit: '', cell: 'text' })
const number = (name: string): { name: string; unit: string; cell: 'number' } => ({ name, unit: '', cell: 'number' })

function stats(log: DiagnosticLog): LineGrammar {
  const links = new TableBuilder('counters', [text('IFACE'), text('GROUP'), text('NAME'), number('VALUE')], log)
  const queues = new TableBuilder(
    'queues',
    [text('IFACE'), text('KIND'), text('HANDLE'), text('NAME'), number('VALUE')],
    log,
  )
  let link = ''
  let group = ''
  let names: readonly string[] = []
  let queue: readonly [string, string, string] = ['', '', '']
  const add = (pairs: readonly (readonly [string, string])[], n: number): true => {
    for (const [name, value] of pairs) queues.add([...queue, name, value], n)
    return true
  }
  return {
    line(line, n) {
      const opened = LINK.exec(line)
      if (opened !== null) {
        link = opened[2]!.replace(/@.*/, '')
        names = []
        links.add([link, 'link', 'mtu', opened[4]!], n)
        return true
      }
      if (link !== '' && ADDRESS.test(line)) return true
      const heads = GROUP.exec(line)
      if (heads !== null && link !== '') {
        group = heads[1]!
        names = heads[2]!.split(/ +/)
        return true
      }
      const values = names.length === 0 ? null : VALUES.exec(line)
      if (values !== null) {
        const cells = values[1]!.split(/ +/)
        if (cells.length !== names.length) return false
        cells.forEach((value, i) => links.add([link, group, names[i]!, value], n))
        names = []
        return true
      }
      const discipline = QDISC.exec(line)
      if (discipline !== null) {
        queue = [discipline[4] ?? '', `${discipline[1]!} ${discipline[2]!}`, discipline[3] ?? '']
        return true
      }
      return queue[1] !== '' && add(queueCounters(line), n) && isQueueLine(line)
    },
    datasets: () =>
      [links, queues]
        .filter(table => table.length > 0)
        .map(table => table.finish({ tool: table === links ? 'ip' : 'tc' })),
  }
}

function isQueueLine(line: string): boolean {
  return SENT.test(line) || BACKLOG.test(line) || PAIRS.test(line)
}

/** Counters of a line under a queue, as names and values. */
function queueCounters(line: string): [string, string][] {
  const sent = SENT.exec(line)
  if (sent !== null)
    return ['bytes', 'packets', 'dropped', 'overlimits', 'requeues'].map((name, i) => [name, sent[i + 1]!])
  const backlog = BACKLOG.exec(line)
  if (backlog !== null)
    return ['backlog bytes', 'backlog packets', 'backlog requeues'].map((name, i) => [name, backlog[i + 1]!])
  if (!PAIRS.test(line)) return []
  return [...line.matchAll(/([a-z]\w{0,40}) (\d{1,20}(?:\.\d{1,9})?)(?=\s|$)/g)].map(([, name, value]) => [
    name!,
    value!,
  ])
}
