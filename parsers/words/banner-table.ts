/**
 * Every line with which a tool, a shell or a terminal speaks about itself between the data:
 *
 *     Tracing block device I/O... Hit Ctrl-C to end.
 *     Sampling at 49 Hertz of PID [2040, 1316151] by user + kernel stack for 5 secs.
 *     Attaching 3 probes...                                       bpftrace
 *     WARNING: 3 stack traces could not be displayed.
 *     Lost 764896 events
 *     [ perf record: Captured and wrote 0.033 MB perf.data (12 samples) ]
 *     root@host:~# perf script
 *     Terminated
 *
 * Source: bcc tools/*.py and libbpf-tools/*.c (the print before the loop), bpftrace's log messages, perf's builtin-*.c, bash; FORMATS 0.2.
 */
import type { BannerFacts } from './tool-values.ts'
import { BLOCKED, EVENTS, OFF_CPU, SAMPLES } from './tool-values.ts'

/**
 * What a banner is: `announce` = which tool runs, as programs of bpftrace print it too; `chatter` = words of a tool that a program's own output may also
 * begin with; `warning` of a tool or library; `heading` = a first heading line, which detection has to see; `shell` = a command, or what became of one;
 * `lost` = events lost (group 1); `probes` and `stack-error` of bpftrace.
 */
export type BannerKind = 'announce' | 'chatter' | 'warning' | 'heading' | 'shell' | 'lost' | 'probes' | 'stack-error'

export interface BannerRow {
  /** Begins with `^`; leading blanks are taken off before. */
  readonly pattern: RegExp
  readonly is: BannerKind
  /** Tool that prints this over a table or a histogram; `$1` = the first group in lower case. */
  readonly tool?: string
  /** What it says of stacks under it, where tools of stacks print it. */
  readonly stacks?: (match: RegExpExecArray) => BannerFacts
}

const says = (is: BannerKind, pattern: RegExp): BannerRow => ({ is, pattern })
const of = (tool: string, pattern: RegExp, is: BannerKind = 'announce'): BannerRow => ({ is, pattern, tool })

/** The first row that fits a line tells what it is. */
export const BANNERS: readonly BannerRow[] = [
  {
    is: 'announce',
    pattern: /^Sampling at (\d+) (Hertz|events) of /,
    tool: 'profile',
    stacks: match => ({
      tool: 'profile',
      event: 'cpu-clock',
      value: SAMPLES,
      ...(match[2] === 'Hertz' && { frequency: Number(match[1]) }),
      ...halvesAndTime(match.input),
    }),
  },
  {
    is: 'announce',
    pattern: /^Tracing off-CPU time \((us|ns|ms)\) of /,
    stacks: match => ({
      tool: 'offcputime',
      event: 'off-CPU',
      value: { ...OFF_CPU, unit: match[1]! },
      ...halvesAndTime(match.input),
    }),
  },
  {
    is: 'announce',
    pattern: /^Tracing blocked time \((us|ns|ms)\) by /,
    stacks: match => ({
      tool: match.input.includes('waker') ? 'offwaketime' : 'wakeuptime',
      event: 'blocked',
      value: { ...BLOCKED, unit: match[1]! },
      ...halvesAndTime(match.input),
    }),
  },
  {
    is: 'announce',
    pattern: /^Tracing \d+ functions? for "(.*)"\.\.\./,
    // stackcount prints the same
    tool: 'funclatency',
    stacks: match => ({ tool: 'stackcount', event: match[1]!.replace(/^b'(.*)'$/, '$1'), value: EVENTS }),
  },
  of('biolatency', /^Tracing block device I\/O\.\.\. Hit Ctrl-C/),
  of('biopattern', /^Tracing block device I\/O requested seeks/),
  of('runqslower', /^Tracing run queue latency higher than/),
  of('runqlat', /^Tracing run queue latency/),
  of('runqlen', /^Sampling run queue length/),
  of('cpuunclaimed', /^Sampling run queues/),
  of('cpudist', /^Tracing (?:on|off)-CPU time\.\.\./),
  of('hardirqs', /^Tracing hard irq event/),
  of('softirqs', /^Tracing soft irq event/),
  of('softirqslower', /^[Tt]racing soft ?irqs? slower/),
  says('announce', /^tracing .{1,80}\.\.\. Hit Ctrl-C/),
  of('tcprtt', /^Tracing TCP RTT/),
  of('tcpsynbl', /^Tracing SYN backlog/),
  of('$1dist', /^Tracing (\w+) operation latency/),
  of('$1slower', /^Tracing (\w+) operations(?:(?: that are)? slower than| *$|\.\.\.)/),
  of('fileslower', /^Tracing sync read\/writes/),
  of('dbslower', /^Tracing database queries/),
  of('mysqld_qslower', /^Tracing MySQL server queries/),
  of('funcslower', /^Tracing function calls slower/),
  of('drsnoop', /^Tracing direct reclaim/),
  of('opensnoop', /^Tracing open syscalls/),
  of('funclatency', /^Tracing (?:\d+ functions? for|\w*_\w+\.\.\. Hit)/),
  of('funcinterval', /^Tracing (?:tracepoint|kprobe|uprobe|kernel function|user function) (?:function )?for "/),
  of('syscount', /^Tracing (?:syscalls|syscall '|failed syscalls)/),
  of('ppchcalls', /^Tracing ppc hcall/),
  of('swapin', /^Counting swap ins/),
  of('killsnoop', /^Tracing kill\(\) signals/),
  of('mdflush', /^Tracing md flush/),
  of('bindsnoop', /^Tracing binds/),
  of('tcpconnect', /^Tracing connect \.\.\./),
  of('tcpretrans', /^Tracing retransmits/),
  of('tcptracer', /^Tracing TCP established/),
  of('ugc', /^Tracing garbage collections/),
  of('uthreads', /^Tracing thread events/),
  of('uobjnew', /^Tracing allocations in process/),
  of('ucalls', /^Tracing calls in process/),
  of('uflow', /^Tracing method calls/),
  of('wqlat', /^Tracing work queue request latency/),
  of('readahead', /^Histogram of read-ahead/, 'heading'),
  of('readahead', /^Tracing (?:fs )?read-?ahead/),
  of('virtiostat', /^Tracing virtio devices/),
  of('oomkill', /^Tracing oom_kill/),
  of('kvmexit', /^Display kvm exit/, 'chatter'),
  of('llcstat', /^Running for \d+ seconds or hit Ctrl-C/, 'chatter'),
  of('criticalstat', /^Finding critical section/, 'chatter'),
  of('vmstat', /^-*procs-* *-+memory-/, 'heading'),
  of('vmstat disks', /^disk- -+reads-+ /, 'heading'),
  of('dtrace', /^dtrace: (?:description|script) '/),
  says('announce', /^Tracing(?: |\.\.\.)/),
  says('announce', /^Sampling /),
  says('announce', /^Counting /),
  says('announce', /^Hit Ctrl-C/),
  says('heading', /^(?:hcall \S+ ,|open [uk]probes:$|Histogram of )/),
  says('probes', /^Attach(?:ing|ed) (\d+) probes?(?:\.\.\.)?\s*$/),
  says('lost', /^(?:Possibly )?[Ll]ost (\d+) (?:events|samples)/),
  says('stack-error', /^(?:ERROR|WARNING): failed to look up (?:kernel |user )?stack id/i),
  says('warning', /^(?:WARNING|Warning|warning|ERROR|HINT): /),
  says('warning', /^(?:libbpf: |if your program has maps to print|first SIGINT)/),
  says('warning', /^(?:stdin:\d+|definitions\.h:\d+|trace [0-9a-f-]{36} created)/),
  says('warning', /^(?:failed to get syms\s*$|Could not open \/)/),
  says('warning', /^Detaching/),
  says('chatter', /^(?:Attach(?:ing|ed) |Ctrl-C|Press |Failed to|Exiting|Stopping|Note: Kernel bpf)/),
  says('chatter', /^(?:Monitoring |Starting |Waiting |Collecting |Summariz(?:ing|e) |Running for |Display kvm)/),
  says('chatter', /^(?:Reading load|Dump UNIX domain socket|DDOS detector started)/),
  // pwru, and its bar of progress
  says('chatter', /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (?:Attach|Listening |Received signal|Detach|Per cpu|Unloading)/),
  says('chatter', /^\d+ \/ \d+ \[[-=>_ ]*\] +\d+\.\d\d%/),
  says('shell', /^(?:\[sudo\] password|Script (?:started|done) on )/),
  says('shell', /^\[ perf (?:record|script|inject|data convert): /),
  says(
    'shell',
    /^(?:\[\d+\][-+]? +)?(?:Terminated|Killed|Hangup|Interrupt|Quit|Aborted|Segmentation fault)(?: \(core dumped\))?\s*$/,
  ),
  says('shell', /^\[\d+\][-+]? +(?:Terminated|Killed|Done|Stopped|Running|Exit \d+) /),
  // root@host:~# perf script, [me@host dir]$ ...
  says('shell', /^(?:[\w.-]+@[\w.-]+:(?:[~/][^\s#$%]{0,200})?|\[[\w.-]+@[\w.-]+[: ][^\s#$%]{0,200}\])[#$%](?: .*)?$/),
  // $ sudo ./profile, # perf report
  says(
    'shell',
    /^[#$%] (?:sudo |time )*(?:perf |bpftrace |\.{0,2}\/[\w./+-]+(?: |$)|[a-z][\w]*(?:-bpfcc|\.bt|\.py)(?: |$)).*$/,
  ),
  says('shell', /^[$%] ?(?:sudo .*)?$/),
]

/** Which halves of the stacks were asked for, and for how long: profile, offcputime and the like say both. */
function halvesAndTime(line: string): BannerFacts {
  const seconds = / for (\d+) secs/.exec(line)
  return { ...halves(line), ...(seconds !== null && { duration: Number(seconds[1]) }) }
}

function halves(line: string): BannerFacts {
  if (line.includes('by user + kernel stack')) return { side: 'both' }
  if (/by user stack/.test(line)) return { side: 'user' }
  if (/by kernel(?: off-CPU and waker)? stack/.test(line)) return { side: 'kernel' }
  return {}
}
