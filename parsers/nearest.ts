import { isFoldedComment, stackLineOf } from './folded/line.ts'
import { classifyPerfLine } from './perf-script/shape.ts'
import type { Head } from './reading/head.ts'
import { stripInterrupt } from './reading/head.ts'
import { isBanner, lostEvents } from './words/banners.ts'
import { isCutMark } from './words/cut-mark.ts'

/** What is wrong with an input that no format claims. */
export interface NearMiss {
  /** The first line that is not understood, and its number. */
  readonly text: string
  readonly line: number
  /** The format that most of the other lines are of, what its lines look like, and how many fit. */
  readonly nearest?: { readonly id: string; readonly title: string; readonly expected: string; readonly fit: number }
  /** Lines that count: neither blank nor banners. */
  readonly lines: number
}

interface Candidate {
  readonly id: string
  readonly title: string
  readonly expected: string
  fits(line: string): boolean
}

/** Formats whose single lines can be told. */
const CANDIDATES: readonly Candidate[] = [
  {
    id: 'folded',
    title: 'folded stacks',
    expected: '`frame;frame value`',
    fits: line => stackLineOf(line) !== undefined,
  },
  {
    id: 'perf-script',
    title: 'perf script',
    expected: 'the header of a sample or a frame under it',
    fits: line => {
      const { kind } = classifyPerfLine(line)
      return kind === 'header' || kind === 'frame'
    },
  },
]

/** The line to blame in an input of no known format; undefined when it has no line of data. Looks at 4,000 lines. */
export function nearMiss(head: Head): NearMiss | undefined {
  const lines: { readonly text: string; readonly line: number }[] = []
  let number = 0
  for (const raw of head.text.split('\n', 4000)) {
    number++
    const text = stripInterrupt(raw.endsWith('\r') ? raw.slice(0, -1) : raw)
    if (isFoldedComment(text) || isCutMark(text) || lostEvents(text) !== undefined) continue
    if (isBanner(text) && stackLineOf(text) === undefined) continue
    lines.push({ text, line: number })
  }
  let best: { readonly candidate: Candidate; readonly fit: number } | undefined
  for (const candidate of CANDIDATES) {
    const fit = lines.filter(({ text }) => candidate.fits(text)).length
    if (fit > (best?.fit ?? 0)) best = { candidate, fit }
  }
  if (best === undefined || best.fit * 10 < lines.length) return lines[0] && { ...lines[0], lines: lines.length }
  const { candidate, fit } = best
  const { id, title, expected } = candidate
  const odd = lines.find(({ text }) => !candidate.fits(text)) ?? lines[0]!
  return { ...odd, lines: lines.length, nearest: { id, title, expected, fit } }
}
