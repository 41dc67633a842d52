/**
 * Samples as perf script prints them: a header line, frames from the leaf outwards, a blank line; or all on one line without callchain.
 *
 *     # cmdline : /usr/bin/perf record -F 99 -g -- ./app                                  with --header
 *     app 25077   874.761274:   20408163 cpu-clock:u:
 *                 308e has space(int, char const*)+0x1e (/srv/bin/app)
 *                27249 __libc_start_call_main+0x79 (/usr/lib/x86_64-linux-gnu/libc.so.6)
 *
 *     perf 26030/26030 [000]   915.708925: sched:sched_wakeup: comm=migration/0 pid=18 prio=0 target_cpu=000
 *     ffffffff813a82d5 ttwu_do_activate+0x175 ([kernel.kallsyms])
 *
 *                app 25074   872.571378:    5025125        cpu-clock:      55b2580b5134 main+0x14 (/srv/bin/app)
 *     app 25926   911.402145: PERF_RECORD_COMM exec: app:25926/25926                      with --show-task-events
 *
 * Each event is a dataset of its own. Source: linux tools/perf/builtin-script.c; FORMATS section a1.
 */
import { DiagnosticLog } from '../../src/model/index.ts'
import { bpftraceNote } from '../bpftrace-maps/map-start.ts'
import type { Format, Reader } from '../reading/format.ts'
import type { Head } from '../reading/head.ts'
import { lineReader } from '../reading/lines.ts'
import { FastPerfScript, hasFastPerfScript } from './fast-reader.ts'
import { scanBare, scanNamed, scanTimed } from './header.ts'
import type { PerfReadOptions, PerfScriptOptions } from './options.ts'
import { PERF_SCRIPT, PerfScriptReader } from './reader.ts'
import { classifyPerfLine } from './shape.ts'

export const perfScript: Format<PerfScriptOptions> = {
  id: PERF_SCRIPT,
  title: 'perf script',
  samples: true,
  sniff: sniffPerfScript,
  reader(options) {
    return hasFastPerfScript()
      ? new FastPerfScript(options, new DiagnosticLog(options.source, options.strict))
      : plainPerfScript(options)
  },
}

/** The plain reader: slower, simpler, and the oracle of the other one. */
export function plainPerfScript(options: PerfReadOptions): Reader {
  const log = new DiagnosticLog(options.source, options.strict)
  return lineReader(new PerfScriptReader(options, log), log)
}

/** Headers with times, or headers and frames, or nothing but frames, make up most of the lines. A program of bpftrace may print the same by `ustack(perf)`. */
function sniffPerfScript(head: Head): boolean {
  if (bpftraceNote(head.lines[0] ?? '')?.is === 'probes') return false
  let headers = 0
  let timed = 0
  let frames = 0
  let plain = 0
  let bare = 0
  let comments = 0
  let mayHaveSource = false
  for (const line of head.lines) {
    const { kind } = classifyPerfLine(line)
    if (mayHaveSource && kind === 'other' && /^ {2}\S/.test(line)) {
      // -F +srcline
      comments++
      continue
    }
    mayHaveSource = kind === 'frame' || kind === 'header'
    if (kind === 'header') {
      headers++
      if (scanTimed(line) !== undefined) timed++
    } else if (kind === 'frame') {
      frames++
      if (/^(?:\t *| {2,})[0-9a-f]{4,16}(?: \S.*)?$/.test(line)) plain++
    } else if (kind === 'comment' || kind === 'lost' || kind === 'annotation') comments++
    else {
      const named = scanNamed(line)
      if (named !== undefined && named.tail !== '') headers++
      else if (named !== undefined || scanBare(line) !== undefined) bare++
    }
  }
  const lines = head.lines.length - comments
  if (lines === 0) return isHeaderAlone(head)
  if (timed > 0) return (headers + frames) * 2 >= lines
  if (headers > 0 && frames > 0) return (headers + frames) * 4 >= lines * 3
  if (headers > 0) return headers * 10 >= lines * 9
  return plain > 2 && (plain + bare) * 10 >= lines * 9 && plain * 3 >= lines && head.text.includes('\n\t')
}

/** What `perf script --header` prints of a recording without a sample. */
function isHeaderAlone({ lines, cut }: Head): boolean {
  return (
    !cut &&
    lines.some(line => line.startsWith('# captured on') || line.startsWith('# hostname :')) &&
    lines.some(line => /^# cmdline : \S*perf\b/.test(line)) &&
    lines.every(
      line => line.startsWith('#') && !/^# (?:Samples|Overhead|Event count|To display|Total Lost)\b/.test(line),
    )
  )
}
