import { unitWord } from '../src/model/index.ts'
import type { Meta } from '../src/model/index.ts'
import { isPrompt } from './head.ts'

/** What a tool says about itself before its data: which tool it is, by the words of its banner. */
const TOOLS: readonly (readonly [pattern: RegExp, tool: string])[] = [
  [/^Tracing block device I\/O\.\.\. Hit Ctrl-C/, 'biolatency'],
  [/^Tracing block device I\/O requested seeks/, 'biopattern'],
  [/^Tracing run queue latency higher than/, 'runqslower'],
  [/^Tracing run queue latency/, 'runqlat'],
  [/^Sampling run queue length/, 'runqlen'],
  [/^Sampling run queues/, 'cpuunclaimed'],
  [/^Tracing (?:on|off)-CPU time\.\.\./, 'cpudist'],
  [/^Tracing hard irq event/, 'hardirqs'],
  [/^Tracing soft irq event/, 'softirqs'],
  [/^Tracing TCP RTT/, 'tcprtt'],
  [/^Tracing SYN backlog/, 'tcpsynbl'],
  [/^Tracing (\w+) operation latency/, '$1dist'],
  [/^Tracing (\w+) operations(?:(?: that are)? slower than| *$|\.\.\.)/, '$1slower'],
  [/^Tracing sync read\/writes/, 'fileslower'],
  [/^Tracing database queries/, 'dbslower'],
  [/^Tracing MySQL server queries/, 'mysqld_qslower'],
  [/^Tracing function calls slower/, 'funcslower'],
  [/^Tracing direct reclaim/, 'drsnoop'],
  [/^Tracing open syscalls/, 'opensnoop'],
  [/^Tracing (?:\d+ functions? for|\w*_\w+\.\.\. Hit)/, 'funclatency'],
  [/^Tracing (?:tracepoint|kprobe|uprobe|kernel function|user function) (?:function )?for "/, 'funcinterval'],
  [/^Tracing (?:syscalls|syscall '|failed syscalls)/, 'syscount'],
  [/^Tracing ppc hcall/, 'ppchcalls'],
  [/^Counting swap ins/, 'swapin'],
  [/^Tracing kill\(\) signals/, 'killsnoop'],
  [/^Tracing md flush/, 'mdflush'],
  [/^Tracing binds/, 'bindsnoop'],
  [/^Tracing connect \.\.\./, 'tcpconnect'],
  [/^Tracing retransmits/, 'tcpretrans'],
  [/^Tracing TCP established/, 'tcptracer'],
  [/^Tracing garbage collections/, 'ugc'],
  [/^Tracing thread events/, 'uthreads'],
  [/^Tracing allocations in process/, 'uobjnew'],
  [/^Tracing calls in process/, 'ucalls'],
  [/^Tracing method calls/, 'uflow'],
  [/^Tracing work queue request latency/, 'wqlat'],
  [/^\s*Histogram of read-ahead/, 'readahead'],
  [/^Tracing (?:fs )?read-?ahead|^Readahead/, 'readahead'],
  [/^Display kvm exit/, 'kvmexit'],
  [/^Tracing virtio devices/, 'virtiostat'],
  [/^Running for \d+ seconds or hit Ctrl-C/, 'llcstat'],
  [/^Finding critical section/, 'criticalstat'],
  [/^Tracing oom_kill/, 'oomkill'],
  [/^\s*-*procs-* *-+memory-/, 'vmstat'],
]

/** Lines with which tools talk about themselves; they carry no data, and no tool prints data that starts so. */
const TALK = /^\s*(?:Tracing(?: |\.\.\.)|Sampling |Counting |Reading load|Running for |Display kvm|Finding critical|Attach(?:ing|ed) |Detaching|Hit Ctrl-C|Ctrl-C|Press |WARNING: |Warning: |ERROR: |Failed to|libbpf: |if your program has maps|\[sudo\] password|Monitoring |Starting |Waiting |Collecting |Summariz(?:ing|e) |Dump UNIX domain socket|hcall \S+ ,|DDOS detector started|Exiting|Stopping|Note: Kernel bpf|open [uk]probes:$|Histogram of |-*procs-* *-+memory-|Script (?:started|done) on |\[ perf (?:record|script|inject|data convert): )/
/** Signs of an author who left lines out. */
const CUT = /^\s*(?:\[\.\.\.?\]|\[--\]|\.{2,}|\(\.\.\.\)|\[\.\.\.\s*truncated\s*\.\.\.\]|\.\.\. more output truncated|\.\.\. *output truncated.*|\(\.{3}more output omitted.*\)|<screen clears>|\[snip\]|\u2026)\s*$/i

/** True for a line in which a tool talks about itself, or the terminal about how it was called. */
export function isTalk(line: string): boolean {
  return TALK.test(line) || isPrompt(line)
}

/** True for a mark that says that lines were left out here. */
export function isCutMark(line: string): boolean {
  return CUT.test(line)
}

/** What banners said so far; changes as lines come. */
export class BannerNotes {
  tool: string | undefined
  /** Seconds between outputs. */
  interval: number | undefined

  /** Takes a banner in. */
  read(line: string): void {
    if (this.tool === undefined) {
      for (const [pattern, tool] of TOOLS) {
        const match = pattern.exec(line)
        if (match === null) continue
        this.tool = tool.replace('$1', (match[1] ?? '').toLowerCase())
        break
      }
    }
    const every = /[Oo]utput every (\d+(?:\.\d+)?) (\w+)/.exec(line)
    if (every !== null && unitWord(every[2]!) === 's') this.interval = Number(every[1])
  }

  meta(): Meta {
    return this.tool === undefined ? {} : { tool: this.tool }
  }
}
