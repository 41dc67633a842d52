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
import { jsonTable } from './json-table.ts'
import { folded } from './folded.ts'
import { pairs } from './pairs.ts'
import { criticalSections } from './critical-sections.ts'
import { deadlock } from './deadlock.ts'
import { lockStats } from './lock-stats.ts'
import { stackHist } from './stack-hist.ts'
import { memleak } from './memleak.ts'
import { perfScript } from './perf-script.ts'
import { wakeStacks } from './wake-stacks.ts'

/** Every format, in the order in which they are asked whether an input is theirs: the first that says yes reads it. */
export const formats: readonly Format[] = [
  bpfviewProfile,
  bpftraceJson,
  stackHist,
  bccHist,
  bccHistJson,
  sysstat,
  lockStats,
  criticalSections,
  deadlock,
  eventTable,
  perfScript,
  bpftraceText,
  wakeStacks,
  memleak,
  bccStacks,
  folded,
  pairs,
  csvTable,
  plainTable,
  jsonTable,
  bpftraceOutput,
]
