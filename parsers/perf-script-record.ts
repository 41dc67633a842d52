import { frameTextStart } from './perf-script-frame.ts'
import { scanTimed, scanUntimed } from './perf-script-header.ts'
import type { PerfHeader } from './perf-script-header.ts'

/** What a line of perf script is, judged by its text alone. */
export type PerfLine =
  | { readonly kind: 'blank' }
  | { readonly kind: 'header'; readonly header: PerfHeader }
  | { readonly kind: 'frame' }
  | { readonly kind: 'comment' }
  | { readonly kind: 'lost'; readonly count: number }
  | { readonly kind: 'other' }

const BLANK_LINE: PerfLine = { kind: 'blank' }
const FRAME: PerfLine = { kind: 'frame' }
const COMMENT: PerfLine = { kind: 'comment' }
const OTHER: PerfLine = { kind: 'other' }

const TAB = 9
const HASH = 35

/** Kind of a line. A time tells a header from everything else; a frame starts with its address; a comm may start with anything. */
export function classifyPerfLine(line: string): PerfLine {
  if (line.trim() === '') return BLANK_LINE
  const timed = scanTimed(line)
  if (timed !== undefined) return { kind: 'header', header: timed }
  const first = line.charCodeAt(0)
  if (first === HASH || line === 'Warning:' || line === 'Check IO/CPU overload!' || line === 'PERF_RECORD_FINISHED_ROUND') return COMMENT
  if (first !== TAB) {
    const header = scanUntimed(line)
    if (header !== undefined) return { kind: 'header', header }
  }
  if (frameTextStart(line) >= 0) return FRAME
  const lost = /^Processed \d+ events and lost (\d+) (?:chunks|events)!/.exec(line)
  return lost === null ? OTHER : { kind: 'lost', count: Number(lost[1]) }
}
