import { isCutMark } from '../words/cut-mark.ts'

/** What one line of BCC's multi-line stacks is; `text` of a frame is not yet taken apart. */
export type StackLine =
  | { readonly is: 'blank' | 'delimiter' | 'elided' }
  | { readonly is: 'value'; readonly value: number; readonly indent: number }
  | { readonly is: 'task'; readonly comm: string; readonly pid: number }
  | { readonly is: 'half-task'; readonly comm: string }
  | { readonly is: 'clock'; readonly seconds: number }
  | { readonly is: 'frame'; readonly text: string; readonly indent: number }

const VALUE = /^(\s*)(-?\d+)\s*$/
const CLOCK = /^(\d{1,2}):(\d{2}):(\d{2})\s*$/

/** `    -                COMM (PID)` as profile and offcputime print it: 4 blanks, `-` in 16 columns, a blank. */
const PADDED_TASK = /^    - {16}([^]*) \((-?\d+)\)$/
const TASK = /^\s*-\s+(?!\s)([^]*) \((-?\d+)\)\s*$/
/** `    COMM [PID]` as stackcount -P prints it. */
const BRACKET_TASK = /^    ([^]*) \[(-?\d+)\]$/
const LOOSE_BRACKET_TASK = /^\s*(\S[^]*) \[(-?\d+)\]\s*$/
const HALF_TASK = /^    - {16}(?! )([^]*)$/

/** BCC's native warning has no line end: the frame follows on the same line. */
const GLUED_WARNING = /^WARNING: BCC can't handle sym look ups for \S+(?=\s)/

/** One line of the output of profile, offcputime or stackcount (FORMATS c1, c2). Pure. */
export function stackLine(raw: string): StackLine {
  const line = raw.replace(GLUED_WARNING, '')
  if (line.trim() === '') return { is: 'blank' }
  const value = VALUE.exec(line)
  if (value !== null) return { is: 'value', value: Number(value[2]), indent: value[1]!.length }
  if (/^\s*--\s*$/.test(line)) return { is: 'delimiter' }
  if (isCutMark(line)) return { is: 'elided' }
  const clock = CLOCK.exec(line)
  if (clock !== null)
    return { is: 'clock', seconds: Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]) }
  const task = PADDED_TASK.exec(line) ?? TASK.exec(line) ?? BRACKET_TASK.exec(line) ?? LOOSE_BRACKET_TASK.exec(line)
  if (task !== null) return { is: 'task', comm: task[1]!, pid: Number(task[2]) }
  const half = HALF_TASK.exec(line)
  if (half !== null) return { is: 'half-task', comm: half[1]! }
  return { is: 'frame', text: line, indent: line.length - line.trimStart().length }
}
