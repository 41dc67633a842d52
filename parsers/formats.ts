import { bccHistJson } from './bcc-hist-json.ts'
import { bccHist } from './bcc-hist.ts'
import { eventTable, plainTable } from './event-table.ts'
import type { Format } from './format.ts'
import { bpfviewProfile } from './bpfview-profile.ts'
import { bpftraceJson } from './bpftrace-json.ts'
import { bpftraceOutput, bpftraceText } from './bpftrace-text.ts'
import { bccStacks } from './bcc-stacks.ts'
import { csvTable } from './csv-table.ts'
import { sysstat } from './sysstat.ts'
import { columnsOnly } from './columns-only.ts'
import { counters } from './counters.ts'
import { dmesg } from './dmesg.ts'
import { ftrace } from './ftrace.ts'
import { pairs } from './pairs.ts'
import { perfReport } from './perf-report.ts'
import { perfSchedLatency, perfSchedMap, perfSchedTimehist } from './perf-sched.ts'
import { perfStat } from './perf-stat.ts'
import { perfTrace } from './perf-trace.ts'
import { probeList } from './probe-list.ts'
import { prometheus } from './prometheus.ts'
import { jsonTable } from './json-table.ts'
import { folded } from './folded.ts'
import { criticalSections } from './critical-sections.ts'
import { deadlock } from './deadlock.ts'
import { lockStats } from './lock-stats.ts'
import { stackHist } from './stack-hist.ts'
import { memleak } from './memleak.ts'
import { perfJson } from './perf-json.ts'
import { perfScript } from './perf-script.ts'
import { wakeStacks } from './wake-stacks.ts'

/** Every format, in the order in which they are asked whether an input is theirs: the first that says yes reads it. */
export const formats: readonly Format[] = [
  bpfviewProfile,
  bpftraceJson,
  perfJson,
  stackHist,
  bccHist,
  bccHistJson,
  perfReport,
  perfStat,
  perfSchedTimehist,
  perfSchedLatency,
  perfSchedMap,
  perfTrace,
  prometheus,
  ftrace,
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
  folded,
  pairs,
  csvTable,
  counters,
  plainTable,
  probeList,
  jsonTable,
  bpftraceOutput,
  columnsOnly,
]
