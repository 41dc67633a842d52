import { needDataset } from '../../src/model/arguments.ts'
import type { Profile } from '../../src/model/index.ts'
import { FRAME_KINDS } from '../../src/model/index.ts'
import { compareTexts } from '../../src/model/text/compare.ts'
import { reverseProfile } from '../../src/ops/stacks/reverse.ts'
import { totals } from '../../src/ops/stacks/totals.ts'
import { cut, escapeTerminal } from '../markup/escape.ts'
import type { PaletteName } from '../markup/palette.ts'
import { kindSwatch } from '../markup/palette.ts'
import { profileLine, profileTitle, qualityNotes } from '../words/captions.ts'
import { cellWidth, fitCells } from '../words/cells.ts'
import { plainName } from '../words/label.ts'
import { formatShare, formatValue } from '../words/numbers.ts'
import { paletteFor, whatIsShown } from './kind-look.ts'

export interface TermOptions {
  readonly title?: string | undefined
  readonly palette?: PaletteName | undefined
  readonly reverse?: boolean | undefined
  /** Width of the terminal in characters; default 100. */
  readonly columns?: number | undefined
  /** Escapes for colours; none: a line per frame with its whole name, as a pipe and a file want it. Default none. */
  readonly colours?: 'none' | '256' | 'true' | undefined
}

/** Frames of less than this share are left out of lines, and counted. */
const LEAST_SHARE = 0.002
const MOST_ROWS = 200
const RESET = '\x1b[0m'

/** The stacks as text: in colours an icicle as wide as the terminal, else a line per frame. Names are whole or end in `…`, and safe for a terminal. */
export function flameTerm(given: Profile, options: TermOptions = {}): string {
  needDataset(given, 'profile', 'flameTerm')
  const profile = options.reverse === true ? reverseProfile(given) : given
  const total = totals(profile.stacks, profile.self)
  const notes = qualityNotes(profile, total)
  const head = [
    cut(options.title ?? profileTitle(given, whatIsShown(given), totals(given.stacks, given.self)), 300),
    cut(profileLine(profile, total), 500),
    ...(notes.length > 0 ? [`⚠ ${notes.join(' · ')}`] : []),
  ].map(escapeTerminal)
  const kids = childrenOf(profile, total)
  const { colours = 'none' } = options
  const body =
    colours === 'none'
      ? frameLines(profile, total, kids)
      : icicleLines(profile, total, kids, { ...options, colours, columns: Math.max(20, options.columns ?? 100) })
  return [...head, '', ...body].join('\n') + '\n'
}

type Children = (node: number) => readonly number[]

/** Children with a value, the largest first. */
function childrenOf({ stacks }: Profile, total: Float64Array): Children {
  const { parent, frame, frames } = stacks
  const kids = new Map<number, number[]>()
  for (let i = 1; i < parent.length; i++) {
    if (!(total[i]! > 0)) continue
    const list = kids.get(parent[i]!)
    if (list === undefined) kids.set(parent[i]!, [i])
    else list.push(i)
  }
  const name = (i: number): string => frames.name[frame[i]!]!
  for (const list of kids.values()) list.sort((a, b) => total[b]! - total[a]! || compareTexts(name(a), name(b)))
  return node => kids.get(node) ?? []
}

function nameOf({ stacks }: Profile, node: number): string {
  return node === 0 ? 'all' : escapeTerminal(plainName(stacks.frames.name[stacks.frame[node]!]!))
}

/** A line per frame: share, own share, name; callers above, deeper frames further in. */
function frameLines(profile: Profile, total: Float64Array, kids: Children): string[] {
  const whole = total[0]!
  const lines = ['  total    self']
  let [left, value] = [0, 0]
  const open: { readonly node: number; readonly depth: number }[] = [{ node: 0, depth: 0 }]
  while (open.length > 0) {
    const { node, depth } = open.pop()!
    const share = (part: number): string => formatShare(part, whole).padStart(7)
    lines.push(`${share(total[node]!)} ${share(profile.self[node]!)}  ${' '.repeat(depth)}${nameOf(profile, node)}`)
    const shown = kids(node).filter(kid => total[kid]! >= whole * LEAST_SHARE)
    for (const kid of kids(node).slice(shown.length)) {
      left++
      value += total[kid]!
    }
    for (const kid of [...shown].reverse()) open.push({ node: kid, depth: depth + 1 })
  }
  if (left > 0)
    lines.push(
      `${formatValue(left, 'stacks')} of under ${formatShare(LEAST_SHARE, 1)} each left out: ${formatShare(value, whole)} of the whole`,
    )
  return lines
}

interface Cells {
  readonly node: number
  readonly from: number
  readonly to: number
}

/** Rows of boxes, the root at the top, in the colours of the kinds. */
function icicleLines(
  profile: Profile,
  total: Float64Array,
  kids: Children,
  { columns, colours, palette = paletteFor(profile) }: TermOptions & { columns: number; colours: '256' | 'true' },
): string[] {
  const lines: string[] = []
  let row: Cells[] = [{ node: 0, from: 0, to: columns }]
  let narrow = 0
  while (row.length > 0 && lines.length < MOST_ROWS) {
    let line = ''
    let at = 0
    const next: Cells[] = []
    for (const { node, from, to } of row) {
      line += ' '.repeat(from - at) + boxText(profile, node, to - from, palette, colours)
      at = to
      let start = from
      let sum = 0
      for (const kid of kids(node)) {
        sum += total[kid]!
        const end = Math.min(to, from + Math.round(((to - from) * sum) / total[node]!))
        if (end > start) next.push({ node: kid, from: start, to: end })
        else narrow += total[kid]!
        start = Math.max(start, end)
      }
    }
    lines.push(line + RESET)
    row = next
  }
  if (row.length > 0) lines.push('… deeper frames are not shown')
  if (narrow > 0) lines.push('frames narrower than a character are not shown; without colours (| cat) each has a line')
  return lines
}

function boxText(profile: Profile, node: number, width: number, palette: PaletteName, colours: '256' | 'true'): string {
  const kind = node === 0 ? 'task' : FRAME_KINDS[profile.stacks.frames.kind[profile.stacks.frame[node]!]!]!
  const { light } = kindSwatch(kind, palette)
  const text = width < 3 ? '' : fitCells(nameOf(profile, node), width - 1)
  return `${colourCode(light, colours)}${text}${' '.repeat(Math.max(0, width - 1 - cellWidth(text)))}${RESET}${width > 0 ? `${colourCode(light, colours)}▕${RESET}` : ''}`
}

/** Dark text on a fill, as the terminal can show it. */
function colourCode(hex: string, colours: '256' | 'true'): string {
  const [r, g, b] = [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number]
  if (colours === 'true') return `\x1b[38;2;22;25;29;48;2;${r};${g};${b}m`
  const step = (channel: number): number => (channel < 48 ? 0 : channel < 115 ? 1 : Math.floor((channel - 35) / 40))
  return `\x1b[38;5;16;48;5;${16 + 36 * step(r) + 6 * step(g) + step(b)}m`
}
