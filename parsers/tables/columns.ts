import { splitLabel } from '../../src/model/index.ts'
import type { Cell } from '../build/table-builder.ts'

/**
 * What the cells under a column label are, for every label the tools of BCC, libbpf-tools, bpftrace, procps and perf print. A label that is
 * not here is read by its unit (a unit makes it a number), else as one word whose type its cells decide.
 */
const LABELS: Readonly<Record<Cell, string>> = {
  time: 'TIME|TIME(s)|TIME(ms)|TIME(us)|TIME(ns)|TIMEus|TIME-UTC|START|time|Time|TIMESTAMP_ns|ENDTIME_us|ENDTIME_ns|TIMESTAMP|Timestamp',
  number:
    'PID|TID|PPID|TGID|UID|GID|C-PID|TPID|SID|FD|RET|ERR|RETVAL|SIG#|BYTES|SIZE|OFF|OFFSET|AGE|SECTOR|PORT|LPORT|RPORT|SPORT|DPORT|IF|IP|CAP|AUDIT|INSETID|NODE|ORDER|FRAGIDX|MIN|LOW|HIGH|FREE' +
    '|PAGES|CPU|MAJ|MIN|LEN|BACKLOG|NETNS|MNT_NS|COUNT|HITS|HIT|MISS|MISSES|DIRTIES|REFERENCE|REFS|READS|WRITES|R_Kb|W_Kb|I/O|IOs|Kbytes|CALLS|TOTAL|ALLOCS|RETRANSMITS|CONNECTS|BINDS' +
    '|SRC_NID|DST_NID|GOTBITS|ms|MS|SECONDS|bytes|NUMA_migrations|NUMA_migrations_ms|KSWAPD|WRITEPAGE|event_duration|snd_cwnd|snd_ssthresh|sk_sndbuf|sk_wmem_queued|time_us|PREV-TID|PREV_TID|SEQ|avg_size|BPS|PPS',
  comm: 'COMM|PCOMM|C-COMM|CMD|TASK|PROCESS|NAME|CMDLINE|PREV-COMM|PREV_COMM|PREV COMM|COMMAND(t)',
  text: 'ARGS|ARGs|ARGS (RET)|PATH|FILE|FILENAME|QUERY|HOST|CALL|COMMAND|Command|MESSAGE|DESCRIPTION|EVENT|FUNC|METHOD|TARGET|SYMBOL|Symbol|EXIT_CODE|-|CLASS|TYPE/NAME|PPC HCALL|NAME/TYPE|CACHE|SOCKET|Cmnd',
  word:
    'T|TYPE|D|DISK|Disk|DEVICE|Device|DEV|PROT|PROTO|MODE|ZONE|STATUS|STATE|OLDSTATE|NEWSTATE|SADDR|DADDR|LADDR|RADDR|LADDR6|RADDR6|ADDR|SKADDR|SYS|SYSCALL|SIG|REASON|RVAL|FLAGS|OPTS|HARDIRQ|SOFTIRQ' +
    '|LABEL|ACTION|KVM_EXIT_REASON|T>|BL|FAM|ADDRESS|CALLER|QUEUE|Driver|IFACE|Iface|DIR|USER',
  auto: 'RESULT|ID|VERDICT|PR|NI|Recv-Q|Send-Q',
  duration: '',
  endpoint: 'LADDR:LPORT|RADDR:RPORT|SADDR:SPORT|DADDR:DPORT',
}

/** What date(1) calls zones: vmstat -t writes it over its times. */
export const ZONES = [
  'UTC',
  'GMT',
  'WET',
  'WEST',
  'BST',
  'IST',
  'CET',
  'CEST',
  'EET',
  'EEST',
  'MSK',
  'EST',
  'EDT',
  'CST',
  'CDT',
  'MST',
  'MDT',
  'PST',
  'PDT',
  'AKST',
  'HST',
  'JST',
  'KST',
  'AEST',
  'AEDT',
  'NZST',
  'SAST',
] as const

const CELLS = new Map<string, Cell>()
for (const cell of Object.keys(LABELS) as Cell[])
  for (const label of LABELS[cell].split('|')) if (label !== '') CELLS.set(label, cell)
for (const zone of ZONES) CELLS.set(zone, 'time')

/** Labels of more than one word, longest first; a header is searched for them before it is cut at its blanks. */
export const WIDE_LABELS: readonly string[] = [
  'GC TIME',
  'MEMCACHED KEY',
  'LAST WAKER PID',
  'TOTAL TIME (us)',
  'TIME (us)',
  'TIME (ms)',
  'TIME (ns)',
  'MIN (us)',
  'MAX (us)',
  'AVG (us)',
  'MIN (ms)',
  'MAX (ms)',
  'AVG (ms)',
  '# CALLS',
  '# ALLOCS',
  '# BYTES',
  'PPC HCALL',
  'ARGS (RET)',
  'PREV COMM',
  'PREV TID',
  'VQ Name',
  'In SGs',
  'Out SGs',
  'In BW',
  'Out BW',
  'Local Address',
  'Foreign Address',
  'PID/Program name',
  'Control Group',
  'LAT (us)',
  'LAT (ms)',
  'OBJ SIZE',
  'CACHE SIZE',
  'Mounted on',
  'Local Address:Port',
  'Peer Address:PortProcess',
  'Peer Address:Port',
  'NET I/O',
  'BLOCK I/O',
  'MEM USAGE / LIMIT',
  'CONTAINER ID',
  'MEM %',
  'CPU %',
]

/** Cell of a known label, undefined for an unknown one. */
export function knownCell(label: string): Cell | undefined {
  return CELLS.get(label)
}

/** Cell of any label. */
export function cellOf(label: string): Cell {
  const known = CELLS.get(label)
  if (known !== undefined) return known
  if (label.startsWith('[')) return 'number'
  const { name, unit } = splitLabel(label)
  if (unit !== '') return 'number'
  return CELLS.get(name) ?? 'auto'
}
