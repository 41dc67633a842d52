/**
 * Folded lines as flamegraph.pl takes them, for pictures that have to equal its own:
 *
 *     main;work 31
 *     main;work 12.5
 *     main;work 31 45        a second number makes the line a differential, line by line
 *     main;worker 12 500     and so does a name that ends in a number
 *
 * Source: flamegraph.pl's documented input; PEERS.md section C (behaviour as run).
 */
import { compareCodePoints } from '../../src/model/text/compare.ts'

/** One line: frames root first, the width it adds, and the change when there were two numbers. */
export interface FlamegraphLine {
  readonly frames: readonly string[]
  readonly value: number
  readonly delta?: number
}

/** Folded lines as flamegraph.pl reads them. */
export interface FlamegraphInput {
  /** In the order in which they are laid out from left to right. */
  readonly lines: readonly FlamegraphLine[]
  /** Lines that do not end in a number. */
  readonly ignored: number
  /** Largest change of a line, at least 1. */
  readonly maxDelta: number
}

/** Options of flamegraph.pl that change what is read. */
export interface FlamegraphInputOptions {
  /** Leaves become roots. */
  readonly reverse?: boolean
  /** Keep the order of the input. */
  readonly flamechart?: boolean
  /** Mark what follows `--` as the waker's: names get `_[w]`. */
  readonly chain?: boolean
}

/** What the lines say, sorted as flamegraph.pl sorts them. */
export function readFlamegraphLines(text: Iterable<string>, options: FlamegraphInputOptions = {}): FlamegraphInput {
  const all: string[] = []
  for (const line of text) all.push(options.reverse === true ? reversed(line) : line)
  if (options.flamechart !== true) all.sort(compareCodePoints)
  const lines: FlamegraphLine[] = []
  let ignored = 0
  let maxDelta = 1
  for (const line of all) {
    const outer = splitNumber(line)
    if (outer === undefined) {
      ignored++
      continue
    }
    const inner = splitNumber(outer.rest)
    let stack = (inner ?? outer).rest
    if (options.chain === true) stack = markWakers(stack)
    const frames = splitStack(stack)
    if (inner === undefined) lines.push({ frames, value: outer.value })
    else {
      const delta = outer.value - inner.value
      maxDelta = Math.max(maxDelta, Math.abs(delta))
      lines.push({ frames, value: outer.value, delta })
    }
  }
  return { lines, ignored, maxDelta }
}

/** A line without its last number and the blank before it; undefined when it does not end in `blank digits [. digits]`. */
function splitNumber(
  line: string,
): { readonly rest: string; readonly value: number; readonly text: string } | undefined {
  let at = line.length
  let dots = 0
  while (at > 0) {
    const code = line.charCodeAt(at - 1)
    if (code === 46 && dots === 0) dots++
    else if (code < 48 || code > 57) break
    at--
  }
  const text = line.slice(at)
  if (at === 0 || text === '' || text.startsWith('.') || !/\s/.test(line[at - 1]!)) return undefined
  return { rest: line.slice(0, at - 1), value: Number(text), text }
}

function reversed(line: string): string {
  const outer = splitNumber(line)
  if (outer === undefined) return line
  const inner = splitNumber(outer.rest)
  const stack = splitStack((inner ?? outer).rest)
    .reverse()
    .join(';')
  return inner === undefined ? `${stack} ${outer.text}` : `${stack} ${inner.text} ${outer.text}`
}

/** Frames between semicolons; empty ones at the end do not count. */
function splitStack(stack: string): string[] {
  const frames = stack.split(';')
  while (frames.length > 0 && frames[frames.length - 1] === '') frames.pop()
  return frames
}

/** Every stack gets a `--`, also one without a waker. */
function markWakers(stack: string): string {
  const [first, ...wakers] = stack.split(';--;')
  return `${first!};--;${wakers.map(part => `${part.replaceAll(';', '_[w];')}_[w]`).join(';--;')}`
}
