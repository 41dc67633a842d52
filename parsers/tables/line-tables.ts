import type { Cell } from '../build/table-builder.ts'

/** A line that is a row by itself, without a heading over it: `22:29:51 PIDs/sec: @: 120`. */
export interface LineTable {
  readonly tool: string
  /** Names of the columns, in the order of the pattern's groups. */
  readonly columns: readonly (readonly [label: string, cell: Cell])[]
  readonly pattern: RegExp
  /** Text that every such line holds: asked for first, because most lines of most files are none of these. */
  readonly hint: string
  /** Written over no row: gives the time of the rows that follow. */
  readonly stamps?: boolean
  /** Stands beside the output of other tools: does not say what an input is unless most of it is such lines. */
  readonly aside?: boolean
  /** What a number that was not printed means; absent unless given. */
  readonly missing?: '0'
}

const TIME = ['TIME', 'time'] as const
const number = (label: string): readonly [string, Cell] => [label, 'number']

/** Every such line; a new tool is an entry here. No pattern has two neighbouring repetitions that can match the same text. */
export const LINE_TABLES: readonly LineTable[] = [
  {
    tool: 'loadavg',
    hint: ' loadavg: ',
    stamps: true,
    columns: [
      TIME,
      number('LOAD1'),
      number('LOAD5'),
      number('LOAD15'),
      number('RUNNABLE'),
      number('TASKS'),
      number('LASTPID'),
    ],
    pattern: /^\s*(\d\d:\d\d:\d\d) loadavg: ([\d.]+) ([\d.]+) ([\d.]+) (\d+)\/(\d+) (\d+)\s*$/,
  },
  {
    tool: 'cachetop-memory',
    hint: ' Buffers MB: ',
    stamps: true,
    columns: [TIME, number('BUFFERS_MB'), number('CACHED_MB'), ['SORT', 'word'], ['ORDER', 'word']],
    pattern: /^\s*(\d\d:\d\d:\d\d) Buffers MB: (\d+) \/ Cached MB: (\d+)(?: \/ Sort: (\S+) \/ Order: (\S+))?\s*$/,
  },
  {
    tool: 'uptime',
    hint: 'load average',
    stamps: true,
    aside: true,
    columns: [TIME, ['UP', 'text'], number('USERS'), number('LOAD1'), number('LOAD5'), number('LOAD15')],
    pattern:
      /^(?:top -)? *(\d\d:\d\d:\d\d) up +(.{1,40}?), +(\d+) users?, +load averages?: (\d+[.,]\d+), (\d+[.,]\d+), (\d+[.,]\d+)\s*$/,
  },
  {
    tool: 'top tasks',
    hint: ' total, ',
    columns: [
      ['WHAT', 'word'],
      number('TOTAL'),
      number('RUNNING'),
      number('SLEEPING'),
      number('STOPPED'),
      number('ZOMBIE'),
    ],
    pattern: /^(Tasks|Threads): *(\d+) total, +(\d+) running, +(\d+) sleeping, +(\d+) stopped, +(\d+) zombie\s*$/,
  },
  {
    tool: 'top cpus',
    hint: 'pu',
    columns: [
      ['CPU', 'word'],
      number('%us'),
      number('%sy'),
      number('%ni'),
      number('%id'),
      number('%wa'),
      number('%hi'),
      number('%si'),
      number('%st'),
    ],
    pattern:
      /^%?(Cpu\d*)(?:\(s\))? *: *([\d.]+) ?%?us, *([\d.]+) ?%?sy, *([\d.]+) ?%?ni, *([\d.]+) ?%?id, *([\d.]+) ?%?wa, *([\d.]+) ?%?hi, *([\d.]+) ?%?si, *([\d.]+) ?%?st\s*$/,
  },
  {
    tool: 'top memory',
    hint: ' total, ',
    columns: [
      ['UNIT', 'word'],
      ['WHAT', 'word'],
      number('TOTAL'),
      number('FREE'),
      number('USED'),
      number('REST'),
      ['REST OF', 'text'],
    ],
    pattern:
      /^([KMGT]iB) (Mem|Swap) *: +([\d.]+)\+? ?total, +([\d.]+)\+? ?free, +([\d.]+)\+? ?used[,.] +([\d.]+)\+? ?(buff\/cache|avail Mem)\s*$/,
  },
  {
    tool: 'top memory old',
    hint: ' total, ',
    columns: [
      ['UNIT', 'word'],
      ['WHAT', 'word'],
      number('TOTAL'),
      number('USED'),
      number('FREE'),
      number('REST'),
      ['REST OF', 'text'],
    ],
    pattern:
      /^([KMGT]iB) (Mem|Swap): +(\d+)k? total, +(\d+)k? used, +(\d+)k? free[,.] +(\d+)k? (buffers|cached(?: Mem)?)\s*$/,
  },
  {
    tool: 'slabtop summary',
    hint: ' / ',
    columns: [['WHAT', 'text'], ['FIRST', 'auto'], ['SECOND', 'auto'], ['THIRD', 'auto'], number('%used')],
    pattern:
      /^ *((?:Active|Minimum) \/ [A-Za-z /]+?)(?: \(% used\))? *: ([\d.]+K?) \/ ([\d.]+K?)(?: \/ ([\d.]+K?))?(?: \(([\d.]+)%\))?\s*$/,
  },
  {
    tool: 'loads',
    hint: ' load averages: ',
    columns: [TIME, number('LOAD1'), number('LOAD5'), number('LOAD15')],
    pattern: /^\s*(\d\d:\d\d:\d\d) load averages: ([\d.]+) ([\d.]+) ([\d.]+)\s*$/,
  },
  {
    tool: 'pidpersec',
    hint: ' PIDs/sec:',
    missing: '0',
    columns: [TIME, number('PIDs/sec')],
    pattern: /^\s*(\d\d:\d\d:\d\d):? PIDs\/sec:(?: @:)? ?(\d*)\s*$/,
  },
  {
    tool: 'cpuunclaimed',
    hint: '%CPU ',
    columns: [TIME, number('%CPU'), number('%unclaimed')],
    pattern: /^\s*(?:(\d\d:\d\d:\d\d) )?%CPU\s+([\d.]+)%, unclaimed idle ([\d.]+)%\s*$/,
  },
  {
    tool: 'runqlen',
    hint: 'runqocc',
    columns: [['CPU', 'auto'], number('%runqocc')],
    pattern: /^\s*runqocc(?:, CPU (\d+))?:?\s+([\d.]+)%\s*$/,
  },
  {
    tool: 'oomkill',
    hint: ' Triggered by PID ',
    columns: [
      TIME,
      number('PID'),
      ['COMM', 'text'],
      number('TPID'),
      ['TCOMM', 'text'],
      number('PAGES'),
      ['LOADAVG', 'text'],
    ],
    pattern:
      /^\s*(\d\d:\d\d:\d\d) Triggered by PID (\d+) \("(.{0,64}?)"\), OOM kill of PID (\d+) \("(.{0,64}?)"\), (\d+) pages, loadavg: (.*)$/,
  },
  {
    tool: 'tcpsubnet',
    hint: '/',
    columns: [['SUBNET', 'word'], number('BYTES')],
    pattern: /^([0-9a-fA-F.:]+\/\d{1,3})\s+(\d+)\s*$/,
  },
  {
    tool: 'superping',
    hint: ' ping, ID ',
    columns: [['PROTO', 'word'], number('ID'), number('SEQ'), number('LAT(us)')],
    pattern: /^\s*(IPv[46]) ping, ID (\d+) seq (\d+): (\d+) us\s*$/,
  },
  {
    tool: 'ipecn',
    hint: ' ECN CE from: ',
    columns: [TIME, ['RADDR', 'word']],
    pattern: /^\s*(\d\d:\d\d:\d\d) ECN CE from: (\S+)\s*$/,
  },
  {
    tool: 'modsnoop',
    hint: ' module ',
    columns: [TIME, ['CALL', 'word'], ['MODULE', 'text']],
    pattern: /^\s*(\d\d:\d\d:\d\d) (module init|module load|module free): (.*)$/,
  },
  {
    tool: 'llcstat',
    hint: 'Total References: ',
    columns: [number('TOTAL_REFERENCES'), number('TOTAL_MISSES'), number('HIT%')],
    pattern: /^\s*Total References: (\d+) Total Misses: (\d+) Hit Rate: ([\d.]+)%\s*$/,
  },
  {
    tool: 'probes',
    hint: 'probes/',
    columns: [
      ['TYPE', 'word'],
      ['NAME', 'word'],
      ['TARGET', 'text'],
    ],
    pattern: /^([pr]\d{0,4}):([uk]probes\/\S{1,200}) (\S.{0,300})$/,
  },
  {
    tool: 'sadf',
    hint: '\t',
    columns: [['HOST', 'word'], number('INTERVAL(s)'), TIME, ['DEVICE', 'word'], ['METRIC', 'word'], number('VALUE')],
    pattern:
      /^(\S{1,255})\t(-?\d{1,9})\t(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: [A-Z]{3,5})?)\t(\S{1,64})\t(\S{1,64})\t(-?[\d.]{1,40})$/,
  },
  {
    tool: 'fatrace',
    hint: '): ',
    columns: [['COMM', 'text'], number('PID'), ['FLAGS', 'word'], ['PATH', 'text']],
    pattern: /^(\S.{0,15}?)\((\d+)\): ([RWCO<>+D]{1,6})\s+(\/.*)$/,
  },
  {
    tool: 'time',
    hint: 'm',
    aside: true,
    columns: [['CLOCK', 'word'], number('MINUTES'), number('SECONDS')],
    pattern: /^(real|user|sys)\s+(\d+)m([\d.]+)s\s*$/,
  },
  {
    tool: 'dd',
    hint: ' records ',
    aside: true,
    columns: [number('FULL'), number('PARTIAL'), ['SIDE', 'word']],
    pattern: /^\s*(\d+)\+(\d+) records (in|out)\s*$/,
  },
  {
    tool: 'dd-rate',
    hint: ' copied, ',
    aside: true,
    columns: [number('BYTES'), ['SIZE', 'text'], number('SECONDS'), ['RATE', 'text']],
    pattern: /^\s*(\d+) bytes \((.{1,40})\) copied, ([\d.]+) s, (.*)$/,
  },
]

/** What a line that is a row by itself says, undefined for other lines. */
export function lineTableOf(
  text: string,
): { readonly table: LineTable; readonly cells: readonly (string | undefined)[] } | undefined {
  if (text.length > 4096) return undefined
  for (const table of LINE_TABLES) {
    const match = text.includes(table.hint) ? table.pattern.exec(text) : null
    if (match !== null) return { table, cells: match.slice(1) }
  }
  return undefined
}
