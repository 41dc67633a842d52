import type { Annotation } from './annotation.ts'
import { annotationOf } from './annotation.ts'
import { frameTextStart } from './frame.ts'
import type { PerfHeader } from './header.ts'
import { scanTimed, scanUntimed } from './header.ts'
import type { ThreadFields } from './thread.ts'
import { ALL_FIELDS } from './thread.ts'

/** What a line of perf script is, judged by its text alone. */
export type PerfLine =
  | { readonly kind: 'blank' }
  | { readonly kind: 'header'; readonly header: PerfHeader }
  | { readonly kind: 'frame' }
  | { readonly kind: 'comment' }
  | { readonly kind: 'annotation'; readonly of: Annotation }
  | { readonly kind: 'lost'; readonly count: number }
  | { readonly kind: 'other' }

const BLANK_LINE: PerfLine = { kind: 'blank' }
const FRAME: PerfLine = { kind: 'frame' }
const COMMENT: PerfLine = { kind: 'comment' }
const OTHER: PerfLine = { kind: 'other' }

/** A place without a line number: the module and an offset. */
const PLACE = /^ {2}\S.*\[[0-9a-f]+\]$/
const TAB = 9
const HASH = 35

/**
 * Kind of a line. A time tells a header from everything else; a frame starts with its address; a comm may start with anything. `fields` = what the file
 * prints of a thread, `tabs` = its frames begin with a TAB.
 */
export function classifyPerfLine(line: string, fields: ThreadFields = ALL_FIELDS, tabs = false): PerfLine {
  if (line.trim() === '') return BLANK_LINE
  const annotation = annotationOf(line, tabs)
  if (annotation !== undefined) return { kind: 'annotation', of: annotation }
  const timed = scanTimed(line, fields)
  if (timed !== undefined) return { kind: 'header', header: timed }
  const first = line.charCodeAt(0)
  if (
    first === HASH ||
    line === 'Warning:' ||
    line === 'Check IO/CPU overload!' ||
    line === 'PERF_RECORD_FINISHED_ROUND'
  )
    return COMMENT
  if (first !== TAB) {
    const header = scanUntimed(line, fields)
    if (header !== undefined) return { kind: 'header', header }
  }
  // where frames begin with a TAB, two blanks are those of -F +srcline: `  a 1[51aa]` is a place in the file "a 1"
  if (frameTextStart(line) >= 0) return tabs && PLACE.test(line) ? OTHER : FRAME
  const lost = /^Processed \d+ events and lost (\d+) (?:chunks|events)!/.exec(line)
  return lost === null ? OTHER : { kind: 'lost', count: Number(lost[1]) }
}
