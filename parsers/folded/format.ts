import type { Format } from '../reading/format.ts'
import type { Head } from '../reading/head.ts'
import { isCutMark } from '../words/cut-mark.ts'
import { FastFolded, hasFastFolded } from './fast-reader.ts'
import { isFoldedComment, isLogLine, splitFolded, stackLineOf } from './line.ts'
import { foldedPlainReader } from './reader.ts'

export const folded: Format = {
  id: 'folded',
  title: 'folded stacks (stackcollapse, BCC -f, inferno, async-profiler)',
  sniff: sniffFolded,
  reader(options) {
    // the kernel holds every stack
    return hasFastFolded() && options.maxStacks === undefined ? new FastFolded(options) : foldedPlainReader(options)
  },
}

/** Folded stacks that have one frame each, as py-spy prints idle threads: asked last, because any list of names and numbers looks so. */
export const foldedFlat: Format = {
  id: 'folded-flat',
  title: 'folded stacks of one frame each (py-spy --threads)',
  sniff: sniffFlat,
  reader: options => foldedPlainReader(options, 'folded-flat'),
}

/** Semicolons that make a line without an end a deep stack. */
const DEEP = 200

/**
 * Half of the lines are stacks with a `;` and a value: the rest may be the messages of the program that folded them. Or four lines in five end in a number, and some have
 * a `;`: most, where the first line is no stack but may be a heading, with a comm `x;y` in the table under it.
 */
function sniffFolded(head: Head): boolean {
  // a stack may be longer than the head: then no line ends in it
  if (head.cut && head.lines.length === 1 && !head.text.includes('\n') && head.text.split(';', DEEP + 1).length > DEEP)
    return true
  let lines = 0
  let good = 0
  let stacks = 0
  let plain = 0
  let begins = false
  for (const line of head.lines) {
    const split = stackLineOf(line)
    if (split === undefined && (isFoldedComment(line) || isCutMark(line))) continue
    lines++
    const value = split ?? (isLogLine(line) ? undefined : splitFolded(line))
    if (value === undefined || /^\s/.test(line)) continue
    good++
    if (lines === 1) begins = true
    if (split === undefined) continue
    stacks++
    if (/^[^\s;"'{}|,=][^"'{}|]*$/.test(split.stack) && !split.stack.includes('; ')) plain++
  }
  if (stacks === 0) return false
  if (good >= lines * 0.8) return begins || stacks * 2 > good
  return plain * 2 >= lines
}

/** Every line is a name and a whole number, and there is nothing else. */
function sniffFlat(head: Head): boolean {
  let lines = 0
  for (const line of head.lines) {
    if (isCutMark(line) || isFoldedComment(line)) continue
    const split = splitFolded(line)
    if (split === undefined || !/^[A-Za-z_<[(][^,:="{}|]*$/.test(split.stack) || !/^\d+$/.test(split.text)) return false
    if (/\s{2}|\t/.test(split.stack) || split.stack.split(' ').length > 3) return false
    lines++
  }
  return lines > 0
}
