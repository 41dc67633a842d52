import { isBlank } from '../../src/model/text/chars.ts'

/** Longest line of folded text that is read, in bytes: a stack of 100,000 frames is one line. */
export const MAX_FOLDED_LINE = 16 << 20

/** A folded line taken apart: `stack` is everything before the value, frames joined by `;`. */
export interface FoldedLine {
  readonly stack: string
  readonly value: number
  /** The value as printed, for lines whose stack turns out to end in a number. */
  readonly text: string
}

const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/
/** How a message of Perl ends: `... at stackcollapse-perf.pl line 339, <> line 50.` */
const PERL_MESSAGE = / at \S[^\n]{0,400} line \d+(?:, <\S*> (?:line|chunk) \d+)?\.$/

/** Splits `stack SP value` at the last blank; undefined when the last word is no number or no stack is left. */
export function splitFolded(line: string): FoldedLine | undefined {
  let end = line.length
  while (end > 0 && isBlank(line.charCodeAt(end - 1))) end--
  let start = end
  while (start > 0 && !isBlank(line.charCodeAt(start - 1))) start--
  if (start === 0) return undefined
  const text = line.slice(start, end)
  if (!NUMBER.test(text) || (text.endsWith('.') && PERL_MESSAGE.test(line.slice(-500)))) return undefined
  return { stack: line.slice(0, start - 1), value: Number(text), text }
}

/** A line that is a stack whatever it begins with: it has a `;` and a value at its end. */
export function stackLineOf(line: string): FoldedLine | undefined {
  const split = splitFolded(line)
  return split?.stack.includes(';') === true ? split : undefined
}

/** A time or a level at the start, as programs log: such a line may end in a number and is no stack of one frame. */
const LOGGED =
  /^\[?(?:\d{4}[-/]\d\d[-/]\d\d[T ]|\d\d:\d\d:\d\d\b)|^\[?(?:\S{1,40} )?(?:WARN|WARNING|ERROR|INFO|DEBUG|TRACE)\b[\]:]? .{0,400}: /

/** True for a line that a program logged, when it is no stack by its `;`. */
export function isLogLine(line: string): boolean {
  return LOGGED.test(line)
}

/** True for lines without a stack that say nothing of one: blank, `#` and `//` comments, async-profiler's and austin's notes. */
export function isFoldedComment(line: string): boolean {
  if (line.trim() === '') return true
  if (line.startsWith('#')) return line.startsWith('# ') || !line.includes(';')
  return line.startsWith('//') || line.startsWith('--- ')
}

/**
 * Frames of a folded stack, root first. A `;` followed by a blank inside an open bracket belongs to the name
 * (`<impl Default for [T; _]>::default`): folded text has no escape for it. Linear.
 */
export function splitFrames(stack: string): string[] {
  if (!stack.includes('; ')) return stack.split(';')
  const frames: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < stack.length; i++) {
    const code = stack.charCodeAt(i)
    if (code === 91 || code === 60 || code === 40) depth++
    else if (
      (code === 93 || code === 62 || code === 41) &&
      depth > 0 &&
      !(code === 62 && stack.charCodeAt(i - 1) === 45)
    )
      depth--
    else if (code === 59) {
      if (depth > 0 && stack.charCodeAt(i + 1) === 32) continue
      frames.push(stack.slice(start, i))
      start = i + 1
      depth = 0
    }
  }
  frames.push(stack.slice(start))
  return frames
}
