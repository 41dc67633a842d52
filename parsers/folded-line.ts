/** A folded line taken apart: `stack` is everything before the value, frames joined by `;`. */
export interface FoldedLine {
  readonly stack: string
  readonly value: number
  /** The value as printed, for lines whose stack turns out to end in a number. */
  readonly text: string
}

const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/

/** Splits `stack SP value` at the last blank; undefined when the last word is no number or no stack is left. */
export function splitFolded(line: string): FoldedLine | undefined {
  let end = line.length
  while (end > 0 && isBlank(line.charCodeAt(end - 1))) end--
  let start = end
  while (start > 0 && !isBlank(line.charCodeAt(start - 1))) start--
  if (start === 0) return undefined
  const text = line.slice(start, end)
  if (!NUMBER.test(text)) return undefined
  return { stack: line.slice(0, start - 1), value: Number(text), text }
}

/** True for lines that carry no stack: blank, `#` and `//` comments, async-profiler's and austin's notes. */
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
    else if ((code === 93 || code === 62 || code === 41) && depth > 0 && !(code === 62 && stack.charCodeAt(i - 1) === 45)) depth--
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

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}
