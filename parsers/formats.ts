import { criticalSections } from './bcc/critical-sections.ts'
import { deadlock } from './bcc/deadlock.ts'
import { bccHist } from './bcc/hist.ts'
import { bccHistJson } from './bcc/hist-json.ts'
import { lockStats } from './bcc/lock-stats.ts'
import { mallocStacks } from './bcc/malloc-stacks.ts'
import { memleak } from './bcc/memleak.ts'
import { stackHist } from './bcc/stack-hist.ts'
import { bccStacks } from './bcc/stacks.ts'
import { wakeStacks } from './bcc/wake-stacks.ts'
import { goBench } from './bench/go.ts'
import { criterion, googleBenchmark, hyperfine, jmh, pytestBenchmark } from './bench/json-benches.ts'
import { timeVerbose } from './bench/time-verbose.ts'
import { bpftraceJson } from './bpftrace/json.ts'
import { bpftraceOutput, bpftraceText } from './bpftrace/text.ts'
import { dtrace } from './dumps/dtrace.ts'
import { dtraceAggregations } from './dumps/dtrace-aggregations.ts'
import { gdb } from './dumps/gdb.ts'
import { instruments } from './dumps/instruments.ts'
import { javaDump, javaDumpJson } from './dumps/java-dump.ts'
import { jstack } from './dumps/jstack.ts'
import { macSample } from './dumps/mac-sample.ts'
import { pmcstat } from './dumps/pmcstat.ts'
import { pprofRaw } from './dumps/pprof-raw.ts'
import { pprofTraces } from './dumps/pprof-traces.ts'
import { pySpyDump } from './dumps/py-spy.ts'
import { simpleperf } from './dumps/simpleperf.ts'
import { systemtap } from './dumps/systemtap.ts'
import { asyncProfilerHtml } from './exchange/async-profiler.ts'
import { bpfviewProfile } from './exchange/bpfview-profile.ts'
import { pyinstrument, stackprof } from './exchange/call-trees.ts'
import { chromeTrace } from './exchange/chrome-trace.ts'
import { cpuprofile } from './exchange/cpuprofile.ts'
import { firefox } from './exchange/firefox.ts'
import { flameHtml, flameJson } from './exchange/flame-json.ts'
import { heapprofile } from './exchange/heapprofile.ts'
import { jfr } from './exchange/jfr.ts'
import { otlp } from './exchange/otlp.ts'
import { pprof } from './exchange/pprof.ts'
import { speedscope } from './exchange/speedscope.ts'
import { austin } from './folded/austin.ts'
import { folded, foldedFlat } from './folded/format.ts'
import { perfAnnotate } from './perf/annotate.ts'
import { perfBench } from './perf/bench.ts'
import { perfC2c } from './perf/c2c.ts'
import { perfData } from './perf/data.ts'
import { perfDiff } from './perf/diff.ts'
import { perfFtraceLatency } from './perf/ftrace-latency.ts'
import { perfJson } from './perf/json.ts'
import { perfKvm } from './perf/kvm.ts'
import { perfKwork } from './perf/kwork.ts'
import { perfLock } from './perf/lock.ts'
import { perfReport } from './perf/report.ts'
import { perfSchedLatency, perfSchedMap, perfSchedTimehist } from './perf/sched.ts'
import { perfSchedStats } from './perf/sched-stats.ts'
import { perfStat } from './perf/stat.ts'
import { perfTop } from './perf/top.ts'
import { perfTrace } from './perf/trace.ts'
import { perfScript } from './perf-script/format.ts'
import type { PerfScriptOptions } from './perf-script/options.ts'
import type { Format } from './reading/format.ts'
import { blkparse } from './system/blkparse.ts'
import { bpftool } from './system/bpftool.ts'
import { bpftop } from './system/bpftop.ts'
import { btt } from './system/btt.ts'
import { counters } from './system/counters.ts'
import { dmesg } from './system/dmesg.ts'
import { dstat } from './system/dstat.ts'
import { ftrace } from './system/ftrace.ts'
import { functionGraph } from './system/function-graph.ts'
import { histTrigger } from './system/hist-trigger.ts'
import { latencyTest } from './system/latency-test.ts'
import { linkStats } from './system/link-stats.ts'
import { numastat } from './system/numastat.ts'
import { probeList } from './system/probe-list.ts'
import { proc } from './system/proc.ts'
import { procTables } from './system/proc-tables.ts'
import { prometheus } from './system/prometheus.ts'
import { retsnoop } from './system/retsnoop.ts'
import { rtlaTop } from './system/rtla-top.ts'
import { sysstat } from './system/sysstat.ts'
import { xdpMonitor } from './system/xdp-monitor.ts'
import { columnsOnly } from './tables/columns-only.ts'
import { csvTable } from './tables/csv.ts'
import { eventTable, plainTable } from './tables/event-table.ts'
import { jsonTable } from './tables/json.ts'
import { pairs } from './tables/pairs.ts'
import { perfToolsHist } from './tables/perf-tools-hist.ts'
import { turbostat } from './tables/turbostat.ts'

/** What single formats can be asked beyond what all can. */
export type FormatOptions = PerfScriptOptions

/** Every format, in the order in which they are asked whether an input is theirs: the first that says yes reads it. */
export const formats: readonly Format<FormatOptions>[] = [
  bpfviewProfile,
  // whole files of other profilers: in bytes, or JSON known by its names; before every reader that takes JSON for lines or tables
  jfr,
  perfData,
  pprof,
  otlp,
  speedscope,
  cpuprofile,
  heapprofile,
  firefox,
  chromeTrace,
  pyinstrument,
  stackprof,
  flameJson,
  flameHtml,
  asyncProfilerHtml,
  bpftraceJson,
  perfJson,
  // dumps open with words of their own; the tables below would take their lines for rows
  jstack,
  javaDump,
  javaDumpJson,
  pySpyDump,
  gdb,
  macSample,
  instruments,
  pprofRaw,
  pprofTraces,
  simpleperf,
  // its lines end in a name: a table without a heading
  pmcstat,
  // before event-table, which takes `CPU ID FUNCTION:NAME` for the heading of a table
  dtrace,
  // after dtrace, whose stacks may stand beside them; the histograms and keys would be rows of tables
  dtraceAggregations,
  // before bcc-stacks, whose frames may be any text
  systemtap,
  mallocStacks,
  stackHist,
  bccHist,
  bccHistJson,
  // results of benchmark harnesses, known by their first keys or lines
  hyperfine,
  googleBenchmark,
  jmh,
  pytestBenchmark,
  criterion,
  goBench,
  timeVerbose,
  // its headings are its own: no other histogram has two ends in one
  perfToolsHist,
  // headings like perf report's
  perfDiff,
  perfC2c,
  perfReport,
  perfStat,
  // any other JSON, which is lines of stacks or numbers to the readers below when it is printed over several lines; perf stat -j is JSON too
  jsonTable,
  // known by their headings, which are columns of names to the readers of tables below
  perfLock,
  perfKwork,
  perfFtraceLatency,
  perfKvm,
  perfAnnotate,
  perfTop,
  perfSchedStats,
  perfBench,
  perfSchedTimehist,
  perfSchedLatency,
  perfSchedMap,
  perfTrace,
  prometheus,
  // every line is of a few files of /proc, some of which look like folded stacks or pairs
  proc,
  // names and numbers that are stacks of one frame, pairs or a table to the readers below
  procTables,
  // before ftrace, whose `# tracer:` it has too
  functionGraph,
  ftrace,
  // before tables: its rows have a number of words that varies
  blkparse,
  btt,
  // each by lines that no other tool prints; before tables and pairs, which rows of numbers are to those
  histTrigger,
  latencyTest,
  rtlaTop,
  bpftool,
  bpftop,
  retsnoop,
  xdpMonitor,
  linkStats,
  numastat,
  dstat,
  dmesg,
  sysstat,
  lockStats,
  criticalSections,
  deadlock,
  eventTable,
  wakeStacks,
  perfScript,
  bpftraceText,
  memleak,
  bccStacks,
  // before folded, which takes its processes and threads for functions
  austin,
  folded,
  pairs,
  // before CSV, which has no rows that stop early
  turbostat,
  csvTable,
  counters,
  plainTable,
  probeList,
  bpftraceOutput,
  columnsOnly,
  // any list of names and numbers looks so: only what nobody else takes
  foldedFlat,
]
