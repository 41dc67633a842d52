import type { Cell } from '../build/table-builder.ts'
import { ZONES } from './columns.ts'

/** A table some tool prints: its labels in order, `[LABEL]` = only with an option. A new tool is a line here. */
export interface ToolTable {
  readonly tool: string
  readonly labels: string
  /** Cells that differ from what the labels mean elsewhere. */
  readonly cells?: Readonly<Record<string, Cell>>
  /** Labels that the tool wrote over the wrong columns, and the right ones. */
  readonly rename?: Readonly<Record<string, string>>
  /** Rows begin with a name over which no label stands; it is called this. Such rows may leave numbers out. */
  readonly first?: string
  /** What the columns are called, in order, where labels repeat. */
  readonly names?: readonly string[]
  /** What lines under a row are called; default STACK. */
  readonly notes?: string
  /** What the last column prints may have line breaks: lines that are no rows belong to the row above. */
  readonly continues?: boolean
  /** The last column is indented to show depth. */
  readonly indented?: boolean
  /** The tool prints stacks under its rows: a bare name there is a frame. */
  readonly stacks?: boolean
  /** Rows may stop before the last columns. */
  readonly short?: boolean
  /** Other tools print the same columns: a banner that names one of them knows better. */
  readonly shared?: boolean
}

const SS_CELLS: Readonly<Record<string, Cell>> = {
  Netid: 'word',
  State: 'word',
  'Recv-Q': 'number',
  'Send-Q': 'number',
  'Local Address:Port': 'word',
  'Peer Address:Port': 'word',
  'Peer Address:PortProcess': 'text',
  Process: 'text',
}

/**
 * Per-event tables first, then interval and summary tables; within a group by name. Tools that print the same columns (the *slower family)
 * are told apart by their banner. Sources: bcc tools/*.py, libbpf-tools/*.c, bpftrace tools/*.bt, the BPF book's tools, procps, perf.
 */
export const TOOL_TABLES: readonly ToolTable[] = [
  { tool: 'bashreadline', labels: 'TIME PID COMMAND', notes: 'MORE', continues: true },
  { tool: 'dddos', labels: 'TIME(s) MESSAGE' },
  { tool: 'hello', labels: 'TIME(s) COMM PID MESSAGE' },
  { tool: 'nodejs_http_server', labels: 'TIME(s) COMM PID ARGS' },
  { tool: 'urandomread', labels: 'TIME(s) COMM PID GOTBITS' },
  { tool: 'bindsnoop', labels: '[TIME(s)] [UID] PID COMM PROT ADDR PORT OPTS IF', cells: { OPTS: 'word', IF: 'word' } },
  { tool: 'bindsnoop', labels: '[TIME] PID COMM RET PROTO OPTS IF PORT ADDR', cells: { OPTS: 'word', IF: 'word' } },
  { tool: 'bindsnoop', labels: 'LADDR LPORT BINDS' },
  {
    tool: 'blkalgn',
    labels: 'DISK OPS FLAGS LEN LBA PID COMM ALGN',
    rename: { OPS: 'FLAGS', FLAGS: 'OPS' },
    cells: { OPS: 'word', LBA: 'number', ALGN: 'number' },
  },
  { tool: 'biosnoop', labels: 'TIME(s) COMM PID DISK T SECTOR BYTES [QUE(ms)] LAT(ms) [PATTERN]' },
  { tool: 'biosnoop', labels: 'TIME(ms) DISK COMM PID LAT(ms)' },
  { tool: 'biosnoop', labels: 'TIME(ms) MAJOR MINOR COMM PID LAT(ms)', cells: { MAJOR: 'number', MINOR: 'number' } },
  { tool: 'biosnoop', labels: 'TIME COMM PID DISK T SECTOR BYTES LAT(ms)' },
  { tool: 'fsslower', labels: 'TIME COMM PID T BYTES OFF_KB LAT(ms) FILENAME', shared: true },
  {
    tool: 'capable',
    labels: 'TIME UID PID [TID] COMM CAP NAME AUDIT [VERDICT] [INSETID]',
    cells: { NAME: 'word' },
    stacks: true,
  },
  { tool: 'capable', labels: 'TIME UID PID COMM [TID] CAP NAME AUDIT', cells: { NAME: 'word' }, stacks: true },
  {
    tool: 'compactsnoop',
    labels: '[TIME(s)] COMM PID NODE ZONE ORDER MODE [FRAGIDX] [MIN] [LOW] [HIGH] [FREE] LAT(ms) STATUS',
    stacks: true,
  },
  { tool: 'dcsnoop', labels: 'TIME(s) PID COMM T FILE' },
  { tool: 'dcsnoop', labels: 'TIME PID COMM T FILE', rename: { TIME: 'TIME(ms)' } },
  {
    tool: 'pwru',
    labels: 'SKB CPU PROCESS [NETNS] [MARK/x] [IFACE] [PROTO] [MTU] [LEN] [TUPLE] FUNC [CALLER]',
    cells: {
      SKB: 'word',
      NETNS: 'word',
      'MARK/x': 'word',
      IFACE: 'word',
      PROTO: 'word',
      MTU: 'number',
      LEN: 'number',
      TUPLE: 'word',
      FUNC: 'word',
      CALLER: 'word',
    },
  },
  {
    tool: 'pwru',
    labels: 'SKB CPU PROCESS FUNC TIMESTAMP',
    rename: { TIMESTAMP: 'TIMESTAMP(ns)' },
    cells: { SKB: 'word', FUNC: 'word' },
  },
  { tool: 'disksnoop', labels: 'TIME(s) T BYTES LAT(ms)' },
  { tool: 'drsnoop', labels: '[TIME(s)] [TIME] [UID] COMM PID LAT(ms) PAGES [FREE(KB)]' },
  { tool: 'drsnoop', labels: 'TIME COMM TID LAT(ms) PAGES [FREE(KB)]' },
  {
    tool: 'elfsnoop',
    labels: 'TIME PID INTERPRETER FILE MOUNT INODE RET',
    cells: { FILE: 'word', INTERPRETER: 'word', MOUNT: 'word' },
  },
  { tool: 'execsnoop', labels: '[TIME] [TIME(s)] [UID] COMM PID [PPID] RET ARGS', notes: 'MORE', continues: true },
  { tool: 'execsnoop', labels: '[TIME] [TIME(s)] [UID] PCOMM PID [PPID] RET ARGS', notes: 'MORE', continues: true },
  { tool: 'execsnoop', labels: 'TIME(ms) PID ARGS' },
  { tool: 'execsnoop', labels: 'TIME PID PPID COMM ARGS' },
  { tool: 'execsnoop', labels: 'TIME PID ARGS' },
  {
    tool: 'exitsnoop',
    labels: `${ZONES.map(zone => `[TIME-${zone}]`).join(' ')} [TIME] [TIME(s)] [LABEL] PCOMM PID PPID TID AGE(s) EXIT_CODE`,
  },
  { tool: 'filegone', labels: 'TIME PID COMM ACTION FILE' },
  { tool: 'filelife', labels: 'TIME PID [TID] COMM AGE(s) FILE' },
  { tool: 'fileslower', labels: 'TIME(s) COMM PID D BYTES LAT(ms) FILENAME' },
  { tool: 'fileslower', labels: 'TIME(s) COMM TID D BYTES LAT(ms) FILENAME' },
  { tool: 'fsslower', labels: 'TIME COMM TID T BYTES OFF_KB LAT(ms) FILENAME', shared: true },
  { tool: 'funcslower', labels: '[TIME] COMM PID LAT(ms) RVAL FUNC [ARGS]', cells: { FUNC: 'word' }, stacks: true },
  { tool: 'funcslower', labels: '[TIME] COMM PID LAT(us) RVAL FUNC [ARGS]', cells: { FUNC: 'word' }, stacks: true },
  { tool: 'funcslower', labels: '[TIME] COMM PID LAT(ns) RVAL FUNC [ARGS]', cells: { FUNC: 'word' }, stacks: true },
  { tool: 'gethostlatency', labels: 'TIME PID COMM LATms HOST' },
  { tool: 'javagc', labels: 'TIME CPU PID GC TIME', cells: { 'GC TIME': 'number' } },
  {
    tool: 'ksnoop',
    labels: 'TIME CPU [NAMESPACE] PID [COMM] FUNCTION/ARGS',
    rename: { TIME: 'TIME(ns)' },
    cells: { 'FUNCTION/ARGS': 'text' },
    notes: 'VALUES',
  },
  { tool: 'killsnoop', labels: 'TIME PID COMM SIG TPID RESULT', cells: { RESULT: 'number' } },
  { tool: 'mdflush', labels: 'TIME PID COMM DEVICE' },
  { tool: 'mmapsnoop', labels: '[TIME] PID COMM PROT MAP OFFS(KB) SIZE(KB) FILE', cells: { MAP: 'word' } },
  { tool: 'mountsnoop', labels: '[TIME] COMM PID TID [PCOMM] [PPID] MNT_NS CALL' },
  { tool: 'mysqld_qslower', labels: 'TIME(s) PID MS QUERY', shared: true, notes: 'MORE', continues: true },
  { tool: 'mysqld_query', labels: 'TIME(s) COMM PID QUERY', notes: 'MORE', continues: true },
  {
    tool: 'naptime',
    labels: 'TIME PCOMM PPID COMM PID SECONDS',
    rename: { PCOMM: 'PPID', PPID: 'PCOMM', COMM: 'PID', PID: 'COMM' },
  },
  { tool: 'naptime', labels: 'TIME PPID PCOMM PID COMM SECONDS' },
  { tool: 'numasched', labels: 'TIME PID TID SRC_NID DST_NID COMM', cells: { COMM: 'text' } },
  { tool: 'opensnoop', labels: '[TIME(s)] [TIME] [UID] PID COMM FD ERR [FLAGS] [MODE] PATH', stacks: true },
  { tool: 'opensnoop', labels: '[TIME(s)] [UID] TID COMM FD ERR [FLAGS] [MODE] PATH', stacks: true },
  {
    tool: 'rdmaucma',
    labels: 'Timestamp Event Family Local Remote',
    cells: { Event: 'comm', Family: 'word', Local: 'word', Remote: 'word' },
  },
  { tool: 'runqslower', labels: 'TIME COMM TID LAT(us) [PREV COMM] [PREV TID]' },
  { tool: 'runqslower', labels: 'TIME COMM PID LAT(us) [PREV COMM] [PREV TID]' },
  { tool: 'setuids', labels: 'TIME PID COMM UID SYSCALL ARGS (RET)' },
  { tool: 'shmsnoop', labels: '[TIME(s)] PID COMM SYS RET ARGs', cells: { RET: 'word' } },
  { tool: 'sigsnoop', labels: 'TIME PID COMM SIG TPID RESULT' },
  { tool: 'soaccept', labels: 'PID PROCESS FAM ADDRESS PORT RESULT' },
  { tool: 'soconnect', labels: 'PID PROCESS FAM ADDRESS PORT LAT(us) RESULT' },
  { tool: 'sofdsnoop', labels: '[TIME(s)] ACTION TID COMM SOCKET FD NAME', cells: { NAME: 'text' } },
  { tool: 'softirqslower', labels: 'TIME STAGE SOFTIRQ LAT(us) CPU COMM', cells: { STAGE: 'text', COMM: 'text' } },
  { tool: 'solisten', labels: '[TIME(s)] PID COMM [NETNS] PROTO BACKLOG [PORT] ADDR [PORT]' },
  { tool: 'solisten', labels: '[TIME] PID COMM RET BACKLOG PROTO PORT ADDR' },
  {
    tool: 'sslsniff',
    labels: 'FUNC TIME(s) COMM PID [TID] [UID] LEN [LAT(ms)]',
    cells: { FUNC: 'word' },
    notes: 'DATA',
  },
  { tool: 'sslsnoop', labels: 'TIME(us) TID COMM LAT(us) RET FUNC' },
  { tool: 'stacksnoop', labels: 'TIME(s) [COMM] [PID] [CPU] SYSCALL', stacks: true },
  { tool: 'stacksnoop', labels: 'TIME(s) [COMM] [PID] [CPU] FUNCTION', stacks: true },
  { tool: 'statsnoop', labels: '[TIME(s)] PID COMM FD ERR PATH' },
  { tool: 'statsnoop', labels: '[TIME(s)] PID COMM [RET] ERR PATH' },
  { tool: 'syncsnoop', labels: 'TIME(s) COMM CALL' },
  { tool: 'syncsnoop', labels: 'TIME PID COMM EVENT' },
  { tool: 'tcpaccept', labels: '[TIME] [TIME(s)] PID COMM IP RADDR [RPORT] LADDR LPORT' },
  { tool: 'tcpaccept', labels: 'TIME PID COMM RADDR RPORT LADDR LPORT BL' },
  { tool: 'tcpconnect', labels: '[TIME] [TIME(s)] [UID] PID COMM [IP] SADDR [SPORT] [LPORT] DADDR DPORT [QUERY]' },
  { tool: 'tcpconnect', labels: 'LADDR RADDR RPORT CONNECTS' },
  { tool: 'tcpconnlat', labels: '[TIME(s)] PID COMM IP SADDR [LPORT] DADDR DPORT LAT(ms)' },
  { tool: 'tcpdrop', labels: 'TIME PID COMM SADDR:SPORT DADDR:DPORT STATE', stacks: true },
  { tool: 'tcpdrop', labels: 'TIME PID IP SADDR:SPORT > DADDR:DPORT STATE (FLAGS)', stacks: true },
  { tool: 'tcpdrop', labels: 'TIME PID IP SADDR:SPORT > DADDR:DPORT STATE (FLAGS) REASON (CODE)', stacks: true },
  { tool: 'tcplife', labels: '[TIME] [TIME(s)] PID COMM [IP] LADDR LPORT RADDR RPORT TX_KB RX_KB MS' },
  { tool: 'tcppktlat', labels: '[TIME(s)] PID COMM LADDR LPORT RADDR RPORT MS' },
  { tool: 'tcpreset', labels: 'TIME LADDR LPORT RADDR RPORT' },
  { tool: 'tcpretrans', labels: 'TIME PID IP LADDR:LPORT T> RADDR:RPORT STATE [SEQ]' },
  { tool: 'tcpretrans', labels: 'LADDR:LPORT RADDR:RPORT RETRANSMITS' },
  { tool: 'tcpretrans', labels: 'TIME PID LADDR:LPORT RADDR:RPORT STATE' },
  {
    tool: 'tcpstates',
    labels: '[TIME] [TIME(s)] SKADDR C-PID C-COMM [IP] LADDR LPORT RADDR RPORT OLDSTATE -> NEWSTATE MS',
  },
  { tool: 'tcpstates', labels: '[TIME(s)] SKADDR PID COMM [IP] LADDR LPORT RADDR RPORT OLDSTATE -> NEWSTATE MS' },
  { tool: 'tcptracer', labels: '[TIME(s)] T PID COMM IP SADDR DADDR SPORT DPORT [NETNS]' },
  { tool: 'tcpv4connect', labels: 'PID COMM SADDR DADDR DPORT' },
  { tool: 'threadsnoop', labels: 'TIME(ms) PID COMM FUNC', cells: { COMM: 'comm' } },
  { tool: 'threadsnoop', labels: 'TIME PID COMM FUNC' },
  { tool: 'trace', labels: '[TIME] [CPU] PID [TID] COMM FUNC [-]', cells: { FUNC: 'word' }, stacks: true },
  { tool: 'udpconnect', labels: 'TIME PID COMM IP RADDR RPORT' },
  { tool: 'uflow', labels: 'CPU PID TID TIME(us) METHOD', indented: true },
  { tool: 'undump', labels: 'TIME COMM PID SIZE DATA', cells: { DATA: 'text' } },
  { tool: 'ugc', labels: 'START TIME (us) DESCRIPTION' },
  { tool: 'uthreads', labels: 'TIME ID TYPE DESCRIPTION', cells: { ID: 'word' } },
  { tool: 'writeback', labels: 'TIME DEVICE PAGES REASON ms', cells: { REASON: 'text' } },

  { tool: 'argdist', labels: 'COUNT EVENT' },
  { tool: 'biopattern', labels: '[TIME] DISK %RND %SEQ COUNT KBYTES' },
  { tool: 'biotop', labels: 'PID COMM D MAJ MIN DISK I/O Kbytes AVGms' },
  { tool: 'bpflist', labels: 'PID COMM TYPE COUNT' },
  { tool: 'cachestat', labels: '[TIME] HITS MISSES DIRTIES HITRATIO BUFFERS_MB CACHED_MB' },
  { tool: 'cachestat', labels: '[TIME] [TOTAL] HITS MISSES DIRTIES READ_HIT% WRITE_HIT% BUFFERS_MB CACHED_MB' },
  { tool: 'cachetop', labels: 'PID UID CMD HITS MISSES DIRTIES READ_HIT% WRITE_HIT%', cells: { UID: 'word' } },
  { tool: 'dcstat', labels: 'TIME REFS/s SLOW/s MISS/s HIT%' },
  { tool: 'dirtop', labels: 'READS WRITES R_Kb W_Kb PATH' },
  { tool: 'filetop', labels: 'PID COMM READS WRITES R_Kb W_Kb T FILE' },
  { tool: 'filetop', labels: 'TID COMM READS WRITES R_Kb W_Kb T FILE' },
  { tool: 'funccount', labels: '[ADDR] FUNC COUNT' },
  {
    tool: 'hardirqs',
    labels: 'HARDIRQ [TOTAL_count] [TOTAL_usecs] [TOTAL_nsecs] [MAX_usecs] [MAX_nsecs] [CPU]',
    cells: { HARDIRQ: 'text' },
  },
  { tool: 'icstat', labels: 'TIME REFS MISSES HIT%' },
  { tool: 'kvmexit', labels: '[PID] [TID] [VCPU_ID] KVM_EXIT_REASON COUNT' },
  { tool: 'llcstat', labels: 'PID [TID] NAME CPU REFERENCE MISS HIT%' },
  {
    tool: 'mctop',
    labels: 'MEMCACHED KEY CALLS OBJSIZE REQ/S BW(kbps) TOTAL',
    cells: { 'MEMCACHED KEY': 'text', OBJSIZE: 'number' },
  },
  {
    tool: 'netqtop',
    labels: 'QueueID avg_size [0, 64) [64, 512) [512, 2K) [2K, 16K) [16K, 64K) [BPS] [PPS]',
    cells: { QueueID: 'word' },
  },
  { tool: 'numamove', labels: 'TIME NUMA_migrations NUMA_migrations_ms' },
  { tool: 'ppchcalls', labels: 'PPC HCALL COUNT [MIN (us)] [MAX (us)] [AVG (us)]' },
  { tool: 'ppchcalls', labels: 'PPC HCALL COUNT [MIN (ms)] [MAX (ms)] [AVG (ms)]' },
  { tool: 'slabratetop', labels: 'CACHE ALLOCS BYTES' },
  { tool: 'softirqs', labels: 'SOFTIRQ [TOTAL_count] [TOTAL_usecs] [TOTAL_nsecs] [MAX_usecs] [MAX_nsecs] [CPU]' },
  { tool: 'swapin', labels: 'COMM PID COUNT' },
  { tool: 'syscount', labels: 'SYSCALL COUNT [TIME (us)] [TIME (ms)]', cells: { SYSCALL: 'text' } },
  { tool: 'syscount', labels: 'PID COMM COUNT [TIME (us)] [TIME (ms)]', shared: true },
  {
    tool: 'tcpcong',
    labels: 'LAddrPort RAddrPort Open_ms Dod_ms Rcov_ms Cwr_ms Los_ms Chgs',
    cells: { LAddrPort: 'word', RAddrPort: 'word', Chgs: 'number' },
  },
  {
    tool: 'tcpcong',
    labels: 'LAddrPort RAddrPort Open_us Dod_us Rcov_us Cwr_us Los_us Chgs',
    cells: { LAddrPort: 'word', RAddrPort: 'word', Chgs: 'number' },
  },
  {
    tool: 'tcpcong',
    labels: 'LAddrPort6 RAddrPort6 Open_ms Dod_ms Rcov_ms Cwr_ms Los_ms Chgs',
    cells: { LAddrPort6: 'word', RAddrPort6: 'word', Chgs: 'number' },
  },
  {
    tool: 'tcpcong',
    labels: 'LAddrPort6 RAddrPort6 Open_us Dod_us Rcov_us Cwr_us Los_us Chgs',
    cells: { LAddrPort6: 'word', RAddrPort6: 'word', Chgs: 'number' },
  },
  { tool: 'tcptop', labels: 'PID COMM LADDR RADDR RX_KB TX_KB' },
  { tool: 'tcptop', labels: 'PID COMM LADDR6 RADDR6 RX_KB TX_KB' },
  { tool: 'ucalls', labels: 'METHOD # CALLS [TIME (us)] [TIME (ms)]' },
  { tool: 'ucalls', labels: 'SYSCALL # CALLS [TIME (us)] [TIME (ms)]', cells: { SYSCALL: 'text' } },
  { tool: 'uobjnew', labels: 'NAME/TYPE # ALLOCS # BYTES' },
  { tool: 'uobjnew', labels: 'TYPE # ALLOCS # BYTES', cells: { TYPE: 'text' } },
  { tool: 'ustat', labels: 'PID CMDLINE METHOD/s GC/s OBJNEW/s CLOAD/s EXC/s THR/s' },
  { tool: 'vfsstat', labels: 'TIME READ/s WRITE/s FSYNC/s OPEN/s CREATE/s [UNLINK/s] [MKDIR/s] [RMDIR/s]' },
  {
    tool: 'virtiostat',
    labels: 'Driver Device VQ Name In SGs Out SGs In BW Out BW',
    cells: { 'VQ Name': 'word', 'In SGs': 'number', 'Out SGs': 'number', 'In BW': 'number', 'Out BW': 'number' },
  },
  { tool: 'vmscan', labels: 'TIME S-SLABms D-RECLAIMms M-RECLAIMms KSWAPD WRITEPAGE' },

  {
    tool: 'vmstat',
    labels: `r b [w] swpd free [buff] [cache] [inact] [active] si so bi bo in cs us sy id [wa] [st] [gu] ${ZONES.map(zone => `[${zone}]`).join(' ')}`,
    cells: Object.fromEntries(
      'r b w swpd free buff cache inact active si so bi bo in cs us sy id wa st gu'
        .split(' ')
        .map(label => [label, 'number']),
    ),
  },
  {
    tool: 'vmstat disks',
    first: 'DISK',
    labels: 'total merged sectors ms total merged sectors ms cur sec',
    names: [
      'DISK',
      'reads',
      'reads merged',
      'sectors read',
      'read ms',
      'writes',
      'writes merged',
      'sectors written',
      'write ms',
      'io cur',
      'io sec',
    ],
    cells: {
      DISK: 'text',
      ...Object.fromEntries('total merged sectors ms cur sec'.split(' ').map(label => [label, 'number' as const])),
    },
  },
  {
    tool: 'free',
    first: 'NAME',
    labels: 'total used free shared [buff/cache] [buffers] [cache] [cached] [available]',
    cells: {
      NAME: 'text',
      ...Object.fromEntries(
        'total used free shared buff/cache buffers cache cached available'
          .split(' ')
          .map(label => [label, 'number' as const]),
      ),
    },
  },
  {
    tool: 'top',
    labels: 'PID USER PR NI VIRT RES SHR S %CPU %MEM TIME+ COMMAND',
    cells: {
      USER: 'word',
      PR: 'word',
      NI: 'number',
      VIRT: 'number',
      RES: 'number',
      SHR: 'number',
      S: 'word',
      'TIME+': 'word',
    },
  },
  {
    tool: 'slabtop',
    labels: 'OBJS ACTIVE USE OBJ SIZE SLABS OBJ/SLAB CACHE SIZE NAME',
    cells: {
      OBJS: 'number',
      ACTIVE: 'number',
      USE: 'number',
      'OBJ SIZE': 'number',
      SLABS: 'number',
      'OBJ/SLAB': 'number',
      'CACHE SIZE': 'number',
      NAME: 'text',
    },
  },
  {
    tool: 'df',
    labels:
      'Filesystem [1K-blocks] [1024-blocks] [Size] [Inodes] [Used] [IUsed] [Available] [Avail] [IFree] [Use%] [Capacity] [IUse%] Mounted on',
    cells: {
      Filesystem: 'word',
      '1K-blocks': 'number',
      '1024-blocks': 'number',
      Size: 'number',
      Inodes: 'number',
      Used: 'number',
      IUsed: 'number',
      Available: 'number',
      Avail: 'number',
      IFree: 'number',
      'Use%': 'number',
      Capacity: 'number',
      'IUse%': 'number',
      'Mounted on': 'text',
    },
  },
  {
    tool: 'ss',
    labels: '[Netid] State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess',
    notes: 'DETAILS',
    cells: SS_CELLS,
  },
  {
    tool: 'ss',
    labels: '[Netid] State Recv-Q Send-Q Local Address:Port Peer Address:Port [Process]',
    notes: 'DETAILS',
    cells: SS_CELLS,
  },
  {
    tool: 'netstat',
    labels: 'Proto Recv-Q Send-Q Local Address Foreign Address State [PID/Program name]',
    cells: {
      Proto: 'word',
      'Recv-Q': 'number',
      'Send-Q': 'number',
      'Local Address': 'word',
      'Foreign Address': 'word',
      State: 'word',
      'PID/Program name': 'text',
    },
  },
  {
    tool: 'nicstat',
    labels: 'Time Int rKB/s wKB/s rPk/s wPk/s rAvs wAvs %Util Sat',
    cells: { Int: 'word', rAvs: 'number', wAvs: 'number', Sat: 'number' },
  },
  {
    tool: 'tlbstat',
    labels: 'K_CYCLES K_INSTR IPC DTLB_WALKS ITLB_WALKS K_DTLBCYC K_ITLBCYC DTLB% ITLB%',
    cells: Object.fromEntries(
      'K_CYCLES K_INSTR IPC DTLB_WALKS ITLB_WALKS K_DTLBCYC K_ITLBCYC'.split(' ').map(label => [label, 'number']),
    ),
  },
  {
    tool: 'showboost',
    labels: 'TIME C0_MCYC C0_ACYC UTIL RATIO MHz',
    cells: { C0_MCYC: 'number', C0_ACYC: 'number', UTIL: 'number', RATIO: 'number', MHz: 'number' },
  },
  {
    tool: 'docker stats',
    labels: '[CONTAINER ID] [CONTAINER] [NAME] CPU % MEM USAGE / LIMIT MEM % NET I/O BLOCK I/O [PIDS]',
    cells: {
      'CONTAINER ID': 'word',
      CONTAINER: 'word',
      NAME: 'word',
      'CPU %': 'number',
      'MEM USAGE / LIMIT': 'text',
      'MEM %': 'number',
      'NET I/O': 'text',
      'BLOCK I/O': 'text',
      PIDS: 'number',
    },
  },
  {
    tool: 'kubectl top',
    labels: 'NAME CPU(cores) [CPU%] MEMORY(bytes) [MEMORY%]',
    cells: { NAME: 'word', 'CPU(cores)': 'word', 'MEMORY(bytes)': 'word' },
  },
  {
    tool: 'systemd-cgtop',
    labels: 'Control Group Tasks %CPU Memory Input/s Output/s',
    cells: { 'Control Group': 'text', Tasks: 'number', Memory: 'number', 'Input/s': 'number', 'Output/s': 'number' },
  },
]
